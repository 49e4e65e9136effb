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
    /// The language of its fixed words, such as `en`.
    public var language: String
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
}
