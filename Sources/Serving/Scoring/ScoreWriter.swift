internal import Learning
internal import NIOCore
internal import Vocabulary

/// Writes what a model says of rows, as JSON or CSV; made once for a model, so that a single row costs
/// little.
struct ScoreWriter: Sendable {
  private let target: Model.Target
  /// The labels of the target's values as JSON strings.
  private let labels: [[UInt8]]

  init(_ target: Model.Target) {
    self.target = target
    let names = target.task == .multiclass ? target.classes : [target.negative, target.positive]
    labels = names.map { Self.json($0) }
  }

  /// What is said beside the scores.
  struct Answer: Sendable {
    var model: String
    var version: String
    var scores: [Double]
    var reasons: [[ServedModel.Reason]]?
    var threshold: Double
    var remarks: RowEncoder.Remarks
  }

  /// The numbers of a row.
  private var width: Int { max(1, target.outputCount) }

  /// How many rows some scores are of.
  func rowCount(_ scores: [Double]) -> Int { scores.count / width }

  /// The score of a row: the probability of the positive class, or of the likeliest of several; or the
  /// number.
  func score(_ row: Int, in scores: [Double]) -> Double {
    target.task == .multiclass ? scores[best(row, scores)] : scores[row]
  }

  /// The target's value by the threshold, or the likeliest class, or the number as text.
  func label(_ row: Int, in scores: [Double], threshold: Double) -> String {
    switch target.task {
    case .binary: scores[row] >= threshold ? target.positive : target.negative
    case .regression: shortestText(scores[row])
    case .multiclass: target.classes[best(row, scores) - row * width]
    }
  }

  private func best(_ row: Int, _ scores: [Double]) -> Int {
    let shares = scores[(row * width)..<(row * width + width)]
    return shares.indices.max { shares[$0] < shares[$1] } ?? row * width
  }

  // MARK: - JSON

  /// Everything as one JSON object, its members sorted by name.
  func json(_ answer: Answer) -> ByteBuffer {
    let count = rowCount(answer.scores)
    var out = ByteBuffer()
    out.reserveCapacity(160 + count * (48 + (width > 1 ? width * 32 : 0)))
    out.writeStaticString("{\"ignored\":")
    list(answer.remarks.ignored, &out) { out, name in out.writeBytes(Self.json(name)) }
    out.writeStaticString(",\"model\":")
    out.writeBytes(Self.json(answer.model))
    out.writeStaticString(",\"predictions\":[")
    for row in 0..<count {
      if row > 0 { out.writeInteger(UInt8(ascii: ",")) }
      prediction(row, answer, &out)
    }
    out.writeStaticString("],\"unseen\":")
    list(answer.remarks.unseen, &out) { out, unseen in
      out.writeStaticString("{\"column\":")
      out.writeBytes(Self.json(unseen.column))
      out.writeStaticString(",\"row\":")
      out.writeString(String(unseen.row))
      out.writeStaticString(",\"value\":")
      out.writeBytes(Self.json(unseen.value))
      out.writeStaticString("}")
    }
    out.writeStaticString(",\"unseenCount\":")
    out.writeString(String(answer.remarks.unseenCount))
    out.writeStaticString(",\"version\":")
    out.writeBytes(Self.json(answer.version))
    out.writeStaticString("}")
    return out
  }

  /// What the log keeps of a row, as the beginning of an object whose last member is the row.
  func line(_ row: Int, _ answer: Answer) -> [UInt8] {
    let score = score(row, in: answer.scores)
    let label = label(row, in: answer.scores, threshold: answer.threshold)
    return Array("\"score\":\(score.isFinite ? shortestText(score) : "null"),\"label\":".utf8)
      + Self.json(label) + Array(",\"row\":".utf8)
  }

  private func prediction(_ row: Int, _ answer: Answer, _ out: inout ByteBuffer) {
    out.writeStaticString("{\"label\":")
    let score: Double
    switch target.task {
    case .binary:
      score = answer.scores[row]
      out.writeBytes(labels[score >= answer.threshold ? 1 : 0])
    case .regression:
      score = answer.scores[row]
      out.writeStaticString("\"")
      out.writeString(shortestText(score))
      out.writeStaticString("\"")
    case .multiclass:
      let place = best(row, answer.scores)
      score = answer.scores[place]
      out.writeBytes(labels[place - row * width])
      out.writeStaticString(",\"probabilities\":{")
      for (index, label) in labels.enumerated() {
        if index > 0 { out.writeStaticString(",") }
        out.writeBytes(label)
        out.writeStaticString(":")
        Self.number(answer.scores[row * width + index], &out)
      }
      out.writeStaticString("}")
    }
    if let reasons = answer.reasons?[row] {
      out.writeStaticString(",\"reasons\":")
      list(reasons, &out) { out, reason in
        out.writeStaticString("{\"column\":")
        out.writeBytes(Self.json(reason.column))
        out.writeStaticString(",\"contribution\":")
        Self.number(reason.contribution, &out)
        out.writeStaticString("}")
      }
    }
    out.writeStaticString(",\"score\":")
    Self.number(score, &out)
    out.writeStaticString("}")
  }

  private func list<Item>(
    _ items: [Item], _ out: inout ByteBuffer, _ write: (inout ByteBuffer, Item) -> Void
  ) {
    out.writeStaticString("[")
    for (index, item) in items.enumerated() {
      if index > 0 { out.writeStaticString(",") }
      write(&out, item)
    }
    out.writeStaticString("]")
  }

  /// A number; what JSON cannot write is a string.
  private static func number(_ value: Double, _ out: inout ByteBuffer) {
    guard value.isFinite else {
      out.writeString("\"\(shortestText(value))\"")
      return
    }
    out.writeString(shortestText(value))
  }

  /// A text as a JSON string.
  static func json(_ text: String) -> [UInt8] {
    var out: [UInt8] = [UInt8(ascii: "\"")]
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): out += [UInt8(ascii: "\\"), byte]
      case 10: out += Array("\\n".utf8)
      case 13: out += Array("\\r".utf8)
      case 9: out += Array("\\t".utf8)
      case 0..<32:
        let digits = String(byte, radix: 16)
        out += Array("\\u00\(digits.utf8.count == 1 ? "0" : "")\(digits)".utf8)
      default: out.append(byte)
      }
    }
    out.append(UInt8(ascii: "\""))
    return out
  }

  // MARK: - CSV

  /// A line for each row: the score, the label, and of several classes the probability of each.
  func csv(_ answer: Answer) -> String {
    let isOfClasses = target.task == .multiclass
    var text = "score,label"
    if isOfClasses { for name in target.classes { text += "," + Self.cell("p_\(name)") } }
    text += "\n"
    for row in 0..<rowCount(answer.scores) {
      text +=
        shortestText(score(row, in: answer.scores)) + ","
        + Self.cell(label(row, in: answer.scores, threshold: answer.threshold))
      if isOfClasses {
        for index in 0..<width { text += "," + shortestText(answer.scores[row * width + index]) }
      }
      text += "\n"
    }
    return text
  }

  private static func cell(_ text: String) -> String {
    text.contains { ",\"\n\r".contains($0) }
      ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
  }
}
