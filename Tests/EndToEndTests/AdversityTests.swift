import Foundation
import Testing

/// What happens when the world does not play along: each a clear outcome, and nothing half-written.
@Suite struct AdversityTests {
  private let notebook = """
    # Numbers

    ```sql step numbers show=table
    SELECT range AS n, md5(range::VARCHAR) AS digest FROM range(4000)
    ```

    ```yaml step file
    { uses: export, table: numbers, path: numbers.csv }
    ```
    """

  /// The folders of versions, finished or not.
  private func versions(_ shop: borrowing Workshop) -> [String] {
    let folder = shop.folder.path + "/output/n/default"
    return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
      .filter { $0 != "latest" }.sorted()
  }

  @Test func leavesNothingHalfWrittenWhenNoFileCanGrow() throws {
    let shop = try Workshop()
    try shop.write("n.md", notebook)
    var statuses: Set<Int32> = []
    // Blocks of 512 bytes: from nothing at all to enough for everything.
    for blocks in [0, 1, 8, 64, 200, 400, 1000, 100_000] {
      let outcome = try shop.run(
        "sh", "-c", "ulimit -f \(blocks); exec \"$0\" run n.md --no-cache", Workshop.executable.path
      )
      statuses.insert(outcome.status)
      if outcome.status == 0 {
        #expect(versions(shop) == ["v1"])
      } else {
        #expect(outcome.status == 1, "\(blocks): \(outcome.errors)")
        // What it writes for people goes into a file here, too.
        if blocks >= 8 { #expect(outcome.errors.contains("File too large"), "\(outcome.errors)") }
        #expect(!versions(shop).contains("v1"), "\(blocks) left a version")
      }
    }
    #expect(statuses == [0, 1])
    #expect(try shop.washi("verify", "n@default").status == 0)
    #expect(versions(shop) == ["v1"])
  }

  @Test func saysWhichFolderItMayNotWriteTo() throws {
    let shop = try Workshop()
    try shop.write("n.md", notebook)
    try shop.write("output/n/keep.txt", "")
    let files = FileManager.default
    // Root may write everywhere, so somebody else tries.
    let isRoot = geteuid() == 0
    let other = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    let command = (isRoot ? other : ["env"]) + [Workshop.executable.path]
    func run(_ arguments: String...) throws -> Workshop.Outcome {
      try shop.run(command[0], Array(command.dropFirst()) + arguments)
    }
    if isRoot {
      for path in [".", "n.md", "washi.yaml", "output", "output/n", "output/n/keep.txt"] {
        try files.setAttributes(
          [.ownerAccountID: 65534], ofItemAtPath: shop.folder.path + "/" + path)
      }
      // Not every machine lets the other user reach the executable and the engines beside it.
      let look = other.dropFirst() + ["ls", Workshop.package.path]
      guard try run("--version").status == 0, try shop.run(other[0], Array(look)).status == 0
      else { return }
    }
    let output = shop.folder.path + "/output/n"
    try files.setAttributes([.posixPermissions: 0o555], ofItemAtPath: output)
    let refused = try run("run", "n.md")
    try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: output)
    #expect(refused.status == 1, "\(refused.errors)")
    #expect(refused.errors.contains("output/n"), "\(refused.errors)")
    #expect(refused.errors.contains("Permission denied"), "\(refused.errors)")
    #expect(versions(shop) == [])

    try shop.write("data.csv", "a\n1\n")
    try shop.write(
      "r.md",
      "---\ncatalog:\n  rows: { path: data.csv }\n---\n\n```sql step s\nSELECT a FROM rows\n```\n")
    try files.setAttributes([.posixPermissions: 0], ofItemAtPath: shop.folder.path + "/data.csv")
    let unreadable = try run("run", "r.md")
    #expect(unreadable.status == 2, "\(unreadable.errors)")
    #expect(unreadable.errors.contains("r.md:3:"), "\(unreadable.errors)")
    #expect(unreadable.errors.contains("data.csv"), "\(unreadable.errors)")
  }

  @Test func failsWhenAnInputChangesWhileItIsRead() throws {
    let shop = try Workshop()
    try shop.write("washi.yaml", "processes: allow\n")
    try shop.write("data.csv", "a\n1\n2\n")
    let steps = """
      ---
      catalog:
        rows: { path: data.csv }
      ---

      ```sh step meddler
      CHANGE
      ```

      ```sql step total needs=meddler show=1
      SELECT sum(a) AS total FROM rows
      ```
      """
    try shop.write(
      "n.md", steps.replacing("CHANGE", with: "echo 39 >> \"$WASHI_PROJECT/data.csv\""))
    let changed = try shop.washi("run", "n.md")
    #expect(changed.status == 1, "\(changed.errors)")
    #expect(changed.errors.contains("changed while it was read"), "\(changed.errors)")
    #expect(changed.errors.contains("n.md:3:"), "\(changed.errors)")
    #expect(versions(shop) == [])

    // What was computed of other bytes than those recorded is not found again.
    try shop.write("data.csv", "a\n1\n2\n")
    try shop.write("n.md", steps.replacing("CHANGE", with: "true"))
    #expect(try shop.washi("run", "n.md").status == 0)
    #expect(try shop.read("output/n/default/v1/tables/total.csv") == "total\n3\n")

    // Equal bytes are no change.
    try shop.write(
      "n.md",
      steps.replacing(
        "CHANGE",
        with: "cd \"$WASHI_PROJECT\"; cat data.csv > copy; mv copy data.csv"))
    let same = try shop.washi("run", "n.md")
    #expect(same.status == 0, "\(same.errors)")
  }

  @Test func showsTheFirstRowsOfManyMillions() throws {
    let shop = try Workshop()
    try shop.write("n.md", "```sql step s show=5\nSELECT range AS n FROM range(3000000)\n```\n")
    let outcome = try shop.washi("run", "n.md", "--no-cache")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try shop.read("output/n/default/v1/report.md").contains("5 of 3,000,000 rows"))
    #expect(try shop.read("output/n/default/v1/tables/s.csv") == "n\n0\n1\n2\n3\n4\n")
  }

  @Test func showsOnlyItsOwnValuesWhenManyRunAtOnce() throws {
    let shop = try Workshop()
    try shop.write(
      "n.md",
      """
      ---
      edition: "{{ $name }}"
      catalog:
        rows: { path: "data/{{ $name }}.csv" }
      ---

      # Run {{ $name }}

      ```yaml parameters
      name: { type: string, default: a }
      ```

      {{ $name }} has {{ (SELECT md5(string_agg(value, ',' ORDER BY value)) FROM rows) }}.
      """)
    let names = (1...8).map { "run\($0)" }
    var digests: [String] = []
    for name in names {
      try shop.write("data/\(name).csv", "value\n" + (1...200).map { "\(name)-\($0)\n" }.joined())
      try shop.write(
        "ask.md",
        "---\ncatalog: { rows: { path: data/\(name).csv } }\n---\n\n"
          + "{{ (SELECT md5(string_agg(value, ',' ORDER BY value)) FROM rows) }}\n")
      #expect(try shop.washi("run", "ask.md").status == 0)
      let twin = try shop.read("output/ask/default/latest/report.md")
      digests += twin.split(separator: "\n").map(String.init).filter {
        $0.count == 32 && $0.allSatisfy(\.isHexDigit)
      }
    }
    #expect(Set(digests).count == names.count)
    let running = try names.map { try shop.start(["run", "n.md", "-p", "name", $0]) }
    for process in running {
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
    }
    for (name, digest) in zip(names, digests) {
      let twin = try shop.read("output/n/\(name)/v1/report.md")
      #expect(twin.contains("\(name) has \(digest)."), "\(name)")
    }
  }
}
