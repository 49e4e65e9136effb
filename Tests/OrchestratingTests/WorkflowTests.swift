import Testing

@testable import Orchestrating

@Suite struct WorkflowTests {
  static func writer(_ path: String, order: String = "a") -> String {
    """
    ```sql step made
    SELECT 1 AS n
    ```

    ```yaml step file
    uses: export
    table: made
    path: "\(path)"
    to: project
    ```

    """
  }

  static func reader(_ path: String) -> String {
    """
    ---
    catalog:
      given: { path: "\(path)" }
    ---

    ```sql step read
    SELECT * FROM given
    ```

    """
  }

  @Test func ordersTheBlogsNotebooksByWhatTheyRead() throws {
    let workflow = try workflow(
      shipped(
        "notebooks/credit/pipeline/infer.md", "notebooks/credit/pipeline/learn.md",
        "notebooks/credit/pipeline/features.md", "notebooks/credit/pipeline/accumulate.md"))
    #expect(workflow.name == "credit.pipeline")
    #expect(workflow.tasks.map(\.name) == ["accumulate", "features", "learn", "infer"])
    #expect(
      workflow.tasks.map(\.follows)
        == [[], ["accumulate"], ["features"], ["learn", "features"]])
    #expect(workflow.parameters.map(\.name).contains("review_from"))
    #expect(workflow.parameters.count { $0.name == "target_date" } == 1)
  }

  @Test func joinsFilesToPatternsThatMeanThem() throws {
    let workflow = try workflow([
      placed(Self.reader("data/parts/*.parquet"), at: "notebooks/late.md"),
      placed(Self.writer("data/parts/a.parquet"), at: "notebooks/early.md"),
    ])
    #expect(workflow.tasks.map(\.name) == ["early", "late"])
    #expect(workflow.tasks[1].follows == ["early"])
  }

  @Test func fallsBackToTheOrderOfTheCall() throws {
    let workflow = try workflow([
      placed("# One\n", at: "notebooks/one.md"), placed("# Two\n", at: "notebooks/two.md"),
    ])
    #expect(workflow.tasks.map(\.follows) == [[], ["one"]])
  }

  @Test func refusesNotebooksThatWaitForEachOther() throws {
    let first = try placed(
      Self.reader("data/b.csv").dropLast() + "\n" + Self.writer("data/a.csv"), at: "notebooks/a.md")
    let second = try placed(
      Self.reader("data/a.csv").dropLast() + "\n" + Self.writer("data/b.csv"), at: "notebooks/b.md")
    #expect(rules { try workflow([first, second]) } == ["notebook-cycle"])
  }

  @Test func splitsANotebookIntoStepsThatHandOverByTheCache() throws {
    let text = """
      ---
      timeout: 1h
      ---

      ```sql step numbers timeout=5m
      SELECT 1 AS n
      ```

      ```sql step fresh cache=off
      SELECT n FROM numbers
      ```

      ```sql step below
      SELECT n FROM fresh
      ```

      ```sql step beside
      SELECT n + 1 AS n FROM numbers
      ```

      ```yaml step judged
      uses: gate
      expect: ["(SELECT sum(n) FROM beside) > 0"]
      ```

      ```yaml step file
      uses: export
      table: beside
      path: data/out.csv
      to: project
      ```

      """
    let workflow = try workflow([placed(text, at: "notebooks/n.md")]) { $0.grain = .step }
    let tasks = workflow.tasks
    #expect(tasks.map(\.name) == ["numbers", "beside", "judged", "file", "publish"])
    // What is not kept, and what needs it, is left to the last one.
    #expect(tasks.map(\.step) == ["numbers", "beside", "judged", "file", nil])
    #expect(tasks.map(\.follows) == [[], ["numbers"], ["beside"], ["judged"], ["file"]])
    #expect(tasks.map(\.toleratesSkips) == [false, false, true, true, true])
    #expect(tasks[0].timeout == 360)
    #expect(tasks[4].timeout == 3660)
  }

  @Test func refusesWhatNoScheduledRunCouldKnow() throws {
    let scheduled = """
      ---
      schedule: "0 6 1 * *"
      ---

      ```yaml parameters
      day: { type: date }
      token: { type: secret }
      ```

      """
    let plan = try placed(scheduled, at: "notebooks/n.md")
    #expect(rules { try workflow([plan]) } == ["secret-without-source", "missing-parameter"])
    #expect(
      rules { try workflow([plan]) { $0.date = "day" } } == ["secret-without-source"])
    #expect(rules { try workflow(parameters: "n: 1", date: "m") } == ["unknown-parameter"])
    #expect(rules { try workflow(parameters: "n: 1", date: "n") } == ["wrong-type"])
  }

  @Test func refusesParametersThatDisagree() throws {
    let one = try placed("```yaml parameters\nn: { type: int, default: 1 }\n```\n", at: "a.md")
    let two = try placed("```yaml parameters\nn: { type: int, default: 2 }\n```\n", at: "b.md")
    #expect(rules { try workflow([one, two]) } == ["parameter-conflict"])
  }

  @Test(arguments: [
    ("data/*.csv", "data/a.csv", true), ("data/*.csv", "data/x/a.csv", false),
    ("data/**/*.csv", "data/x/y/a.csv", true), ("data/**", "data/x", true),
    ("data/20[0-9][0-9].csv", "data/2021.csv", true), ("data/[!a]?.csv", "data/ab.csv", false),
    ("data/[!a]?.csv", "data/bb.csv", true), ("data/a.csv", "data/a.csv", true),
    ("data/a[.csv", "data/a[.csv", true),
  ])
  func readsPatternsAsTheEngineDoes(pattern: String, path: String, isMeant: Bool) {
    #expect(PathPattern(pattern).matches(path) == isMeant)
  }
}
