import Foundation
import Synchronization

@testable import Telling

/// As much of an MLflow server as a delivery talks to, in memory; it can lose requests and answers.
final class FakeMLflow: Exchange {
  /// What goes wrong with one request.
  enum Fault: Sendable {
    /// It never arrives.
    case request
    /// It is done, but the answer is lost.
    case answer
  }

  struct State {
    var experiments: [String] = []
    var runs: [[String: String]] = []
    var ended: [String: String] = [:]
    var params: [String: String] = [:]
    var metrics: Set<String> = []
    var tags: [String: String] = [:]
    var files: [String: Int] = [:]
    var models: [String: String] = [:]
    var versions: [(source: String, tags: [String: String])] = []
    var aliases: [String: String] = [:]
    var isRegistered = false
    var count = 0
    var seen: [String] = []
  }

  private let state: Mutex<State>
  private let fault: (place: Int, kind: Fault)?
  private let hasLoggedModels: Bool

  init(
    fault: (place: Int, kind: Fault)? = nil, hasLoggedModels: Bool = true,
    from state: State = State()
  ) {
    self.fault = fault
    self.hasLoggedModels = hasLoggedModels
    self.state = Mutex(state)
  }

  var now: State { state.withLock { $0 } }

  func answer(to query: Query) async throws(SendingError) -> Reply {
    let (place, reply) = state.withLock { state -> (Int, Reply?) in
      state.count += 1
      state.seen.append("\(query.method) \(query.path)")
      if let fault, fault.place == state.count, fault.kind == .request { return (state.count, nil) }
      return (state.count, Self.reply(to: query, &state, hasLoggedModels))
    }
    if let fault, fault.place == place { throw SendingError(.away, "is away") }
    return reply ?? Reply(status: 500)
  }

  private static func pairs(_ list: Any?) -> [(String, String)] {
    (list as? [[String: Any]] ?? []).map { ($0["key"] as? String ?? "", "\($0["value"] ?? "")") }
  }

  private static func reply(to query: Query, _ state: inout State, _ isNew: Bool) -> Reply {
    let body =
      query.body.flatMap {
        (try? JSONSerialization.jsonObject(with: Data($0))) as? [String: Any]
      } ?? [:]
    let path = String(query.path.dropFirst("/api/2.0/".count).prefix { $0 != "?" })
    if query.method == "PUT" {
      let name = String(path.dropFirst("mlflow-artifacts/artifacts/".count))
      state.files[name, default: 0] += 1
      return answer([:])
    }
    switch path {
    case "mlflow/experiments/get-by-name":
      guard !state.experiments.isEmpty else { return problem(404, "RESOURCE_DOES_NOT_EXIST") }
      return answer(["experiment": ["experiment_id": "7"]])
    case "mlflow/experiments/create":
      guard state.experiments.isEmpty else { return problem(400, "RESOURCE_ALREADY_EXISTS") }
      state.experiments.append(body["name"] as? String ?? "")
      return answer(["experiment_id": "7"])
    case "mlflow/runs/search":
      let filter = body["filter"] as? String ?? ""
      let found = state.runs.filter { filter == "tags.`washi.run` = '\($0["washi.run"] ?? "")'" }
      return answer(["runs": found.map { _ in ["info": run] }])
    case "mlflow/runs/create":
      state.runs.append(Dictionary(pairs(body["tags"])) { first, _ in first })
      return answer(["run": ["info": run]])
    case "mlflow/runs/log-batch":
      for (key, value) in pairs(body["params"]) {
        if let known = state.params[key], known != value {
          return problem(400, "INVALID_PARAMETER_VALUE")
        }
        state.params[key] = value
      }
      for metric in body["metrics"] as? [[String: Any]] ?? [] {
        state.metrics.insert(
          "\(metric["key"] ?? "")@\(metric["step"] ?? "")=\(metric["value"] ?? "")")
      }
      for (key, value) in pairs(body["tags"]) { state.tags[key] = value }
      return answer([:])
    case "mlflow/runs/update":
      state.ended[body["run_id"] as? String ?? ""] = body["status"] as? String
      return answer([:])
    case "mlflow/logged-models":
      guard isNew else { return problem(404, "ENDPOINT_NOT_FOUND") }
      let id = "m-\(state.models.count + 1)"
      state.models[id] = "PENDING"
      return answer([
        "model": ["info": ["model_id": id, "artifact_uri": "mlflow-artifacts:/7/models/\(id)"]]
      ])
    case _ where path.hasPrefix("mlflow/logged-models/"):
      state.models[body["model_id"] as? String ?? ""] = body["status"] as? String
      return answer([:])
    case "mlflow/registered-models/create":
      if state.isRegistered { return problem(400, "RESOURCE_ALREADY_EXISTS") }
      state.isRegistered = true
      return answer([:])
    case "mlflow/registered-models/get":
      return answer([
        "registered_model": [
          "aliases": state.aliases.map { ["alias": $0.key, "version": $0.value] }
        ]
      ])
    case "mlflow/model-versions/search":
      return answer([
        "model_versions": state.versions.enumerated().map { index, version in
          [
            "version": "\(index + 1)",
            "tags": version.tags.map { ["key": $0.key, "value": $0.value] },
          ] as [String: Any]
        }
      ])
    case "mlflow/model-versions/create":
      state.versions.append(
        (body["source"] as? String ?? "", Dictionary(pairs(body["tags"])) { first, _ in first }))
      return answer(["model_version": ["version": "\(state.versions.count)"]])
    case "mlflow/registered-models/alias":
      let alias = body["alias"] as? String ?? ""
      state.aliases[alias] = query.method == "DELETE" ? nil : body["version"] as? String
      return answer([:])
    case "mlflow/runs/log-inputs", "mlflow/runs/outputs": return answer([:])
    default: return problem(404, "ENDPOINT_NOT_FOUND")
    }
  }

  private static let run = ["run_id": "r1", "artifact_uri": "mlflow-artifacts:/7/r1/artifacts"]

  private static func answer(_ body: [String: Any]) -> Reply {
    Reply(
      status: 200, body: (try? JSONSerialization.data(withJSONObject: body)).map(Array.init) ?? [])
  }

  private static func problem(_ status: Int, _ code: String) -> Reply {
    let body = ["error_code": code, "message": "no: \(code)"]
    return Reply(
      status: status,
      body: (try? JSONSerialization.data(withJSONObject: body)).map(Array.init) ?? [])
  }
}
