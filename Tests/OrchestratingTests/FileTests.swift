import Testing

@testable import Orchestrating

/// Whole files, as reviewed texts; `WASHI_RECORD=1` writes them anew and fails.
@Suite struct FileTests {
  private func pipeline(_ change: (inout Workflow.Settings) -> Void = { _ in }) throws -> Workflow {
    try workflow(
      shipped(
        "notebooks/credit/pipeline/accumulate.md", "notebooks/credit/pipeline/features.md",
        "notebooks/credit/pipeline/learn.md", "notebooks/credit/pipeline/infer.md"), change)
  }

  @Test func writesTheBlogsPipelineForAirflow() throws {
    try expectGolden(
      pipeline {
        $0.date = "target_date"
        $0.project = "/srv/reports"
      }.airflowFile(by: .bash), "pipeline.py.txt")
  }

  /// A notebook with everything that a scheduler can be told.
  private static let loans = """
    ---
    title: Loans
    description: How many, and who pays.
    owner: credit-risk
    tags: [credit, monthly]
    schedule: "0 6 1 * *"
    timezone: Asia/Tokyo
    timeout: 2h
    ---

    ```yaml parameters
    target_date: { type: month, default: 2021-01, description: Month to report }
    kind:  { type: string, default: card, choices: [card, retail] }
    share: { type: float, default: 0.2, min: 0, max: 1 }
    token: { type: secret, from: env:REPORT_TOKEN, required: false }
    ```

    ```sql step loans timeout=10m
    SELECT i AS id, i % 2 AS paid FROM range(100) AS t(i) WHERE $kind = 'card'
    ```

    ```sql step shares
    SELECT avg(paid) AS share FROM loans WHERE $target_date > DATE '2000-01-01'
    ```

    ```yaml step judged
    uses: gate
    expect: ["(SELECT share FROM shares) >= $share"]
    ```

    """

  private func loans(_ change: (inout Workflow.Settings) -> Void) throws -> Workflow {
    try workflow([placed(Self.loans, at: "notebooks/credit/loans.md")], change)
  }

  @Test func writesStepsInPodsForAirflow() throws {
    try expectGolden(
      loans {
        $0.grain = .step
        $0.environment = "prod"
      }.airflowFile(by: .kubernetes), "loans-pods.py.txt")
  }

  @Test func writesTheBlogsPipelineForArgo() throws {
    try expectGolden(pipeline().argoFile(), "pipeline.yaml")
  }

  @Test func writesStepsAndTheScheduleForArgo() throws {
    try expectGolden(
      loans {
        $0.grain = .step
        $0.date = "target_date"
      }.argoFile(), "loans.yaml")
  }
}
