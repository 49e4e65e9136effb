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
    // Another notebook today does not matter: the version's own is run.
    try shop.write("notebooks/sales.md", Self.notebook + "More.\n")
    verify = try shop.washi("verify", "output/sales/2026-01/v1")
    #expect(verify.status == 0, "\(verify.output)")

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
    try shop.write(page, before["sales/2026-01/v1/tables/big.csv"] ?? Data())
    // Nothing was published, and nothing is left behind.
    #expect(try shop.files(below: "output") == before)
    #expect(try shop.files(below: ".washi/running").isEmpty)
    let log = try shop.washi("log")
    #expect(log.output.split(separator: "\n").count == 2, "\(log.output)")
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
    let document =
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any] ?? [:]
    let changes = (document["changes"] as? [[String: Any]] ?? []).map { change in
      let path = change["path"] as? [String] ?? []
      return "\(change["kind"] ?? "") \(change["operation"] ?? "") \(path.joined(separator: "/"))"
    }
    #expect(
      changes.sorted() == [
        "artifact replace artifacts/big.csv", "point remove bars/Bob",
        "prose patch 40 pieces were sold.", "row remove big/Bob", "source patch big",
        "step replace bars/rows in", "step replace big/rows out", "step replace file/rows in",
      ])
  }
}
