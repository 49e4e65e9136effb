internal import Archiving
internal import Hummingbird
internal import Logging
public import Parsing
internal import Planning
internal import Vocabulary

/// The schedule of a notebook as people see it.
struct ScheduleState: Sendable {
  var cron: String
  var timezone: String
  var catchUp: FrontMatter.Schedule.CatchUp
  /// Seconds by which its runs begin later than they are due.
  var delay: Int64
  /// The due times to come; none when it is paused.
  var next: [DueTimes.DueTime] = []
  var pausedBy: String?
  var pausedAt: Int64?
  /// Why nothing will be due, when the zone is unknown here.
  var problem: Problem?
}

extension FrontMatter.Schedule {
  /// The moments at which it is due; nil when this machine does not know the zone.
  public var dueTimes: DueTimes? {
    line.flatMap { line in ZoneRules(named: timezone).map { DueTimes(of: line, in: $0) } }
  }

  /// Seconds by which the runs of this notebook begin later than they are due: below the jitter, and
  /// always the same for one notebook.
  public func delay(of notebook: String) -> Int64 {
    guard jitter >= 1, let number = UInt64(Secret.digest(notebook).prefix(12), radix: 16) else {
      return 0
    }
    return Int64(number % UInt64(jitter))
  }

  fileprivate var mark: String { "\(cron) \(timezone)" }
}

extension Workplace {
  /// A due time that nobody makes up for may be late by so many seconds.
  private static let lateness: Int64 = 60
  /// Of more due times than that, the oldest are not made up for.
  private static let mostMissed = 100

  /// Orders what the schedules say is due by now. A notebook whose scheduled run is not over waits:
  /// what becomes due meanwhile counts as missed.
  func orderWhatIsDue(of notebooks: [OpenedNotebook]) async {
    for opened in notebooks {
      guard let schedule = opened.notebook.frontMatter.schedule, let times = schedule.dueTimes
      else { continue }
      do {
        try await orderIfDue(opened, schedule, times)
      } catch is CancellationError {
        return
      } catch {
        log.error("the schedule of \(opened.name): \(error)")
      }
    }
  }

  private func orderIfDue(
    _ opened: OpenedNotebook, _ schedule: FrontMatter.Schedule, _ times: DueTimes
  ) async throws {
    let name = opened.name
    let now = now() / 1000
    let record = try await store.schedule(of: name, mark: schedule.mark, now: now)
    let latest = now - schedule.delay(of: name)
    guard record.pausedBy == nil, let next = times.next(after: record.handledAt),
      next.moment <= latest, try await !store.hasOpenJob(of: name, by: Job.schedule)
    else { return }
    var due: DueTimes.DueTime?
    switch schedule.catchUp {
    case .all:
      due = times.all(after: record.handledAt, upTo: latest, limit: Self.mostMissed).first
      if let due, due.moment > next.moment {
        log.warning("\(name): due times from \(next.text) to before \(due.text) are left out")
      }
    case .last, .none: due = times.last(upTo: latest)
    }
    guard let due else { return }
    if schedule.catchUp == .none, latest - due.moment > Self.lateness {
      log.warning("\(name): \(due.text) was missed and is left out")
      _ = try await store.claim(name, from: record.handledAt, to: due.moment, nil)
      return
    }
    let job = await job(for: due, of: opened, schedule)
    guard try await store.claim(name, from: record.handledAt, to: due.moment, job) else { return }
    log.info("\(name): \(due.text) \(schedule.timezone) is due, run \(job.id)")
    try await store.note("run", "\(name) \(job.id)", by: job.user, from: "", at: job.orderedAt)
    if job.state == .queued { await queue.take(job) }
  }

  private func job(
    for due: DueTimes.DueTime, of opened: OpenedNotebook, _ schedule: FrontMatter.Schedule
  ) async -> Job {
    let pressroom = pressroom
    return await job(
      of: opened, by: Job.schedule, cause: "schedule \(due.text) \(schedule.timezone)",
      key: "schedule \(opened.name) \(due.moment)"
    ) {
      try pressroom.scheduledValues(of: opened, at: due.wall)
    }
  }

  /// An order that nobody makes. What is wrong with it is told by a run that failed, so that somebody
  /// sees it.
  func job(
    of opened: OpenedNotebook, by user: String, cause: String, key: String,
    _ values: @escaping @Sendable () throws -> [Job.Assignment]
  ) async -> Job {
    var job = Job(
      id: Secret.random(), notebook: opened.name, parameters: [], uploads: [], user: user,
      state: .queued, orderedAt: now())
    job.cause = cause
    job.key = key
    do {
      job.parameters = try await blocking(values)
      let visitor = Visitor(name: user, grants: [], proof: .open)
      job.edition = try await check(Order(values: job.parameters), of: opened, by: visitor).plan
        .edition
    } catch {
      job.state = .failed
      job.endedAt = job.orderedAt
      job.message = Problem(about: error).summary
      log.warning("\(cause): \(opened.name) cannot run: \(job.message ?? "")")
    }
    return job
  }

  // MARK: - Seen and paused

  /// A notebook's schedule as it stands; nil when it has none.
  func schedule(of opened: OpenedNotebook, count: Int = 3) async throws -> ScheduleState? {
    guard let schedule = opened.notebook.frontMatter.schedule else { return nil }
    var state = ScheduleState(
      cron: schedule.cron, timezone: schedule.timezone, catchUp: schedule.catchUp,
      delay: schedule.delay(of: opened.name))
    guard let times = schedule.dueTimes else {
      state.problem = Problem(
        .unavailable, "This machine does not know the zone \(schedule.timezone).",
        "このサーバーはタイムゾーン \(schedule.timezone) を知りません。")
      return state
    }
    let record = try await store.schedule(
      of: opened.name, mark: schedule.mark, now: now() / 1000)
    state.pausedBy = record.pausedBy
    state.pausedAt = record.pausedAt
    guard state.pausedBy == nil else { return state }
    var moment = max(record.handledAt, now() / 1000 - state.delay - 1)
    while state.next.count < count, let next = times.next(after: moment) {
      state.next.append(next)
      moment = next.moment
    }
    return state
  }

  /// Pauses a notebook's schedule, or lets it go on, for somebody who may run it.
  func pause(_ isPaused: Bool, _ name: String, _ call: Call) async throws -> ScheduleState {
    let visitor = try call.known(.runner, in: name)
    let opened = try await opened(name)
    guard try await schedule(of: opened, count: 0) != nil else { throw Problem.noSchedule(name) }
    try await store.pauseSchedule(name, by: isPaused ? visitor.name : nil, now: call.now)
    await note(isPaused ? "pause schedule" : "resume schedule", name, call)
    guard let state = try await schedule(of: opened) else { throw Problem.noSchedule(name) }
    return state
  }

  func changeSchedule(_ call: Call, _ name: String) async throws -> Response {
    let form = try await sentForm(call)
    guard let wish = form["do"], ["pause", "resume"].contains(wish) else {
      throw Problem.bad("The form says nothing to do.", "フォームに操作がありません。")
    }
    _ = try await pause(wish == "pause", name, call)
    return Answer.seeOther(.notebookPath(name))
  }
}

extension Problem {
  static func noSchedule(_ name: String) -> Problem {
    .notFound("`\(name)` has no schedule.", "`\(name)` に予定はありません。")
  }
}
