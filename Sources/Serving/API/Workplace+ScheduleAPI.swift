internal import Comparing
internal import HTTPTypes
internal import Hummingbird
internal import Parsing
internal import Vocabulary

extension APIValues {
  /// A notebook's schedule and what it waits for.
  struct Schedule: Encodable {
    var cron: String?
    var timezone: String?
    var catchUp: String?
    /// Seconds by which runs begin later than they are due.
    var delay: Int64?
    var isPaused: Bool
    var pausedBy: String?
    var next: [Due]
    var arrivals: [Awaited]

    struct Due: Encodable {
      /// The time on the wall of the zone.
      var scheduled: String
      /// The moment in UTC.
      var at: String
    }

    struct Awaited: Encodable {
      var entry: String
      var place: String?
      var parameter: String?
      var problem: String?
      var last: [Came]
    }

    struct Came: Encodable {
      var path: String
      var digest: String?
      var seenAt: String
      var run: String?
      var message: String?
    }
  }
}

extension Workplace {
  func apiSchedule(_ call: Call, _ name: String) async throws -> Response {
    _ = try call.known(.viewer, in: name)
    return Answer.json(try await apiSchedule(of: try await opened(name)))
  }

  /// `{"paused": true}` or `{"paused": false}`.
  func apiSetSchedule(_ call: Call, _ name: String) async throws -> Response {
    _ = try call.known(.runner, in: name)
    guard let body = JSONValue(parsing: try await call.body(upTo: 1 << 16)),
      case .object(let members) = body, members.count == 1,
      case .bool(let isPaused)? = body["paused"]
    else {
      throw Problem.bad(
        "Send {\"paused\": true} or {\"paused\": false}.",
        "{\"paused\": true} または {\"paused\": false} を送ってください。")
    }
    _ = try await pause(isPaused, name, call)
    return Answer.json(try await apiSchedule(of: try await opened(name)))
  }

  private func apiSchedule(of opened: OpenedNotebook) async throws -> APIValues.Schedule {
    let state = try await schedule(of: opened)
    let awaited = try await arrivals(of: opened)
    return APIValues.Schedule(
      cron: state?.cron, timezone: state?.timezone, catchUp: state?.catchUp.rawValue,
      delay: state?.delay, isPaused: state?.pausedBy != nil, pausedBy: state?.pausedBy,
      next: (state?.next ?? []).map {
        APIValues.Schedule.Due(scheduled: $0.text, at: ClockText.utc($0.moment * 1000))
      },
      arrivals: awaited.map { item in
        APIValues.Schedule.Awaited(
          entry: item.entry, place: item.place, parameter: item.parameter,
          problem: item.problem?.summary,
          last: item.arrivals.map {
            APIValues.Schedule.Came(
              path: $0.path, digest: $0.digest, seenAt: ClockText.utc($0.seenAt), run: $0.job,
              message: $0.message)
          })
      })
  }
}
