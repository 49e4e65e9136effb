import Foundation
import Testing

/// What a user sees of one run.
@Suite struct RunningTests {
  static let hello = """
    # Hello, {{ $who }}

    ```yaml parameters
    who: { type: string, default: world }
    ```

    There are {{ (SELECT count(*) FROM rows) }} rows.

    ```sql step rows show=3
    SELECT i AS number, i * i AS square FROM range(5) AS t(i)
    ```
    """

  @Test func publishesAVersionAndPrintsItsPathLast() throws {
    let shop = try Workshop()
    try shop.write("notebooks/hello.md", Self.hello)
    let run = try shop.washi("run", "notebooks/hello.md")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.lastLine == "output/hello/default/v1/index.html")
    let names = try shop.files(below: "output/hello/default/v1").keys.sorted()
    #expect(
      names == ["index.html", "notebook.md", "report.json", "report.md", "tables/rows.csv"])
    #expect(try shop.read("output/hello/default/v1/report.md").contains("There are 5 rows."))
    #expect(try shop.read("output/hello/default/latest/report.md").contains("Hello, world"))
    #expect(try shop.read("output/index.html").contains("Hello, world"))
  }

  @Test func publishesNothingNewWhenNothingChanged() throws {
    let shop = try Workshop()
    try shop.write("notebooks/hello.md", Self.hello)
    _ = try shop.washi("run", "notebooks/hello.md")
    let again = try shop.washi("run", "notebooks/hello.md")
    #expect(again.status == 0)
    #expect(again.lastLine == "output/hello/default/v1/index.html")
    #expect(again.errors.contains("unchanged"))
    try shop.write("notebooks/hello.md", Self.hello + "\nOne more sentence.\n")
    #expect(
      try shop.washi("run", "notebooks/hello.md").lastLine == "output/hello/default/v2/index.html")
  }

  @Test func keepsTheReportOfAFailedRunApart() throws {
    let shop = try Workshop()
    try shop.write(
      "notebooks/broken.md",
      """
      # Broken

      ```sql step first
      SELECT 1 AS x
      ```

      ```sql step second
      SELECT CAST('abc' || x AS INTEGER) AS y FROM first
      ```

      ```sql step third
      SELECT * FROM second
      ```
      """)
    let run = try shop.washi("run", "notebooks/broken.md")
    #expect(run.status == 1)
    #expect(run.errors.contains("second"))
    #expect(run.errors.contains("notebooks/broken.md:8"))
    #expect(!FileManager.default.fileExists(atPath: shop.folder.path + "/output/broken"))
    let kept = try shop.files(below: ".washi/runs")
    let report = try #require(kept.first { $0.key.hasSuffix("report.md") })
    let text = String(decoding: report.value, as: UTF8.self)
    #expect(text.contains("abc1"))
    #expect(text.lowercased().contains("not run"))
  }

  @Test func reportsEveryMistakeAtOnceAndRunsNothing() throws {
    let shop = try Workshop()
    try shop.write(
      "notebooks/wrong.md",
      """
      ```yaml parameters
      month: { type: month, default: 2021-13 }
      count: { type: int, min: 1 }
      ```

      ```sql step a
      SELECT $mnth AS m FROM nowhere
      ```

      ```yaml step b
      uses: tabel
      table: a
      ```
      """)
    let run = try shop.washi("run", "notebooks/wrong.md", "-p", "cuont", "3", "-p", "count", "1.5")
    #expect(run.status == 2)
    for part in ["2021-13", "cuont", "1.5", "mnth", "nowhere", "tabel", "did you mean `table`?"] {
      #expect(run.errors.contains(part), "\(part) in\n\(run.errors)")
    }
    #expect(run.errors.contains("notebooks/wrong.md:2:"))
    #expect(!FileManager.default.fileExists(atPath: shop.folder.path + "/output"))
  }

  @Test(arguments: ["007", "12e4567", "1:30", "yes", "017", "20250815_123413", "null", "-5", "1e3"])
  func keepsTheTextOfAStringParameter(_ text: String) throws {
    let shop = try Workshop()
    try shop.write(
      "n.md",
      """
      Value: [{{ $id }}]

      ```yaml parameters
      id: { type: string, default: none }
      ```
      """)
    let run = try shop.washi("run", "n.md", "-p", "id", text)
    #expect(run.status == 0, "\(run.errors)")
    let files = try shop.files(below: "output")
    let report = try #require(files.first { $0.key.hasSuffix("index.html") && $0.key.count > 12 })
    #expect(String(decoding: report.value, as: UTF8.self).contains("Value: [\(text)]"))
  }

  @Test func printsOneObjectWithJSON() throws {
    let shop = try Workshop()
    try shop.write("notebooks/hello.md", Self.hello)
    let run = try shop.washi("run", "notebooks/hello.md", "--json")
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    #expect(object["path"] as? String == "output/hello/default/v1/index.html")
  }

  @Test func refusesWhatAReportMustNotDependOn() throws {
    let shop = try Workshop()
    for sql in ["SELECT now() AS t", "SELECT random() AS r", "SELECT current_date AS d"] {
      try shop.write("n.md", "```sql step a\n\(sql)\n```\n")
      #expect(try shop.washi("run", "n.md").status == 2, "\(sql)")
    }
  }
}
