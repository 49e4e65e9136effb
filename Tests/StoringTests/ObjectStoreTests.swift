import Foundation
import Testing

@testable import Storing

@Suite struct ObjectStoreTests {
  @Test(arguments: TriedStore.here)
  func givesBackWhatItWasGiven(kind: TriedStore) throws {
    let (there, here, back) = (try Place(), try Place(), try Place())
    let store = try kind.open("\(there.path)/deep/down")
    try here.write("one", as: "a/b c.txt")
    try here.write("日本 $(id)", as: "a/日本's #1.txt")
    try store.put(here.path)
    #expect(try store.get("a/b c.txt", to: "\(back.path)/x/one"))
    #expect(back.text("x/one") == "one")
    try store.get(["a/日本's #1.txt", "a/none"], into: back.path)
    #expect(back.text("a/日本's #1.txt") == "日本 $(id)")
    #expect(back.names == ["a/日本's #1.txt", "x/one"])
    #expect(try store.get("a/none", to: "\(back.path)/none") == false)
    #expect(try store.objects(in: "a").map(\.name).sorted() == ["a/b c.txt", "a/日本's #1.txt"])
    #expect(try store.objects(in: "none").isEmpty)
    let now = Date().timeIntervalSince1970
    #expect(try store.objects(in: "").allSatisfy { abs($0.modified - now) < 100 && $0.size > 0 })
    try store.remove(["a/b c.txt", "a/none"])
    #expect(try store.objects(in: "").map(\.name) == ["a/日本's #1.txt"])
  }

  @Test(arguments: TriedStore.here)
  func letsOneOfManyHaveAName(kind: TriedStore) async throws {
    let (there, here) = (try Place(), try Place())
    for turn in 0..<3 {
      let winners = await withTaskGroup(of: Int?.self) { group in
        for one in 0..<6 {
          group.addTask {
            guard let store = try? kind.open(there.path),
              let path = try? here.write("\(turn) \(one)", as: "\(turn)/\(one)"),
              (try? store.create(path, as: "names/\(turn)")) == true
            else { return nil }
            return one
          }
        }
        return await group.reduce(into: [Int]()) { all, one in all += one.map { [$0] } ?? [] }
      }
      #expect(winners.count == 1)
      #expect(there.text("names/\(turn)") == "\(turn) \(winners.first ?? -1)")
    }
  }

  @Test(arguments: TriedStore.here)
  func takesTheSameBytesForItsOwn(kind: TriedStore) throws {
    let (there, here) = (try Place(), try Place())
    let store = try kind.open(there.path)
    let (one, other) = (try here.write("same", as: "1"), try here.write("same", as: "2"))
    #expect(try store.create(one, as: "n"))
    #expect(try store.create(other, as: "n"))
    #expect(try !store.create(here.write("else", as: "3"), as: "n"))
    #expect(there.text("n") == "same")
  }

  @Test(arguments: [
    ("/mnt/shared/reports/", "folder(\"/mnt/shared/reports\")"),
    ("rclone:/mnt/shared", "folder(\"/mnt/shared\")"),
    ("rclone:s3:bucket/prefix/", "rclone(\"s3:bucket/prefix\")"),
    ("rclone:dav:", "rclone(\"dav:\")"),
  ])
  func readsAddresses(text: String, meaning: String) throws {
    #expect("\(try StorageAddress.read(text).get())".hasSuffix(meaning))
  }

  @Test(arguments: [
    "", "/", "shared", "s3:bucket", "rclone:", "rclone:bucket", "rclone:--config=x:y",
    "rclone::s3,access_key_id=k,secret_access_key=s:bucket", "rclone:s3,env_auth=true:bucket",
  ])
  func refusesAddressesThatAreNoneOrHoldCredentials(text: String) {
    #expect(throws: StorageAddress.Fault.self) { try StorageAddress.read(text).get() }
  }

  @Test(.enabled(if: (try? Rclone()) != nil, "rclone is not installed"))
  func saysNothingOfCredentials() throws {
    let environment = [
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "", "RCLONE_CONFIG": "/dev/null",
      "RCLONE_CONFIG_S3_TYPE": "s3", "RCLONE_CONFIG_S3_ENDPOINT": "http://u:pa55word@127.0.0.1:1",
      "RCLONE_CONFIG_S3_ACCESS_KEY_ID": "akey", "RCLONE_CONFIG_S3_SECRET_ACCESS_KEY": "asecret",
    ]
    let program = try Rclone(in: environment)
    #expect(try program.kind(of: "s3:bucket") == .s3)
    let here = try Place()
    let store = try RcloneStore("s3:bucket", kind: .s3, program: program)
    let error = #expect(throws: StorageError.self) {
      try store.create(here.write("x", as: "x"), as: "n")
    }
    let said = "\(error?.description ?? "") \(error?.solutions ?? [])"
    #expect(!said.contains("pa55word") && !said.contains("asecret") && !said.contains("akey"))
    #expect(said.contains("rclone"))
    #expect(throws: StorageError.self) { try program.kind(of: "nobody:bucket") }
  }
}
