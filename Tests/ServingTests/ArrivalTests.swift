import Foundation
import HTTPTypes
import NIOCore
import Synchronization
import Testing

@testable import Serving

/// Files that arrive, looked at whenever the test says so.
@Suite struct ArrivalTests {
  private func notebook(
    _ path: String, _ parameter: String = "day: { type: month, default: 2021-01 }",
    arrival: String = "true", upload: Bool = false
  ) -> String {
    """
    ---
    title: Monthly
    catalog:
      rows: { path: "\(path)", arrival: \(arrival), upload: \(upload) }
    ---

    ```yaml parameters
    \(parameter)
    folder: { type: path, default: data/in }
    ```

    ```sql step one
    SELECT count(*) AS n, $day AS day FROM rows
    ```
    """
  }

  private static let monthly = "{{ $folder }}/{{ strftime($day, '%Y%m%d') }}.csv"

  private func bench(_ text: String) async throws -> Bench {
    let bench = try Bench()
    bench.press.set("monthly", text)
    try await look(bench)
    return bench
  }

  private func look(_ bench: Bench, times: Int = 1) async throws {
    for _ in 0..<times {
      bench.advance(by: 2000)
      await bench.workplace.pullTriggers()
    }
  }

  private func jobs(_ bench: Bench) async throws -> [Job] {
    try await bench.workplace.store.jobs(of: "monthly", limit: 50).reversed()
  }

  @Test func startTheNotebookWithTheValueOfTheirPath() async throws {
    let bench = try await bench(notebook(Self.monthly))
    try bench.write("x\n1\n", to: "data/in/20210201.csv")
    try await look(bench)
    #expect(try await jobs(bench).isEmpty, "one look does not tell whether it is complete")
    try await look(bench)
    let job = try #require(try await jobs(bench).first)
    #expect(job.parameters == [Job.Assignment("day", "2021-02")])
    #expect(job.cause == "arrival data/in/20210201.csv")
    try await look(bench, times: 3)
    #expect(try await jobs(bench).count == 1)
    _ = try await bench.finish(job.id)
    let page = await bench.get("/notebooks/monthly").text
    #expect(
      page.contains(
        "a new file <code>data/in/*.csv</code> starts it; its path tells <code>day</code>"))
    #expect(page.contains("data/in/20210201.csv") && page.contains("/runs/\(job.id)"))
    #expect(
      await bench.get("/runs/\(job.id)").text.contains("the arrival of data/in/20210201.csv"))
  }

  @Test func startItOncePerContent() async throws {
    let bench = try await bench(notebook(Self.monthly))
    try bench.write("x\n1\n", to: "data/in/20210201.csv")
    try await look(bench, times: 3)
    // The same bytes again, later.
    try bench.write("x\n1\n", to: "data/in/20210201.csv")
    try await look(bench, times: 3)
    #expect(try await jobs(bench).count == 1)
    try bench.write("x\n1\n2\n", to: "data/in/20210201.csv")
    try await look(bench, times: 3)
    #expect(try await jobs(bench).count == 2)
  }

  @Test func areLeftAloneWhileTheyGrow() async throws {
    let bench = try await bench(notebook(Self.monthly))
    for length in 1..<6 {
      try bench.write(
        "x\n" + String(repeating: "1\n", count: length), to: "data/in/20210201.csv")
      try await look(bench)
    }
    #expect(try await jobs(bench).isEmpty)
    try await look(bench)
    #expect(try await jobs(bench).count == 1)
  }

  @Test(arguments: [".20210201.csv", "20210201.csv.part", "20210201.csv.tmp", "~20210201.csv"])
  func areIgnoredUnderAnotherNameUntilTheyAreRenamed(_ name: String) async throws {
    let bench = try await bench(notebook(Self.monthly))
    try bench.write("x\n1\n", to: "data/in/\(name)")
    try await look(bench, times: 3)
    #expect(try await jobs(bench).isEmpty)
    try FileManager.default.moveItem(
      atPath: "\(bench.folder)/data/in/\(name)", toPath: "\(bench.folder)/data/in/20210201.csv")
    try await look(bench, times: 2)
    #expect(try await jobs(bench).count == 1)
  }

  @Test func startNothingWhenTheyWereThereBefore() async throws {
    let bench = try Bench()
    try bench.write("x\n1\n", to: "data/in/20210401.csv")
    bench.press.set("monthly", notebook(Self.monthly))
    try await look(bench, times: 4)
    #expect(try await jobs(bench).isEmpty)
    #expect(!(await bench.get("/notebooks/monthly").text.contains("data/in/20210401.csv")))
  }

  @Test func areFoundAfterARestart() async throws {
    let first = try await bench(notebook(Self.monthly))
    try first.write("x\n1\n", to: "data/in/20210301.csv")
    let second = try Bench(at: first.folder, press: first.press)
    try await look(second, times: 2)
    #expect(
      try await jobs(second).map(\.parameters) == [[Job.Assignment("day", "2021-03")]])
  }

  @Test func startNothingWhenAnOrderHasBroughtThem() async throws {
    let bench = try await bench(notebook(Self.monthly, upload: true))
    let sent = await bench.send(
      .post, "/api/v1/uploads?name=a.csv", ["X-Washi-Form": await bench.formToken()],
      body: [ByteBuffer(string: "x\n1\n")])
    let digest = try #require(sent.json["upload"] as? String)
    let order =
      #"{"notebook":"monthly","parameters":{"day":"2021-04"},"uploads":{"rows":"\#(digest)"}}"#
    let started = await bench.send(
      .post, "/api/v1/runs", ["X-Washi-Form": await bench.formToken()],
      body: [ByteBuffer(string: order)])
    let run = try #require(started.json["run"] as? String)
    _ = try await bench.finish(run)
    try await look(bench, times: 3)
    #expect(try await jobs(bench).map(\.id) == [run])
  }

  @Test(arguments: [
    (
      "data/{{ strftime($day, '%Y/%m') }}/x.csv", "day: { type: month, default: 2021-01 }",
      "data/2022/07/x.csv", "2022-07"
    ),
    (
      "data/sales-{{ $day }}.csv", "day: { type: date, default: 2021-01-31 }",
      "data/sales-2021-02-28.csv", "2021-02-28"
    ),
    ("data/run{{ $day }}.csv", "day: { type: int, default: 1 }", "data/run42.csv", "42"),
    (
      "data/{{ $day }}.csv", "day: { type: string, default: all }", "data/north east.csv",
      "north east"
    ),
    (
      "data/{{ $day }}/in.csv", "day: { type: string, default: a, choices: [a, b] }",
      "data/b/in.csv", "b"
    ),
    (
      "data/{{ $day }}.csv", "day: { type: month, required: true }", "data/2021-09-01.csv",
      "2021-09"
    ),
  ])
  func tellTheValuesOfManyTypes(
    _ path: String, _ parameter: String, _ file: String, _ value: String
  ) async throws {
    let bench = try await bench(notebook(path, parameter))
    try bench.write("x\n1\n", to: file)
    try await look(bench, times: 2)
    #expect(
      try await jobs(bench).map(\.parameters) == [[Job.Assignment("day", value)]])
  }

  @Test func startNothingWhenNoValueLeadsThere() async throws {
    let bench = try await bench(notebook(Self.monthly))
    try bench.write("x\n1\n", to: "data/in/20210215.csv")
    try bench.write("x\n1\n", to: "data/in/readme.csv")
    try await look(bench, times: 3)
    #expect(try await jobs(bench).isEmpty)
    #expect(
      await bench.get("/notebooks/monthly").text.contains("no value of `day` leads to this path"))
  }

  @Test func sayWhatCannotBeWaitedFor() async throws {
    let two = "data/{{ strftime($day, '%Y') }}{{ $size }}.csv"
    let bench = try await bench(
      notebook(two, "day: { type: month, default: 2021-01 }\nsize: { type: int, default: 1 }"))
    #expect(await bench.get("/notebooks/monthly").text.contains("depends on day, size"))
    bench.press.set("monthly", notebook(Self.monthly, arrival: "dey"))
    #expect(await bench.get("/notebooks/monthly").text.contains("no parameter `dey`"))
  }

  @Test func areFollowedThroughNoLink() async throws {
    let bench = try await bench(notebook(Self.monthly))
    try bench.write("x\n1\n", to: "elsewhere.csv")
    try bench.write("x\n1\n", to: "data/in/20200101.csv")
    try FileManager.default.createSymbolicLink(
      atPath: "\(bench.folder)/data/in/20210201.csv",
      withDestinationPath: "\(bench.folder)/elsewhere.csv")
    try await look(bench, times: 3)
    #expect(try await jobs(bench).map(\.cause) == ["arrival data/in/20200101.csv"])
  }

  @Test func areOnlyNamesWhateverTheyAreCalled() async throws {
    let bench = try await bench(
      notebook("data/{{ $day }}.csv", "day: { type: string, default: all }"))
    let name = "<img src=x onerror=alert(1)> '; DROP TABLE jobs; --"
    try bench.write("x\n1\n", to: "data/\(name).csv")
    try await look(bench, times: 2)
    let job = try #require(try await jobs(bench).first)
    #expect(job.parameters == [Job.Assignment("day", name)])
    _ = try await bench.finish(job.id)
    for path in ["/", "/runs", "/runs/\(job.id)", "/notebooks/monthly"] {
      #expect(!(await bench.get(path).text.contains("<img")))
    }
  }
}
