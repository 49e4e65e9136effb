import Foundation
import Testing

@testable import Commands

/// Whether DuckDB can be loaded from here.
private let hasEngine: Bool = {
  guard let bench = try? Bench() else { return false }
  let desk = bench.desk()
  return (try? OpenEngine(for: desk.project, in: desk.circumstances)) != nil
}()

/// What makes a step run again, and what does not: one project, changed in one way at a time.
@Suite(.enabled(if: hasEngine)) struct CacheTests {
  /// Six steps: `big` and `small` read the file, `total` reads `big`, `shown` and `file` what is made
  /// of it, `alone` nothing.
  static let notebook = """
    ---
    title: Sales, {{ $words }}
    catalog:
      sales: { path: "{{ $folder }}/sales.csv" }
    ---

    # Sales

    There are {{ (SELECT count(*) FROM big) }} big ones, {{ tiles.sum }} in sum.

    ```yaml parameters
    folder: { type: path, default: data }
    least: { type: int, default: 10 }
    words: { type: string, default: all }
    token: { type: secret, from: env:TOKEN }
    ```

    ```sql step big
    SELECT shop, amount FROM sales WHERE amount >= $least ORDER BY shop  -- the big ones
    ```

    ```sql step small
    SELECT shop, amount FROM sales WHERE amount < 10 ORDER BY shop
    ```

    ```sql step total
    SELECT sum(amount) AS amount, count(*) AS sales FROM big
    ```

    ```yaml step tiles
    uses: metric
    metrics:
      sum: { value: "{{ (SELECT amount FROM total) }}" }
    ```

    ```yaml step shown
    uses: table
    table: big   # as it is
    ```

    ```yaml step file
    uses: export
    table: total
    path: total.csv
    ```

    ```sql step alone
    SELECT 1 AS one
    ```

    """
  static let data = "shop,amount\na,5\nb,10\nc,20\n"
  static let all = ["big", "small", "total", "tiles", "shown", "file", "alone"]
  static let belowBig = ["big", "total", "tiles", "shown", "file"]

  /// A change, and the steps that run because of it.
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var runs: [String]
    var edits: [(old: String, new: String)] = []
    var arguments: [String] = []
    var act: @Sendable (Bench) throws -> Void = { _ in }
    var testDescription: String { name }

    init(
      _ name: String, runs: [String], edits: [(String, String)] = [], arguments: [String] = [],
      act: @escaping @Sendable (Bench) throws -> Void = { _ in }
    ) {
      self.name = name
      self.runs = runs
      self.edits = edits.map { (old: $0.0, new: $0.1) }
      self.arguments = arguments
      self.act = act
    }
  }

  static let cases: [Case] = [
    Case("nothing", runs: []),
    // Words for people
    Case("prose", runs: [], edits: [("There are", "We have")]),
    Case("title", runs: [], edits: [("title: Sales", "title: Trade")]),
    Case("a heading", runs: [], edits: [("# Sales", "# Sales\n\n## Really")]),
    Case("a comment in SQL", runs: [], edits: [("-- the big ones", "-- those\n  /* large */")]),
    Case("a comment in YAML", runs: [], edits: [("# as it is", "# whatever")]),
    Case(
      "white space in SQL", runs: [],
      edits: [("FROM sales WHERE amount >=", "FROM  sales\n  WHERE amount >=")]),
    Case("quotes in YAML", runs: [], edits: [("uses: table\n", "uses: 'table'\n")]),
    Case("a semicolon", runs: [], edits: [("AS one", "AS one;")]),
    Case(
      "a figure more in prose", runs: [],
      edits: [("# Sales\n", "# Sales\n\nAnd more, {{ $words }}.\n")]),
    Case(
      "a pipe table in prose", runs: [],
      edits: [("# Sales\n", "# Sales\n\n| a | b |\n|---|---|\n| 1 | 2 |\n")]),
    // How a step is run
    Case("timeout", runs: [], edits: [("uses: metric", "uses: metric\ntimeout: 60")]),
    Case("retries", runs: [], edits: [("uses: metric", "uses: metric\nretries: 2")]),
    Case("on_error", runs: [], edits: [("uses: metric", "uses: metric\non_error: continue")]),
    Case("cache: off", runs: ["tiles"], edits: [("uses: metric", "uses: metric\ncache: off")]),
    Case("cache: off above", runs: ["big"], edits: [("step big", "step big cache=off")]),
    // The step itself
    Case(
      "SQL of a step, with another result", runs: ["small"], edits: [("amount < 10", "amount < 11")]
    ),
    Case(
      "SQL of a step, equal result", runs: ["big"],
      edits: [("amount >= $least", "NOT amount < $least")]),
    Case(
      "SQL of a middle step, equal result", runs: ["total"],
      edits: [("sum(amount) AS", "sum(1 * amount) AS")]),
    Case(
      "SQL of a middle step, other type", runs: ["total", "tiles", "file"],
      edits: [("sum(amount) AS", "sum(amount)::BIGINT AS")]),
    Case(
      "a column's name", runs: ["total", "tiles", "file"],
      edits: [("count(*) AS sales", "count(*) AS number")]),
    Case(
      "the case of a column's name", runs: ["total", "tiles", "file"],
      edits: [("count(*) AS sales", "count(*) AS Sales")]),
    Case("text within quotes", runs: ["alone"], edits: [("SELECT 1 AS one", "SELECT '1 ' AS one")]),
    Case("an option", runs: ["shown"], edits: [("uses: table\n", "uses: table\nrows: 1\n")]),
    Case(
      "a step's title", runs: ["shown"],
      edits: [("uses: table\n", "uses: table\ntitle: Big ones\n")]),
    Case("show", runs: ["alone"], edits: [("step alone", "step alone show=table")]),
    Case("when holds", runs: ["alone"], edits: [("step alone", "step alone when=true")]),
    Case("when fails", runs: [], edits: [("step alone", "step alone when=false")]),
    Case("needs", runs: ["alone"], edits: [("step alone", "step alone needs=small")]),
    Case("a step renamed", runs: ["lonely"], edits: [("step alone", "step lonely")]),
    Case(
      "a new step", runs: ["more"],
      edits: [("```sql step alone", "```sql step more\nSELECT 2 AS two\n```\n\n```sql step alone")]),
    Case("a step left out", runs: [], edits: [("```sql step alone\nSELECT 1 AS one\n```\n", "")]),
    Case(
      "two steps change places", runs: [],
      edits: [
        (
          "step small\nSELECT shop, amount FROM sales WHERE amount < 10 ORDER BY shop",
          "step XX\nSELECT 1 AS one"
        ),
        (
          "step alone\nSELECT 1 AS one",
          "step small\nSELECT shop, amount FROM sales WHERE amount < 10 ORDER BY shop"
        ),
        ("step XX", "step alone"),
      ]),
    Case(
      "another path of an export", runs: ["file"], edits: [("path: total.csv", "path: sum.csv")]),
    // Parameters
    Case("a parameter that a step uses", runs: belowBig, arguments: ["-p", "least", "20"]),
    Case("a parameter that only prose uses", runs: [], arguments: ["-p", "words", "few"]),
    Case("a parameter given as its default", runs: [], arguments: ["-p", "least", "10"]),
    Case(
      "a new parameter that nothing uses", runs: [], edits: [("words: {", "other: 1\nwords: {")]),
    Case("a parameter's default", runs: ["big"], edits: [("default: 10 }", "default: 7 }")]),
    Case(
      "a parameter's type", runs: ["big"], edits: [("least: { type: int", "least: { type: float")]),
    Case(
      "a parameter's description", runs: [],
      edits: [("default: 10 }", "default: 10, description: Least }")]),
    // Files
    Case("a file touched", runs: [], act: { try $0.write(data, to: "data/sales.csv") }),
    Case("a file replaced by equal bytes", runs: []) { bench in
      try bench.write(data, to: "data/new.csv")
      try FileManager.default.removeItem(atPath: "\(bench.folder)/data/sales.csv")
      try FileManager.default.moveItem(
        atPath: "\(bench.folder)/data/new.csv", toPath: "\(bench.folder)/data/sales.csv")
    },
    Case("a file elsewhere with equal bytes", runs: [], arguments: ["-p", "folder", "copy"]) {
      try $0.write(data, to: "copy/sales.csv")
    },
    Case(
      "one byte of a file, of the same size",
      runs: ["big", "small", "total", "tiles", "shown", "file"]
    ) {
      try $0.write(data.replacing("20", with: "21"), to: "data/sales.csv")
    },
    Case(
      "one byte of a file, of the same size and time",
      runs: ["big", "small", "total", "tiles", "shown", "file"]
    ) { bench in
      let path = "\(bench.folder)/data/sales.csv"
      let old = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate]
      let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
      try handle.seek(toOffset: UInt64(data.utf8.count - 2))
      try handle.write(contentsOf: Data("1".utf8))
      try handle.close()
      try FileManager.default.setAttributes([.modificationDate: old as Any], ofItemAtPath: path)
    },
    Case("one byte that only one step sees", runs: ["big", "small"]) {
      try $0.write(data.replacing("a,5", with: "a,6"), to: "data/sales.csv")
    },
    Case("a line end at the end of a file", runs: ["big", "small"]) {
      try $0.write(data + "\n", to: "data/sales.csv")
    },
    Case("a file that nobody reads", runs: []) { try $0.write("x\n1\n", to: "data/other.csv") },
    Case(
      "a catalog option, equal rows", runs: ["big", "small"],
      edits: [
        ("/sales.csv\" }", "/sales.csv\", read: { header: true } }")
      ]),
    Case(
      "a column's type in the catalog", runs: ["big", "small", "total", "tiles", "shown", "file"],
      edits: [
        ("/sales.csv\" }", "/sales.csv\", columns: { amount: DOUBLE } }")
      ]),
    // Around the notebook
    Case("the project file", runs: []) { try $0.write("memory_limit: 1GB\n", to: "washi.yaml") },
    Case("a parameter in the project file", runs: ["big"]) {
      try $0.write("parameters: { least: 8 }\n", to: "washi.yaml")
    },
    Case("a secret", runs: []) { $0.set("TOKEN", "another-s3cret") },
    Case("the time zone", runs: []) { $0.set("TZ", "Asia/Tokyo") },
    Case("the locale", runs: []) { $0.set("LC_ALL", "de_DE.UTF-8") },
    Case("another build of washi", runs: all) { $0.become(build: "another") },
    Case("without the cache", runs: all, arguments: ["--no-cache"]),
    Case("the cache removed", runs: all) {
      try FileManager.default.removeItem(atPath: "\($0.folder)/.washi/cache/results")
    },
    Case("the ledger removed", runs: []) {
      try FileManager.default.removeItem(atPath: "\($0.folder)/.washi/cache/ledgers")
    },
  ]

  /// A project whose notebook has run once.
  private static let first = Task {
    let bench = try Bench(environment: ["TOKEN": "s3cret-value"])
    try bench.write(notebook, to: "sales.md")
    try bench.write(data, to: "data/sales.csv")
    #expect(await bench.washi("run", "sales.md") == .done, "\(bench.err)")
    return bench
  }

  /// A copy of that project.
  private func project() async throws -> Bench {
    let first = try await Self.first.value
    let bench = try Bench(environment: ["TOKEN": "s3cret-value"])
    for name in first.names() where name != "washi.yaml" {
      try FileManager.default.copyItem(
        atPath: "\(first.folder)/\(name)", toPath: "\(bench.folder)/\(name)")
    }
    return bench
  }

  /// What `run --json` has said.
  private struct Facts: Decodable {
    struct Step: Decodable {
      var name: String
      var state: String
    }
    var steps: [Step]
    var path: String

    init(_ bench: Bench) throws {
      self = try JSONDecoder().decode(Self.self, from: Data(bench.out.utf8))
    }

    /// The steps that were done, in document order.
    var ran: [String] {
      steps.filter { $0.state != "cached" && $0.state != "skipped" }.map(\.name)
    }

    var folder: String { String(path.dropLast("/index.html".count)) }
  }

  @Test(arguments: cases) func runsAgainWhatAChangeConcerns(_ one: Case) async throws {
    let bench = try await project()
    var text = Self.notebook
    for edit in one.edits {
      try #require(text.contains(edit.old), "\(edit.old)")
      text = text.replacing(edit.old, with: edit.new)
    }
    try bench.write(text, to: "sales.md")
    try one.act(bench)
    // What a plan says comes true.
    let call = ["sales.md"] + one.arguments
    let isPlanned = !one.arguments.contains("--no-cache")
    var planned: [String] = []
    if isPlanned {
      #expect(await bench.call(["plan", "--json"] + call) == .done, "\(bench.err)")
      planned = try JSONDecoder().decode(Planned.self, from: Data(bench.out.utf8)).steps
        .filter { $0.fate != "reused" }.map(\.name)
    }
    #expect(await bench.call(["run", "--json"] + call) == .done, "\(bench.err)")
    let facts = try Facts(bench)
    let names = facts.ran
    #expect(names == one.runs)
    if isPlanned { #expect(Set(names).isSubset(of: planned)) }

    // Whatever was reused, the report is that of a run without a cache.
    let cached = try bench.files(below: facts.folder)
    #expect(
      await bench.call(["run", "--json", "--no-cache", "--output", "fresh"] + call) == .done)
    #expect(try bench.files(below: Facts(bench).folder) == cached)
    // And no secret has got into the project's own folder.
    for (name, bytes) in try bench.files(below: ".washi/cache") {
      #expect(!String(decoding: bytes, as: UTF8.self).contains("s3cret"), "\(name)")
    }
  }

  private struct Planned: Decodable {
    struct Step: Decodable {
      var name: String
      var fate: String
      var reasons: [String]
    }
    var steps: [Step]
  }
}
