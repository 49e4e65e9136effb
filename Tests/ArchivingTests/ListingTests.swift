import Foundation
import Testing

@testable import Archiving

@Suite struct ListingTests {
  let scratch = try? Scratch()

  var root: String { scratch?.path ?? "" }
  var archive: Archive { Archive(output: "\(root)/output", state: "\(root)/.washi") }

  private func fill() throws {
    for (notebook, edition, body) in [
      ("credit/monthly", "2020-12", "a"), ("credit/monthly", "2021-01", "a"),
      ("credit/monthly", "2021-01", "b"), ("credit", "monthly", "a"), ("tour", "q10", "a"),
      ("tour", "q2", "a"),
    ] {
      _ = try archive.keep(report(body, notebook: notebook, edition: edition))
    }
  }

  @Test func listsEditionsAsPeopleSort() throws {
    try fill()
    #expect(
      archive.editions().map { "\($0.place) \($0.versions)" } == [
        "credit@monthly [1]", "credit/monthly@2020-12 [1]", "credit/monthly@2021-01 [1, 2]",
        "tour@q2 [1]", "tour@q10 [1]",
      ])
  }

  @Test(arguments: [
    ("credit/monthly@2021-01/v1", "credit/monthly@2021-01/v1"),
    ("credit/monthly@2021-01", "credit/monthly@2021-01/v2"),
    ("credit/monthly@2021-01/previous", "credit/monthly@2021-01/v1"),
    ("credit/monthly@latest", "credit/monthly@2021-01/v2"),
    ("credit/monthly@previous", "credit/monthly@2020-12/v1"),
    ("credit/monthly", "credit/monthly@2021-01/v2"),
    ("notebooks/credit/monthly.md", "credit/monthly@2021-01/v2"),
    ("tour@latest/previous", "tour@q2/v1"),
  ])
  func resolvesAddresses(address: String, version: String) throws {
    try fill()
    let found = try archive.resolve(VersionAddress(address))
    #expect(found.version?.description == version)
    #expect(found.path.hasPrefix("\(root)/output/"))
  }

  @Test func resolvesPaths() throws {
    try fill()
    for path in ["v1", "v1/", "v1/index.html"] {
      let found = try archive.resolve(
        VersionAddress("\(root)/output/credit/monthly/2021-01/\(path)"))
      #expect(found.version?.description == "credit/monthly@2021-01/v1")
    }
    let edition = try archive.resolve(VersionAddress("\(root)/output/credit/monthly/2021-01"))
    #expect(edition.version?.number == 2)
    let failed = try archive.keepFailed(report(isSuccess: false), run: "r1")
    #expect(try archive.resolve(VersionAddress(failed)).version == nil)
  }

  @Test(arguments: [
    ("credit/montly", "credit/monthly"), ("credit/monthly@2021-10", "2021-01"),
    ("credit/monthly@2021-01/v7", "v2"), ("tour@q2/previous", "before"),
    ("credit/monthly@", "2020-12"), ("@", "tour"), ("./nowhere", "no report"),
    ("previous/x", "credit"),
  ])
  func saysWhichPartOfAnAddressIsWrong(address: String, hint: String) throws {
    try fill()
    let error = #expect(throws: ArchiveError.self) {
      try archive.resolve(VersionAddress(address))
    }
    #expect(error?.kind == .notFound)
    #expect(error?.description.contains(hint) == true, "\(error?.description ?? "")")
  }

  @Test func saysSoWhenNothingIsPublished() throws {
    let error = #expect(throws: ArchiveError.self) {
      try archive.resolve(VersionAddress("latest"))
    }
    #expect(error?.summary.contains("nothing is published") == true)
  }
}
