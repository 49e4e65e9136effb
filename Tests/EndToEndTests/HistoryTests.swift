import Foundation
import Testing

/// What a report says of the editions before it.
@Suite struct HistoryTests {
  private static let notebook = """
    ---
    title: Sales
    edition: "{{ strftime($month, '%Y-%m') }}"
    catalog:
      sales: { path: "data/{{ strftime($month, '%Y-%m') }}.csv" }
    ---

    ```yaml parameters
    month: { type: month, default: 2026-01 }
    ```

    ```yaml step total
    uses: metric
    label: Pieces sold
    value: "{{ (SELECT sum(sold) FROM sales) }}"
    better: higher
    history: true
    level: 15
    ```

    """

  /// A project with a file of data for every month.
  private func shop() throws -> Workshop {
    let shop = try Workshop()
    for (month, sold) in [("2025-12", 9), ("2026-01", 20), ("2026-02", 17), ("2026-03", 30)] {
      try shop.write("data/\(month).csv", "sold\n\(sold)\n")
    }
    try shop.write("notebooks/sales.md", Self.notebook)
    return shop
  }

  private func run(_ shop: borrowing Workshop, _ month: String, _ more: String...) throws {
    let run = try shop.washi(
      ["run", "notebooks/sales.md", "-p", "month", month, "-q"] + more)
    #expect(run.status == 0, "\(run.errors)")
  }

  @Test func comparesAnEditionWithThoseBeforeItAndNoOthers() throws {
    let shop = try shop()
    try run(shop, "2026-02")
    let alone = try shop.read("output/sales/2026-02/v1/index.html")
    #expect(!alone.contains("class=\"change") && !alone.contains("class=\"trend\""))

    try run(shop, "2026-01")
    try run(shop, "2026-03")
    let page = try shop.read("output/sales/2026-03/v1/index.html")
    #expect(page.contains("▲ +13</strong> better than 2026-02 (17)"))
    #expect(page.contains("class=\"trend\""))
    #expect(page.contains("Pieces sold since 2026-01"))
    let twin = try shop.read("output/sales/2026-03/v1/report.md")
    #expect(twin.contains("| Pieces sold | 30 | ▲ +13 better than 2026-02 (17) |"))
    #expect(twin.contains("(charts/total-history.svg)"))
    let facts = try shop.read("output/sales/2026-03/v1/report.json")
    #expect(facts.contains("\"edition\": \"2026-01\""))

    // The second month now has a month before it, and still none after it.
    try run(shop, "2026-02")
    let again = try shop.read("output/sales/2026-02/v2/index.html")
    #expect(again.contains("▼ −3</strong> worse than 2026-01 (20)"))
    #expect(!again.contains("2026-03"))
    // The figures of the second month are the same in both versions: nothing else changes.
    try run(shop, "2026-03")
    #expect(try shop.files(below: "output/sales/2026-03").keys.allSatisfy { !$0.contains("v2") })

    // The figures are recorded: what is published later, or lost, changes no verdict.
    try run(shop, "2025-12")
    try FileManager.default.removeItem(at: shop.folder.appending(path: "output/sales/2026-01"))
    let verify = try shop.washi("verify", "sales@2026-03")
    #expect(verify.status == 0, "\(verify.output)")
    let diff = try shop.washi("diff", "sales@2026-02", "sales@2026-03")
    #expect(diff.output.contains("2026-02"), "\(diff.output)")
  }

  @Test func aBatchMakesTheSameReportsHoweverManyRunAtATime() throws {
    let shop = try shop()
    for (folder, jobs) in [("one", "1"), ("many", "4")] {
      let batch = try shop.washi(
        "batch", "notebooks/sales.md", "--each", "month=2026-03,2026-02,2025-12,2026-01",
        "--jobs", jobs, "--output", folder)
      #expect(batch.status == 0, "\(batch.errors)")
    }
    #expect(try shop.files(below: "one") == shop.files(below: "many"))
    #expect(
      try shop.read("one/sales/2026-03/v1/report.json").contains("\"edition\": \"2026-02\""))
  }
}
