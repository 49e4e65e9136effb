import Foundation
import HTTPTypes
import NIOCore
import Synchronization
import Testing

@testable import Serving

/// Asks everything that the API's document describes and holds each answer against it.
@Suite struct DocumentTests {
  private let document: [String: Any]

  init() throws {
    let file = URL(fileURLWithPath: "\(packageRoot)/Sources/Serving/API/openapi.json")
    document = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
  }

  private var paths: [String: [String: [String: Any]]] {
    document["paths"] as? [String: [String: [String: Any]]] ?? [:]
  }

  /// A request with the answer that it should get.
  private struct Ask {
    var id: String
    var path: String
    var status: Int
    var method = HTTPRequest.Method.get
    var headers: [String: String] = [:]
    var body = ""
  }

  @Test func answersAsItIsDocumented() async throws {
    let bench = try ScoringTests.bench()
    try ModelTests.register(bench, 0)
    try ModelTests.register(bench, 9)
    bench.press.set(
      "daily",
      """
      ---
      schedule: { cron: "0 6 * * *", catch_up: all, jitter: 5m }
      catalog:
        rows: { path: data/x.csv, arrival: true }
      ---

      ```sql step one
      SELECT count(*) AS n FROM rows
      ```
      """)
    try bench.publish("sales/2021-01/v1")
    try bench.publish("sales/2021-02/v1", figure: 0.75)
    bench.press.script.withLock { $0 = FakePressroom.publishes }
    let admin = try await bench.token("ada", Grant(.admin))
    let viewer = try await bench.token("ben", Grant(.viewer))
    let upload = await bench.send(
      .post, "/api/v1/uploads?name=a.csv", admin, body: [ByteBuffer(string: "x\n1\n")])
    let digest = try #require(upload.json["upload"] as? String)
    let order = #"{"notebook":"sales","parameters":{"limit":3},"uploads":{"rows":"\#(digest)"}}"#
    let started = await bench.send(.post, "/api/v1/runs", admin, body: [ByteBuffer(string: order)])
    let run = try #require(started.json["run"] as? String)
    _ = try await bench.finish(run)
    let version = "/notebooks/sales/versions/2021-01/1"
    let key = ["Idempotency-Key": "k1"]
    let other = #"{"notebook":"sales","parameters":{"limit":4}}"#
    let row = #"{"age":25,"income":430.5,"home":"house","married":true}"#
    let asks: [Ask] = [
      Ask(id: "document", path: "/openapi.json", status: 200),
      Ask(id: "me", path: "/me", status: 200),
      Ask(id: "notebooks", path: "/notebooks", status: 200),
      Ask(id: "notebook", path: "/notebooks/sales", status: 200),
      Ask(id: "notebook", path: "/notebooks/team%2Fa", status: 200),
      Ask(id: "notebook", path: "/notebooks/none", status: 404),
      Ask(id: "schedule", path: "/notebooks/daily/schedule", status: 200),
      Ask(id: "schedule", path: "/notebooks/sales/schedule", status: 200),
      Ask(id: "schedule", path: "/notebooks/none/schedule", status: 404),
      Ask(
        id: "setSchedule", path: "/notebooks/daily/schedule", status: 200, method: .put,
        body: #"{"paused":true}"#),
      Ask(id: "schedule", path: "/notebooks/daily/schedule", status: 200),
      Ask(
        id: "setSchedule", path: "/notebooks/daily/schedule", status: 400, method: .put,
        body: #"{"paused":1}"#),
      Ask(
        id: "setSchedule", path: "/notebooks/sales/schedule", status: 404, method: .put,
        body: #"{"paused":true}"#),
      Ask(id: "versions", path: "/notebooks/sales/versions", status: 200),
      Ask(id: "version", path: version, status: 200),
      Ask(id: "version", path: "/notebooks/sales/versions/2021-01/latest", status: 200),
      Ask(id: "version", path: "/notebooks/sales/versions/2021-01/9", status: 404),
      Ask(id: "report", path: version + "/report", status: 200),
      Ask(id: "metrics", path: version + "/metrics", status: 200),
      Ask(id: "table", path: version + "/tables/rows", status: 200),
      Ask(
        id: "table", path: version + "/tables/rows", status: 206, headers: ["Range": "bytes=0-1"]),
      Ask(
        id: "table", path: version + "/tables/rows", status: 416, headers: ["Range": "bytes=99-"]),
      Ask(id: "artifact", path: version + "/artifacts/out.csv", status: 200),
      Ask(id: "artifact", path: version + "/artifacts/none", status: 404),
      Ask(id: "upload", path: "/uploads?name=a.csv", status: 201, method: .post, body: "x\n1\n"),
      Ask(id: "upload", path: "/uploads?name=a.parquet", status: 415, method: .post, body: "x\n"),
      Ask(
        id: "upload", path: "/uploads", status: 413, method: .post,
        headers: ["Content-Length": "99999999999"]),
      Ask(id: "runs", path: "/runs?notebook=sales&limit=5", status: 200),
      Ask(id: "runs", path: "/runs?limit=0", status: 400),
      Ask(id: "runs", path: "/runs?limit=many", status: 400),
      Ask(id: "start", path: "/runs", status: 202, method: .post, headers: key, body: order),
      Ask(id: "start", path: "/runs", status: 200, method: .post, headers: key, body: order),
      Ask(id: "start", path: "/runs", status: 409, method: .post, headers: key, body: other),
      Ask(id: "start", path: "/runs", status: 400, method: .post, body: "[]"),
      Ask(id: "start", path: "/runs", status: 400, method: .post, body: #"{"notebok":"x"}"#),
      Ask(
        id: "start", path: "/runs", status: 422, method: .post,
        body: #"{"notebook":"sales","parameters":{"limit":500}}"#),
      Ask(id: "run", path: "/runs/\(run)", status: 200),
      Ask(id: "run", path: "/runs/none", status: 404),
      Ask(id: "runEvents", path: "/runs/\(run)/events", status: 200),
      Ask(id: "cancel", path: "/runs/\(run)/cancel", status: 202, method: .post),
      Ask(id: "diff", path: "/diff?to=sales@2021-02/v1", status: 200),
      Ask(id: "diff", path: "/diff", status: 400),
      Ask(id: "models", path: "/models", status: 200),
      Ask(id: "model", path: "/models/credit-default", status: 200),
      Ask(id: "model", path: "/models/none", status: 404),
      Ask(id: "modelVersion", path: "/models/credit-default@latest", status: 200),
      Ask(id: "modelVersion", path: "/models/credit-default@v7", status: 404),
      Ask(
        id: "promote", path: "/models/credit-default/promote", status: 200, method: .post,
        body: #"{"version":1,"expect":null,"because":"first"}"#),
      Ask(
        id: "promote", path: "/models/credit-default/promote", status: 409, method: .post,
        body: #"{"version":2,"expect":2}"#),
      Ask(
        id: "promote", path: "/models/credit-default/promote", status: 200, method: .post,
        body: #"{"version":"v2"}"#),
      Ask(
        id: "rollback", path: "/models/credit-default/rollback", status: 200, method: .post,
        body: "{}"),
      Ask(
        id: "demote", path: "/models/credit-default/demote", status: 200, method: .post,
        body: #"{"alias":"champion","expect":1}"#),
      Ask(
        id: "demote", path: "/models/credit-default/demote", status: 400, method: .post,
        body: "none"),
      Ask(
        id: "predict", path: "/models/credit-default@v2/predict", status: 200, method: .post,
        body: row),
      Ask(
        id: "predict", path: "/models/loans@latest/predict", status: 200, method: .post, body: row),
      Ask(
        id: "predict", path: "/models/loans@latest/predict?reasons=2", status: 200, method: .post,
        body: "[\(row)]"),
      Ask(
        id: "predict", path: "/models/loans@latest/predict", status: 422, method: .post, body: "{}"),
      Ask(
        id: "predict", path: "/models/loans@latest/predict", status: 400, method: .post, body: "{"),
      Ask(
        id: "predict", path: "/models/loans@latest/predict", status: 415, method: .post,
        headers: ["Content-Type": "image/png"], body: "x"),
    ]
    var asked: Set<String> = []
    for ask in asks {
      asked.insert(ask.id)
      let headers = ask.headers.merging(admin) { $1 }
      let reply = await bench.send(
        ask.method, "/api/v1" + ask.path, headers, body: [ByteBuffer(string: ask.body)])
      #expect(reply.status == ask.status, "\(ask.id) \(ask.path): \(reply.text.prefix(300))")
      try hold(reply, against: ask)
    }
    // Whoever is nobody, and whoever may not.
    let nobody = await bench.get("/api/v1/notebooks")
    #expect(nobody.status == 401)
    try hold(nobody, against: Ask(id: "notebooks", path: "", status: 401))
    let refused = await bench.send(
      .post, "/api/v1/runs", viewer, body: [ByteBuffer(string: order)])
    try hold(refused, against: Ask(id: "start", path: "", status: 403))
    let documented = Set(paths.values.flatMap(\.values).compactMap { $0["operationId"] as? String })
    #expect(documented == asked, "every operation was asked")
  }

  /// Every route that the program knows is in the document, and the other way round.
  @Test func describesEveryRoute() throws {
    for (path, methods) in paths {
      let target =
        "/api/v1"
        + path.replacing("{version}", with: "1").replacing("{", with: "").replacing("}", with: "")
      for method in methods.keys {
        let verb = try #require(HTTPRequest.Method(method.uppercased()))
        #expect(throws: Never.self) { try Route(verb, try Address(target)) }
      }
    }
  }

  private func operation(_ id: String) -> [String: Any]? {
    paths.values.flatMap(\.values).first { $0["operationId"] as? String == id }
  }

  private func hold(_ reply: Bench.Reply, against ask: Ask) throws {
    let responses = try #require(operation(ask.id)?["responses"] as? [String: [String: Any]])
    let response = try #require(
      responses[String(reply.status)], "\(ask.id) does not document \(reply.status)")
    let content = response["content"] as? [String: [String: Any]] ?? [:]
    let type = (reply.headers[.contentType] ?? "").prefix { $0 != ";" }.description
    let media = try #require(content[type], "\(ask.id) does not document \(type)")
    guard type.hasSuffix("json") else { return }
    let value = try JSONSerialization.jsonObject(with: Data(reply.bytes))
    let wrong = problems(value, try #require(media["schema"] as? [String: Any]), "$")
    #expect(wrong.isEmpty, "\(ask.id) \(ask.path): \(wrong)")
  }

  /// What of a value does not follow a schema: as much of JSON Schema as the document uses.
  private func problems(_ value: Any, _ schema: [String: Any], _ place: String) -> [String] {
    if let reference = schema["$ref"] as? String {
      let name = reference.split(separator: "/").last.map(String.init) ?? ""
      let schemas = (document["components"] as? [String: Any])?["schemas"] as? [String: Any]
      guard let target = schemas?[name] as? [String: Any] else { return ["no schema \(name)"] }
      return problems(value, target, place)
    }
    if let choices = schema["oneOf"] as? [[String: Any]] {
      let fits = choices.count { problems(value, $0, place).isEmpty }
      return fits == 1 ? [] : ["\(place) fits \(fits) of the choices"]
    }
    switch schema["type"] as? String {
    case "object":
      guard let object = value as? [String: Any] else { return ["\(place) is no object"] }
      let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
      var wrong = (schema["required"] as? [String] ?? []).filter { object[$0] == nil }
        .map { "\(place).\($0) is missing" }
      for (name, member) in object {
        if let schema = properties[name] {
          wrong += problems(member, schema, "\(place).\(name)")
        } else if let others = schema["additionalProperties"] as? [String: Any] {
          wrong += problems(member, others, "\(place).\(name)")
        } else if schema["additionalProperties"] as? Bool == false {
          wrong.append("\(place).\(name) is not documented")
        }
      }
      return wrong
    case "array":
      guard let items = value as? [Any] else { return ["\(place) is no array"] }
      guard let schema = schema["items"] as? [String: Any] else { return [] }
      return items.enumerated().flatMap { problems($1, schema, "\(place)[\($0)]") }
    case "string":
      guard let text = value as? String else { return ["\(place) is no string"] }
      if let choices = schema["enum"] as? [String], !choices.contains(text) {
        return ["\(place) is `\(text)`"]
      }
      return []
    case "integer": return value is Int ? [] : ["\(place) is no integer"]
    case "number": return value is NSNumber ? [] : ["\(place) is no number"]
    case "boolean": return value is Bool ? [] : ["\(place) is no boolean"]
    case "null": return value is NSNull ? [] : ["\(place) is not null"]
    default: return ["\(place): the schema has no type"]
    }
  }
}
