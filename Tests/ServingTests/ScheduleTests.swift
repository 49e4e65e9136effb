import Foundation
import HTTPTypes
import NIOCore
import Parsing
import Synchronization
import Testing

@testable import Serving

/// Schedules under a clock that only the test moves.
@Suite struct ScheduleTests {
  /// 2021-01-31 20:00 in UTC, which is 2021-02-01 05:00 in Tokyo.
  private static let start: Int64 = 1_612_123_200
  private static let hour: Int64 = 3600
  private static let day: Int64 = 86_400

  private static func notebook(_ schedule: String) -> String {
    """
    ---
    title: Daily
    edition: "{{ strftime($day, '%Y-%m-%d') }}"
    schedule: { \(schedule) }
    ---

    ```yaml parameters
    day:   { type: date, default: 2000-01-01 }
    month: { type: month, default: 2000-01 }
    size:  { type: int, default: 1, max: 50 }
    ```

    ```sql step one
    SELECT $day AS day, $month AS month, $size AS size
    ```
    """
  }

  private static let tokyo = """
    cron: "0 6 * * *", timezone: Asia/Tokyo, parameters: { day: "{{ $scheduled }}", \
    month: "{{ $scheduled - INTERVAL 1 MONTH }}", size: 7 }
    """

  private func bench(_ schedule: String = tokyo, at moment: Int64 = start) throws -> Bench {
    let bench = try Bench()
    bench.press.set("daily", Self.notebook(schedule))
    bench.set(to: moment)
    return bench
  }

  private func jobs(_ bench: Bench) async throws -> [Job] {
    try await bench.workplace.store.jobs(of: "daily", limit: 200).reversed()
  }

  /// The days that the runs were given, first ordered first.
  private func days(_ bench: Bench) async throws -> [String] {
    try await jobs(bench).compactMap { job in job.parameters.first { $0.name == "day" }?.text }
  }

  /// Lets time come to a moment, and looks once.
  private func pull(_ bench: Bench, at moment: Int64) async {
    bench.set(to: moment)
    await bench.workplace.pullTriggers()
  }

  private func finishAll(_ bench: Bench) async throws {
    for job in try await jobs(bench) where !job.state.isOver { _ = try await bench.finish(job.id) }
  }

  @Test func orderWhatIsDueWithTheValuesOfItsTime() async throws {
    let bench = try bench()
    await pull(bench, at: Self.start)
    await pull(bench, at: Self.start + Self.hour - 1)
    #expect(try await jobs(bench).isEmpty)
    await pull(bench, at: Self.start + Self.hour)
    await pull(bench, at: Self.start + Self.hour + 1)
    let job = try #require(try await jobs(bench).first)
    #expect(try await jobs(bench).count == 1)
    #expect(job.edition == "2021-02-01")
    #expect(
      job.parameters == [
        Job.Assignment("day", "2021-02-01"), Job.Assignment("month", "2021-01"),
        Job.Assignment("size", "7"),
      ])
    #expect(job.cause == "schedule 2021-02-01 06:00 Asia/Tokyo")
    try await finishAll(bench)
    #expect(
      await bench.get("/runs/\(job.id)").text
        .contains("the schedule, due 2021-02-01 06:00 Asia/Tokyo"))
  }

  @Test func keepNothingFromBeforeTheyWereSeen() async throws {
    let bench = try bench(at: Self.start + Self.hour + 60)
    await pull(bench, at: Self.start + Self.hour + 60)
    #expect(try await jobs(bench).isEmpty)
    await pull(bench, at: Self.start + Self.hour + Self.day)
    #expect(try await days(bench) == ["2021-02-02"])
  }

  @Test(arguments: [
    ("none", []), ("last", ["2021-02-05"]),
    ("all", ["2021-02-01", "2021-02-02", "2021-02-03", "2021-02-04", "2021-02-05"]),
  ])
  func makeUpForWhatWasMissedAsTheySay(_ policy: String, _ editions: [String]) async throws {
    let bench = try bench(Self.tokyo + ", catch_up: \(policy)")
    await pull(bench, at: Self.start)
    // The server was down for five days, and is back in the middle of one.
    for second in 0..<8 {
      await pull(bench, at: Self.start + 5 * Self.day - 2 * Self.hour + Int64(second))
      try await finishAll(bench)
    }
    #expect(try await days(bench) == editions)
  }

  @Test func makeUpForSoMuchAndNoMore() async throws {
    let bench = try bench("cron: \"0 * * * *\", catch_up: all")
    await pull(bench, at: Self.start)
    await pull(bench, at: Self.start + 400 * Self.hour)
    let first = try #require(try await jobs(bench).first)
    // 2021-01-31 20:00 + 301 h: the first of the last hundred.
    #expect(first.cause == "schedule 2021-02-13 09:00 UTC")
  }

  @Test func waitUntilTheRunBeforeIsOver() async throws {
    let bench = try bench("cron: \"0 * * * *\"")
    bench.press.script.withLock { $0 = FakePressroom.waits }
    await pull(bench, at: Self.start)
    await pull(bench, at: Self.start + Self.hour)
    await pull(bench, at: Self.start + 2 * Self.hour)
    await pull(bench, at: Self.start + 3 * Self.hour)
    let first = try #require(try await jobs(bench).first)
    #expect(try await jobs(bench).count == 1)
    _ = try await bench.workplace.queue.cancel(first.id, by: "ada")
    _ = try await bench.finish(first.id)
    await pull(bench, at: Self.start + 3 * Self.hour + 1)
    #expect(
      try await jobs(bench).map(\.cause) == [
        "schedule 2021-01-31 21:00 UTC", "schedule 2021-01-31 23:00 UTC",
      ])
  }

  @Test func goOnAfterARestartWithoutOrderingTwice() async throws {
    let first = try bench()
    await pull(first, at: Self.start)
    await pull(first, at: Self.start + Self.hour)
    try await finishAll(first)
    let second = try Bench(at: first.folder, press: first.press)
    await pull(second, at: Self.start + Self.hour + 5)
    #expect(try await jobs(second).count == 1)
    await pull(second, at: Self.start + Self.hour + Self.day)
    #expect(try await days(second) == ["2021-02-01", "2021-02-02"])
    try await finishAll(second)
  }

  /// Two servers over one store must not happen, and if it does, nothing runs twice.
  @Test func areClaimedByOneOnly() async throws {
    let first = try bench()
    await pull(first, at: Self.start)
    let second = try Bench(at: first.folder, press: first.press)
    first.set(to: Self.start + Self.hour)
    second.set(to: Self.start + Self.hour)
    await withTaskGroup { group in
      for workplace in [first.workplace, second.workplace] {
        group.addTask { await workplace.pullTriggers() }
      }
    }
    #expect(try await jobs(first).count == 1)
    let lock = try WorkplaceLock(inFolder: first.folder + "/.washi/serve")
    #expect(throws: ServingError.self) {
      try WorkplaceLock(inFolder: first.folder + "/.washi/serve")
    }
    withExtendedLifetime(lock) {}
  }

  @Test func letEveryNotebookBeginAtItsOwnTime() async throws {
    let bench = try bench(Self.tokyo + ", jitter: 10m")
    let schedule = try #require(
      try bench.press.notebook("daily")?.notebook.frontMatter.schedule)
    let delay = schedule.delay(of: "daily")
    #expect((1..<600).contains(delay))
    #expect(schedule.delay(of: "daily") == delay)
    #expect(Set((0..<50).map { schedule.delay(of: "n\($0)") }).count > 30)
    await pull(bench, at: Self.start)
    await pull(bench, at: Self.start + Self.hour + delay - 1)
    #expect(try await jobs(bench).isEmpty)
    await pull(bench, at: Self.start + Self.hour + delay)
    #expect(try await jobs(bench).map(\.cause) == ["schedule 2021-02-01 06:00 Asia/Tokyo"])
  }

  @Test func arePausedAndGoOnFromNow() async throws {
    let bench = try bench()
    await pull(bench, at: Self.start)
    let page = await bench.get("/notebooks/daily").text
    #expect(page.contains("2021-02-01 06:00, 2021-02-02 06:00, 2021-02-03 06:00"))
    #expect(page.contains("Pause the schedule"))
    #expect(await bench.get("/").text.contains("2021-02-01 06:00"))
    #expect(await bench.post("/schedule/daily", ["do": "pause"]).status == 303)
    await pull(bench, at: Self.start + Self.day)
    #expect(try await jobs(bench).isEmpty)
    #expect(await bench.get("/notebooks/daily").text.contains("paused by local"))
    #expect(await bench.get("/").text.contains("paused"))
    #expect(await bench.post("/schedule/daily", ["do": "resume"]).status == 303)
    await pull(bench, at: Self.start + Self.day + 1)
    #expect(try await jobs(bench).isEmpty)
    await pull(bench, at: Self.start + Self.day + Self.hour)
    #expect(try await days(bench) == ["2021-02-02"])
    try await finishAll(bench)
  }

  @Test func arePausedByWhoeverMayRun() async throws {
    let bench = try bench()
    let viewer = try await bench.session("ben", Grant(.viewer))
    #expect(await bench.post("/schedule/daily", ["do": "pause"], viewer).status == 403)
    #expect(!(await bench.get("/notebooks/daily", viewer).text.contains("Pause the schedule")))
    let runner = try await bench.session("ada", Grant(.runner))
    #expect(await bench.post("/schedule/daily", ["do": "pause"], runner, token: "x").status == 403)
    #expect(await bench.post("/schedule/daily", ["do": "pause"], runner).status == 303)
    #expect(await bench.post("/schedule/sales", ["do": "pause"], runner).status == 404)
    let token = try await bench.token("cy", Grant(.runner))
    let resumed = await bench.send(
      .put, "/api/v1/notebooks/daily/schedule", token,
      body: [ByteBuffer(string: #"{"paused":false}"#)])
    #expect(resumed.status == 200)
    #expect(resumed.json["isPaused"] as? Bool == false)
    #expect(try await bench.workplace.store.audit(limit: 1).first?.action == "resume schedule")
  }

  /// What is wrong when a time is due is a run that failed, so that somebody sees it.
  @Test func sayWhatIsWrongAsARunThatFailed() async throws {
    let bench = try bench(
      "cron: \"0 6 * * *\", parameters: { size: \"{{ 40 + day($scheduled) }}\" }",
      at: Self.start + 20 * Self.day)
    await pull(bench, at: Self.start + 20 * Self.day)
    await pull(bench, at: Self.start + 21 * Self.day)
    let job = try #require(try await jobs(bench).first)
    #expect(job.state == .failed)
    #expect(job.message?.contains("`size`") == true)
    #expect(await bench.get("/runs/\(job.id)").text.contains("size"))
  }

  @Test func sayWhenTheZoneIsUnknown() async throws {
    let bench = try bench("cron: \"0 6 * * *\", timezone: Mars/Olympus")
    await pull(bench, at: Self.start + Self.day)
    #expect(
      await bench.get("/notebooks/daily").text.contains("does not know the zone Mars/Olympus"))
    #expect(await bench.get("/").text.contains("zone unknown"))
  }
}
