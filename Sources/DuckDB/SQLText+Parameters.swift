public import Vocabulary

extension SQLText {
  /// `sql` with every `$name` replaced by a literal, for the places where SQL takes no bound
  /// parameter, such as the text of a view.
  ///
  /// Quoted text and comments stay as they are; names without a value stay as well.
  public static func inlining(_ values: [String: Value], into sql: String) -> String {
    let bytes = Array(sql.utf8)
    var scanner = SQLScanner(bytes: bytes)
    var result: [UInt8] = []
    var copied = 0
    while let token = scanner.next() {
      guard token.count == 1, bytes[token.lowerBound] == UInt8(ascii: "$") else { continue }
      let name = bytes[token.upperBound...].prefix { $0 == 95 || $0 >= 128 || isAlphanumeric($0) }
      guard let value = values[String(decoding: name, as: UTF8.self)] else { continue }
      result += bytes[copied..<token.lowerBound]
      result += Array(literal(value).utf8)
      copied = name.endIndex
    }
    result += bytes[copied...]
    return String(decoding: result, as: UTF8.self)
  }

  /// A value as a literal of its own type.
  public static func literal(_ value: Value) -> String {
    switch value {
    case .null: "NULL"
    case .bool(let value): value ? "true" : "false"
    case .int(let value): "CAST(\(literal(String(value))) AS BIGINT)"
    case .double(let value): "CAST(\(literal(shortestText(value))) AS DOUBLE)"
    case .text(let value): literal(value)
    case .date(let value): "CAST(\(literal(value.description)) AS DATE)"
    case .timestamp(let value): "CAST(\(literal(value.description)) AS TIMESTAMP)"
    case .list(let values): "[" + values.map { literal($0) }.joined(separator: ", ") + "]"
    }
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
  }
}
