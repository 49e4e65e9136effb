import Foundation
import HTTPTypes
import NIOCore
import Testing

@testable import Serving

/// The model of `Model/`: twelve rounds on 2,000 made-up loans. What it must answer was computed by
/// Python's lightgbm 4.7.0 (`predict`, `pred_contrib=True`).
@Suite struct ScoringTests {
  private struct Expected: Decodable {
    var scores: [Double]
    var contributions: [[Double]]
  }

  static let folder = "\(packageRoot)/Tests/ServingTests/Model"
  static let rows = """
    [{"age":25,"income":430.5,"home":"house","married":true},
     {"age":61,"income":null,"home":"other","married":false},
     {"age":70,"income":120.0,"home":"flat","married":false},
     {"age":33,"income":999.9,"home":"castle","married":true}]
    """

  static func bench() throws -> Bench {
    let bench = try Bench()
    var files: [String: String] = [:]
    for name in ["encoder.json", "model.json", "model.txt"] {
      files["model/\(name)"] = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
    }
    try bench.publish("loans/2021-01/v1", artifacts: files)
    return bench
  }

  private func expected() throws -> Expected {
    try JSONDecoder().decode(
      Expected.self,
      from: Data(contentsOf: URL(fileURLWithPath: "\(Self.folder)/expected.json")))
  }

  static func predict(
    _ bench: Bench, _ body: String, type: String = "application/json", query: String = "",
    accept: String = "application/json", alias: String = "2021-01"
  ) async -> Bench.Reply {
    await bench.send(
      .post, "/api/v1/models/loans@\(alias)/predict\(query)",
      ["Content-Type": type, "Accept": accept, "X-Washi-Form": await bench.formToken()],
      body: [ByteBuffer(string: body)])
  }

  private func scores(_ reply: Bench.Reply) -> [Double] {
    (reply.json["predictions"] as? [[String: Any]] ?? []).compactMap { $0["score"] as? Double }
  }

  @Test func scoresAsPythonDoes() async throws {
    let bench = try Self.bench()
    let expected = try expected()
    let reply = await Self.predict(bench, Self.rows)
    #expect(reply.status == 200)
    let scores = scores(reply)
    #expect(scores.count == 4)
    for (score, right) in zip(scores, expected.scores) { #expect(abs(score - right) < 1e-12) }
    let labels = (reply.json["predictions"] as? [[String: Any]] ?? []).map {
      $0["label"] as? String
    }
    #expect(labels == ["0", "1", "1", "0"])
    let unseen = try #require((reply.json["unseen"] as? [[String: Any]])?.first)
    #expect(unseen["value"] as? String == "castle" && unseen["row"] as? Int == 3)
  }

  @Test func scoresARowByItselfAsAmongOthers() async throws {
    let bench = try Self.bench()
    let expected = try expected()
    let one = await Self.predict(
      bench, #"{"age":25,"income":430.5,"home":"house","married":true}"#)
    #expect(scores(one).count == 1)
    #expect(abs((scores(one).first ?? 0) - expected.scores[0]) < 1e-12)
  }

  @Test func readsLinesAndCSVAlike() async throws {
    let bench = try Self.bench()
    let json = scores(await Self.predict(bench, Self.rows))
    let lines = Self.rows.replacing("[", with: "").replacing("]", with: "")
      .replacing("},", with: "}").replacing("\n ", with: "\n")
    #expect(scores(await Self.predict(bench, lines, type: "application/jsonl")) == json)
    let csv = """
      home,age,married,income,note
      house,25,true,430.5,x
      other,61,false,,x
      flat,70,false,120.0,x
      castle,33,true,999.9,x

      """
    let reply = await Self.predict(bench, csv, type: "text/csv")
    #expect(scores(reply) == json)
    #expect(reply.json["ignored"] as? [String] == ["note"])
    let table = await Self.predict(bench, csv, type: "text/csv", accept: "text/csv")
    #expect(table.text.hasPrefix("score,label\n0.26"))
    #expect(table.text.split(separator: "\n").count == 5)
  }

  @Test func tellsWhatMovedAScore() async throws {
    let bench = try Self.bench()
    let expected = try expected()
    let reply = await Self.predict(bench, Self.rows, query: "?reasons=4")
    let first = try #require((reply.json["predictions"] as? [[String: Any]])?.first)
    let reasons = try #require(first["reasons"] as? [[String: Any]])
    #expect(reasons.count == 4)
    let names = ["age", "income", "home", "married"]
    for reason in reasons {
      let place = try #require(names.firstIndex(of: reason["column"] as? String ?? ""))
      let value = try #require(reason["contribution"] as? Double)
      #expect(abs(value - expected.contributions[0][place]) < 1e-12)
    }
    let sizes = reasons.compactMap { ($0["contribution"] as? Double).map(abs) }
    #expect(sizes == sizes.sorted(by: >))
  }

  @Test(arguments: [
    (#"{"age":25,"incme":1,"home":"flat","married":true}"#, 422, "it has `incme`"),
    (#"{"age":"old","income":1,"home":"flat","married":true}"#, 422, "`old` in `age` of row 1"),
    (#"{"age":[1],"income":1,"home":"flat","married":true}"#, 422, "no single value"),
    (#"{"age":1,"age":2,"income":1,"home":"flat","married":true}"#, 422, "has `age` twice"),
    (#"{"rows":{"age":1}}"#, 400, "no list of rows"),
    (#"{"age":01,"income":1,"home":"flat","married":true}"#, 400, "no JSON"),
    (#"{"age":1,"income":1,"home":"flat","married":true} x"#, 400, "no JSON"),
    (#"[{"age":1,"income":1,"home":"fl"#, 400, "no JSON"), ("", 400, "no JSON"),
    ("[1]", 422, "Row 1 is no object"), ("{", 400, "no JSON"),
    (String(repeating: "[", count: 150), 400, "no JSON"),
  ])
  func saysWhatIsWrongWithRows(_ body: String, _ status: Int, _ words: String) async throws {
    let bench = try Self.bench()
    let reply = await Self.predict(bench, body)
    #expect(reply.status == status)
    #expect((reply.json["detail"] as? String ?? "").contains(words))
  }

  /// Whatever their order, spaces, escapes and wrapping: the same rows have the same scores.
  @Test(arguments: [
    #"{"rows":[{"age":25,"income":430.5,"home":"house","married":true}],"id":[1,{"a":null}]}"#,
    #"[{"married":true,"x":{"y":[1,"\\\""]},"home":"h\u006fuse","income":4.305E2,"\u0061ge":25.0}]"#,
    "[ { \"age\" : 25 ,\n\t\"income\":430.50,\"home\":\"house\",\"married\":1 } ]",
    #"{"age":"25","income":"430.5","home":"house","married":"true"}"#,
  ])
  func readsRowsHoweverTheyAreWritten(_ body: String) async throws {
    let bench = try Self.bench()
    let right = try expected().scores[0]
    let reply = await Self.predict(bench, body)
    #expect(reply.status == 200, "\(reply.text)")
    #expect(scores(reply).count == 1)
    #expect(abs((scores(reply).first ?? 0) - right) < 1e-12)
  }

  /// Models of several classes and of numbers, with categories as they are and as one column for
  /// each level; what they must answer was computed by Python's lightgbm 4.7.0.
  @Test(arguments: ["Classes", "Amount"])
  func scoresEveryKindOfTarget(_ name: String) async throws {
    struct Expected: Decodable {
      var scores: [[Double]]
      var contributions: [[Double]]
    }
    let folder = "\(Self.folder)/\(name)"
    let expected = try JSONDecoder().decode(
      Expected.self, from: Data(contentsOf: URL(fileURLWithPath: "\(folder)/expected.json")))
    let bench = try Bench()
    var files: [String: String] = [:]
    for file in ["encoder.json", "model.json", "model.txt"] {
      files["model/\(file)"] = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
    }
    try bench.publish("loans/2021-01/v1", artifacts: files)
    let last = #"{"age":45,"income":null,"home":null,"married":false}]"#
    let rows = Self.rows.dropLast() + ",\n" + last
    let reply = await Self.predict(bench, String(rows), query: "?reasons=2")
    #expect(reply.status == 200, "\(reply.text)")
    let predictions = reply.json["predictions"] as? [[String: Any]] ?? []
    #expect(predictions.count == 5)
    let classes = ["blue", "green, \"dark\"", "red"]
    let columns = ["age", "income", "home", "married"]
    let places = name == "Classes" ? [0, 1, 2, 3] : [0, 1, 2, 2, 2, 2, 3]
    for (row, prediction) in predictions.enumerated() {
      let right = expected.scores[row]
      let best = right.indices.max { right[$0] < right[$1] } ?? 0
      #expect(abs((prediction["score"] as? Double ?? -1) - right[best]) < 1e-11)
      if name == "Classes" {
        #expect(prediction["label"] as? String == classes[best])
        let shares = prediction["probabilities"] as? [String: Double] ?? [:]
        for (name, share) in zip(classes, right) {
          #expect(abs((shares[name] ?? -1) - share) < 1e-12)
        }
      }
      // The contributions to the likeliest class, those of a category's levels together.
      let width = places.count + 1
      var sums = [Double](repeating: 0, count: columns.count)
      for (index, place) in places.enumerated() {
        sums[place] += expected.contributions[row][best * width + index]
      }
      let order = columns.indices.sorted { abs(sums[$0]) > abs(sums[$1]) }
      let reasons = prediction["reasons"] as? [[String: Any]] ?? []
      #expect(reasons.map { $0["column"] as? String } == order.prefix(2).map { columns[$0] })
      #expect(abs((reasons.first?["contribution"] as? Double ?? 0) - sums[order[0]]) < 1e-9)
    }
    let table = await Self.predict(bench, String(rows), accept: "text/csv").text
    #expect(
      table.hasPrefix(
        name == "Classes" ? "score,label,p_blue,\"p_green, \"\"dark\"\"\",p_red\n" : "score,label\n"
      ))
    // A row by itself takes another way through the library.
    let one = await Self.predict(bench, last.replacing("]", with: ""))
    let score = (one.json["predictions"] as? [[String: Any]])?.first?["score"] as? Double
    #expect(score == predictions[4]["score"] as? Double)
  }

  @Test func answersNoRowsWithNoScores() async throws {
    let bench = try Self.bench()
    let reply = await Self.predict(bench, "[]")
    #expect(reply.status == 200 && scores(reply).isEmpty)
  }

  @Test func followsTheNewestVersionWithoutRestart() async throws {
    let bench = try Self.bench()
    let first = await Self.predict(bench, Self.rows, alias: "latest")
    #expect(first.json["version"] as? String == "loans@2021-01/v1")
    var files: [String: String] = [:]
    for name in ["encoder.json", "model.json", "model.txt"] {
      files["model/\(name)"] = try String(
        contentsOfFile: "\(Self.folder)/\(name)", encoding: .utf8)
    }
    try bench.publish("loans/2021-02/v1", artifacts: files)
    let second = await Self.predict(bench, Self.rows, alias: "latest")
    #expect(second.json["version"] as? String == "loans@2021-02/v1")
    let old = await Self.predict(bench, Self.rows)
    #expect(old.json["version"] as? String == "loans@2021-01/v1")
  }

  @Test func scoresForManyAtTheSameTime() async throws {
    let bench = try Self.bench()
    let right = scores(await Self.predict(bench, Self.rows))
    let all = await withTaskGroup(of: [Double].self) { group in
      for _ in 0..<50 { group.addTask { self.scores(await Self.predict(bench, Self.rows)) } }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(all.count == 50 && all.allSatisfy { $0 == right })
  }

  @Test(arguments: [("loans", "2020-01"), ("sales", "latest"), ("none", "latest")])
  func knowsWhichModelsThereAre(_ name: String, _ alias: String) async throws {
    let bench = try Self.bench()
    try bench.publish("sales/2021-01/v1")
    let reply = await bench.send(
      .post, "/api/v1/models/\(name)@\(alias)/predict",
      ["X-Washi-Form": await bench.formToken()], body: [ByteBuffer(string: "{}")])
    #expect(reply.status == 404)
    let list = await bench.get("/api/v1/models").json["models"] as? [[String: Any]]
    #expect(list?.count == 1 && list?.first?["name"] as? String == "loans")
    #expect(await bench.get("/models").text.contains("/api/v1/models/loans@2021-01/predict"))
  }

  @Test func countsRowsAndRequests() async throws {
    let bench = try Self.bench()
    _ = await Self.predict(bench, Self.rows)
    let text = await bench.get("/metrics").text
    #expect(text.contains("washi_scored_rows_total{model=\"loans@2021-01\"} 4"))
    #expect(text.contains("washi_score_seconds_bucket{model=\"loans@2021-01\",le=\"+Inf\"} 1"))
    #expect(
      text.contains("washi_scores_total{model=\"loans@2021-01\",version=\"loans@2021-01/v1\"} 1"))
    #expect(text.contains("washi_unseen_values_total{model=\"loans@2021-01\"} 1"))
    #expect(text.contains("washi_requests_total{route=\"api-predict\",status=\"200\"} 1"))
    #expect(text.contains("washi_request_seconds_count{route=\"api-predict\"} 1"))
  }
}
