import Foundation
import Testing

/// What a gate does to a run.
@Suite struct GateTests {
  private static func notebook(_ gate: String, limit: Double = 10) -> String {
    """
    # Gated

    Mean {{ figures.mean }}.

    ```yaml parameters
    limit: { type: float, default: \(limit) }
    ```

    ```sql step rows
    SELECT i AS x FROM range(5) AS t(i)
    ```

    ```yaml step figures
    uses: metric
    metrics:
      mean: { value: "{{ (SELECT avg(x) FROM rows) }}", format: ".2f" }
      none: { value: "{{ (SELECT avg(x) FROM rows WHERE x > 9) }}" }
    ```

    ```yaml step quality
    uses: gate
    \(gate)
    ```

    ```sql step after show=5
    SELECT max(x) AS y FROM rows
    ```
    """
  }

  @Test func letsPassWhatIsAsExpected() throws {
    let shop = try Workshop()
    try shop.write(
      "notebooks/n.md",
      Self.notebook(
        """
        expect:
          - figures.mean <= $limit
          - figures.mean >= champion.mean - 0.01
          - { that: figures.mean >= previous.figures.mean, tolerance: 5% }
          - { that: figures.mean >= 2.1, tolerance: 0.1, label: about two }
          - { that: figures.mean > 3, severity: warn }
        budget: { figures.mean: 2 }
        champion: means
        """))
    let run = try shop.washi("run", "notebooks/n.md")
    #expect(run.status == 0, "\(run.errors)")
    let report = try shop.read("output/n/default/v1/report.md")
    #expect(report.contains("| figures.mean \\<= \\$limit | 2.00 | 10.00 | – | held |"))
    #expect(report.contains("no champion yet |"))
    #expect(report.contains("no edition before |"))
    #expect(report.contains("| about two | 2.00 | 2.10 | 0.1 | held |"))
    #expect(report.contains("| **figures.mean \\> 3** | **2.00** | **3.00** | – | **warning** |"))
    #expect(report.contains("| budget: figures.mean \\<= 2 | 2.00 | 2.00 | – | held |"))
    #expect(!report.contains("A gate refused"))
    // What only warned is said at the top, too.
    #expect(report.contains("> **A gate warned.** Nothing was held back."))
    #expect(report.contains("> - quality: `figures.mean > 3`: observed 2.00"))
    let page = try shop.read("output/n/default/v1/index.html")
    #expect(page.contains("<section class=\"band warned\""))
  }

  @Test(arguments: [
    ("stop", "*Not run*", "nothing was published"),
    ("withhold_publication", "| 4 |", "nothing was published"),
    ("withhold_promotion", "| 4 |", "no model was promoted"),
  ])
  func refusesWithExitCodeThree(_ word: String, _ after: String, _ advice: String) throws {
    let shop = try Workshop()
    try shop.write(
      "notebooks/n.md",
      Self.notebook("on_refusal: \(word)\nexpect: [figures.mean >= $limit, figures.mean > 1]"))
    let run = try shop.washi("run", "notebooks/n.md")
    #expect(run.status == 3, "\(run.errors)")
    #expect(
      run.errors.contains(
        "quality refused: `figures.mean >= $limit`: observed 2.00, the limit is 10.00"))
    let isPublished = word == "withhold_promotion"
    let versions = try? shop.files(below: "output/n/default/v1")
    #expect((versions?.isEmpty == false) == isPublished)
    let reports = try shop.files(below: isPublished ? "output/n/default/v1" : ".washi/runs")
    let text = try #require(reports.first { $0.key.hasSuffix("report.md") })
    let report = String(decoding: text.value, as: UTF8.self)
    #expect(report.contains("> **A gate refused.**"))
    #expect(report.contains(advice))
    #expect(report.contains(after))
    let page = try #require(reports.first { $0.key.hasSuffix("index.html") })
    #expect(String(decoding: page.value, as: UTF8.self).contains("<a href=\"#step-quality\">"))
    let log = try shop.washi("log")
    #expect(log.output.contains("refused"))
    // The same data with another limit is fine.
    #expect(try shop.washi("run", "notebooks/n.md", "-p", "limit", "1").status == 0)
  }

  @Test func comparesWithTheEditionBefore() throws {
    let shop = try Workshop()
    try shop.write(
      "notebooks/n.md",
      """
      ---
      edition: "{{ $month }}"
      ---

      ```yaml parameters
      month: { type: string, default: 2021-01 }
      value: { type: float, default: 1 }
      ```

      ```yaml step figures
      { uses: metric, value: "{{ $value }}" }
      ```

      ```yaml step quality
      uses: gate
      on_refusal: withhold_promotion
      expect:
        - { that: figures.value >= previous.figures.value, tolerance: 0.1 }
      ```
      """)
    func run(_ month: String, _ value: String) throws -> Int32 {
      try shop.washi("run", "notebooks/n.md", "-p", "month", month, "-p", "value", value).status
    }
    #expect(try run("2021-01", "1") == 0)
    #expect(try run("2021-02", "0.95") == 0)
    #expect(try run("2021-03", "0.8") == 3)
    let text = try shop.read("output/n/2021-03/v1/report.md")
    #expect(text.contains("| **0.8** | **0.95** | **0.1** | **refused** |"))
    let facts = try shop.read("output/n/2021-03/v1/report.json")
    #expect(facts.contains("\"state\": \"refused\""))
    #expect(facts.contains("\"consequence\": \"withhold_promotion\""))
    let verified = try shop.washi("verify", "n@2021-03")
    #expect(verified.status == 0, "\(verified.output)")
  }

  @Test func refusesAFigureWithoutAValue() throws {
    let shop = try Workshop()
    try shop.write("notebooks/n.md", Self.notebook("expect: [figures.none >= 0]"))
    let run = try shop.washi("run", "notebooks/n.md")
    #expect(run.status == 3)
    #expect(run.errors.contains("`figures.none >= 0`: there is no value"))
  }

  @Test(arguments: [
    ("expect: [figures.maen >= 1]", "did you mean `figures.mean`?"),
    ("expect: [previous.figures.maen >= 1]", "has no metric `maen`"),
    ("expect: [previous.mean >= 1]", "write `previous.step.metric`"),
    ("expect: [previous.figure.mean >= 1]", "did you mean `previous.figures.mean`?"),
    ("expect: [figurs.mean >= 1]", "did you mean `figures.mean`?"),
    ("budget: { figures.maen: 1 }", "did you mean `figures.mean`?"),
    ("expect: [figures.mean > champion.mean]", "nothing says whose champion is meant"),
    ("expect: [figures.mean]", "is no condition"),
    ("expect: [\"figures.mean > {{ $limit }}\"]", "without `{{ }}`"),
    ("expect: [figures.mean >]", "the expression ends too early"),
    ("expect: [figures.mean > $limt]", "did you mean `$limit`?"),
    ("{}", "expects nothing"),
    ("expect: [{ that: figures.mean IS NOT NULL, tolerance: 1 }]", "is one comparison"),
    ("expect: [{ that: figures.mean > 1, tolerance: -1 }]", "at least 0"),
    ("expect: [after.y > 1]", "stands further down"),
    ("expect: [figures.mean > 1]\non_refusal: halt", "cannot be `halt`"),
  ])
  func findsMistakesBeforeAnythingRuns(_ gate: String, _ message: String) throws {
    let shop = try Workshop()
    let text = Self.notebook(gate == "{}" ? "title: x" : gate)
    try shop.write("notebooks/n.md", text)
    let check = try shop.washi("check", "notebooks/n.md")
    #expect(check.status == 2)
    #expect(check.errors.contains(message) || check.output.contains(message), "\(check.errors)")
    #expect(check.errors.contains("n.md:"), "\(check.errors)")
  }

  @Test func judgesFiguresOfAStepThatWasSkipped() throws {
    let shop = try Workshop()
    try shop.write(
      "notebooks/n.md",
      Self.notebook("when: \"{{ true }}\"\nexpect: [figures.mean >= 0]").replacing(
        "uses: metric", with: "uses: metric\nwhen: \"{{ $limit > 10 }}\""))
    let run = try shop.washi("run", "notebooks/n.md")
    #expect(run.status == 3, "\(run.errors)")
    #expect(run.errors.contains("quality refused: `figures.mean >= 0`: there is no value"))
    let again = try shop.washi("run", "notebooks/n.md", "-p", "limit", "11")
    #expect(again.status == 0, "\(again.errors)")
  }
}
