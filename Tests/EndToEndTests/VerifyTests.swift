import Foundation
import Testing

/// `washi diff` and `washi verify` on versions that were really made.
@Suite struct VerifyTests {
  private static let notebook = """
    ---
    title: Sales
    edition: "{{ $month }}"
    catalog:
      sales: { path: data/sales.csv }
    ---

    # Sales of {{ $month }}

    ```yaml parameters
    month: { type: string, default: "2026-01" }
    least: { type: int, default: 1 }
    ```

    {{ (SELECT sum(sold) FROM big) }} pieces were sold.

    ```sql step big show=table
    SELECT shop, sold FROM sales WHERE sold >= $least ORDER BY shop
    ```

    ```yaml step bars
    uses: chart
    table: big
    mark: bar
    x: shop
    y: sold
    title: Sold by shop
    ```

    ```yaml step file
    uses: export
    table: big
    path: big.csv
    ```

    """

  private static let data = "shop,sold\nAda,10\nBob,2\nCem,30\n"

  @Test(
    arguments: [
      "it's a \"name\"", "two  words", "報告 é", "-dash", "100%", "a;b&c", "$HOME", "`tick`", "a'$x",
    ])
  func findsANotebookOfAnyName(_ name: String) throws {
    let shop = try Workshop()
    try shop.write("data/sales.csv", Self.data)
    // What looks like the command is not taken for it.
    let prose = "\n```sh\nwashi run notebooks/other.md\n```\n"
    for folder in ["", "notebooks/\(name)/"] {
      try shop.write("\(folder)\(name).md", Self.notebook + prose)
      let run = try shop.washi("run", "-p", "least", "2", "-q", "--", "\(folder)\(name).md")
      #expect(run.status == 0, "\(run.errors)")
      let series = folder.isEmpty ? name : "\(name)/\(name)"
      let verify = try shop.washi("verify", "--", "\(series)@2026-01")
      #expect(verify.status == 0, "\(verify.output)\(verify.errors)")
      #expect(verify.output.hasPrefix("same bytes: "), "\(verify.output)")

      // The command in the report is one that a shell takes.
      let twin = try shop.read("output/\(series)/2026-01/v1/report.md")
      let line = try #require(
        twin.split(separator: "\n").map(String.init).last { $0.hasPrefix("washi run ") })
      let again = try shop.run(
        "sh", "-c", "exec \"$0\" \(line.dropFirst("washi ".count)) -q", Workshop.executable.path)
      #expect(again.status == 0, "\(line)\n\(again.errors)")
      #expect(again.lastLine == run.lastLine)
    }
  }

  @Test func makesTheSameBytesAgainOrSaysWhyNot() throws {
    let shop = try Workshop()
    try shop.write("data/sales.csv", Self.data)
    try shop.write("notebooks/sales.md", Self.notebook)
    let run = try shop.washi("run", "notebooks/sales.md", "-p", "least", "2", "-q")
    #expect(run.status == 0, "\(run.errors)")
    let before = try shop.files(below: "output")

    var verify = try shop.washi("verify", "sales")
    #expect(verify.status == 0, "\(verify.errors)")
    #expect(verify.output.hasPrefix("same bytes: sales@2026-01/v1 ("))
    #expect(verify.errors == "")
    // Another notebook today does not matter, but is told: the version's own is run.
    try shop.write("notebooks/sales.md", Self.notebook + "More.\n")
    verify = try shop.washi("verify", "output/sales/2026-01/v1")
    #expect(verify.status == 0, "\(verify.output)")
    let changed = "the notebook notebooks/sales.md is not the version's notebook.md any more"
    #expect(verify.errors == "note: \(changed) (1 line added)\n")

    try shop.write("data/sales.csv", Self.data.replacing("30", with: "31"))
    verify = try shop.washi("verify", "sales@2026-01/v1")
    #expect(verify.status == 1)
    #expect(verify.output.contains("~ Cem: sold 30 → 31"))
    #expect(verify.output.contains("[-42-]{+43+} pieces were sold."))
    #expect(
      verify.output.contains(
        "likely cause: the input data/sales.csv of `sales` changed: its SHA-256"))

    try FileManager.default.removeItem(at: shop.folder.appending(path: "data/sales.csv"))
    verify = try shop.washi("verify", "sales")
    #expect(verify.status == 1)
    #expect(verify.output.contains("likely cause: the input data/sales.csv of `sales` is missing"))

    try shop.write("data/sales.csv", Self.data)
    let page = "output/sales/2026-01/v1/tables/big.csv"
    try shop.write(page, try shop.read(page).replacing("Ada", with: "Eve"))
    verify = try shop.washi("verify", "sales")
    #expect(verify.status == 1)
    #expect(verify.output.contains("edited by hand"))
    #expect(verify.output.contains("likely cause: \(changed)"))
    try shop.write(page, before["sales/2026-01/v1/tables/big.csv"] ?? Data())
    // Nothing was published, and nothing is left behind.
    #expect(try shop.files(below: "output") == before)
    #expect(try shop.files(below: ".washi/running").isEmpty)
    let log = try shop.washi("log")
    #expect(log.output.split(separator: "\n").count == 2, "\(log.output)")
  }

  @Test func namesTheCauseOfOtherBytes() throws {
    let shop = try Workshop()
    try shop.write("data/sales.csv", Self.data)
    try shop.write("notebooks/sales.md", Self.notebook)
    try shop.write("washi.yaml", "parameters: { least: 2 }\n")
    #expect(try shop.washi("run", "notebooks/sales.md", "-q").status == 0)
    #expect(try shop.washi("verify", "sales").status == 0)

    try shop.write("washi.yaml", "parameters: { least: 20 }\n")
    var verify = try shop.washi("verify", "sales")
    #expect(verify.status == 1)
    #expect(
      verify.output.contains(
        "likely cause: the parameter `least` was 2 and is 20: the project file"))
    #expect(!verify.output.contains("edited by hand"))

    // As a version that another engine and another Washi made would say.
    try shop.write("washi.yaml", "parameters: { least: 2 }\n")
    let facts = "output/sales/2026-01/v1/report.json"
    let report = try shop.read(facts)
    let version = try #require(
      report.split(separator: "\"DuckDB\"").last?.split(separator: "\"")[3])
    try shop.write(facts, report.replacing("\"\(version)\"", with: "\"0.9.1\""))
    verify = try shop.washi("verify", "sales")
    #expect(verify.status == 1)
    #expect(verify.output.contains("likely cause: DuckDB was 0.9.1 and is \(version)"))

    // Without its notebook a version cannot be made again.
    try FileManager.default.removeItem(
      at: shop.folder.appending(path: "output/sales/2026-01/v1/notebook.md"))
    verify = try shop.washi("verify", "sales")
    #expect(verify.status == 2 && verify.errors.contains("does not say how it was made"))
  }

  @Test func makesThePicturesOfOtherProgramsAgain() throws {
    let shop = try Workshop()
    try shop.write("washi.yaml", "processes: allow\n")
    let dot =
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    try shop.write(
      "notebooks/dot.md",
      "# A dot\n\n```sh step dot\necho \(dot) | base64 -d > dot.png\n```\n")
    #expect(try shop.washi("run", "notebooks/dot.md", "-q").status == 0)
    #expect(try shop.files(below: "output").keys.contains("dot/default/v1/charts/dot-dot.png"))
    let verify = try shop.washi("verify", "dot")
    #expect(verify.status == 0, "\(verify.output)\(verify.errors)")
  }

  @Test func comparesWithWhatTheNotebookPrintsNow() throws {
    let shop = try Workshop()
    try shop.write("data/sales.csv", Self.data)
    try shop.write("notebooks/sales.md", Self.notebook)
    #expect(try shop.washi("run", "notebooks/sales.md", "-q", "-p", "least", "3").status == 0)
    let before = try shop.files(below: "output")
    var diff = try shop.washi("diff", "sales", "working", "--exit-code")
    #expect(diff.status == 0, "\(diff.output) \(diff.errors)")
    #expect(diff.output == "sales@2026-01/v1 → notebooks/sales.md now\nNo difference\n")
    // The version's parameters, unless others are given.
    diff = try shop.washi("diff", "working", "-p", "least", "20", "--exit-code")
    #expect(diff.status == 1 && diff.output.contains("~ least: 3 → 20"), "\(diff.output)")
    #expect(diff.output.contains("- Ada: shop Ada, sold 10"))
    diff = try shop.washi("diff", "working", "sales")
    #expect(diff.output.hasPrefix("notebooks/sales.md now → sales@2026-01/v1\n"))
    // A parameter that is gone is a difference, no mistake.
    try shop.write(
      "notebooks/sales.md",
      Self.notebook.replacing("least: { type: int, default: 1 }\n", with: "")
        .replacing("$least", with: "3"))
    diff = try shop.washi("diff", "working")
    #expect(diff.status == 0 && diff.output.contains("- least: 3"), "\(diff.output) \(diff.errors)")
    // A run that fails is compared too; a notebook that cannot be run is refused.
    try shop.write(
      "notebooks/sales.md", Self.notebook.replacing("shop, sold", with: "shop, shop::INT AS sold"))
    diff = try shop.washi("diff", "working", "--fail-on", "worse")
    #expect(diff.status == 1 && diff.output.contains("~ state: done → failed"))
    #expect(diff.errors.contains("notebooks/sales.md:18:"))
    try shop.write("notebooks/sales.md", Self.notebook.replacing("shop, sold", with: "shop, solt"))
    diff = try shop.washi("diff", "working")
    #expect(diff.status == 2 && diff.errors.contains("did you mean `sold`?"))
    #expect(diff.output == "")
    for wrong in [["working", "working"], ["sales", "sales", "-p", "least", "1"]] {
      #expect(try shop.washi(["diff"] + wrong).status == 2)
    }
    #expect(try shop.files(below: "output") == before)
  }

  @Test func twoIdenticalRunsHaveNoDifference() throws {
    let shop = try Workshop()
    try shop.write("data/sales.csv", Self.data)
    try shop.write("notebooks/sales.md", Self.notebook)
    for folder in ["one", "two"] {
      let run = try shop.washi("run", "notebooks/sales.md", "-q", "--output", folder)
      #expect(run.status == 0, "\(run.errors)")
    }
    #expect(try shop.files(below: "one") == shop.files(below: "two"))
    let same = try shop.washi(
      "diff", "one/sales/2026-01", "two/sales/2026-01", "--fail-on", "any")
    #expect(same.status == 0, "\(same.output) \(same.errors)")
    #expect(same.output.hasSuffix("\nNo difference\n"))
  }

  @Test func namesExactlyWhatChanged() throws {
    let shop = try Workshop()
    try shop.write("data/sales.csv", Self.data)
    try shop.write("notebooks/sales.md", Self.notebook)
    #expect(try shop.washi("run", "notebooks/sales.md", "-q").status == 0)
    try shop.write(
      "notebooks/sales.md", Self.notebook.replacing("sold >= $least", with: "sold > $least + 1"))
    #expect(try shop.washi("run", "notebooks/sales.md", "-q").status == 0)
    let outcome = try shop.washi("diff", "sales@2026-01/v1", "sales@2026-01/v2", "--json")
    let changes = try changes(outcome)
    #expect(
      changes == [
        "artifact replace artifacts/big.csv", "point remove bars/Bob",
        "prose patch 40 pieces were sold.", "row remove big/Bob", "source patch big",
        "step replace bars/rows in", "step replace big/rows out", "step replace file/rows in",
      ])
  }

  @Test func aMonthLaterNamesExactlyWhatChanged() throws {
    let shop = try Workshop()
    try shop.write("data/2026-01.csv", Self.data)
    try shop.write("data/2026-02.csv", Self.data.replacing("30", with: "31"))
    try shop.write(
      "notebooks/sales.md",
      Self.notebook.replacing("data/sales.csv", with: "\"data/{{ $month }}.csv\""))
    for month in ["2026-01", "2026-02"] {
      let run = try shop.washi("run", "notebooks/sales.md", "-q", "-p", "month", month)
      #expect(run.status == 0, "\(run.errors)")
    }
    let changes = try changes(try shop.washi("diff", "--json"))
    #expect(
      changes == [
        "artifact replace artifacts/big.csv", "cell replace big/Cem/sold", "fact replace edition",
        "input replace sales", "parameter replace month", "point replace bars/Cem/sold",
        "prose patch 43 pieces were sold.", "prose patch Sales of 2026-02",
      ])
  }

  /// The changes that `washi diff --json` lists, sorted.
  private func changes(_ outcome: Workshop.Outcome) throws -> [String] {
    let document =
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any] ?? [:]
    return (document["changes"] as? [[String: Any]] ?? []).map { change in
      let path = change["path"] as? [String] ?? []
      return "\(change["kind"] ?? "") \(change["operation"] ?? "") \(path.joined(separator: "/"))"
    }.sorted()
  }
}
