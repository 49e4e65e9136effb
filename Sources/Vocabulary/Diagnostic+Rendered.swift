extension Diagnostic {
  /// The finding as text for people: place, severity and summary on the first line, so that editors
  /// and terminals make a link of it, then the source line with the range underlined, the
  /// explanation and the remedies. Ends with a line end.
  ///
  /// `sources` holds the files' texts by the names in their ranges. For example:
  ///
  ///     monthly.md:12:5: error: the front matter has no option `titel` [unknown-option]
  ///      12 | titel: Loans
  ///         | ^^^^^
  ///         help: did you mean `title`?
  public func rendered(in sources: [String: String], color: Bool = false) -> String {
    let style = Style(isOn: color)
    var text = ""
    if let range {
      text += style.bold("\(visibleText(range.description)):") + " "
    }
    text += style.severity(severity) + " "
    text += style.bold(visibleText(summary)) + " [\(visibleText(rule))]\n"
    var margin = "    "
    // A line that holds a secret is not shown where others may read it.
    if rule != "secret-in-file", let range, let source = sources[range.file],
      let line = sourceLine(range.start.line, of: source)
    {
      let number = String(range.start.line)
      let width = max(3, number.utf8.count)
      margin = String(repeating: " ", count: width + 2)
      let padding = String(repeating: " ", count: width - number.utf8.count)
      let excerpt = Excerpt(of: line, underlining: range)
      text += style.dim(" \(padding)\(number) |") + " \(excerpt.line)\n"
      text += style.dim("\(margin)|") + " \(excerpt.indentation)"
      text += style.colored(excerpt.underline, as: severity) + "\n"
    }
    if let explanation {
      for line in explanation.split(separator: "\n") { text += "\(margin)\(visibleText(line))\n" }
    }
    for solution in solutions {
      text += "\(margin)" + style.help("help:") + " \(visibleText(solution))\n"
    }
    return text
  }
}

extension [Diagnostic] {
  /// All findings, one after the other.
  public func rendered(in sources: [String: String], color: Bool = false) -> String {
    map { $0.rendered(in: sources, color: color) }.joined()
  }
}

/// What of a source line is shown, and what stands under it.
private struct Excerpt {
  /// The line, tabs as spaces, control characters visible, cut to a screen's width.
  var line = ""
  /// Spaces up to the underlined stretch.
  var indentation = ""
  /// One `^` for every cell of the stretch, at least one.
  var underline = ""

  /// The cells that are shown of a longer line, and how many of them before the place.
  private static let width = 100
  private static let lead = 40

  /// Shows the first line of a range; a range over several lines is underlined up to the first's
  /// end.
  init(of source: Substring.UnicodeScalarView, underlining range: SourceRange) {
    let first = range.start.column - 1
    let last = range.end.line == range.start.line ? range.end.column - 1 : Int.max
    // Only what can be on the screen is measured: a line may have megabytes.
    let skipped = max(0, first - Self.width)
    var cells: [Cell] = []
    var before = 0
    var column = 0
    for (index, scalar) in source.dropFirst(skipped).prefix(3 * Self.width).enumerated() {
      let cell = Cell(scalar, column: column)
      if skipped + index < first { before += cell.width }
      column += cell.width
      cells.append(cell)
    }
    let start = min(max(0, first - skipped), cells.count)
    let end = min(max(start, last == .max ? cells.count : last - skipped), cells.count)
    var from = 0
    if column > Self.width || skipped > 0 {
      var room = before
      while from < start, room > Self.lead {
        room -= cells[from].width
        from += 1
      }
    }
    let isCutBefore = from > 0 || skipped > 0
    if isCutBefore {
      line = "…"
      indentation = " "
    }
    var used = 0
    var to = from
    while to < cells.count, used + cells[to].width <= Self.width {
      used += cells[to].width
      to += 1
    }
    for index in from..<to {
      line += cells[index].text
      let blank = cells[index].width
      if index < start {
        indentation += String(repeating: " ", count: blank)
      } else if index < end {
        underline += String(repeating: "^", count: blank)
      }
    }
    if to < cells.count || cells.count == 3 * Self.width { line += "…" }
    while line.last == " " { line.removeLast() }
    if underline.isEmpty { underline = "^" }
  }

  /// One Unicode scalar on a terminal.
  struct Cell {
    var text: String
    var width: Int

    init(_ scalar: Unicode.Scalar, column: Int) {
      if scalar == "\t" {
        width = 4 - column % 4
        text = String(repeating: " ", count: width)
      } else if let picture = picture(of: scalar) {
        text = picture
        width = picture.unicodeScalars.count
      } else {
        text = String(scalar)
        width = cellWidth(of: scalar)
      }
    }
  }
}

/// The escape sequences of a terminal, or none.
private struct Style {
  var isOn: Bool

  func bold(_ text: String) -> String { wrap(text, "1") }
  func dim(_ text: String) -> String { wrap(text, "2") }
  func help(_ text: String) -> String { wrap(text, "36") }

  func severity(_ severity: Diagnostic.Severity) -> String {
    colored("\(severity.rawValue):", as: severity)
  }

  func colored(_ text: String, as severity: Diagnostic.Severity) -> String {
    switch severity {
    case .note: wrap(text, "1;36")
    case .warning: wrap(text, "1;33")
    case .error: wrap(text, "1;31")
    }
  }

  private func wrap(_ text: String, _ code: String) -> String {
    isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}

/// A line (from 1) of a text without its line end, nil behind the last.
private func sourceLine(_ number: Int, of text: String) -> Substring.UnicodeScalarView? {
  guard number >= 1 else { return nil }
  let bytes = text.utf8
  var start = bytes.startIndex
  if text.unicodeScalars.first == "\u{FEFF}" {
    start = text.unicodeScalars.index(after: start)
  }
  for _ in 1..<number {
    guard let end = bytes[start...].firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) else {
      return nil
    }
    start = bytes.index(after: end)
    if bytes[end] == 0x0D, start < bytes.endIndex, bytes[start] == 0x0A {
      start = bytes.index(after: start)
    }
  }
  let end = bytes[start...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? bytes.endIndex
  return text.unicodeScalars[start..<end]
}

/// The cells of a character: 2 for East Asian wide ones (UAX #11) and emoji, 0 for marks that sit on
/// the one before.
private func cellWidth(of scalar: Unicode.Scalar) -> Int {
  if scalar.value < 0x300 { return 1 }
  switch scalar.properties.generalCategory {
  case .nonspacingMark, .enclosingMark, .format: return 0
  default: break
  }
  switch scalar.value {
  case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0xA4CF,
    0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F,
    0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1FAFF,
    0x20000...0x3FFFD:
    return 2
  default: return 1
  }
}
