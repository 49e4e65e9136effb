import Foundation
import Testing

/// `washi batch` as a user calls it.
struct BatchTests {
  private let notebook = """
    ---
    edition: "{{ strftime($month, '%Y-%m') }}-{{ $n }}"
    ---

    # Number {{ $n }}

    ```yaml parameters
    month: { type: month, default: 2021-01 }
    n: 1
    ```

    ```sql step t show=1
    SELECT $month AS month, $n AS n, CASE WHEN $n = 3 THEN error('three is bad') END AS e
    ```

    ```yaml step twice
    { uses: metric, value: "{{ 2 * $n }}" }
    ```
    """

  private func lines(_ text: String) -> [[String]] {
    text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
  }

  @Test func resumesWhatAnEarlierBatchHasNotFinished() throws {
    let workshop = try Workshop()
    try workshop.write(
      "n.md",
      """
      ---
      title: Sums
      edition: "{{ $n }}"
      catalog: { rows: { path: "data/{{ $n }}.csv" } }
      ---

      # Sum {{ $n }}

      ```yaml parameters
      n: 1
      ```

      ```yaml step sum
      { uses: metric, value: "{{ (SELECT sum(a) FROM rows) }}" }
      ```
      """)
    for n in [1, 2, 4] { try workshop.write("data/\(n).csv", "a\n\(n * 10)\n") }
    let first = try workshop.washi("batch", "n.md", "--each", "n=1..4")
    #expect(first.status == 1, "\(first.errors)")
    #expect(first.errors.contains("4 sets: 3 done, 1 failed"), "\(first.errors)")
    let mark = "page of the batch: "
    let line = first.errors.split(separator: "\n").first { $0.hasPrefix(mark) }
    let page = try workshop.read(String(try #require(line).dropFirst(mark.count)))
    #expect(page.contains("<h1>Sums</h1>"))
    #expect(page.contains("4 sets: 3 done, 1 failed"))
    #expect(page.contains("href=\"../../../output/n/4/v1/index.html\""))
    #expect(page.contains("there is no readable file `data/3.csv`"))
    #expect(page.contains("<svg"))
    #expect(!page.contains("<script"))

    let still = try workshop.washi("batch", "n.md", "--each", "n=1..4", "--resume")
    #expect(still.errors.contains("3 skipped, 1 failed"), "\(still.errors)")
    try workshop.write("data/3.csv", "a\n30\n")
    let resumed = try workshop.washi(
      "batch", "n.md", "--each", "n=1..4", "--resume", "--metric", "sum.value")
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(resumed.errors.contains("4 sets: 1 done, 3 skipped"), "\(resumed.errors)")
    // The figures of those that were not run again are there, too.
    #expect(lines(resumed.output).dropFirst().map { $0[$0.count - 2] } == ["10", "20", "30", "40"])
    let all = try workshop.washi("batch", "n.md", "--each", "n=1..4", "--resume", "--json")
    #expect(all.status == 99)
    #expect(all.output.contains("\"page\":\".washi/batches/"))

    // A notebook that says something else is run again.
    try workshop.write("n.md", try workshop.read("n.md").replacing("sum(a)", with: "sum(2 * a)"))
    let changed = try workshop.washi("batch", "n.md", "--each", "n=1..4", "--resume")
    #expect(changed.errors.contains("4 sets: 4 done"), "\(changed.errors)")
  }

  @Test func makesOnceWhatSetsHaveInCommon() throws {
    let workshop = try Workshop()
    try workshop.write("washi.yaml", "processes: allow\n")
    try workshop.write(
      "n.md",
      """
      ---
      edition: "{{ $n }}"
      ---

      # Number {{ (SELECT sum(a + $n) FROM shared) }}

      ```yaml parameters
      n: 1
      ```

      ```sh step shared outputs=a.csv
      echo made >> "$WASHI_PROJECT/log"
      sleep 0.4
      echo a > a.csv
      echo 10 >> a.csv
      ```

      ```sql step own show=1
      SELECT a + $n AS b FROM shared
      ```
      """)
    let outcome = try workshop.washi("batch", "n.md", "--each", "n=1..4", "--jobs", "4")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try workshop.read("log") == "made\n")
    for n in 1...4 {
      #expect(try workshop.read("output/n/\(n)/v1/report.md").contains("# Number \(10 + n)"))
    }
    // Nobody holds a turn any more.
    let turns = workshop.folder.appending(path: ".washi/cache/turns").path
    #expect(try FileManager.default.contentsOfDirectory(atPath: turns) == [])
  }

  /// Each of its runs says which process is at work, and stays there.
  private static let waiting = """
    ---
    edition: "{{ $n }}"
    ---

    ```yaml parameters
    n: 1
    ```

    ```sh step s
    echo $$ > "$WASHI_PROJECT/new-$n"
    mv "$WASHI_PROJECT/new-$n" "$WASHI_PROJECT/started-$n"
    sleep 300
    ```
    """

  @Test func stopsEveryRunWhenItIsStopped() throws {
    let workshop = try Workshop()
    try workshop.write("washi.yaml", "processes: allow\n")
    try workshop.write("n.md", Self.waiting)
    for (signal, status) in [(SIGINT, Int32(130)), (SIGTERM, 143)] {
      let process = try workshop.start(["batch", "n.md", "--each", "n=1..9", "--jobs", "2"])
      let started = ["1", "2"].map { workshop.folder.path + "/started-\($0)" }
      while process.isRunning,
        !started.allSatisfy({ FileManager.default.fileExists(atPath: $0) })
      {
        usleep(10_000)
      }
      kill(process.processIdentifier, signal)
      process.waitUntilExit()
      #expect(process.terminationStatus == status)
      for path in started { try FileManager.default.removeItem(atPath: path) }
    }
    let log = try workshop.washi("log", "--json").output
    #expect(log.components(separatedBy: "\"interrupted\"").count == 5, "\(log)")
    #expect(!log.contains("\"running\""))
  }

  @Test func stopsEveryRunWhenItIsKilled() throws {
    let workshop = try Workshop()
    try workshop.write("washi.yaml", "processes: allow\n")
    try workshop.write("n.md", Self.waiting)
    let process = try workshop.start(["batch", "n.md", "--each", "n=1..9", "--jobs", "2"])
    let started = ["1", "2"].map { workshop.folder.path + "/started-\($0)" }
    while process.isRunning, !started.allSatisfy({ FileManager.default.fileExists(atPath: $0) }) {
      usleep(10_000)
    }
    let shells = try started.map { path in
      try #require(
        pid_t(String(contentsOfFile: path, encoding: .utf8).trimmingCharacters(in: .newlines)))
    }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    // The runs hear of it by themselves; the steps' processes go with them.
    for _ in 0..<3000 where shells.contains(where: { kill($0, 0) == 0 }) { usleep(10_000) }
    #expect(shells.allSatisfy { kill($0, 0) != 0 })
    var log = ""
    for _ in 0..<3000 {
      log = try workshop.washi("log", "--json").output
      if !log.contains("\"running\"") { break }
      usleep(10_000)
    }
    #expect(log.components(separatedBy: "\"interrupted\"").count == 3, "\(log)")
  }

  @Test func runsEverySetAndShowsATable() throws {
    let workshop = try Workshop()
    try workshop.write("n.md", notebook)
    let outcome = try workshop.washi(
      "batch", "n.md", "--each", "month=2020-12..2021-01", "--each", "n=1,2", "--metric",
      "twice.value", "--jobs", "2")
    #expect(outcome.status == 0)
    let table = lines(outcome.output)
    #expect(
      table.first
        == ["MONTH", "N", "EDITION", "STATE", "VERSION", "TIME", "twice.value", "REPORT"])
    #expect(
      table.dropFirst().map { $0[2] } == ["2020-12-1", "2020-12-2", "2021-01-1", "2021-01-2"])
    for (row, value) in zip(table.dropFirst(), ["2", "4", "2", "4"]) {
      #expect(row[3] == "done")
      #expect(row[row.count - 2] == value)
      let page = try workshop.read(row[row.count - 1])
      #expect(page.contains("Number \(row[1])"))
    }
    #expect(outcome.errors.contains("4 sets: 4 done"))

    let again = try workshop.washi(
      "batch", "n.md", "--each", "month=2020-12..2021-01", "--each", "n=1..2", "--missing")
    #expect(again.status == 99)
    #expect(again.errors.contains("4 sets: 4 skipped"))
    let unchanged = try workshop.washi(
      "batch", "n.md", "--each", "month=2021-01", "--each", "n=1", "--quiet")
    #expect(unchanged.status == 0)
    #expect(unchanged.output.contains("unchanged"))
  }

  @Test func oneThatFailsDoesNotStopTheOthers() throws {
    let workshop = try Workshop()
    try workshop.write("n.md", notebook)
    try workshop.write("rows.csv", "n\n2\n3\n4\n")
    let outcome = try workshop.washi("batch", "n.md", "--rows", "rows.csv", "--json")
    #expect(outcome.status == 1)
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    #expect(json["counts"] as? [String: Int] == ["done": 2, "failed": 1])
    let sets = try #require(json["sets"] as? [[String: Any]])
    #expect(sets.map { $0["status"] as? String } == ["done", "failed", "done"])
    #expect((sets[1]["message"] as? String)?.contains("three is bad") == true)
    #expect((sets[2]["metrics"] as? [String: Double]) == ["twice.value": 8])

    let fast = try workshop.washi(
      "batch", "n.md", "--each", "n=3..9", "--fail-fast", "--jobs", "1")
    #expect(fast.status == 1)
    #expect(fast.errors.contains("7 sets: 1 failed, 6 not run"))
  }

  @Test func refusesWrongSetsBeforeAnythingRuns() throws {
    let workshop = try Workshop()
    try workshop.write("n.md", notebook)
    let outcome = try workshop.washi("batch", "n.md", "--each", "n=1,two", "--each", "mont=2021-01")
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("parameter `n` must be a whole number, not `two`"))
    #expect(outcome.errors.contains("did you mean `month`?"))
    #expect(outcome.errors.contains("nothing was run"))
    #expect(!FileManager.default.fileExists(atPath: workshop.folder.path + "/output"))
    #expect(try workshop.washi("batch", "n.md").status == 2)
  }
}
