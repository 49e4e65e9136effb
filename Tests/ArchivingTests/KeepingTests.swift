import Foundation
import Steps
import Testing
import Vocabulary

@testable import Archiving
@testable import Reporting

@Suite struct KeepingTests {
  let scratch = try? Scratch()

  var root: String { scratch?.path ?? "" }
  var archive: Archive { Archive(output: "\(root)/output", state: "\(root)/.washi") }

  @Test func publishesTheFirstVersion() throws {
    let kept = try archive.keep(report())
    #expect(kept.version.description == "credit/monthly@2021-01/v1")
    #expect(kept.isNew)
    #expect(kept.path == "\(root)/output/credit/monthly/2021-01/v1")
    #expect(scratch?.text("output/credit/monthly/2021-01/v1/tables/scores.csv") == "a\nhello\n")
    #expect(scratch?.link("output/credit/monthly/2021-01/latest") == "v1")
    #expect(scratch?.names("output/credit/monthly/2021-01") == ["latest", "v1"])
    #expect(archive.digest(of: kept.version) == kept.digest)
  }

  @Test func publishesNothingNewForEqualContent() throws {
    _ = try archive.keep(report())
    let again = try archive.keep(report())
    #expect(!again.isNew)
    #expect(again.version.number == 1)
    let other = try archive.keep(report("other"))
    #expect(other.version.number == 2)
    // Going back to the first content is news again: the newest version counts.
    #expect(try archive.keep(report()).version.number == 3)
    #expect(scratch?.link("output/credit/monthly/2021-01/latest") == "v3")
  }

  @Test(arguments: ["changed", "missing", "added"])
  func publishesAnewWhenTheNewestVersionWasTouched(how: String) throws {
    let kept = try archive.keep(report())
    switch how {
    case "changed": try Data("x".utf8).write(to: URL(fileURLWithPath: kept.path + "/index.html"))
    case "missing": try FileManager.default.removeItem(atPath: kept.path + "/tables/scores.csv")
    default: try Data().write(to: URL(fileURLWithPath: kept.path + "/extra"))
    }
    let again = try archive.keep(report())
    #expect(again.isNew)
    #expect(again.version.number == 2)
  }

  @Test func letsConcurrentPublishersOfEqualReportsShareOneVersion() async throws {
    let kept = try await publish(times: 16) { _ in report() }
    #expect(Set(kept.map(\.version.number)) == [1])
    #expect(kept.filter(\.isNew).count == 1)
    #expect(scratch?.names("output/credit/monthly/2021-01") == ["latest", "v1"])
  }

  @Test func givesConcurrentPublishersOfDifferentReportsNumbersOfTheirOwn() async throws {
    let kept = try await publish(times: 16) { report("body \($0)") }
    #expect(Set(kept.map(\.version.number)) == Set(1...16))
    #expect(kept.allSatisfy { $0.isNew && $0.remarks.isEmpty })
    #expect(scratch?.link("output/credit/monthly/2021-01/latest") == "v16")
    for one in kept { #expect(archive.digest(of: one.version) == one.digest) }
  }

  private func publish(
    times: Int, _ make: @escaping @Sendable (Int) -> Report
  ) async throws -> [Archive.Kept] {
    let archive = archive
    return try await withThrowingTaskGroup(of: Archive.Kept.self) { group in
      for index in 0..<times { group.addTask { try archive.keep(make(index)) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
  }

  @Test func cleansUpAfterAKilledPublisher() throws {
    let place = "output/credit/monthly/2021-01"
    try scratch?.write("half", to: "\(place)/.staging-abc/index.html")
    let living = try Staging(in: Folder("\(root)/\(place)"))
    _ = try archive.keep(report())
    let name = String(living.path.split(separator: "/").last ?? "")
    #expect(scratch?.names(place) == [name, "latest", "v1"])
    living.discard()
    #expect(scratch?.names(place) == ["latest", "v1"])
  }

  @Test func forgetsALockWhenItsProcessIsKilled() throws {
    let parent = Folder("\(root)/output/a/b")
    try parent.make()
    try scratch?.write("half", to: "output/a/b/.staging-killed/index.html")
    // A process that holds the lock as a publisher does, until it is killed.
    let holder = Process()
    holder.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    holder.arguments = [
      "flock", "--no-fork", "\(parent.path)/.staging-killed", "sh", "-c",
      "echo locked; exec sleep 60",
    ]
    let pipe = Pipe()
    holder.standardOutput = pipe
    try holder.run()
    _ = pipe.fileHandleForReading.readData(ofLength: 7)
    Staging.sweep(parent)
    #expect(scratch?.names("output/a/b") == [".staging-killed"])
    kill(holder.processIdentifier, SIGKILL)
    holder.waitUntilExit()
    Staging.sweep(parent)
    #expect(scratch?.names("output/a/b") == [])
  }

  @Test(arguments: [
    ("../evil", "x"), ("a/../../b", "x"), ("/etc", "x"), ("", "x"), ("a", ".."), ("a", "../x"),
    ("a", ""), ("a", "b/c"), ("a", "latest"), ("a", "v3"), (".git", "x"), ("a\\b", "x"),
    ("a@b", "x"), ("a\n", "x"), ("a", String(repeating: "x", count: 300)),
  ])
  func refusesNamesThatLeadElsewhere(notebook: String, edition: String) throws {
    let error = #expect(throws: ArchiveError.self) {
      try archive.keep(report(notebook: notebook, edition: edition))
    }
    #expect(error?.kind == .unsafeName)
    #expect(scratch?.names() == [])
  }

  @Test(arguments: ["../../x", "/etc/x", "a//b", "a/./b"])
  func refusesFilesThatLeadElsewhere(path: String) throws {
    let error = #expect(throws: ArchiveError.self) {
      try archive.keep(report(more: [Report.File(path: path, content: .text("x"))]))
    }
    #expect(error?.kind == .unsafeName)
    #expect(scratch?.names("output/credit/monthly/2021-01") == [])
  }

  @Test func writesNothingThroughALink() throws {
    let elsewhere = try Scratch()
    try FileManager.default.createDirectory(
      atPath: "\(root)/output", withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: "\(root)/output/credit", withDestinationPath: elsewhere.path)
    #expect(throws: ArchiveError.self) { try archive.keep(report()) }
    #expect(elsewhere.names() == [])
  }

  @Test func refusesToPublishAFailedRun() throws {
    #expect(throws: ArchiveError.self) { try archive.keep(report(isSuccess: false)) }
    let path = try archive.keepFailed(report("sad", isSuccess: false), run: "r1")
    #expect(path == "\(root)/.washi/runs/r1")
    #expect(scratch?.names(".washi/runs/r1") == ["index.html", "report.json", "tables"])
    #expect(scratch?.names("output") == [])
  }

  @Test func copiesArtifactsAndChecksTheirBytes() throws {
    try scratch?.write("a,b\n1,2\n", to: "staged/scores.csv")
    var artifact = Artifact(
      path: "scores.csv", stagedAt: "\(root)/staged/scores.csv", size: 8,
      digest: Fingerprint(of: "a,b\n1,2\n"))
    let kept = try archive.keep(
      report(more: [Report.File(path: "artifacts/scores.csv", content: .staged(artifact))]))
    #expect(archive.text("artifacts/scores.csv", of: kept.version) == "a,b\n1,2\n")
    #expect(archive.digest(of: kept.version) == kept.digest)

    artifact.digest = Fingerprint(of: "something else")
    let error = #expect(throws: ArchiveError.self) {
      try archive.keep(
        report("new", more: [Report.File(path: "artifacts/scores.csv", content: .staged(artifact))])
      )
    }
    #expect(error?.kind == .changedContent)
    #expect(scratch?.names("output/credit/monthly/2021-01") == ["latest", "v1"])
  }

  @Test func saysWhyAFolderCannotBeWritten() throws {
    try scratch?.write("a file", to: "output")
    let error = #expect(throws: ArchiveError.self) { try archive.keep(report()) }
    #expect(error?.summary.contains("\(root)/output") == true)
    let full = Archive(output: "/dev/full/x", state: "/dev/full/y")
    #expect(throws: ArchiveError.self) { try full.keep(report()) }
    let readOnly = Archive(output: "/proc/washi", state: "/proc/washi")
    #expect(throws: ArchiveError.self) { try readOnly.keep(report()) }
  }
}
