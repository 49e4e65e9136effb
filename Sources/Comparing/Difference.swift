public import Vocabulary

/// What became of a report from one version to another: a list of changes in the order a reader
/// wants them, with what the renderers need to show them.
///
/// For example: `Difference(from: old, to: new, tolerance: tolerance).changes`.
public struct Difference: Sendable, Hashable {
  /// A version that was compared.
  public struct Side: Sendable, Hashable {
    /// What people call it.
    public var name: String
    /// Its title.
    public var title: String
    /// Its notebook.
    public var notebook: String
    /// Its edition.
    public var edition: String
  }

  /// How a figure is written.
  public struct Notation: Sendable, Hashable {
    /// What people call it.
    public var label: String?
    /// The unit.
    public var unit: String?
    /// The format.
    public var format: NumberFormat
  }

  /// What a table's or a chart's list of changes leaves out.
  public struct Tally: Sendable, Hashable {
    /// The columns by which rows were recognised; empty when they were by their order.
    public var key: [String] = []
    /// Rows of the old table.
    public var oldRows = 0
    /// Rows of the new table.
    public var newRows = 0
    /// New rows.
    public var added = 0
    /// Rows that are gone.
    public var removed = 0
    /// Rows in which a cell changed.
    public var changed = 0
    /// Cells that changed.
    public var cells = 0
    /// Cells that differ by no more than the tolerance.
    public var within = 0
    /// Rows that stand elsewhere.
    public var moved = 0

    /// Whether anything counts.
    public var isEmpty: Bool { added + removed + cells + moved == 0 }
  }

  /// A chart's data on both sides, to be drawn over one another.
  public struct Overlay: Sendable, Hashable {
    /// The chart's name.
    public var name: String
    /// The title.
    public var title: String?
    /// The column names.
    public var columns: [String]
    /// The old rows.
    public var old: [[String?]]
    /// The new rows.
    public var new: [[String?]]
  }

  /// The older version.
  public var old: Side
  /// The newer version.
  public var new: Side
  /// The changes in the order of a report: facts, parameters, metrics, steps, tables, charts, words,
  /// provenance.
  public var changes: [Change] = []
  /// How the figures that changed are written, by name.
  public var notations: [String: Notation] = [:]
  /// What is known of the tables that differ, by name.
  public var tables: [String: Tally] = [:]
  /// What is known of the charts whose data differ, by name.
  public var charts: [String: Tally] = [:]
  /// The charts that can be drawn over one another.
  public var overlays: [Overlay] = []
  /// Whether the author changed no words, so that every change of prose comes from its figures.
  public var isProseComputed = false
  /// What could not be read or compared, in sentences.
  public var problems: [String] = []

  /// Whether nothing differs, differences within the tolerance aside.
  public var isEmpty: Bool {
    changes.allSatisfy { $0.verdict == .within } && problems.isEmpty
  }

  /// Whether a figure is worse by its direction, or the run failed that was a success.
  public var isWorse: Bool { changes.contains { $0.verdict == .worse } }

  /// The changes of some kinds, in order.
  public func changes(_ kinds: Change.Kind...) -> [Change] {
    changes.filter { kinds.contains($0.kind) }
  }

  /// The changes in words, for a first line: `2 metrics, 1 worse; 3 tables`; empty without any.
  public var summary: String {
    func part(_ noun: String, _ count: Int) -> String? {
      count == 0 ? nil : "\(count) \(noun)\(count == 1 ? "" : "s")"
    }
    var found: [Set<String>] = Array(repeating: [], count: Change.Kind.allCases.count)
    var counts = Array(repeating: 0, count: Change.Kind.allCases.count)
    var (worse, better) = (0, 0)
    let places = Dictionary(uniqueKeysWithValues: zip(Change.Kind.allCases, 0...))
    for index in changes.indices where changes[index].verdict != .within {
      guard let place = places[changes[index].kind] else { continue }
      counts[place] += 1
      if changes[index].kind == .metric {
        if changes[index].verdict == .worse { worse += 1 }
        if changes[index].verdict == .better { better += 1 }
      }
      guard let name = changes[index].path.first else { continue }
      // Neighbours are about one table or chart.
      if index > 0, changes[index - 1].kind == changes[index].kind,
        changes[index - 1].path.first == name
      {
        if changes[index - 1].verdict != .within { continue }
      }
      found[place].insert(name)
    }
    func names(_ kinds: Change.Kind...) -> Int {
      kinds.reduce(Set<String>()) { $0.union(places[$1].map { found[$0] } ?? []) }.count
    }
    func count(_ kind: Change.Kind) -> Int { places[kind].map { counts[$0] } ?? 0 }
    let verdicts = [
      worse > 0 ? "\(worse) worse" : nil, better > 0 ? "\(better) better" : nil,
    ].compactMap(\.self).joined(separator: ", ")
    let metrics = part("metric", names(.metric)).map {
      verdicts.isEmpty ? $0 : "\($0) (\(verdicts))"
    }
    return [
      part("fact", names(.fact)), part("parameter", names(.parameter)), metrics,
      part("step", names(.step, .source)), part("table", names(.table, .row, .cell)),
      part("chart", names(.chart, .point)), part("block", count(.prose)).map { "\($0) of text" },
      part("input", count(.input)), part("engine", names(.engine)),
      part("artifact", names(.artifact)), part("finding", names(.diagnostic)),
      part("other file", names(.file)),
    ].compactMap(\.self).joined(separator: ", ")
  }
}
