import Testing

@testable import Commands

/// Whether DuckDB can be loaded from here.
private let hasEngine: Bool = {
  guard let bench = try? Bench() else { return false }
  let desk = bench.desk()
  return (try? OpenEngine(for: desk.project, in: desk.circumstances)) != nil
}()

@Suite(.enabled(if: hasEngine)) struct ExportTests {
  private static let notebook = """
    ---
    title: Small
    schedule: "0 6 * * *"
    ---

    ```yaml parameters
    day: { type: date, default: 2021-01-01 }
    wanted: { type: bool, default: true }
    ```

    ```sql step numbers when="{{ $wanted }}"
    SELECT $day AS day
    ```

    """

  @Test func writesAFileOrStandardOutput() async throws {
    let bench = try Bench()
    try bench.write(Self.notebook, to: "notebooks/small.md")
    #expect(await bench.washi("export", "airflow", "notebooks/small.md") == .done)
    #expect(bench.out.contains("with DAG("))
    #expect(bench.out.contains("\"WASHI_PROJECT\", \"\(bench.folder)\""))
    #expect(bench.err.contains("`--date day` gives it the date of the run"))
    let text = bench.out
    for _ in 0..<2 {
      #expect(
        await bench.washi("export", "airflow", "notebooks/small.md", "--output", "dags/small.py")
          == .done)
      #expect(bench.out == "dags/small.py\n")
      #expect(bench.text("dags/small.py") == text)
    }
    #expect(await bench.washi("export", "argo", "notebooks/small.md", "--date", "day") == .done)
    #expect(bench.out.contains("kind: CronWorkflow"))
    #expect(bench.err == "")
  }

  @Test func refusesWithThePlace() async throws {
    let bench = try Bench()
    try bench.write(
      Self.notebook.replacing(", default: 2021-01-01", with: ""), to: "notebooks/small.md")
    #expect(await bench.washi("export", "airflow", "notebooks/small.md") == .wrong)
    #expect(bench.err.contains("notebooks/small.md:7:1"), "\(bench.err)")
    #expect(bench.out == "")
    #expect(await bench.washi("export", "airflow", "none.md") == .wrong)
    #expect(await bench.washi("export", "airflow") == .wrong)
    #expect(
      await bench.washi("export", "airflow", "notebooks/small.md", "--project", "here") == .wrong)
  }

  @Test func tellsAStepThatHasNothingToDo() async throws {
    let bench = try Bench()
    try bench.write(Self.notebook, to: "notebooks/small.md")
    let run = ["run", "notebooks/small.md", "--only", "numbers"]
    #expect(await bench.call(run) == .done)
    #expect(await bench.call(run + ["-p", "wanted", "false"]) == .idle)
    #expect(bench.err.contains("nothing to do: step `numbers` is skipped"), "\(bench.err)")
  }

  @Test func tellsOfAStepAloneWhatItDidItself() async throws {
    let bench = try Bench()
    try bench.write(
      """
      ```sql step numbers
      SELECT 1 AS n
      ```

      ```yaml step judged
      uses: gate
      expect: ["(SELECT n FROM numbers) > 1"]
      ```

      ```sql step below
      SELECT n + 1 AS n FROM numbers
      ```

      """, to: "notebooks/judged.md")
    let run = ["run", "notebooks/judged.md", "--only"]
    #expect(await bench.call(run + ["numbers"]) == .done)
    #expect(await bench.call(run + ["judged"]) == .refused)
    #expect(await bench.call(run + ["below"]) == .done)
    #expect(await bench.call(["run", "notebooks/judged.md"]) == .refused)
  }
}
