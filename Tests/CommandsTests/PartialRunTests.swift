import Archiving
import Foundation
import Testing

@testable import Commands

/// Whether DuckDB can be loaded from here.
private let hasEngine: Bool = {
  guard let bench = try? Bench() else { return false }
  let desk = bench.desk()
  return (try? OpenEngine(for: desk.project, in: desk.circumstances)) != nil
}()

/// Runs of a part of a notebook, runs that go on where another one ended, steps side by side.
@Suite(.enabled(if: hasEngine)) struct PartialRunTests {
  /// Four steps in a row; the third fails as long as there is a file `bad.csv` with an `x`.
  static let notebook = """
    ---
    title: A chain
    catalog:
      switch: { path: switch.csv }
    ---

    # The sum is {{ (SELECT sum(n) FROM doubled) }}

    ```yaml parameters
    count: { type: int, default: 3 }
    words: { type: list, default: [a, b] }
    ```

    ```sql step numbers
    SELECT n FROM range(1, 1 + $count) AS t(n)
    ```

    ```sql step doubled
    SELECT 2 * n AS n FROM numbers
    ```

    ```sql step checked
    SELECT CASE WHEN is_bad THEN error('the switch is off') ELSE n END AS n
    FROM doubled, switch
    ```

    ```yaml step shown
    uses: table
    table: checked
    title: "{{ $words[1] }}"
    ```

    """

  private func project(isBad: Bool = false) throws -> Bench {
    let bench = try Bench()
    try bench.write(Self.notebook, to: "it's a chain.md")
    try bench.write("is_bad\n\(isBad)\n", to: "switch.csv")
    return bench
  }

  private func run(_ bench: Bench, _ options: String...) async -> Commands.ExitStatus {
    await bench.call(["run", "it's a chain.md"] + options)
  }

  /// How the steps of the last `run --json` ended.
  private func states(_ bench: Bench) throws -> [String] {
    struct Facts: Decodable {
      struct Step: Decodable { var state: String }
      var steps: [Step]
    }
    return try JSONDecoder().decode(Facts.self, from: Data(bench.out.utf8)).steps.map(\.state)
  }

  @Test func goesOnWhereAFailedRunHasEnded() async throws {
    let bench = try project(isBad: true)
    #expect(await run(bench, "-p", "count", "5", "-p", "words", "[it's, b]") == .failed)
    let line = try #require(
      bench.err.split(separator: "\n").first { $0.hasPrefix("resume it: ") })
    #expect(line.hasPrefix(#"resume it: washi run 'it'\''s a chain.md' --resume --run "#))
    #expect(bench.names("output") == [])

    // Another edition that succeeds is not in the way.
    try bench.write("is_bad\nfalse\n", to: "switch.csv")
    #expect(await run(bench) == .done, "\(bench.err)")
    #expect(await run(bench, "--resume", "--json") == .done, "\(bench.err)")
    #expect(try states(bench) == ["cached", "cached", "done", "done"])
    let edition = try #require(bench.names("output/it's a chain").first { $0 != "default" })
    let report = bench.text("output/it's a chain/\(edition)/v1/report.md")
    #expect(report?.contains("# The sum is 30") == true)
    #expect(report?.contains("it's") == true)

    #expect(await run(bench, "--resume") == .idle)
    #expect(bench.err.contains("nothing to resume"))
    #expect(await run(bench, "--resume", "--run", "2", "-p", "count", "1") == .wrong)
    #expect(bench.err.contains("a resumed run has the parameters that it had"))
    #expect(await run(bench, "--run", "x") == .wrong)
  }

  @Test func takesTheSameCommandForEveryTry() async throws {
    let bench = try project(isBad: true)
    #expect(await run(bench, "--resume", "-p", "count", "4") == .failed)
    #expect(bench.err.contains("no unfinished run has these parameters"))
    #expect(await run(bench, "--resume", "-p", "count", "5") == .failed)
    #expect(bench.err.contains("no unfinished run has these parameters"))
    try bench.write("is_bad\nfalse\n", to: "switch.csv")
    #expect(await run(bench, "--resume", "-p", "count", "4", "--json") == .done, "\(bench.err)")
    #expect(bench.err.contains("resuming run "))
    #expect(try states(bench) == ["cached", "cached", "done", "done"])
    // The other one is still open, and then nothing is.
    #expect(await run(bench, "--resume") == .done, "\(bench.err)")
    #expect(bench.names("output/it's a chain").count == 2)
    #expect(await run(bench, "--resume") == .idle)
    #expect(await run(bench, "--resume", "-p", "count", "4") == .done)
    #expect(bench.err.contains("unchanged: "))
  }

  @Test func resumesWithTheValuesThatWereGivenAsNone() async throws {
    let bench = try Bench()
    try bench.write(
      """
      ---
      catalog:
        switch: { path: switch.csv }
      ---

      ```yaml parameters
      top: { type: int, default: null }
      name: { type: string, default: null }
      ```

      ```sql step checked
      SELECT CASE WHEN is_bad THEN error('the switch is off') ELSE 1 END AS n FROM switch
      ```

      Top {{ coalesce($top, 7) }}, {{ coalesce($name, 'nobody') }}.

      """, to: "n.md")
    try bench.write("is_bad\ntrue\n", to: "switch.csv")
    let given = ["-y", "{top: null, name: null}"]
    #expect(await bench.call(["run", "n.md"] + given) == .failed, "\(bench.err)")
    try bench.write("is_bad\nfalse\n", to: "switch.csv")
    #expect(await bench.call(["run", "n.md", "--resume"]) == .done, "\(bench.err)")
    let report = bench.names("output/n").first.flatMap {
      bench.text("output/n/\($0)/v1/report.md")
    }
    #expect(report?.contains("Top 7, nobody.") == true, "\(report ?? "")")
    #expect(await bench.call(["run", "n.md", "--resume"] + given) == .done, "\(bench.err)")
    #expect(bench.err.contains("no unfinished run has these parameters"))
  }

  @Test func resumesWhatWasKilledBeforeItWasPlanned() async throws {
    let bench = try project()
    // Nothing but what it was given is known of it, and its process is gone.
    let killed = RunRecord(
      id: "20231101T000000Z-abcde", notebook: "it's a chain", startedAt: 1_698_800_000_000,
      user: "ann", host: "here", process: ProcessIdentity(id: 99_999_999, start: "gone"))
    try History(in: "\(bench.folder)/.washi").begin(
      killed, [.init(name: "count", type: "int", value: "5", origin: "injected")])
    #expect(await bench.washi("log") == .done)
    #expect(bench.out.contains("interrupted"))
    #expect(await run(bench, "--resume", "--json") == .done, "\(bench.err)")
    #expect(bench.err.contains("resuming run \(killed.id)"))
    let edition = try #require(bench.names("output/it's a chain").first)
    let report = bench.text("output/it's a chain/\(edition)/v1/report.md")
    #expect(report?.contains("# The sum is 30") == true)
    #expect(await run(bench, "--resume") == .idle)
  }

  @Test func remembersNothingOfACallThatWasWrong() async throws {
    let bench = try project()
    #expect(await run(bench, "-p", "cuont", "5") == .wrong)
    #expect(await run(bench, "-p", "count", "five") == .wrong)
    #expect(await bench.washi("log", "--json") == .done)
    #expect(bench.out.filter { !$0.isWhitespace } == "[]")
    #expect(bench.text(".washi/.gitignore") == "*\n")
  }

  @Test func doesAPartAndPublishesNothing() async throws {
    let bench = try project()
    #expect(await run(bench, "--only", "checked") == .wrong)
    #expect(bench.err.contains("the cache has no result of step `doubled`"))
    #expect(await run(bench, "--from", "chekced") == .wrong)
    #expect(bench.err.contains("did you mean `checked`?"))
    #expect(await run(bench, "--from", "checked", "--to", "shown") == .wrong)

    #expect(await run(bench, "--to", "doubled", "--json") == .done, "\(bench.err)")
    #expect(try states(bench) == ["done", "done", "not run", "skipped"])
    #expect(bench.names("output") == [])
    #expect(bench.names(".washi/runs").count == 1)

    #expect(await run(bench, "--only", "checked", "--json") == .done, "\(bench.err)")
    #expect(try states(bench) == ["cached", "cached", "done", "not run"])
    #expect(await bench.washi("log") == .done)
    #expect(bench.out.contains("partial"))
    #expect(bench.names("output") == [])

    // What is whole is published, whoever did it.
    #expect(await run(bench, "--from", "checked", "--json") == .done, "\(bench.err)")
    #expect(try states(bench) == ["cached", "cached", "done", "done"])
    #expect(bench.names("output/it's a chain/default") == ["latest", "v1"])
    #expect(await run(bench, "--only", "numbers", "--json") == .done, "\(bench.err)")
    #expect(try states(bench) == ["done", "cached", "cached", "cached"])
    #expect(bench.names("output/it's a chain/default") == ["latest", "v1"])
  }

  @Test func tellsTheEndOfAStepBeforeTheNextBegins() async throws {
    struct Line: Decodable {
      var event: String
      var step: String?
    }
    let bench = try project()
    #expect(await run(bench, "--jobs", "1", "--events", "events.jsonl") == .done, "\(bench.err)")
    let lines = try (bench.text("events.jsonl") ?? "").split(separator: "\n").map {
      try JSONDecoder().decode(Line.self, from: Data($0.utf8))
    }
    let told = lines.compactMap { line in line.step.map { "\(line.event) \($0)" } }
    let steps = ["numbers", "doubled", "checked", "shown"]
    #expect(told == steps.flatMap { ["started \($0)", "ended \($0)"] })
  }

  @Test func printsTheSameWhateverRunsSideBySide() async throws {
    let wide = (1...24).map { index in
      """
      ```sql step s\(index) show=3
      SELECT n, n * \(index) AS m FROM range(\(1000 * (index % 5))) AS t(n) ORDER BY n
      ```

      ```yaml step t\(index)
      uses: table
      table: s\(index)
      rows: 2
      ```
      """
    }.joined(separator: "\n\n")
    let notebook = """
      # Wide: {{ (SELECT count(*) FROM s3) + (SELECT count(*) FROM s9) }}

      \(wide)

      ```sql step all_of_them
      \((1...24).map { "SELECT sum(m) AS m FROM s\($0)" }.joined(separator: " UNION ALL "))
      ```

      """
    var printed: [[String: Data]] = []
    var said: [String] = []
    for jobs in ["1", "2", "8"] {
      let bench = try Bench()
      try bench.write(notebook, to: "wide.md")
      #expect(await bench.washi("run", "wide.md", "--jobs", jobs) == .done, "\(bench.err)")
      printed.append(try bench.files(below: "output/wide/default/v1"))
      said.append(bench.err.replacing(/[0-9.]+ s/, with: "? s"))
      // Half of it again, with the cache.
      try bench.write(notebook.replacing("rows: 2", with: "rows: 1"), to: "wide.md")
      #expect(await bench.washi("run", "wide.md", "--jobs", jobs) == .done, "\(bench.err)")
    }
    #expect(printed[0] == printed[1] && printed[1] == printed[2])
    #expect(said[0] == said[1] && said[1] == said[2])
  }

  @Test func endsWithTheFirstFailureWhateverIsQuicker() async throws {
    let notebook = """
      ```sql step slow
      SELECT sum(sqrt(n)) AS x FROM range(3000000) AS t(n)
      ```

      ```sql step fails_late
      SELECT error('late') AS x FROM slow
      ```

      ```sql step fails_at_once
      SELECT error('at once') AS x
      ```

      ```sql step quick
      SELECT 1 AS one
      ```

      """
    for jobs in ["1", "4"] {
      let bench = try Bench()
      try bench.write(notebook, to: "failing.md")
      #expect(await bench.washi("run", "failing.md", "--jobs", jobs, "--json") == .failed)
      #expect(try states(bench) == ["done", "failed", "not run", "not run"], "with \(jobs)")
      #expect(bench.err.contains("late [") && !bench.err.contains("at once ["))
    }
  }

  @Test func notesADamagedResultAndDoesItAgain() async throws {
    let first = try project()
    #expect(await run(first) == .done, "\(first.err)")
    let wanted = try first.files(below: "output/it's a chain/default/v1")
    let results = try first.files(below: ".washi/cache/results")
    #expect(results.count == 7)
    // Forgetting the prose makes the run read the tables.
    for (name, bytes) in results {
      for damage in ["flip", "cut", "remove"] {
        let bench = try project()
        try FileManager.default.copyItem(
          atPath: "\(first.folder)/.washi", toPath: "\(bench.folder)/.washi")
        try FileManager.default.removeItem(atPath: "\(bench.folder)/.washi/cache/ledgers")
        let path = "\(bench.folder)/.washi/cache/results/\(name)"
        var damaged = bytes
        switch damage {
        case "flip":
          damaged[damaged.startIndex + damaged.count * 2 / 3] ^= 1
          try damaged.write(to: URL(fileURLWithPath: path))
        case "cut": try damaged.dropLast().write(to: URL(fileURLWithPath: path))
        default: try FileManager.default.removeItem(atPath: path)
        }
        #expect(await run(bench) == .done, "\(name) \(damage): \(bench.err)")
        #expect(try bench.files(below: "output/it's a chain/default/v1") == wanted)
      }
    }
  }

  @Test func sharesTheCacheAmongRunsAtTheSameTime() async throws {
    let bench = try project()
    let states = await withTaskGroup(of: Commands.ExitStatus.self) { group in
      for count in [3, 3, 3, 4, 4, 5] {
        group.addTask {
          await answer(["run", "it's a chain.md", "-p", "count", "\(count)"], at: bench.desk())
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(states.allSatisfy { $0 == .done }, "\(bench.err)")
    for (count, sum) in [(3, 12), (4, 20), (5, 30)] {
      #expect(await run(bench, "-p", "count", "\(count)", "--json") == .done)
      #expect(try self.states(bench) == ["cached", "cached", "cached", "cached"])
      let editions = bench.names("output/it's a chain")
      let reports = editions.map { bench.text("output/it's a chain/\($0)/v1/report.md") ?? "" }
      #expect(reports.count { $0.contains("# The sum is \(sum)") } == 1)
    }
  }

  @Test func verifiesWithoutTheCache() async throws {
    let bench = try project()
    try bench.write(Self.notebook, to: "notebooks/chain.md")
    #expect(await bench.washi("run", "notebooks/chain.md") == .done, "\(bench.err)")
    #expect(await bench.washi("gc", "--all") == .done)
    #expect(await bench.washi("verify", "chain") == .done, "\(bench.out)")
    // A proof that rested on the cache would be none; nor does it leave anything there.
    #expect(bench.names(".washi/cache/results") == [])
  }

  @Test func freesWhatCanBeMadeAgain() async throws {
    let bench = try project(isBad: true)
    #expect(await run(bench) == .failed)
    try bench.write("is_bad\nfalse\n", to: "switch.csv")
    #expect(await run(bench) == .done)
    let before = try bench.files(below: "output")
    #expect(await bench.washi("gc", "--dry-run", "--all") == .done)
    #expect(bench.out.hasPrefix("would remove 4 cached results and 1 failed run: "))
    #expect(bench.names(".washi/cache/results").count == 4)
    #expect(await bench.washi("gc") == .done)
    // The desk's clock stands in 2023, so nothing is older than 30 days.
    #expect(bench.out.hasPrefix("removed 0 cached results and 0 failed runs: 0 B; "))
    try bench.write("lines\n", to: ".washi/logs/a/step.log")
    try bench.write("{}\n", to: ".washi/batches/b/sets.jsonl")
    try bench.write("page", to: ".washi/batches/c/index.html")
    try bench.write("more", to: ".washi/running/.staging-gone/more.bin")
    #expect(await bench.washi("gc", "--max-size", "1KB", "--dry-run") == .done)
    #expect(!bench.out.contains("log"))
    #expect(bench.names(".washi/running") == [".staging-gone"])
    #expect(await bench.washi("gc", "--all", "--dry-run") == .done)
    #expect(bench.out.contains(", 1 failed run, 1 log and 2 batches: "))
    #expect(await bench.washi("gc", "--max-size", "1KB") == .done)
    #expect(bench.names(".washi/running") == [])
    #expect(bench.names(".washi/cache/results").count < 4)
    #expect(await bench.washi("gc", "--all") == .done)
    #expect(bench.names(".washi/cache/results") == [])
    for name in ["runs", "logs", "batches"] { #expect(bench.names(".washi/\(name)") == []) }
    #expect(try bench.files(below: "output") == before)
    #expect(await bench.washi("gc", "--older-than", "soon") == .wrong)
    #expect(await run(bench, "--json") == .done)
    #expect(try states(bench) == ["done", "done", "done", "done"])
  }
}
