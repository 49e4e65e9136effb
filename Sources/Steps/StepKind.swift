public import Parsing
public import Vocabulary

/// One kind of step: its options, its check and its run, in one file.
///
/// The options are decoded twice: when planning, with expressions that only a run can evaluate
/// pending, and right before the step runs, with every value there.
public protocol StepKind: Sendable, Hashable {
  /// The word behind `uses:`.
  static var name: String { get }

  /// One sentence for `--help` and the documentation.
  static var summary: String { get }

  /// Reads the options; mistakes go into the reader.
  init(from options: inout OptionReader, of source: StepSource)

  /// The names of tables and models that the step takes from others, with their places.
  var references: [Reference] { get }

  /// Options that are SQL without braces, such as the conditions of a gate.
  var expressions: [Expression] { get }

  /// What is wrong beside the options themselves, found on empty tables: unknown columns, types
  /// that do not fit. Leaves the empty table or the untrained model that later steps see.
  func check(in workspace: Workspace) -> [Diagnostic]

  /// Does the work.
  func run(in workspace: Workspace) throws(StepFailure) -> StepResult
}

extension StepKind {
  /// None, for most kinds.
  public var expressions: [Expression] { [] }
}

/// A name that a step reads.
public struct Reference: Sendable, Hashable {
  /// What kind of thing the name stands for.
  public enum Kind: Sendable, Hashable {
    /// A table of the catalog or of an earlier step.
    case table
    /// A model of an earlier step.
    case model
    /// Either of the two.
    case tableOrModel
    /// A step named in `needs` or in a `step.metric`.
    case step
  }

  /// The name as written.
  public var name: String
  /// What it stands for.
  public var kind: Kind
  /// Where it is written.
  public var range: SourceRange?

  /// A name at a place.
  public init(_ name: String, _ kind: Kind, at range: SourceRange?) {
    self.name = name
    self.kind = kind
    self.range = range
  }
}
