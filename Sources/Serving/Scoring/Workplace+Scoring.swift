internal import Archiving
internal import Comparing
internal import HTTPTypes
internal import Hummingbird
internal import Learning
internal import Logging
internal import NIOCore
internal import Reporting
internal import Vocabulary

extension Workplace {
  /// The largest body of rows in bytes, and the most rows.
  private static let bodyLimit = 64 << 20
  private static let rowLimit = 100_000

  /// Scores the rows of the body: JSON, JSON Lines or CSV.
  func predict(_ call: Call, _ name: String, _ alias: String) async throws -> Response {
    _ = try call.known(.viewer, in: name)
    let listing = try scorer.find(name, alias, artifact: call.address["artifact"])
    let options = try Options(call)
    let bytes = try await call.body(upTo: Self.bodyLimit)
    let model: ServedModel
    do {
      model = try await scorer.load(listing)
    } catch {
      log.error("model \(listing.folder): \(error)")
      throw Problem(
        .unavailable, "The model cannot be loaded: \(error)", "モデルを読み込めません。")
    }
    var remarks = RowEncoder.Remarks()
    let matrix = try Self.matrix(bytes, call.header(.contentType) ?? "", model, &remarks)
    let width = max(1, model.encoder.width)
    let count = matrix.count / width
    let (scores, reasons) =
      count == 0 ? ([], nil) : try await model.score(matrix, reasons: options.reasons)
    figures.score("\(name)@\(alias)", rows: count)
    let verdicts = model.verdicts(of: scores, threshold: options.threshold)
    if call.header(.accept)?.lowercased().hasPrefix("text/csv") == true {
      return Answer.text(Self.csv(verdicts), "text/csv; charset=utf-8")
    }
    return Answer.json(
      Scores(
        model: listing.artifact, version: listing.version.description,
        predictions: verdicts.enumerated().map { index, verdict in
          Scores.Prediction(
            score: verdict.score, label: verdict.label, probabilities: verdict.probabilities,
            reasons: reasons?[index])
        }, ignored: remarks.ignored, unseen: remarks.unseen, unseenCount: remarks.unseenCount))
  }

  private struct Options {
    var threshold = 0.5
    var reasons = 0

    init(_ call: Call) throws(Problem) {
      if let text = call.address["threshold"] {
        guard let value = Double(text), (0...1).contains(value) else {
          throw .bad("`threshold` is a number from 0 to 1.", "`threshold` は 0 から 1 の数です。")
        }
        threshold = value
      }
      if let text = call.address["reasons"] {
        guard let value = Int(text), (0...1000).contains(value) else {
          throw .bad("`reasons` is a number from 0 to 1000.", "`reasons` は 0 から 1000 です。")
        }
        reasons = value
      }
    }
  }

  private struct Scores: Encodable {
    var model: String
    var version: String
    var predictions: [Prediction]
    var ignored: [String]
    var unseen: [RowEncoder.Remarks.Unseen]
    var unseenCount: Int

    struct Prediction: Encodable {
      var score: Double
      var label: String
      var probabilities: [String: Double]?
      var reasons: [ServedModel.Reason]?
    }
  }

  private static func matrix(
    _ bytes: [UInt8], _ type: String, _ model: ServedModel, _ remarks: inout RowEncoder.Remarks
  ) throws(Problem) -> [Double] {
    let kind = type.prefix { $0 != ";" }.lowercased()
    switch kind {
    case "application/json", "":
      guard let value = JSONValue(parsing: bytes) else {
        throw .bad("The body is no JSON.", "本文が JSON ではありません。")
      }
      let rows: [JSONValue]
      switch value {
      case .array(let items): rows = items
      case .object where value["rows"] != nil: rows = value["rows"]?.items ?? []
      default: rows = [value]
      }
      return try matrix(rows, model, &remarks)
    case "application/jsonl", "application/x-ndjson", "application/ndjson":
      var rows: [JSONValue] = []
      for (index, line) in bytes.split(separator: 10).enumerated() {
        guard let value = JSONValue(parsing: Array(line)) else {
          throw .bad("Line \(index + 1) is no JSON.", "\(index + 1) 行目が JSON ではありません。")
        }
        rows.append(value)
      }
      return try matrix(rows, model, &remarks)
    case "text/csv":
      let table = CSVTable(parsing: bytes)
      guard table.rowCount <= rowLimit else { throw tooMany }
      return try model.encoder.matrix(of: table, &remarks)
    default:
      throw Problem(
        .unsupportedType, "Send application/json, application/jsonl or text/csv.",
        "application/json、application/jsonl、text/csv のいずれかで送ってください。")
    }
  }

  private static func matrix(
    _ rows: [JSONValue], _ model: ServedModel, _ remarks: inout RowEncoder.Remarks
  ) throws(Problem) -> [Double] {
    guard rows.count <= rowLimit else { throw tooMany }
    return try model.encoder.matrix(of: rows, &remarks)
  }

  private static let tooMany = Problem(
    .tooLarge, "A request may have 100,000 rows at most.", "1 回のリクエストは 100,000 行までです。")

  private static func csv(_ verdicts: [ServedModel.Verdict]) -> String {
    var text = "score,label\n"
    for verdict in verdicts {
      let (score, label) = (verdict.score, verdict.label)
      let needsQuotes = label.contains { ",\"\n\r".contains($0) }
      text +=
        shortestText(score) + ","
        + (needsQuotes ? "\"\(label.replacing("\"", with: "\"\""))\"" : label) + "\n"
    }
    return text
  }

  // MARK: - Lists

  private struct ModelItem: Encodable {
    var name: String
    var alias: String
    var version: Int
    var artifact: String
    var path: String
  }

  private struct ModelList: Encodable {
    var models: [ModelItem]
  }

  private func models(for visitor: Visitor) -> [Scorer.Listing] {
    scorer.all().filter { visitor.role(in: $0.name) != nil }
  }

  func apiModels(_ call: Call) async throws -> Response {
    let models = models(for: try call.known())
    return Answer.json(
      ModelList(
        models: models.map { model in
          let place = model.version.place
          return ModelItem(
            name: model.name, alias: place.edition, version: model.version.number,
            artifact: model.artifact, path: Self.predictPath(model))
        }))
  }

  private static func predictPath(_ model: Scorer.Listing) -> String {
    let edition = model.version.place.edition
    return "/api/v1/models/\(Address.encoded(model.name))@\(Address.encoded(edition))/predict"
      + "?artifact=\(Address.encoded(model.artifact))"
  }

  func modelsPage(_ call: Call) throws -> Response {
    let models = models(for: try call.known())
    let say = call.say
    let title = say("Models", "モデル")
    var body: [HTML] = [.tag("h1", [:], text: title)]
    if models.isEmpty {
      body.append(
        .paragraph(
          say(
            "No report holds a model. A step `uses: export` with `model:` puts one there.",
            "モデルを含むレポートはありません。`uses: export` のステップで `model:` を指定すると出力されます。"),
          "lead"))
    } else {
      body.append(
        .table(
          title,
          [
            say("Notebook", "ノートブック"), say("Edition", "版"), say("Model", "モデル"),
            say("Scored at", "スコアリング先"),
          ],
          models.map { model in
            let place = Route.Place(model.version)
            return [
              .rowHead([.link(.notebookPath(model.name), model.name)]),
              .cell([.link("/reports/" + place.path, "\(place.edition) v\(place.version ?? 0)")]),
              .cell(model.artifact),
              .cell([.tag("code", [:], text: "POST " + Self.predictPath(model))]),
            ]
          }))
    }
    return Answer.page(scene(call).page(title, body, isWide: true))
  }
}
