public import Comparing
internal import Vocabulary

extension Difference {
  /// The difference as Markdown for a comment in a pull request: below 60,000 characters, its first
  /// line a hidden marker by which the comment is found again and replaced.
  ///
  /// For example: the marker of `credit/monthly@2021-01` is `<!-- washi diff credit/monthly@2021-01 -->`.
  public var markdown: String { markdown(limit: Self.markdownLimit) }

  /// The same in fewer characters, where several comparisons share one comment.
  public func markdown(limit: Int) -> String {
    MarkdownDifference(
      outline: DifferenceOutline(difference: self, words: Words(of: self)),
      limit: min(limit, Self.markdownLimit)
    ).text
  }

  /// GitHub takes 65,536 characters; other hosts take less.
  public static let markdownLimit = 59_000
}

private struct MarkdownDifference {
  let outline: DifferenceOutline
  var difference: Difference { outline.difference }
  private var words: Words { outline.words }

  /// The characters that the text may have.
  let limit: Int
  /// So many lines are shown of a table, a chart or a list.
  static let shown = 40

  var text: String {
    var blocks = [[marker, "### \(title)", "", summary]]
    for section in outline.sections {
      let head = ["", "#### \(section.title)"] + (section.note.map { ["", $0] } ?? [])
      var parts =
        switch section.topic {
        case .metrics: [metrics(section.changes)]
        case .steps: section.changes.map(step)
        case .tables, .charts: tables(section.changes)
        case .text: section.changes.map(prose)
        default: [list(section.changes, hasName: true)]
        }
      if !parts.isEmpty { parts[0] = head + (parts[0].first == "" ? [] : [""]) + parts[0] }
      blocks += parts
    }
    if !difference.problems.isEmpty {
      blocks.append(
        ["", "#### \(words.problems)", ""]
          + difference.problems.prefix(Self.shown).map { "- " + safe(words.problem($0)) })
    }
    return fitted(blocks.map { $0.map(clipped).joined(separator: "\n") })
  }

  /// As many blocks as fit; a hostile line is cut before it crowds out the rest.
  private func fitted(_ blocks: [String]) -> String {
    var out = ""
    for (index, block) in blocks.enumerated() {
      guard out.utf16.count + block.utf16.count < limit else {
        out +=
          "\n\n*\(words.partsLeftOut(blocks.count - index))*"
        break
      }
      out += (index == 0 ? "" : "\n") + block
    }
    return out + "\n"
  }

  private func clipped(_ line: String) -> String {
    line.utf16.count <= 4000 ? line : String(line.prefix(1500)) + "…"
  }

  /// Only letters that cannot end a comment.
  private var marker: String {
    let side = difference.new
    let name = side.notebook.isEmpty ? side.name : "\(side.notebook)@\(side.edition)"
    var safe = ""
    for scalar in name.unicodeScalars.prefix(200) {
      let isSafe =
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
        || ("0"..."9").contains(scalar) || "/@._".unicodeScalars.contains(scalar)
        || (scalar == "-" && safe.last != "-")
      safe.unicodeScalars.append(isSafe ? scalar : "_")
    }
    return "<!-- washi diff \(safe) -->"
  }

  private var title: String {
    let name = difference.new.title.isEmpty ? difference.new.name : difference.new.title
    return words.whatChanged(safe(name))
  }

  private var summary: String {
    "\(inlineCode(visibleText(difference.old.name))) → "
      + "\(inlineCode(visibleText(difference.new.name)))\(words.colon)"
      + "**\(escapedForMarkdown(outline.headline))**"
  }

  /// Text that stays text, and calls nobody: in a comment GitHub and GitLab make mentions and
  /// references of what the rendered words say, escaped or not, unless something stands between.
  private func safe(_ text: String) -> String {
    var out = ""
    for character in escapedForMarkdown(visibleText(text)) {
      out.append(character)
      if character == "@" || character == "#" { out += "<!-- -->" }
    }
    return out
  }

  private func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }

  private func metrics(_ changes: [Change]) -> [String] {
    let rows = changes.prefix(200).map { change in
      let figure = outline.figure(change)
      let mark = change.verdict == .worse ? "**" : ""
      let cells = [figure.old, figure.new, figure.amount].map(safe)
      let verdict = figure.verdict.isEmpty ? "" : mark + safe(figure.verdict) + mark
      return row([inlineCodeInCell(visibleText(figure.name))] + cells + [verdict])
    }
    return [
      row([words.metric, words.old, words.new, words.change, ""]),
      row(["---", "---:", "---:", "---:", "---"]),
    ] + rows
  }

  private func rows(_ changes: [Change], limit: Int) -> [String] {
    let (rows, count) = DifferenceOutline.rows(changes, limit: limit)
    let lines = list(rows, hasName: false, limit: limit)
    return count > rows.count ? lines + ["- " + words.more(count - rows.count)] : lines
  }

  private func list(
    _ changes: [Change], hasName: Bool, limit: Int = Self.shown
  ) -> [String] {
    var lines = changes.prefix(limit).map { change in
      let (place, what) = outline.line(change)
      let name = hasName ? outline.path(change).first ?? "" : ""
      let head = [name, place].filter { !$0.isEmpty }.map { inlineCode(visibleText($0)) }
      let word =
        switch change.operation {
        case .add: words.addedWord + " "
        case .remove: words.removedWord + " "
        case .replace, .patch, .move: ""
        }
      return
        "- \(word)\(head.joined(separator: " · "))\(head.isEmpty ? "" : words.colon)\(safe(what))"
    }
    if changes.count > limit { lines.append("- " + words.more(changes.count - limit)) }
    return lines
  }

  private func step(_ change: Change) -> [String] {
    guard let text = change.text else { return list([change], hasName: true) }
    let lines = DifferenceOutline.excerpt(text).prefix(200).map { piece -> String in
      guard let piece else { return "@@" }
      switch piece.fate {
      case .same: return "  " + visibleText(piece.text)
      case .removed: return "- " + visibleText(piece.text)
      case .added: return "+ " + visibleText(piece.text)
      }
    }
    return ["", inlineCode(visibleText(words.list(outline.path(change)))), ""]
      + fenced(lines.joined(separator: "\n") + "\n", info: "diff")
  }

  private func tables(_ changes: [Change]) -> [[String]] {
    DifferenceOutline.groups(changes).map { name, changes in
      let isChart = changes.contains { $0.kind == .chart || $0.kind == .point }
      let size = outline.tally(name, isChart: isChart).map { " " + safe(words.sentence($0)) }
      return ["", "**\(safe(name))**\(size ?? "")", ""]
        + rows(changes, limit: isChart ? 8 : Self.shown)
    }
  }

  private func prose(_ change: Change) -> [String] {
    guard let text = change.text else {
      return change.operation == .add
        ? ["", "> \(words.addedWord)\(words.colon)\(safe(change.new ?? ""))"]
        : ["", "> \(words.removedWord)\(words.colon)~~\(safe(change.old ?? ""))~~"]
    }
    let pieces = text.pieces.map { piece -> String in
      let text = safe(piece.text)
      let bare = text.drop { $0 == " " }
      guard piece.fate != .same, !bare.isEmpty else { return text }
      // GitHub shows these elements, whatever stands around them.
      return piece.fate == .added ? "<ins>\(text)</ins>" : "<del>\(text)</del>"
    }
    return ["", "> " + pieces.joined()]
  }
}
