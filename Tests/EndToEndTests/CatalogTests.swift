import Foundation
import Testing

/// Data outside: every format, lists, globs, types, and what is said when a file is not there.
@Suite struct CatalogTests {
  @Test func readsEveryFormat() throws {
    let shop = try Workshop()
    try shop.write(
      "notebooks/make.md",
      """
      ```sql step t
      SELECT i AS n, DATE '2021-01-01' + i::INT AS d, 'x' || i AS s FROM range(5) r(i)
      ```

      ```yaml step a
      { uses: export, table: t, path: data/a.parquet, to: project }
      ```

      ```yaml step b
      { uses: export, table: t, path: data/b.jsonl, to: project }
      ```

      ```yaml step c
      { uses: export, table: t, path: data/c1.csv, to: project }
      ```

      ```yaml step d
      { uses: export, table: t, path: data/c2.csv, to: project }
      ```
      """)
    #expect(try shop.washi("run", "notebooks/make.md").status == 0)
    try shop.write("data/odd.csv", "n;when\n007;31/01/2021\n")
    try shop.write(
      "notebooks/read.md",
      """
      ---
      catalog:
        a: { path: data/a.parquet, columns: { n: VARCHAR } }
        b: { path: data/b.jsonl }
        c: { path: "data/c*.csv" }
        l: { path: [data/c1.csv, data/c2.csv], columns: { n: VARCHAR } }
        odd: { path: data/odd.csv, columns: { n: VARCHAR }, read: { delim: ";", dateformat: "%d/%m/%Y" } }
      ---

      [{{ (SELECT typeof(n) FROM a LIMIT 1) }}]
      [{{ (SELECT sum(n) FROM b) }}]
      [{{ (SELECT count(*) FROM c) }} {{ (SELECT typeof(d) FROM c LIMIT 1) }}]
      [{{ (SELECT max(n) FROM l) }} {{ (SELECT typeof(n) FROM l LIMIT 1) }}]
      [{{ (SELECT n FROM odd) }} {{ (SELECT "when" FROM odd) }}]
      """)
    let run = try shop.washi("run", "notebooks/read.md")
    #expect(run.status == 0, "\(run.errors)")
    let page = try shop.read("output/read/default/v1/index.html")
    for text in ["[VARCHAR]", "[10]", "[10 DATE]", "[4 VARCHAR]", "[007 2021-01-31]"] {
      #expect(page.contains(text), "\(text)")
    }
    let facts = try shop.read("output/read/default/v1/report.json")
    #expect(facts.contains("data/c1.csv") && facts.contains("data/c2.csv"))
  }

  @Test func readsFilesOfDifferentColumnsByName() throws {
    let shop = try Workshop()
    try shop.write("data/1.csv", "a,b\n1,x\n")
    try shop.write("data/2.csv", "b,c\ny,2.5\n")
    try shop.write("data/it's \"odd\".csv", "it's,\"a \"\"b\"\"\"\n1,2\n")
    try shop.write(
      "n.md",
      #"""
      ---
      edition: e
      catalog:
        parts: { path: "data/[12].csv" }
        odd: { path: "data/it's*.csv" }
      ---

      [{{ (SELECT string_agg(concat_ws('/', a, b, c), ' ' ORDER BY b) FROM parts) }}]
      [{{ (SELECT "it's" + "a ""b""" FROM odd) }}]
      """#)
    let run = try shop.washi("run", "n.md")
    #expect(run.status == 0, "\(run.errors)")
    let page = try shop.read("output/n/e/v1/report.md")
    #expect(page.contains("1/x y/2.5"), "\(page)")
    #expect(page.contains("\\[3\\]") || page.contains("[3]"), "\(page)")
  }

  @Test func namesEntryPathAndParameterOfAMissingFile() throws {
    let shop = try Workshop()
    try shop.write(
      "n.md",
      """
      ---
      catalog:
        monthly: { path: "data/{{ strftime($month, '%Y%m') }}.csv" }
      ---

      ```yaml parameters
      month: { type: month, default: 2021-01 }
      ```

      ```sql step a show=1
      SELECT * FROM monthly
      ```
      """)
    let run = try shop.washi("run", "n.md", "-p", "month", "2021-03")
    #expect(run.status == 2)
    for part in ["n.md:3:", "monthly", "data/202103.csv", "$month"] {
      #expect(run.errors.contains(part), "\(part): \(run.errors)")
    }
    #expect(try shop.washi("check", "n.md").errors.contains("data/202101.csv"))
  }
}
