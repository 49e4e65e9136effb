internal import Comparing
internal import Vocabulary

/// A difference in sections and words, as all its renderers show them.
struct DifferenceOutline {
  let difference: Difference

  /// A heading with the changes under it.
  struct Section {
    var title: String
    /// What to know before reading.
    var note: String?
    var changes: [Change]
  }

  /// The sections that have something in them, in reading order. Differences within the tolerance
  /// are shown for metrics only, where somebody asked for them by name.
  var sections: [Section] {
    func section(_ title: String, _ kinds: Change.Kind..., note: String? = nil) -> Section? {
      let changes = difference.changes.filter { kinds.contains($0.kind) }
      return changes.isEmpty ? nil : Section(title: title, note: note, changes: changes)
    }
    return [
      section("Report", .fact),
      section("Metrics", .metric),
      section("Parameters", .parameter),
      section("Steps", .step, .source),
      section("Tables", .table, .row, .cell),
      section("Charts", .chart, .point),
      section(
        "Text", .prose,
        note: difference.isProseComputed
          ? "The author changed no words: these follow from the figures." : nil),
      section("Inputs", .input),
      section("Engines", .engine),
      section("Artifacts", .artifact),
      section("Findings", .diagnostic),
      section(
        "Other files", .file, note: "Their bytes differ although nothing above says why."),
    ].compactMap(\.self)
  }

  /// One line over everything: `No difference` or what there is.
  var headline: String {
    if difference.isEmpty {
      return difference.changes.isEmpty ? "No difference" : "No difference beyond the tolerance"
    }
    return difference.summary.isEmpty ? "The comparison is not complete" : difference.summary
  }

  /// The changes of one table or chart, one after the other.
  static func groups(_ changes: [Change]) -> [(name: String, changes: [Change])] {
    var groups: [(name: String, changes: [Change])] = []
    for change in changes {
      let name = change.path.first ?? ""
      if let last = groups.indices.last, groups[last].name == name {
        groups[last].changes.append(change)
      } else {
        groups.append((name, [change]))
      }
    }
    return groups
  }

  // MARK: Metrics

  /// A figure before and after, the change with its sign, and what that means.
  struct Figure {
    var name: String
    var old: String
    var new: String
    var amount: String
    var verdict: String
  }

  func figure(_ change: Change) -> Figure {
    let name = change.path.joined(separator: ", ")
    let notation = change.path.first.flatMap { difference.notations[$0] }
    guard change.path.count == 1, let notation else {
      return Figure(
        name: name, old: change.old ?? "–", new: change.new ?? "–", amount: "", verdict: "")
    }
    let numbers = [change.old, change.new].map { $0.flatMap { Double($0) } }
    var texts = zip([change.old, change.new], numbers).map { text, number in
      number.map { notation.format.string($0) } ?? text ?? "–"
    }
    var amount = change.amount.map { signed($0, notation.format) } ?? ""
    if texts[0] == texts[1] {
      // Too small for the figure's own format: the digits that tell them apart.
      texts = Self.toldApart(change.old ?? "–", change.new ?? "–")
      amount = change.amount.map { NumberFormat.significant(3).signedString($0) } ?? ""
    }
    let unit = notation.unit.map { " " + $0 } ?? ""
    return Figure(
      name: name, old: texts[0] + (change.old == nil ? "" : unit),
      new: texts[1] + (change.new == nil ? "" : unit), amount: amount, verdict: verdict(change))
  }

  private func signed(_ amount: Double, _ format: NumberFormat) -> String {
    guard case .percent(let digits) = format else { return format.signedString(amount) }
    return NumberFormat.fixed(digits).signedString(amount * 100) + " pp"
  }

  private func verdict(_ change: Change) -> String {
    switch change.operation {
    case .add: return "new"
    case .remove: return "gone"
    case .replace, .patch, .move: break
    }
    let sign = change.amount.map { $0 > 0 ? "▲ " : "▼ " } ?? ""
    return switch change.verdict {
    case .better: sign + "better"
    case .worse: sign + "worse"
    case .within: "within tolerance"
    case .other: change.amount.map { sign + ($0 > 0 ? "more" : "less") } ?? "changed"
    }
  }

  // MARK: Tables

  /// `4 → 5 rows by segment: 1 added, 2 cells in 1 row changed`.
  func sentence(_ tally: Difference.Tally) -> String {
    func count(_ number: Int, _ noun: String) -> String {
      "\(NumberFormat.thousands(0).string(Double(number))) \(noun)\(number == 1 ? "" : "s")"
    }
    let (old, new) = (tally.oldRows, tally.newRows)
    let size =
      old == new
      ? count(new, "row")
      : "\(NumberFormat.thousands(0).string(Double(old))) → \(count(new, "row"))"
    let key = tally.key.isEmpty ? " by order" : " by " + tally.key.joined(separator: ", ")
    let parts = [
      tally.added > 0 ? "\(count(tally.added, "row")) added" : nil,
      tally.removed > 0 ? "\(count(tally.removed, "row")) removed" : nil,
      tally.cells > 0
        ? "\(count(tally.cells, "cell")) in \(count(tally.changed, "row")) changed" : nil,
      tally.moved > 0 ? "\(count(tally.moved, "row")) moved" : nil,
      tally.within > 0 ? "\(count(tally.within, "cell")) within tolerance" : nil,
    ].compactMap(\.self)
    return size + key + (parts.isEmpty ? "" : ": " + parts.joined(separator: ", "))
  }

  func tally(_ name: String, isChart: Bool) -> Difference.Tally? {
    isChart ? difference.charts[name] : difference.tables[name]
  }

  /// Two numbers with as few digits as tell them apart, at least four; whole ones and texts as they
  /// are.
  static func toldApart(_ old: String, _ new: String) -> [String] {
    guard let x = Double(old), let y = Double(new), x.isFinite, y.isFinite,
      (old + new).contains(where: { $0 == "." || $0 == "e" })
    else { return [old, new] }
    for digits in 4...16 {
      let format = NumberFormat.significant(digits)
      let texts = [format.string(x), format.string(y)]
      if texts[0] != texts[1] { return texts }
    }
    return [old, new]
  }

  /// Changed cells of one row put together: `loans 374 → 387, lift 2.987 → 3.26`. The first `limit`
  /// of them are put into words; `count` is how many there are.
  static func rows(_ changes: [Change], limit: Int) -> (shown: [Change], count: Int) {
    var shown: [Change] = []
    var count = 0
    // The row that is being put together, as indices of its changes.
    var cells: [Int] = []
    func settle() {
      guard let first = cells.first else { return }
      count += 1
      defer { cells = [] }
      guard shown.count < limit else { return }
      let line = cells.map { index in
        let change = changes[index]
        let texts = toldApart(change.old ?? "–", change.new ?? "–")
        return "\(change.path[2]) \(texts[0]) → \(texts[1])"
      }.joined(separator: ", ")
      shown.append(
        Change(changes[first].kind, .patch, Array(changes[first].path.prefix(2)), new: line))
    }
    for index in changes.indices {
      let isCell =
        changes[index].path.count == 3
        && (changes[index].kind == .cell || changes[index].kind == .point)
      if let last = cells.last, !isCell || changes[last].path[1] != changes[index].path[1] {
        settle()
      }
      if isCell {
        cells.append(index)
      } else {
        count += 1
        if shown.count < limit { shown.append(changes[index]) }
      }
    }
    settle()
    return (shown, count)
  }

  /// A change of anything but a metric, a source or a text, as `where` and `what`.
  static func line(_ change: Change) -> (place: String, what: String) {
    let place = change.path.dropFirst().joined(separator: " · ")
    let amount = change.amount.map { " (\(NumberFormat.significant(4).signedString($0)))" } ?? ""
    let what =
      switch (change.operation, change.old, change.new) {
      case (.replace, nil, nil): "drawn differently"
      case (.patch, nil, let new?): new
      case (.move, nil, let new?) where change.kind == .step: "moved: \(new)"
      case (.move, nil, let new?): "\(new) moved"
      case (.add, _, let new?): change.kind == .cell ? "– → \(new)" : new
      case (.remove, let old?, _): change.kind == .cell ? "\(old) → –" : old
      case (_, let old?, let new?):
        toldApart(old, new).joined(separator: " → ") + amount
      case (_, let old, let new): "\(old ?? "–") → \(new ?? "–")"
      }
    return (place, what)
  }

  /// The sign before a line: `+`, `-` or `~`.
  static func sign(_ change: Change) -> String {
    switch change.operation {
    case .add: "+"
    case .remove: "-"
    case .replace, .patch, .move: "~"
    }
  }

  /// Lines of a source with three lines around what changed; `nil` stands for lines left out.
  static func excerpt(_ text: TextDifference) -> [TextDifference.Piece?] {
    let pieces = text.pieces
    let near = pieces.indices.filter { index in
      pieces[max(0, index - 3)...min(pieces.count - 1, index + 3)].contains { $0.fate != .same }
    }
    var lines: [TextDifference.Piece?] = []
    for (position, index) in near.enumerated() {
      if index > (position == 0 ? 0 : near[position - 1] + 1) { lines.append(nil) }
      lines.append(pieces[index])
    }
    if let last = near.last, last < pieces.count - 1 { lines.append(nil) }
    return lines
  }
}
