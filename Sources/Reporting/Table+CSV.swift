internal import Vocabulary

extension Table {
  /// The table as CSV by RFC 4180 with `\n` line ends: quotes only where needed, missing values
  /// empty, an empty text as `""`.
  ///
  /// Reals have at most ten significant digits, so that noise in the last bits is no difference
  /// between two versions; decimals have the digits of their scale. A text or a header that a
  /// spreadsheet would take for a formula gets a leading apostrophe.
  var csv: String {
    var out = columns.map { csvField(guarded($0.name)) }.joined(separator: ",") + "\n"
    let texts = columns.map(csvFields)
    for row in 0..<rowCount {
      for (index, column) in texts.enumerated() {
        if index > 0 { out += "," }
        out += column[row]
      }
      out += "\n"
    }
    return out
  }
}

private func csvFields(_ column: Column) -> [String] {
  switch column.cells {
  case .booleans(let values): values.map { $0.map { $0 ? "true" : "false" } ?? "" }
  case .integers(let values): values.map { $0.map { String($0) } ?? "" }
  case .reals(let values):
    if case .decimal(let scale) = column.type {
      values.map { $0.map { $0.isFinite ? plain($0, scale: scale) : shortestText($0) } ?? "" }
    } else {
      values.map { $0.map(tenDigits) ?? "" }
    }
  case .texts(let values): values.map { $0.map { csvField(guarded($0)) } ?? "" }
  case .dates(let values): values.map { $0?.description ?? "" }
  case .timestamps(let values): values.map { $0?.description ?? "" }
  }
}

private func plain(_ value: Double, scale: Int) -> String {
  NumberFormat.fixed(scale).string(value)
}

private func tenDigits(_ value: Double) -> String {
  let shortest = shortestText(value)
  let mantissa = shortest.utf8.prefix { $0 != UInt8(ascii: "e") }
  let digits = mantissa.count { (48...57).contains($0) }
  guard value.isFinite, digits > 10 else { return shortest }
  return NumberFormat.significant(10).string(value)
}

/// Text that no spreadsheet takes for a formula, full-width signs included.
private func guarded(_ text: String) -> String {
  switch text.unicodeScalars.first {
  case "=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠": "'" + text
  default: text
  }
}

private func csvField(_ text: String) -> String {
  var needsQuotes = text.isEmpty
  var isClean = true
  for scalar in text.unicodeScalars {
    switch scalar {
    case ",", "\"", "\n", "\r": needsQuotes = true
    default: if isUnprintable(scalar) { isClean = false }
    }
  }
  if text.unicodeScalars.first == " " || text.unicodeScalars.last == " " { needsQuotes = true }
  if !needsQuotes, isClean { return text }
  var out = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": out.append(contentsOf: "\"\"".unicodeScalars)
    case "\r": out.append(scalar)
    default: out.append(isUnprintable(scalar) ? "\u{FFFD}" : scalar)
    }
  }
  return needsQuotes ? "\"\(String(out))\"" : String(out)
}
