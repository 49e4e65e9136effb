import Foundation
import Testing

/// Rows that a version keeps, so that it can be made again without its files.
@Suite struct SnapshotTests {
  private static func notebook(_ options: String = "", front: String = "") -> String {
    """
    ---
    title: Sales
    edition: "{{ strftime($month, '%Y-%m') }}"
    \(front)catalog:
      shops: { path: data/shops.csv }
      sales:
        path: "{{ list_transform(range(DATE '2026-01-01', $month + INTERVAL 1 MONTH, INTERVAL 1 MONTH), lambda d: strftime(d, 'data/%Y-%m.csv')) }}"
        \(options)
    ---

    ```yaml parameters
    month: { type: month, default: 2026-01 }
    ```

    ```sql step big show=9
    SELECT shop, town, sold, day, share FROM sales JOIN shops USING (shop) ORDER BY day, shop
    ```
    """
  }

  private func shop(_ notebook: String) throws -> Workshop {
    let shop = try Workshop()
    try shop.write("data/shops.csv", "shop,town\nAda,Kobe\nBob,\"Nara, old\"\n")
    try shop.write(
      "data/2026-01.csv",
      "shop,sold,day,share\nAda,007,2026-01-03,0.1\nBob,12,2026-01-04,NaN\n")
    try shop.write(
      "data/2026-02.csv", "shop,sold,day,share\nAda,5,2026-02-03,-0.0\nBob,,2026-02-04,1e-300\n")
    try shop.write("notebooks/sales.md", notebook)
    return shop
  }

  private func run(_ shop: borrowing Workshop, _ month: String) throws {
    let run = try shop.washi("run", "notebooks/sales.md", "-p", "month", month, "-q")
    #expect(run.status == 0, "\(run.errors)")
  }

  @Test func keepsTheRowsOfAnEntryOnceAndReadsThemWhenAFileIsGoneOrChanged() throws {
    let shop = try shop(Self.notebook("snapshot: true"))
    try run(shop, "2026-01")
    let first = try shop.files(below: "snapshots")
    #expect(first.count == 1)
    // The second month reads the first month's file again: it is kept once.
    try run(shop, "2026-02")
    let kept = try shop.files(below: "snapshots")
    #expect(kept.count == 2)
    for (name, bytes) in first { #expect(kept[name] == bytes) }
    let facts = try shop.read("output/sales/2026-02/v1/report.json")
    for name in kept.keys { #expect(facts.contains("\"sha256\": \"\(name.dropLast(8))\"")) }
    #expect(!facts.contains("data/shops.csv\"\n      ],"))
    let page = try shop.read("output/sales/2026-02/v1/index.html")
    #expect(page.contains("Snapshot</th>"))
    // With and without the cache the same rows are kept.
    let again = try shop.washi(
      "run", "notebooks/sales.md", "-p", "month", "2026-02", "-q", "--no-cache")
    #expect(again.status == 0, "\(again.errors)")
    #expect(try shop.files(below: "snapshots") == kept)
    #expect(!FileManager.default.fileExists(atPath: shop.folder.path + "/output/sales/2026-02/v2"))

    // The file of one month is changed, that of the other is gone.
    try shop.write("data/2026-02.csv", "shop,sold,day,share\nAda,6,2026-02-03,0\n")
    try FileManager.default.removeItem(at: shop.folder.appending(path: "data/2026-01.csv"))
    let verify = try shop.washi("verify", "sales@2026-02")
    #expect(verify.status == 0, "\(verify.output) \(verify.errors)")
    #expect(verify.errors.contains("data/2026-01.csv of `sales` is missing; its rows come from"))
    #expect(verify.errors.contains("data/2026-02.csv of `sales` changed"))
    #expect(verify.output.hasPrefix("same bytes: sales@2026-02/v1"))

    // What is not kept still has to be there.
    try shop.write("data/shops.csv", "shop,town\nAda,Kyoto\nBob,Nara\n")
    let other = try shop.washi("verify", "sales@2026-02")
    #expect(other.status == 1)
    #expect(other.output.contains("likely cause: the input data/shops.csv of `shops` changed"))
  }

  @Test func keepsEverythingThatANotebookReads() throws {
    let shop = try shop(Self.notebook(front: "snapshot: true\n"))
    try run(shop, "2026-02")
    #expect(try shop.files(below: "snapshots").count == 3)
    try FileManager.default.removeItem(at: shop.folder.appending(path: "data"))
    try FileManager.default.removeItem(at: shop.folder.appending(path: ".washi"))
    let verify = try shop.washi("verify", "sales")
    #expect(verify.status == 0, "\(verify.output) \(verify.errors)")

    // A damaged or lost snapshot is said, and nothing is made up.
    let name = try #require(try shop.files(below: "snapshots").keys.sorted().first)
    let path = shop.folder.appending(path: "snapshots/\(name)")
    var bytes = try Data(contentsOf: path)
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: path)
    let damaged = try shop.washi("verify", "sales")
    #expect(damaged.status == 1, "\(damaged.output)")
    #expect(damaged.output.contains("is damaged"), "\(damaged.output)")
    try FileManager.default.removeItem(at: path)
    let lost = try shop.washi("verify", "sales")
    #expect(lost.status == 1)
    #expect(lost.output.contains("is not in"), "\(lost.output)")
  }

  @Test func takesAwayOnlyWhatNothingRefersTo() throws {
    let shop = try shop(Self.notebook("snapshot: true"))
    try run(shop, "2026-01")
    try run(shop, "2026-02")
    #expect(try shop.washi("gc", "--all").status == 0)
    #expect(try shop.files(below: "snapshots").count == 2)
    let swept = try shop.washi("gc", "--all", "--snapshots")
    #expect(swept.status == 0 && !swept.output.contains("snapshot"), "\(swept.output)")
    #expect(try shop.files(below: "snapshots").count == 2)
    #expect(try shop.washi("verify", "sales@2026-02").status == 0)

    // The second month is taken back: the first month's rows are still those of the first month.
    try FileManager.default.removeItem(at: shop.folder.appending(path: "output/sales/2026-02"))
    let fresh = try shop.washi("gc", "--snapshots")
    #expect(!fresh.output.contains("snapshot"), "it is younger than 30 days: \(fresh.output)")
    let dry = try shop.washi("gc", "--all", "--snapshots", "--dry-run")
    #expect(dry.output.contains("1 snapshot"), "\(dry.output)")
    #expect(try shop.files(below: "snapshots").count == 2)
    #expect(try shop.washi("gc", "--all", "--snapshots").output.contains("1 snapshot"))
    #expect(try shop.files(below: "snapshots").count == 1)
    #expect(try shop.washi("verify", "sales@2026-01").status == 0)

    // A version that does not say what it refers to protects everything.
    try shop.write("output/sales/2026-01/v1/report.json", "{")
    let refused = try shop.washi("gc", "--all", "--snapshots")
    #expect(refused.status != 0 && refused.errors.contains("cannot be read"), "\(refused.errors)")
    #expect(try shop.files(below: "snapshots").count == 1)
  }

  @Test func keepsNothingOfARunThatIsNotPublished() throws {
    let shop = try shop(
      Self.notebook("snapshot: true")
        + "\n\n```sql step wrong\nSELECT shop::INTEGER AS x FROM sales\n```\n")
    #expect(try shop.washi("run", "notebooks/sales.md", "-q").status == 1)
    #expect(try shop.files(below: "snapshots").isEmpty)
    let report = try #require(
      try shop.files(below: ".washi/runs").first { $0.key.hasSuffix("report.json") })
    #expect(!String(decoding: report.value, as: UTF8.self).contains("snapshots"))
  }

  /// Types that Parquet lacks come back as they were; what cannot is refused before anything runs.
  @Test func givesEveryTypeBackOrRefusesIt() throws {
    let shop = try Workshop()
    try shop.write(
      "data/odd.csv",
      """
      big;span;moment;exact;flag;note
      170141183460469231731687303715884105727;1 month 3 days;2026-01-01 00:00:00.123456789;1.10;true;=1+1
      -5;;;-2;;""
      """)
    func notebook(_ type: String) -> String {
      """
      ---
      catalog:
        odd:
          path: data/odd.csv
          snapshot: true
          columns: { big: HUGEINT, span: INTERVAL, moment: TIMESTAMP_NS, exact: \(type) }
      ---

      ```sql step types show=9
      SELECT big, span, moment, exact, flag, note, typeof(big), typeof(span), typeof(moment), typeof(exact)
      FROM odd
      ```
      """
    }
    try shop.write("notebooks/odd.md", notebook("\"DECIMAL(38,5)\""))
    let run = try shop.washi("run", "notebooks/odd.md", "-q")
    guard run.status == 0 else {
      Issue.record("\(run.errors)")
      return
    }
    try FileManager.default.removeItem(at: shop.folder.appending(path: "data"))
    let verify = try shop.washi("verify", "odd")
    #expect(verify.status == 0, "\(verify.output) \(verify.errors)")
  }

  @Test func refusesATypeThatNoFileGivesBack() throws {
    let shop = try Workshop()
    try shop.write("data/odd.jsonl", "{\"id\": 1, \"value\": {\"n\": 1}}\n")
    try shop.write(
      "notebooks/odd.md",
      """
      ---
      catalog:
        odd: { path: data/odd.jsonl, snapshot: true, columns: { value: "UNION(n BIGINT, t VARCHAR)[]" } }
      ---

      ```sql step ids show=9
      SELECT id FROM odd
      ```
      """)
    for command in ["check", "run"] {
      let outcome = try shop.washi(command, "notebooks/odd.md")
      #expect(outcome.status == 2, "\(outcome.errors)")
      #expect(outcome.errors.contains("the rows of `odd` cannot be kept"), "\(outcome.errors)")
      #expect(outcome.errors.contains("`columns: { value: VARCHAR }`"), "\(outcome.errors)")
    }
    #expect(try shop.files(below: "snapshots").isEmpty)
  }
}
