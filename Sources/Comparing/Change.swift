/// One thing that is different between two versions: the unit of the published format.
///
/// For example, a figure that fell from 0.752 to 0.741:
/// `Change(.metric, .replace, ["headline.auc"], old: "0.752", new: "0.741", verdict: .worse)`.
public struct Change: Sendable, Hashable {
  /// What it is about.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The title, the description, the language, the state: what the report says of itself.
    case fact
    /// A parameter's value.
    case parameter
    /// A figure.
    case metric
    /// A step: its kind, state, order, rows and remarks.
    case step
    /// Lines of a step, of the front matter or of the parameters' declaration.
    case source
    /// A table: its columns, the order of its rows, its title.
    case table
    /// A row of a table.
    case row
    /// A cell of a table.
    case cell
    /// A chart: its title, its columns, how it is drawn.
    case chart
    /// A point of a chart.
    case point
    /// A block of the report's words.
    case prose
    /// A file that was read.
    case input
    /// A library that computed the figures.
    case engine
    /// A file that a step made.
    case artifact
    /// A warning or error of the run.
    case diagnostic
    /// A file of the version that differs although nothing above says why.
    case file
  }

  /// What happened to it.
  public enum Operation: String, Sendable, Hashable {
    /// It is new.
    case add
    /// It is gone.
    case remove
    /// It has another value.
    case replace
    /// It has another text; `text` says which pieces.
    case patch
    /// It stands elsewhere.
    case move
  }

  /// What a change means.
  public enum Verdict: String, Sendable, Hashable {
    /// Better by the declared direction.
    case better
    /// Worse by the declared direction.
    case worse
    /// Other, without good or bad.
    case other
    /// A difference that the given tolerance allows; it does not count.
    case within
  }

  /// What it is about.
  public var kind: Kind
  /// What happened to it.
  public var operation: Operation
  /// Where it is, from the outside in: `["segments", "retail", "rate"]` is a cell of a table.
  public var path: [String]
  /// What it was; nil when it is new or when it was missing.
  public var old: String?
  /// What it is; nil when it is gone or missing now.
  public var new: String?
  /// What that means.
  public var verdict: Verdict
  /// The pieces of a patched text.
  public var text: TextDifference?
  /// New minus old where both are finite numbers.
  public var amount: Double?

  /// A change.
  public init(
    _ kind: Kind, _ operation: Operation, _ path: [String], old: String? = nil,
    new: String? = nil, verdict: Verdict = .other, text: TextDifference? = nil,
    amount: Double? = nil
  ) {
    self.kind = kind
    self.operation = operation
    self.path = path
    self.old = old
    self.new = new
    self.verdict = verdict
    self.text = text
    self.amount = amount
  }

  /// A value that may have come, gone or changed; nil when it stayed.
  static func between(
    _ kind: Kind, _ path: [String], _ old: String?, _ new: String?
  ) -> Change? {
    guard old != new else { return nil }
    let operation: Operation = old == nil ? .add : new == nil ? .remove : .replace
    return Change(kind, operation, path, old: old, new: new)
  }
}
