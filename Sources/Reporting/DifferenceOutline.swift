internal import Comparing
internal import Vocabulary

/// A difference in sections and words, as all its renderers show them.
struct DifferenceOutline {
  let difference: Difference
  let words: Words

  /// What a section is about, in reading order.
  enum Topic: CaseIterable {
    case report, metrics, parameters, steps, tables, charts, text, inputs, engines, artifacts
    case findings, files

    init(of kind: Change.Kind) {
      self =
        switch kind {
        case .fact: .report
        case .metric: .metrics
        case .parameter: .parameters
        case .step, .source: .steps
        case .table, .row, .cell: .tables
        case .chart, .point: .charts
        case .prose: .text
        case .input: .inputs
        case .engine: .engines
        case .artifact: .artifacts
        case .diagnostic: .findings
        case .file: .files
        }
    }
  }

  /// A heading with the changes under it.
  struct Section {
    var topic: Topic
    var title: String
    /// What to know before reading.
    var note: String?
    var changes: [Change]
  }

  /// The sections that have something in them, in reading order. Differences within the tolerance
  /// are shown for metrics only, where somebody asked for them by name.
  var sections: [Section] {
    let changes = Dictionary(grouping: difference.changes) { Topic(of: $0.kind) }
    return Topic.allCases.compactMap { topic in
      changes[topic].map {
        Section(topic: topic, title: words.title(topic), note: note(on: topic), changes: $0)
      }
    }
  }

  private func note(on topic: Topic) -> String? {
    switch topic {
    case .text: difference.isProseComputed ? words.proseFollows : nil
    case .files: words.bytesDiffer
    default: nil
    }
  }

  /// One line over everything: `No difference` or what there is.
  var headline: String { words.headline(difference) }

  /// The parts of a change's path in the language of the page.
  func path(_ change: Change) -> [String] {
    change.path.enumerated().map { words.detail($1, of: change.kind, at: $0) }
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
    let name = path(change).joined(separator: words.list(["", ""]))
    let notation = change.path.first.flatMap { difference.notations[$0] }
    guard change.path.count == 1, let notation else {
      return Figure(
        name: name, old: change.old.map { words.value($0, of: change) } ?? "–",
        new: change.new.map { words.value($0, of: change) } ?? "–", amount: "", verdict: "")
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
    return NumberFormat.fixed(digits).signedString(amount * 100) + words.pick(" pp", "ポイント")
  }

  private func verdict(_ change: Change) -> String {
    switch change.operation {
    case .add: return words.pick("new", "新規")
    case .remove: return words.pick("gone", "なくなりました")
    case .replace, .patch, .move: break
    }
    let sign = change.amount.map { $0 > 0 ? "▲ " : "▼ " } ?? ""
    return switch change.verdict {
    case .better: sign + words.pick("better", "改善")
    case .worse: sign + words.pick("worse", "悪化")
    case .within: words.pick("within tolerance", "許容差の範囲内")
    case .other:
      change.amount.map { sign + ($0 > 0 ? words.pick("more", "増加") : words.pick("less", "減少")) }
        ?? words.pick("changed", "変更")
    }
  }

  // MARK: Tables

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
  func line(_ change: Change) -> (place: String, what: String) {
    let place = path(change).dropFirst().joined(separator: " · ")
    func said(_ text: String) -> String { words.value(text, of: change) }
    let amount = change.amount.map { " (\(NumberFormat.significant(4).signedString($0)))" } ?? ""
    let what =
      switch (change.operation, change.old, change.new) {
      case (.replace, nil, nil): words.drawnDifferently
      case (.patch, nil, let new?): new
      case (.move, nil, let new?) where change.kind == .step: words.place(ofStep: new)
      case (.move, nil, let new?): words.moved(new)
      case (.add, _, let new?): change.kind == .cell ? "– → \(new)" : said(new)
      case (.remove, let old?, _): change.kind == .cell ? "\(old) → –" : said(old)
      case (_, let old?, let new?):
        Self.toldApart(said(old), said(new)).joined(separator: " → ") + amount
      case (_, let old, let new): "\(old.map(said) ?? "–") → \(new.map(said) ?? "–")"
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
