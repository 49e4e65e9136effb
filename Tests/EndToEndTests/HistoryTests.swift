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

  @Test func aBatchOfReportsThatOnlyReadTheTableKeepsTheirOrder() throws {
    let shop = try shop()
    try shop.write(
      "notebooks/sales.md",
      """
      ---
      edition: "{{ strftime($month, '%Y-%m') }}"
      ---

      ```yaml parameters
      month: { type: month, default: 2026-01 }
      ```

      ```sql step seen
      SELECT edition, value FROM history WHERE metric = 'rows.rows'
      ```

      ```yaml step rows
      { uses: validate, table: seen, columns: { edition: { type: text } } }
      ```
      """)
    let batch = try shop.washi(
      "batch", "notebooks/sales.md", "--each", "month=2026-03,2026-02,2025-12,2026-01",
      "--jobs", "4")
    #expect(batch.status == 0, "\(batch.errors)")
    let facts = try shop.read("output/sales/2026-03/v1/report.json")
    for month in ["2025-12", "2026-01", "2026-02"] {
      #expect(facts.contains("\"edition\": \"\(month)\""))
    }
  }

  /// What SQL reads of earlier editions is an input: it is recorded, decides what is done again, and
  /// is given again when a version is verified.
  @Test func readsEarlierEditionsAsATable() throws {
    let shop = try shop()
    try shop.write(
      "notebooks/sales.md",
      Self.notebook + """

        ```sql step course show=20
        SELECT edition, place, version, refused, step, metric, value FROM history
        ORDER BY place, metric
        ```

        ```yaml step line
        { uses: chart, mark: line, table: course, x: edition, y: value }
        ```

        Best so far: {{ (SELECT coalesce(max(value), 0) FROM history WHERE metric = 'total.value') }}.

        """)
    for month in ["2025-12", "2026-01", "2026-02"] { try run(shop, month) }
    let first = try shop.read("output/sales/2025-12/v1/tables/course.csv")
    #expect(first == "edition,place,version,refused,step,metric,value\n")
    let third = try shop.read("output/sales/2026-02/v1/tables/course.csv")
    #expect(
      third == """
        edition,place,version,refused,step,metric,value
        2025-12,1,1,false,total,total.value,9
        2026-01,2,1,false,total,total.value,20

        """)
    let twin = try shop.read("output/sales/2026-02/v1/report.md")
    #expect(twin.contains("Best so far: 20"))
    let plan = try shop.washi("plan", "notebooks/sales.md", "-p", "month", "2026-02")
    #expect(plan.output.contains("earlier editions"), "\(plan.output)")
    #expect(!plan.output.contains("runs:"), "\(plan.output)")

    // A new version of an earlier edition is another input.
    try shop.write("data/2026-01.csv", "sold\n21\n")
    try run(shop, "2026-01")
    let changed = try shop.washi("plan", "notebooks/sales.md", "-p", "month", "2026-02")
    #expect(
      changed.output.contains("what is known of earlier editions changed"), "\(changed.output)")
    let verify = try shop.washi("verify", "sales@2026-02")
    #expect(verify.status == 0, "\(verify.output) \(verify.errors)")
    try run(shop, "2026-02")
    #expect(
      try shop.read("output/sales/2026-02/v2/tables/course.csv").contains(
        "2026-01,2,2,false,total,total.value,21"))
  }

  @Test func saysWhatTheTableOfEarlierEditionsNeeds() throws {
    let shop = try shop()
    try shop.write("notebooks/plain.md", "```sql step s\nSELECT * FROM history\n```\n")
    let check = try shop.washi("check", "notebooks/plain.md")
    #expect(
      check.status == 2 && check.errors.contains("the notebook names none"), "\(check.errors)")
    // A step or an entry of that name is the author's.
    try shop.write(
      "notebooks/own.md",
      "```sql step history\nSELECT 1 AS x\n```\n\n```sql step s show=1\nSELECT x FROM history\n```\n"
    )
    #expect(try shop.washi("run", "notebooks/own.md", "-q").status == 0)
    try shop.write(
      "notebooks/wrong.md",
      Self.notebook + "\n```sql step s\nSELECT vaule FROM history\n```\n")
    let wrong = try shop.washi("check", "notebooks/wrong.md")
    #expect(wrong.status == 2 && wrong.errors.contains("did you mean `value`?"), "\(wrong.errors)")
  }

  @Test func showsItsKeyFiguresOverTheEditionsFromThreeOn() throws {
    let shop = try shop()
    try shop.write(
      "notebooks/sales.md",
      Self.notebook + """

        ```yaml step mean
        { uses: metric, label: Mean, value: "{{ (SELECT avg(sold) FROM sales) }}", format: ".1f" }
        ```

        """)
    for month in ["2025-12", "2026-01", "2026-02"] { try run(shop, month) }
    let second = try shop.read("output/sales/2026-01/v1/index.html")
    #expect(!second.contains("over-the-editions"))
    let third = try shop.read("output/sales/2026-02/v1/index.html")
    #expect(third.contains("<h2 id=\"over-the-editions\">Over the editions</h2>"))
    #expect(
      try shop.read("output/sales/2026-02/v1/tables/editions.csv") == """
        edition,total.value,mean.value
        2025-12,9,9
        2026-01,20,20
        2026-02,17,17

        """)
    // One shows its history where it stands, the other here.
    let files = try shop.files(below: "output/sales/2026-02/v1").keys
    #expect(files.contains("charts/editions-mean-value.svg"))
    #expect(!files.contains("charts/editions-total-value.svg"))
    #expect(try shop.read("output/sales/2026-02/v1/report.md").contains("## Over the editions"))
    #expect(try shop.washi("verify", "sales@2026-02").status == 0)
    let diff = try shop.washi("diff", "sales@2026-01", "sales@2026-02")
    #expect(!diff.output.contains("editions-mean"), "\(diff.output)")

    try shop.write(
      "notebooks/sales.md",
      Self.notebook.replacing("catalog:", with: "report: { trend: false }\ncatalog:"))
    try run(shop, "2026-03")
    #expect(
      try !shop.read("output/sales/2026-03/v1/index.html").contains("over-the-editions"))
  }

  @Test func followsAFigureAsTableCSVAndChart() throws {
    let shop = try shop()
    for month in ["2025-12", "2026-01", "2026-02"] { try run(shop, month) }
    try shop.write("data/2026-01.csv", "sold\n21\n")
    try run(shop, "2026-01")
    let table = try shop.washi(
      "log", "sales", "--metric", "total.value", "--svg", "pictures/sold.svg")
    #expect(table.status == 0, "\(table.errors)")
    #expect(
      table.output == """
        REPORT            total.value  CHANGE  9                     21
        sales@2025-12/v1            9          ●·······················
        sales@2026-01/v2           21     +12  ·······················●
        sales@2026-02/v1           17      -4  ···············●········

        """)
    let svg = try shop.read("pictures/sold.svg")
    #expect(svg.contains("<svg") && svg.contains("Pieces sold") && svg.contains("2026-02"))
    let csv = try shop.washi("log", "sales", "--metric", "total.value", "--csv", "--versions")
    #expect(
      csv.output == """
        notebook,edition,version,metric,value,change,refused
        sales,2025-12,1,total.value,9.0,,false
        sales,2026-01,1,total.value,20.0,11.0,false
        sales,2026-01,2,total.value,21.0,1.0,false
        sales,2026-02,1,total.value,17.0,-4.0,false

        """)
    let json = try shop.washi("log", "sales", "--metric", "total.value", "--json")
    #expect(json.output.contains("\"isRefused\" : false"))
    let wrong = try shop.washi("log", "sales", "--metric", "total.valeu")
    #expect(wrong.status == 2 && wrong.errors.contains("did you mean `total.value`?"))
    #expect(try shop.washi("log", "sales", "--csv").status == 2)
  }
}
