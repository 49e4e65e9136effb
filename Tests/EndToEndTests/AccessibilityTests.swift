import Foundation
import Testing

/// The pages as a browser shows them: nothing that keeps anybody from reading, at any width, in light
/// and dark, with and without style.
@Suite struct AccessibilityTests {
  private static let reason: Comment =
    "there is no Chromium or no axe-core here; `Scripts/setup --tests` installs both"

  @Test(
    .enabled(if: Browser.installed != nil || Browser.isDemanded, reason), .timeLimit(.minutes(4)),
    arguments: Browser.Scheme.allCases)
  func pagesHaveNoViolations(scheme: Browser.Scheme) throws {
    let browser = try #require(Browser.installed, Self.reason)
    let shop = try Workshop()
    var pages = try Self.demo()
    try shop.write("data/sales.csv", Self.sales)
    try shop.write("notebooks/ja.md", Self.japanese)
    try shop.write("notebooks/failing.md", Self.failing)
    for month in ["2026-01", "2026-02", "2026-03"] {
      let run = try shop.washi("run", "notebooks/ja.md", "-q", "-p", "month", month)
      #expect(run.status == 0, "\(run.errors)")
    }
    pages.append(("Japanese", try shop.read("output/ja/2026-03/v1/index.html")))
    let failed = try shop.washi("run", "notebooks/failing.md")
    #expect(failed.status == 1, "\(failed.errors)")
    let runs = try shop.files(below: ".washi/runs")
    let record = try #require(runs.first { $0.key.hasSuffix("/index.html") })
    pages.append(("failed", String(decoding: record.value, as: UTF8.self)))
    // Every kind of step, with gates that refuse, in Japanese.
    try shop.write("washi.yaml", "processes: allow\n")
    try shop.write("notebooks/whole.md", JapaneseNotebook.text)
    for month in ["2026-02", "2026-03"] {
      let run = try shop.washi("run", "notebooks/whole.md", "-q", "-p", "month", month)
      #expect(run.status == 3, "\(run.errors)")
    }
    pages.append(("every kind", try shop.read("output/whole/2026-03/v1/index.html")))
    let change = try shop.washi("diff", "whole@2026-02", "whole@2026-03", "--html")
    #expect(change.status == 0, "\(change.errors)")
    pages.append(("Japanese difference", change.output))
    let diff = try shop.washi("diff", "ja@2026-02", "ja@2026-03", "--html")
    #expect(diff.status == 0, "\(diff.errors)")
    pages.append(("difference", diff.output))

    for finding in try browser.audit(pages, scheme, in: shop.folder) {
      #expect(finding.problems == [], "\(finding.page), \(scheme)")
    }
  }

  @Test(
    .enabled(if: Browser.installed != nil || Browser.isDemanded, reason), .timeLimit(.minutes(2)))
  func theAuditFindsWhatIsPlanted() throws {
    let browser = try #require(Browser.installed, Self.reason)
    let shop = try Workshop()
    let page = """
      <!doctype html><html><head><title>Faults</title>
      <style>p { color: #aaa; background: #fff } div { width: 500px; height: 20px }</style></head>
      <body><main><h1>Faults</h1><h3>Skipped</h3><p>Pale words on white.</p><div>Too wide</div>
      <svg class="washi-chart" width="720" height="20" viewBox="0 0 720 20"
        style="width: 100%; height: auto"><text y="15" font-size="12">small</text></svg>
      <img src="data:,"></main></body></html>
      """
    let found = try browser.audit([("faults", page)], .light, in: shop.folder)
      .flatMap(\.problems).joined(separator: "\n")
    let faults = [
      "color-contrast", "html-has-lang", "image-alt", "heading-order", "a level is skipped",
      "scrolls sideways at 360", "at 360: 5.7 px",
    ]
    for fault in faults { #expect(found.contains(fault), "\(fault) is not in:\n\(found)") }
  }

  /// The demo report and the front page over it, as they are committed.
  private static func demo() throws -> [(name: String, html: String)] {
    try ["credit/monthly/2021-01/v1/index.html", "index.html"].map { path in
      let file = Workshop.package.appending(path: "output/\(path)")
      return (path, try String(contentsOf: file, encoding: .utf8))
    }
  }

  private static let sales = """
    month,shop,kind,sold,price
    2026-01,東京,紙,120,3.5
    2026-01,大阪,紙,80,3.25
    2026-02,東京,筆,40,12
    2026-02,大阪,紙,95,
    2026-03,東京,紙,130,3.75
    2026-03,札幌,筆,12,11.5

    """

  private static let japanese = """
    ---
    title: 月次販売レポート
    description: 店舗ごとの販売数を毎月まとめます。
    lang: ja
    edition: "{{ strftime($month, '%Y-%m') }}"
    catalog:
      sales: { path: data/sales.csv }
    ---

    # {{ strftime($month, '%Y年%m月') }}の販売

    今月までに{{ (SELECT sum(sold) FROM upto) }}個を販売しました。

    ```yaml parameters
    month: { type: month, default: 2026-03, description: 対象月 }
    ```

    ## 明細

    ```sql step upto show=10
    SELECT * FROM sales WHERE month <= strftime($month, '%Y-%m') ORDER BY ALL
    ```

    ```yaml step headline
    uses: metric
    metrics:
      sold: { label: 販売数, value: "{{ (SELECT sum(sold) FROM upto) }}", better: higher, history: true }
      shops: { label: 店舗数, value: "{{ (SELECT count(DISTINCT shop) FROM upto) }}" }
    ```

    ### 図

    ```yaml step bars
    uses: chart
    title: 店舗別の販売数
    table: upto
    mark: bar
    x: shop
    y: sold
    color: kind
    ```

    ```yaml step columns
    uses: profile
    table: upto
    title: 列の概要
    ```

    """

  private static let failing = """
    ---
    title: A run that fails
    catalog:
      sales: { path: data/sales.csv }
    ---

    # Sales, {{ (SELECT max(n) FROM broken) }}

    ```sql step fine show=table
    SELECT shop, sum(sold) AS sold FROM sales GROUP BY shop ORDER BY shop
    ```

    ```sql step broken
    SELECT CAST(shop AS INTEGER) AS n FROM fine
    ```

    ```sql step later
    SELECT n FROM broken
    ```

    """
}
