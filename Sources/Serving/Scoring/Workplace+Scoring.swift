internal import Comparing
internal import HTTPTypes
internal import Hummingbird
internal import Learning
internal import Logging
internal import NIOCore
internal import Vocabulary

extension Workplace {
  /// The largest body of rows in bytes, and the most rows.
  private static let bodyLimit = 64 << 20
  private static let rowLimit = 100_000
  private static let longBody = 1 << 20

  /// Scores the rows of the body: JSON, JSON Lines or CSV.
  func predict(_ call: Call, _ name: String, _ alias: String) async throws -> Response {
    let start = ContinuousClock.now
    let servable = try scorer.find(
      name, alias, artifact: call.address["artifact"], for: try call.known())
    let options = try Options(call)
    let form = try Form(call.header(.contentType) ?? "")
    let bytes = try await call.body(upTo: Self.bodyLimit)
    let model = try await loaded(servable)
    // Many rows must not keep other requests of this thread waiting.
    let rows =
      bytes.count > Self.longBody
      ? try await blocking { try Self.rows(bytes, form, model) }
      : try Self.rows(bytes, form, model)
    let (scores, reasons) =
      rows.matrix.isEmpty ? ([], nil) : try await model.score(rows.matrix, reasons: options.reasons)
    let answer = ScoreWriter.Answer(
      model: servable.model, version: servable.version, scores: scores, reasons: reasons,
      threshold: options.threshold, remarks: rows.remarks)
    let count = model.writer.rowCount(scores)
    if let scoreLog, count > 0 {
      scoreLog.note(
        ScoreLog.Entry(
          model: name, tag: servable.tag, version: servable.version, alias: alias,
          columns: model.encoder.columns,
          lines: (0..<count).map { row in
            model.writer.line(row, answer) + rows.source.json(row) + [UInt8(ascii: "}")]
          }, at: call.now))
    }
    defer {
      figures.score(
        "\(name)@\(alias)", servable.version, rows: count, unseen: rows.remarks.unseenCount,
        ContinuousClock.now - start)
    }
    let isTable = call.header(.accept)?.lowercased().hasPrefix("text/csv") == true
    let text =
      bytes.count > Self.longBody
      ? try await blocking { Self.text(of: answer, by: model.writer, isTable) }
      : Self.text(of: answer, by: model.writer, isTable)
    return Response(
      status: .ok,
      headers: [
        .contentType: isTable ? "text/csv; charset=utf-8" : "application/json",
        .cacheControl: "no-store",
      ], body: ResponseBody(byteBuffer: text))
  }

  private static func text(
    of answer: ScoreWriter.Answer, by writer: ScoreWriter, _ isTable: Bool
  ) -> ByteBuffer {
    isTable ? ByteBuffer(string: writer.csv(answer)) : writer.json(answer)
  }

  private func loaded(_ servable: Scorer.Servable) async throws -> ServedModel {
    do {
      return try await scorer.load(servable.place)
    } catch {
      log.error("model \(servable.version): \(error)")
      throw Problem(
        .unavailable, "The model \(servable.version) cannot be loaded: \(error)",
        "モデル \(servable.version) を読み込めません。")
    }
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

  /// How rows come in.
  private enum Form: Sendable {
    case json(RowParser.Form)
    case csv

    init(_ type: String) throws(Problem) {
      switch type.prefix(while: { $0 != ";" && $0 != " " }).lowercased() {
      case "application/json", "": self = .json(.json)
      case "application/jsonl", "application/x-ndjson", "application/ndjson": self = .json(.lines)
      case "text/csv": self = .csv
      default:
        throw Problem(
          .unsupportedType, "Send application/json, application/jsonl or text/csv.",
          "application/json、application/jsonl、text/csv のいずれかで送ってください。")
      }
    }
  }

  /// Rows as the model reads them.
  private struct Rows: Sendable {
    var matrix: [Double]
    var remarks: RowEncoder.Remarks
    var source: Source
  }

  /// Where rows came from, for the log.
  private enum Source: Sendable {
    case json([UInt8], [Range<Int>])
    case csv(CSVTable)

    /// A row as it came, as a JSON object.
    func json(_ row: Int) -> [UInt8] {
      switch self {
      case .json(let bytes, let rows): return Array(bytes[rows[row]])
      case .csv(let table):
        var out: [UInt8] = []
        for (column, name) in table.header.enumerated() {
          out += column == 0 ? "{".utf8 : ",".utf8
          out += ScoreWriter.json(name)
          out += ":".utf8
          out += table.text(row, column).map { ScoreWriter.json($0) } ?? Array("null".utf8)
        }
        return out + Array("}".utf8)
      }
    }
  }

  private static func rows(
    _ bytes: [UInt8], _ form: Form, _ model: ServedModel
  ) throws(Problem) -> Rows {
    switch form {
    case .json(let form):
      var parser = RowParser(bytes, model.encoder, limit: rowLimit)
      try parser.parse(form)
      return Rows(
        matrix: parser.matrix, remarks: parser.remarks, source: .json(bytes, parser.rows))
    case .csv:
      let table = CSVTable(parsing: bytes)
      guard table.rowCount <= rowLimit else { throw RowParser.tooMany(rowLimit) }
      var remarks = RowEncoder.Remarks()
      return Rows(
        matrix: try model.encoder.matrix(of: table, &remarks), remarks: remarks,
        source: .csv(table))
    }
  }
}
