internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Synchronization
internal import Vocabulary

/// What the server counts, in the text format of Prometheus.
final class ServingFigures: Sendable {
  private struct Key: Hashable {
    var route: String
    var status: Int
  }

  private struct Times {
    var counts = [Int](repeating: 0, count: ServingFigures.bounds.count + 1)
    var sum = 0.0

    mutating func add(_ seconds: Double) {
      counts[ServingFigures.bounds.firstIndex { seconds <= $0 } ?? ServingFigures.bounds.count] += 1
      sum += seconds
    }

    /// The lines of a histogram; `label` is what tells it from others.
    func lines(_ name: String, _ label: String) -> [String] {
      var lines: [String] = []
      var sum = 0
      for (bound, count) in zip(ServingFigures.bounds.map { shortestText($0) } + ["+Inf"], counts) {
        sum += count
        lines.append("\(name)_bucket{\(label),le=\"\(bound)\"} \(sum)")
      }
      lines.append("\(name)_sum{\(label)} \(shortestText(self.sum))")
      lines.append("\(name)_count{\(label)} \(sum)")
      return lines
    }
  }

  /// What was scored by one name and alias.
  private struct Scores {
    var rows = 0
    var unseen = 0
    var times = Times()
    var versions: [String: Int] = [:]

    mutating func add(_ count: Int, _ unseen: Int, _ seconds: Double, _ version: String) {
      rows += count
      self.unseen += unseen
      times.add(seconds)
      versions[version, default: 0] += 1
    }
  }

  /// Seconds; the last bucket is everything above.
  private static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

  private let requests = Mutex<[Key: Int]>([:])
  private let times = Mutex<[String: Times]>([:])
  private let scores = Mutex<[String: Scores]>([:])

  /// Notes an answered request.
  func count(_ route: String, _ status: Int, _ duration: Duration) {
    requests.withLock { $0[Key(route: route, status: status), default: 0] += 1 }
    let seconds = duration.inSeconds
    times.withLock { $0[route, default: Times()].add(seconds) }
  }

  /// Notes scored rows: by what was asked for, and by the version that answered.
  func score(
    _ model: String, _ version: String, rows count: Int, unseen: Int, _ duration: Duration
  ) {
    let seconds = duration.inSeconds
    scores.withLock { scores in
      scores[model, default: Scores()].add(count, unseen, seconds, version)
    }
  }

  /// Everything as text, sorted.
  func text(waiting: Int, running: Int, unloggedRows: Int?) -> String {
    var lines = ["# TYPE washi_requests_total counter"]
    for (key, count) in requests.withLock({ $0 }).sorted(by: {
      ($0.key.route, $0.key.status) < ($1.key.route, $1.key.status)
    }) {
      lines.append(
        "washi_requests_total{route=\"\(key.route)\",status=\"\(key.status)\"} \(count)")
    }
    lines.append("# TYPE washi_request_seconds histogram")
    for (route, times) in times.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
      lines += times.lines("washi_request_seconds", "route=\"\(route)\"")
    }
    let scores = scores.withLock { $0 }.sorted { $0.key < $1.key }
      .map { (label: "model=\"\(Self.escaped($0.key))\"", scores: $0.value) }
    lines.append("# TYPE washi_score_seconds histogram")
    for (label, scores) in scores { lines += scores.times.lines("washi_score_seconds", label) }
    lines.append("# TYPE washi_scored_rows_total counter")
    for (label, scores) in scores {
      lines.append("washi_scored_rows_total{\(label)} \(scores.rows)")
    }
    lines.append("# TYPE washi_unseen_values_total counter")
    for (label, scores) in scores {
      lines.append("washi_unseen_values_total{\(label)} \(scores.unseen)")
    }
    lines.append("# TYPE washi_scores_total counter")
    for (label, scores) in scores {
      for (version, count) in scores.versions.sorted(by: { $0.key < $1.key }) {
        lines.append(
          "washi_scores_total{\(label),version=\"\(Self.escaped(version))\"} \(count)")
      }
    }
    if let unloggedRows {
      lines.append("# TYPE washi_score_log_dropped_rows_total counter")
      lines.append("washi_score_log_dropped_rows_total \(unloggedRows)")
    }
    lines.append("# TYPE washi_runs gauge")
    lines.append("washi_runs{state=\"waiting\"} \(waiting)")
    lines.append("washi_runs{state=\"running\"} \(running)")
    return lines.joined(separator: "\n") + "\n"
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }
}

extension Duration {
  /// The duration in seconds.
  fileprivate var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}

extension Workplace {
  /// Ready to take orders: the store answers.
  func readiness() async throws -> Response {
    do {
      _ = try await store.hasUsers()
      if isClosing.withLock({ $0 }) { throw ServingError("closing") }
      return Answer.text("ready\n", "text/plain")
    } catch {
      throw Problem(.unavailable, "The server is not ready.", "サーバーの準備ができていません。")
    }
  }

  func metrics(_ call: Call) async throws -> Response {
    guard try call.known().isAdmin else { throw Problem.role(.admin, in: "/") }
    let load = await queue.load
    return Answer.text(
      figures.text(
        waiting: load.waiting, running: load.running, unloggedRows: scoreLog?.droppedRows),
      "text/plain; version=0.0.4; charset=utf-8")
  }
}
