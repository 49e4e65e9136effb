import Foundation
import Testing

@Suite struct CompositionTests {
  private let shop: String = """
    ---
    title: Sales of one shop
    catalog:
      sales: { path: "sales.csv" }
    ---

    # Sales of {{ $shop }}

    ```yaml parameters
    shop: { type: string, default: Kanda }
    rate: { type: float, default: 1.5 }
    ```

    ```sql step days
    SELECT day, sum(amount * $rate) AS total, sum(1::HUGEINT) AS huge FROM sales WHERE shop = $shop GROUP BY day ORDER BY day
    ```

    ```yaml step sum
    uses: metric
    value: "{{ (SELECT sum(total) FROM days) }}"
    ```

    ```sql step shown show=5
    SELECT * FROM days ORDER BY day
    ```
    """

  private let all = """
    # All shops

    ```yaml step kanda
    uses: notebook
    notebook: parts/shop.md
    parameters: { shop: Kanda }
    ```

    ```sql step given
    SELECT * FROM (VALUES ('Ueno', DATE '2021-01-01', 7)) AS t(shop, day, amount)
    ```

    ```yaml step ueno
    uses: notebook
    notebook: parts/shop.md
    parameters: { shop: Ueno, rate: "{{ kanda.sum.value / 3 }}" }
    inputs: { sales: given }
    ```

    ```sql step joined show=9
    SELECT 'Kanda' AS shop, * FROM kanda.days UNION ALL SELECT 'Ueno' AS shop, * FROM ueno.days ORDER BY ALL
    ```

    ```yaml step tables
    uses: table
    table: ueno.days
    ```

    Kanda sold {{ kanda.sum.value }}, Ueno {{ ueno.sum.value }} on {{ (SELECT count(*) FROM ueno.days) }} day.
    """

  private func workshop() throws -> Workshop {
    let workshop = try Workshop()
    try workshop.write("notebooks/all.md", all)
    try workshop.write("notebooks/parts/shop.md", shop)
    try workshop.write(
      "sales.csv", "shop,day,amount\nKanda,2021-01-01,1\nKanda,2021-01-02,3\nUeno,2021-01-01,9\n")
    return workshop
  }

  @Test func takesTablesAndFiguresOfOtherNotebooks() throws {
    let workshop = try workshop()
    let outcome = try workshop.washi("run", "notebooks/all.md")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let folder = "output/all/default/v1"
    #expect(
      try workshop.read("\(folder)/tables/joined.csv") == """
        shop,day,total,huge
        Kanda,2021-01-01,1.5,1
        Kanda,2021-01-02,4.5,1
        Ueno,2021-01-01,14,1

        """)
    let twin = try workshop.read("\(folder)/report.md")
    #expect(twin.contains("Kanda sold 6, Ueno 14 on 1 day."))
    #expect(twin.contains("[Sales of one shop](notebooks/kanda/report.md) · 3 steps"))
    let inner = try workshop.read("\(folder)/notebooks/ueno/report.md")
    #expect(inner.contains("# Sales of Ueno"))
    let facts = try workshop.read("\(folder)/report.json")
    #expect(facts.contains("\"notebooks/parts/shop.md\""))
    #expect(facts.contains("\"kanda.sales\""))
    #expect(!facts.contains("\"ueno.sales\""), "what was given from here is no file")
    #expect(facts.contains("\"kanda.sum.value\""))
    for (path, data) in try workshop.files(below: "output") {
      #expect(data.range(of: Data(".washi/running".utf8)) == nil, "\(path) tells of this machine")
    }

    let again = try workshop.washi("run", "notebooks/all.md")
    #expect(again.errors.contains("unchanged"), "\(again.errors)")
    let verified = try workshop.washi("verify", "all@default")
    #expect(verified.status == 0, "\(verified.output)")
  }

  @Test func pointsIntoTheInnerNotebookWhenThatFails() throws {
    let workshop = try workshop()
    try workshop.write("notebooks/parts/shop.md", shop.replacing("WHERE shop", with: "WHERE shpo"))
    let checked = try workshop.washi("check", "notebooks/all.md")
    #expect(checked.status == 2)
    #expect(checked.errors.contains("notebooks/parts/shop.md:15:"), "\(checked.errors)")
    #expect(checked.errors.contains("WHERE shpo = $shop"), "with the line it speaks of")

    try workshop.write(
      "notebooks/parts/shop.md",
      shop.replacing("sum(amount * $rate)", with: "sum(error('no ' || amount))"))
    let run = try workshop.washi("run", "notebooks/all.md", "--json")
    #expect(run.status == 1)
    #expect(run.errors.contains("notebooks/parts/shop.md:"), "\(run.errors)")
  }

  @Test func namesTheWayOfACycle() throws {
    let workshop = try Workshop()
    try workshop.write("a.md", "```yaml step b\nuses: notebook\nnotebook: sub/b.md\n```\n")
    try workshop.write("sub/b.md", "```yaml step a\nuses: notebook\nnotebook: ../a.md\n```\n")
    let outcome = try workshop.washi("check", "a.md")
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("notebooks run each other: `a.md` → `sub/b.md` → `a.md`"))
    #expect(outcome.errors.contains("sub/b.md:3:11"))
    try workshop.write("self.md", "```yaml step s\nuses: notebook\nnotebook: self.md\n```\n")
    #expect(try workshop.washi("run", "self.md").errors.contains("`self.md` → `self.md`"))
  }

  @Test func findsWhatDoesNotFitBeforeAnythingRuns() throws {
    let workshop = try workshop()
    for (from, to, words) in [
      ("parts/shop.md", "parts/shp.md", "there is no notebook `parts/shp.md`"),
      ("shop: Kanda", "shpo: Kanda", "shpo"),
      ("sales: given", "sails: given", "valid names: `sales`"),
      ("sales: given", "sales: gifts", "there is no table or model `gifts`"),
      ("FROM kanda.days", "FROM kanda.dais", "did you mean `kanda.days`?"),
      ("table: ueno.days", "table: ueno", "leaves results with names of their own"),
      ("{{ kanda.sum.value }}", "{{ kanda.sums.value }}", "did you mean `sum`?"),
      ("{{ kanda.sum.value }}", "{{ kanda.sum.values }}", "did you mean `value`?"),
      ("'Kanda' AS shop, * FROM", "'Kanda' AS shop, nothing FROM", "nothing"),
    ] {
      try workshop.write("notebooks/all.md", all.replacing(from, with: to))
      let outcome = try workshop.washi("check", "notebooks/all.md")
      #expect(outcome.status == 2, "\(to)")
      #expect(outcome.errors.contains(words), "\(to): \(outcome.errors)")
      #expect(outcome.errors.contains("notebooks/all.md:"), "\(to): \(outcome.errors)")
    }
  }

  @Test func givesModelsFromHandToHand() throws {
    let workshop = try Workshop()
    try workshop.write(
      "learn.md",
      """
      ```sql step rows
      SELECT range AS id, range % 7 AS a, (range * 31) % 11 AS b, (range % 7 > 3)::INT AS y FROM range(600)
      ```

      ```yaml step model
      { uses: train, table: rows, target: y, id: id, algorithm: logistic_regression, split: { test: 0.2, seed: 0 } }
      ```

      ```yaml step file
      { uses: export, model: model, path: model, to: project }
      ```
      """)
    try workshop.write(
      "infer.md",
      """
      ```sql step rows
      SELECT range AS id, range % 7 AS a, (range * 31) % 11 AS b FROM range(20)
      ```

      ```yaml step model
      { uses: model, path: model }
      ```

      ```yaml step scores
      { uses: predict, model: model, table: rows, keep: id, show: 20 }
      ```
      """)
    try workshop.write(
      "all.md",
      """
      ```yaml step learn
      { uses: notebook, notebook: learn.md }
      ```

      ```yaml step infer
      { uses: notebook, notebook: infer.md, inputs: { model: learn.model } }
      ```

      ```yaml step judged
      { uses: evaluate, model: learn.model, on: test }
      ```
      """)
    let early = try workshop.washi("run", "infer.md")
    #expect(early.status == 1)
    #expect(early.errors.contains("there is no model in `model`"), "\(early.errors)")
    let whole = try workshop.washi("run", "all.md")
    #expect(whole.status == 0, "\(whole.errors)")
    // The files that the first has written are what the second reads alone.
    let alone = try workshop.washi("run", "infer.md")
    #expect(alone.status == 0, "\(alone.errors)")
    let scores = try workshop.read("output/infer/default/v1/tables/scores.csv")
    #expect(
      scores == (try workshop.read("output/all/default/v1/notebooks/infer/tables/scores.csv")))
    #expect(scores.split(separator: "\n").count == 21)
    #expect(try workshop.read("output/infer/default/v1/report.json").contains("model/model.json"))
  }
}
