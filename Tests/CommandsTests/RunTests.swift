import Foundation
import Testing

@testable import Commands

/// Whether DuckDB can be loaded from here.
private let hasEngine: Bool = {
  guard let bench = try? Bench() else { return false }
  let desk = bench.desk()
  return (try? OpenEngine(for: desk.project, in: desk.circumstances)) != nil
}()

/// Whole calls; where DuckDB is not installed there is nothing to run.
@Suite(.enabled(if: hasEngine)) struct RunTests {
  static let notebook = """
    ---
    title: Numbers
    ---

    # Numbers up to {{ $count }}

    ```yaml parameters
    count: { type: int, default: 3, min: 1, description: How many }
    token: { type: secret, from: env:TOKEN }
    ```

    Their sum is {{ (SELECT sum(n) FROM numbers) }}.

    ```sql step numbers show=table
    SELECT n FROM range(1, 1 + $count) AS t(n)
    ```
    """

  private func bench(_ notebook: String = RunTests.notebook) throws -> Bench {
    let bench = try Bench(environment: ["TOKEN": "s3cret-value"])
    try bench.write(notebook + "\n", to: "notebooks/numbers.md")
    return bench
  }

  @Test func publishesAReportAndSaysWhere() async throws {
    let bench = try bench()
    #expect(await bench.washi("run", "notebooks/numbers.md") == .done, "\(bench.err)")
    #expect(bench.out == "output/numbers/default/v1/index.html\n")
    #expect(bench.err.contains("numbers  ok"))
    #expect(bench.err.contains("3 rows"))
    #expect(bench.err.contains("published: numbers@default/v1"))
    #expect(bench.names("output/numbers/default") == ["latest", "v1"])
    #expect(bench.text("output/index.html")?.contains("numbers/default/v1/index.html") == true)
    #expect(bench.names(".washi/running") == [])

    #expect(await bench.washi("run", "notebooks/numbers.md") == .done)
    #expect(bench.err.contains("unchanged: numbers@default/v1 is still the newest"))
    #expect(bench.out == "output/numbers/default/v1/index.html\n")

    #expect(await bench.washi("show") == .done)
    #expect(bench.out.contains("Their sum is 6."))
    #expect(await bench.washi("show", "numbers", "--json") == .done)
    #expect(bench.out.contains("\"notebook\": \"numbers\""))
    #expect(await bench.washi("log") == .done)
    #expect(bench.out.contains("unchanged") && bench.out.contains("numbers@default/v1"))
    #expect(await bench.washi("open") == .done)
    #expect(bench.out == "output/numbers/default/v1/index.html\n")
  }

  @Test func printsOneObjectForPrograms() async throws {
    let bench = try bench()
    #expect(await bench.washi("run", "notebooks/numbers.md", "--json", "-q") == .done)
    let object =
      try JSONSerialization.jsonObject(with: Data(bench.out.utf8)) as? [String: Any] ?? [:]
    #expect(object["status"] as? String == "done")
    #expect(object["path"] as? String == "output/numbers/default/v1/index.html")
    #expect(object["version"] as? Int == 1)
    #expect(bench.out.split(separator: "\n").count == 1)
    #expect(bench.err == "")
  }

  @Test(arguments: [
    ["-p", "cuont", "3"], ["-p", "count", "1.5"], ["-p", "count", "0"], ["-y", "count: [1]"],
  ])
  func refusesWrongParametersBeforeAnythingRuns(arguments: [String]) async throws {
    let bench = try bench()
    let status = await answer(["run", "notebooks/numbers.md"] + arguments, at: bench.desk())
    #expect(status == .wrong)
    #expect(bench.err.contains("count"))
    #expect(bench.err.contains("nothing was run"))
    // The history was opened, and knows nothing of it.
    #expect(bench.names() == [".washi", "notebooks", "washi.yaml"])
    #expect(bench.names("output") == [])
    #expect(await bench.washi("log", "--json") == .done)
    #expect(bench.out.filter { !$0.isWhitespace } == "[]")
  }

  @Test func keepsTheReportOfAFailedRunAside() async throws {
    let bench = try bench(
      """
      # Fails

      ```sql step first
      SELECT 1 AS x
      ```

      ```sql step second
      SELECT error('no luck ' || x) AS y FROM first
      ```

      ```sql step third
      SELECT * FROM second
      ```
      """)
    #expect(await bench.washi("run", "notebooks/numbers.md") == .failed)
    #expect(bench.out == "")
    #expect(bench.err.contains("no luck 1"))
    #expect(bench.err.contains("third   not run"))
    #expect(bench.names() == [".washi", "notebooks", "washi.yaml"])
    let runs = bench.names(".washi/runs")
    #expect(runs.count == 1)
    #expect(bench.err.contains(".washi/runs/\(runs.first ?? "?")/index.html"))
    #expect(bench.names(".washi/runs/\(runs.first ?? "")").contains("report.json"))
    #expect(await bench.washi("log") == .done)
    #expect(bench.out.contains("failed") && bench.out.contains("no luck 1"))
    #expect(await bench.washi("show", runs.first ?? "") == .done)
    #expect(bench.out.contains("STEPS") && bench.out.contains("not run"))
  }

  @Test func endsAStepAfterTheCallersTime() async throws {
    let bench = try bench(
      """
      ```sql step endless
      SELECT sum(sqrt(i.range * j.range)) AS s FROM range(300000) i, range(300000) j
      ```
      """)
    #expect(
      await bench.washi("run", "notebooks/numbers.md", "--execution-timeout", "0.2") == .failed)
    #expect(bench.err.contains("0.2 s was reached"))
  }

  @Test func writesNoSecretAnywhere() async throws {
    let bench = try bench()
    #expect(
      await bench.washi(
        "run", "notebooks/numbers.md", "--log-output", "--log-level", "debug", "--stderr-file",
        "log.txt", "--stdout-file", "out.txt", "-p", "token", "s3cret-value") == .done)
    #expect(bench.text("out.txt") == bench.out)
    #expect(bench.text("log.txt") == bench.err)
    let files = FileManager.default.enumerator(atPath: bench.folder)?.allObjects as? [String] ?? []
    #expect(files.contains(".washi/history.db"))
    for file in files {
      guard let data = FileManager.default.contents(atPath: "\(bench.folder)/\(file)") else {
        continue
      }
      #expect(data.range(of: Data("s3cret-value".utf8)) == nil, "\(file)")
    }
  }

  @Test func describesParametersWithoutRunning() async throws {
    let bench = try bench()
    #expect(await bench.washi("run", "notebooks/numbers.md", "--help-notebook") == .done)
    #expect(bench.out.contains("-p count <int>     default 3, at least 1"))
    #expect(bench.out.contains("How many"))
    #expect(bench.out.contains("from $TOKEN"))
    #expect(bench.names() == ["notebooks", "washi.yaml"])
  }

  @Test func preparesANotebookWithoutRunning() async throws {
    let bench = try bench()
    #expect(
      await bench.washi("run", "notebooks/numbers.md", "--prepare-only", "-p", "count", "5")
        == .done)
    #expect(bench.out.contains("injected-parameters\ncount: 5\n"))
    #expect(bench.names() == ["notebooks", "washi.yaml"])
  }

  @Test func readsANotebookFromStandardInput() async throws {
    let bench = try Bench(input: "# Hi\n\n```sql step x show=table\nSELECT 1 AS one\n```\n")
    #expect(await bench.washi("run", "-") == .done, "\(bench.err)")
    #expect(bench.out == "output/stdin/default/v1/index.html\n")
  }

  @Test func publishesWhereItIsTold() async throws {
    let bench = try bench()
    #expect(await bench.washi("run", "notebooks/numbers.md", "--output", "elsewhere") == .done)
    #expect(bench.out == "elsewhere/numbers/default/v1/index.html\n")
    #expect(await bench.washi("show", "numbers", "--output", "elsewhere") == .done)
  }

  @Test func checksWithoutRunning() async throws {
    let bench = try bench()
    try bench.write("```sql step x\nSELECT nothing FROM nowhere\n```\n", to: "bad.md")
    #expect(await bench.washi("check", "notebooks/numbers.md") == .done, "\(bench.err)")
    #expect(bench.out == "notebooks/numbers.md: ok\n")
    #expect(await bench.washi("check", "notebooks/numbers.md", "bad.md") == .wrong)
    #expect(bench.err.contains("bad.md:2:"))
    #expect(await bench.washi("check", "bad.md", "--json") == .wrong)
    #expect(bench.out.contains("\"line\" : 2") || bench.out.contains("\"line\": 2"))
    #expect(bench.names("output") == [])
  }

  @Test func showsThePlan() async throws {
    let bench = try bench()
    #expect(await bench.washi("plan", "notebooks/numbers.md", "-p", "count", "4") == .done)
    #expect(bench.out.contains("numbers  sql"))
    #expect(await bench.washi("plan", "notebooks/numbers.md", "--dot") == .done)
    #expect(bench.out.hasPrefix("digraph"))
    #expect(await bench.washi("plan", "notebooks/numbers.md", "--json") == .done)
    #expect(!bench.out.contains("s3cret"))
  }

  @Test func beginsAProjectThatRunsAtOnce() async throws {
    let bench = try Bench()
    #expect(await bench.washi("init", "fresh") == .done)
    #expect(bench.out == "washi run fresh/notebooks/hello.md\n")
    #expect(bench.names("fresh") == [".gitignore", "notebooks", "washi.yaml"])
    #expect(
      await bench.washi("check", "fresh/notebooks/hello.md", "--strict", "--check-format") == .done,
      "\(bench.err)")
    #expect(bench.err == "")
    #expect(await bench.washi("run", "fresh/notebooks/hello.md") == .done, "\(bench.err)")
    #expect(bench.out == "fresh/output/hello/default/v1/index.html\n")
    #expect(await bench.washi("init", "fresh") == .wrong)
    #expect(bench.err.contains("is there already"))
  }

  @Test func saysWhatIsMissing() async throws {
    let bench = try Bench(environment: [
      "WASHI_DUCKDB": "/nowhere/libduckdb.so", "WASHI_LIGHTGBM": "/nowhere/lib.so",
    ])
    try bench.write(RunTests.notebook, to: "a.md")
    #expect(await bench.washi("doctor") == .failed)
    #expect(bench.out.contains("missing"))
    #expect(bench.err.contains("WASHI_DUCKDB=/path"))
    #expect(await bench.washi("doctor", "--json") == .failed)
    #expect(await bench.washi("run", "a.md") == .failed)
    #expect(bench.err.contains("washi doctor"))
    #expect(await bench.washi("run", "a.md", "--help-notebook") == .done)
  }
}
