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
  }

  /// Seconds; the last bucket is everything above.
  private static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

  private let requests = Mutex<[Key: Int]>([:])
  private let times = Mutex<[String: Times]>([:])
  private let rows = Mutex<[String: Int]>([:])

  /// Notes an answered request.
  func count(_ route: String, _ status: Int, _ duration: Duration) {
    requests.withLock { $0[Key(route: route, status: status), default: 0] += 1 }
    let parts = duration.components
    let seconds = Double(parts.seconds) + Double(parts.attoseconds) / 1e18
    let bucket = Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count
    times.withLock { times in
      times[route, default: Times()].counts[bucket] += 1
      times[route, default: Times()].sum += seconds
    }
  }

  /// Notes scored rows of a model.
  func score(_ model: String, rows count: Int) {
    rows.withLock { $0[model, default: 0] += count }
  }

  /// Everything as text, sorted.
  func text(waiting: Int, running: Int) -> String {
    var lines = ["# TYPE washi_requests_total counter"]
    for (key, count) in requests.withLock({ $0 }).sorted(by: {
      ($0.key.route, $0.key.status) < ($1.key.route, $1.key.status)
    }) {
      lines.append(
        "washi_requests_total{route=\"\(key.route)\",status=\"\(key.status)\"} \(count)")
    }
    lines.append("# TYPE washi_request_seconds histogram")
    for (route, times) in times.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
      var sum = 0
      for (bound, count) in zip(Self.bounds.map { shortestText($0) } + ["+Inf"], times.counts) {
        sum += count
        lines.append("washi_request_seconds_bucket{route=\"\(route)\",le=\"\(bound)\"} \(sum)")
      }
      lines.append("washi_request_seconds_sum{route=\"\(route)\"} \(shortestText(times.sum))")
      lines.append("washi_request_seconds_count{route=\"\(route)\"} \(sum)")
    }
    lines.append("# TYPE washi_scored_rows_total counter")
    for (model, count) in rows.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
      lines.append("washi_scored_rows_total{model=\"\(Self.escaped(model))\"} \(count)")
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
      figures.text(waiting: load.waiting, running: load.running),
      "text/plain; version=0.0.4; charset=utf-8")
  }
}
