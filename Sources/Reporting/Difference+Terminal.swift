public import Comparing
internal import Vocabulary

extension Difference {
  /// The difference as lines for a terminal, with colours when they are wanted. Whatever a terminal
  /// would obey is shown instead.
  ///
  /// For example: `print(difference.terminalText(color: false))`.
  public func terminalText(color: Bool) -> String {
    TerminalDifference(
      outline: DifferenceOutline(difference: self, words: .english), hasColor: color
    ).text
  }
}

private struct TerminalDifference {
  let outline: DifferenceOutline
  let hasColor: Bool
  private var difference: Difference { outline.difference }

  /// So many lines are shown of a table, a chart or a list.
  static let shown = 12

  enum Style: String {
    case bold = "1"
    case faint = "2"
    case red = "31"
    case green = "32"
  }

  var text: String {
    var lines = [
      styled("\(difference.old.name) → \(difference.new.name)", .bold), outline.headline,
    ]
    for section in outline.sections {
      lines += ["", styled(section.title.uppercased(), .bold)]
      if let note = section.note { lines.append("  " + styled(note, .faint)) }
      switch section.topic {
      case .metrics: lines += metrics(section.changes)
      case .steps: lines += section.changes.flatMap(step)
      case .tables, .charts: lines += tables(section.changes)
      case .text: lines += limited(section.changes.map(prose))
      default: lines += limited(section.changes.map { plain($0) })
      }
    }
    if !difference.problems.isEmpty {
      lines += ["", styled("PROBLEMS", .bold)]
      lines += limited(difference.problems.map { "  " + styled($0, .red) })
    }
    return lines.joined(separator: "\n")
  }

  /// The text in a style; controls are made visible first.
  private func styled(_ text: String, _ style: Style) -> String {
    let clean = visibleText(text)
    return hasColor ? "\u{1B}[\(style.rawValue)m\(clean)\u{1B}[0m" : clean
  }

  private func limited(
    _ lines: [String], indent: String = "  ", to count: Int = Self.shown
  ) -> [String] {
    guard lines.count > count + 1 else { return lines }
    return lines.prefix(count) + [
      indent + styled("… and \(lines.count - count) more", .faint)
    ]
  }

  private func metrics(_ changes: [Change]) -> [String] {
    let figures = changes.map { (change: $0, figure: outline.figure($0)) }
    let rows = figures.map { item in
      [item.figure.name, item.figure.old, "→", item.figure.new, item.figure.amount].map {
        visibleText($0)
      }
    }
    let widths = (0..<5).map { column in rows.map { cellCount($0[column]) }.max() ?? 0 }
    return zip(figures, rows).map { item, row in
      let cells = row.enumerated().map { column, cell in
        let gap = String(repeating: " ", count: max(0, widths[column] - cellCount(cell)))
        return column == 0 ? cell + gap : gap + cell
      }
      let verdict =
        switch item.change.verdict {
        case .better: styled(item.figure.verdict, .green)
        case .worse: styled(item.figure.verdict, .red)
        case .within: styled(item.figure.verdict, .faint)
        case .other: visibleText(item.figure.verdict)
        }
      return "  " + cells.joined(separator: "  ") + (verdict.isEmpty ? "" : "  " + verdict)
    }
  }

  private func cellCount(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) {
      $0 + (0x1100...0x1_0000 ~= $1.value && $1.value > 0x2E7F ? 2 : 1)
    }
  }

  private func plain(_ change: Change, indent: String = "  ", hasName: Bool = true) -> String {
    let (place, what) = outline.line(change)
    let name = hasName ? change.path.first ?? "" : ""
    let head = [name, place].filter { !$0.isEmpty }.joined(separator: " · ")
    let line = "\(DifferenceOutline.sign(change)) \(head.isEmpty ? "" : head + ": ")\(what)"
    switch (change.operation, change.verdict) {
    case (_, .worse): return indent + styled(line, .red)
    case (.add, _): return indent + styled(line, .green)
    case (.remove, _): return indent + styled(line, .red)
    default: return indent + visibleText(line)
    }
  }

  private func step(_ change: Change) -> [String] {
    guard let text = change.text else { return [plain(change)] }
    let head = "  ~ " + visibleText(change.path.joined(separator: ", "))
    return [head]
      + limited(
        DifferenceOutline.excerpt(text).map { piece in
          guard let piece else { return "      " + styled("…", .faint) }
          return switch piece.fate {
          case .same: "      " + styled(piece.text, .faint)
          case .removed: "    " + styled("- \(piece.text)", .red)
          case .added: "    " + styled("+ \(piece.text)", .green)
          }
        }, indent: "      ")
  }

  private func tables(_ changes: [Change]) -> [String] {
    DifferenceOutline.groups(changes).flatMap { name, changes -> [String] in
      let isChart = changes.contains { $0.kind == .chart || $0.kind == .point }
      let size =
        outline.tally(name, isChart: isChart).map { "  " + outline.words.sentence($0) } ?? ""
      let most = isChart ? 4 : Self.shown
      // One more than allowed is shown rather than counted.
      let (rows, count) = DifferenceOutline.rows(changes, limit: most + 1)
      var lines = rows.prefix(count > most + 1 ? most : most + 1)
        .map { plain($0, indent: "    ", hasName: false) }
      if lines.count < count {
        lines.append("    " + styled("… and \(count - lines.count) more", .faint))
      }
      return ["  " + styled(name, .bold) + styled(size, .faint)] + lines
    }
  }

  private func prose(_ change: Change) -> String {
    guard let text = change.text else {
      return plain(Change(change.kind, change.operation, [], old: change.old, new: change.new))
    }
    let words = text.pieces.enumerated().map { index, piece -> String in
      switch piece.fate {
      case .same: return visibleText(shortened(piece.text, index, of: text.pieces.count))
      case .removed: return styled("[-\(piece.text)-]", .red)
      case .added: return styled("{+\(piece.text)+}", .green)
      }
    }
    return "  ~ " + words.joined()
  }

  /// Long stretches of equal words keep the words next to what changed.
  private func shortened(_ text: String, _ index: Int, of count: Int) -> String {
    guard text.count > 90 else { return text }
    let head = index == 0 ? "" : String(text.prefix(40))
    let tail = index == count - 1 ? "" : String(text.suffix(40))
    return head + " … " + tail
  }
}
