import Foundation
import Testing
import Vocabulary

@testable import Storing

@Suite struct ShelfTests {
  private let there: Place
  private let here: Place
  private let shelf: Shelf

  init() throws {
    there = try Place()
    here = try Place()
    shelf = Shelf(FolderStore(there.path))
    try here.write("a", as: "folder/one")
    try here.write("b", as: "folder/deep/two")
    try here.write("a", as: "folder/three")
  }

  private func layOut(_ name: String) throws -> Place? {
    let back = try Place()
    guard let bundle = try shelf.bundle(name), try shelf.lay(bundle, into: back.path) else {
      return nil
    }
    return back
  }

  @Test func givesAFolderBack() throws {
    try shelf.keep("\(here.path)/folder", as: "cache/x")
    let back = try #require(try layOut("cache/x"))
    #expect(back.names == ["deep/two", "one", "three"])
    #expect(back.text("deep/two") == "b")
    // Equal bytes are there once.
    #expect(there.names.count { $0.hasPrefix("blobs/") } == 2)
    #expect(try shelf.names(in: "cache") == ["cache/x"])
    #expect(try layOut("cache/y") == nil)
  }

  @Test func isThereWholeOrNotAtAll() throws {
    // Somebody dies before the manifest is written: nothing is there.
    _ = try shelf.sendBytes(of: "\(here.path)/folder")
    #expect(try shelf.names(in: "").isEmpty)
    try shelf.keep("\(here.path)/folder", as: "cache/x")
    let manifest = try #require(there.text("cache/x.json"))
    // Half of a manifest, on a store that does not write at once.
    try there.write(String(manifest.prefix(manifest.count / 2)), as: "cache/x.json")
    #expect(try layOut("cache/x") == nil)
    try there.write(manifest, as: "cache/x.json")
    #expect(try layOut("cache/x") != nil)
    // Other bytes, then none, under the name of the right ones.
    let blob = Shelf.blob(Fingerprint(of: "b"))
    try there.write("c", as: blob)
    #expect(try layOut("cache/x") == nil)
    try FileManager.default.removeItem(atPath: "\(there.path)/\(blob)")
    #expect(try layOut("cache/x") == nil)
  }

  @Test func leadsNowhereElse() throws {
    for path in ["../x", "/x", "a//b", "a/./b", ""] {
      let body =
        #"{"files":[{"digest":"\#(Fingerprint(of: "a"))","path":"\#(path)","size":1}]}"#
      try there.write("\(Fingerprint(of: body))\n\(body)", as: "cache/evil.json")
      #expect(try shelf.bundle("cache/evil") == nil)
    }
  }

  @Test func claimsANameOnce() throws {
    let bundle = try shelf.sendBytes(of: "\(here.path)/folder")
    #expect(try shelf.claim(bundle, as: "versions/n/e/v1"))
    // The same again is no conflict: an answer may have been lost.
    #expect(try shelf.claim(bundle, as: "versions/n/e/v1"))
    try here.write("other", as: "folder/one")
    #expect(try !shelf.claim(shelf.sendBytes(of: "\(here.path)/folder"), as: "versions/n/e/v1"))
  }

  @Test func cleansWhatIsOldAndWhatNothingNames() throws {
    let now = Date().timeIntervalSince1970
    try shelf.keep("\(here.path)/folder", as: "cache/x")
    try here.write("kept", as: "version/page")
    #expect(
      try shelf.claim(shelf.sendBytes(of: "\(here.path)/version"), as: "versions/n/e/v1"))
    // Nothing is old.
    var cleaning = try shelf.clean("cache", before: now - 100, at: now, isTrial: false)
    #expect(cleaning == Shelf.Cleaning())
    // A result is old; its bytes are young, as somebody might be about to name them.
    cleaning = try shelf.clean("cache", before: now + 100, at: now, isTrial: true)
    #expect(cleaning.results == 1 && cleaning.blobs == 0)
    #expect(try shelf.names(in: "cache").count == 1)
    // Two days on.
    let later = now + 172_800
    cleaning = try shelf.clean("cache", before: later, at: later, isTrial: false)
    #expect(cleaning.results == 1 && cleaning.blobs == 2)
    #expect(try layOut("cache/x") == nil)
    #expect(try layOut("versions/n/e/v1")?.text("page") == "kept")
    // What cannot be read is not taken for nothing.
    try there.write("torn", as: "versions/n/e/v2.json")
    #expect(throws: StorageError.self) {
      try shelf.clean("cache", before: later, at: later, isTrial: false)
    }
  }
}
