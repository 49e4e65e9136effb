/// A rule of the checker beyond what must hold: the notebook runs, but probably not as meant.
///
/// Each is explained in `docs/rules.md`. For example: `LintRule(rawValue: "missing-seed")`.
public enum LintRule: String, Sendable, Hashable, CaseIterable {
  /// A table or model that nothing reads or shows.
  case unusedStep = "unused-step"
  /// A parameter that nothing reads.
  case unusedParameter = "unused-parameter"
  /// A catalog entry that nothing reads.
  case unusedEntry = "unused-entry"
  /// A step made for showing that says `show: none`.
  case hiddenStep = "hidden-step"
  /// A table shown although nothing decides the order of its rows.
  case unorderedTable = "unordered-table"
  /// A LIMIT although nothing decides which rows come first.
  case unorderedLimit = "unordered-limit"
  /// The target among the features under another name.
  case targetLeak = "target-leak"
  /// A search whose best trial is chosen by the rows it learned from.
  case tunesOnTraining = "tunes-on-training"
  /// A division by chance without a written seed.
  case missingSeed = "missing-seed"
  /// An expectation that a last digit can miss.
  case gateWithoutTolerance = "gate-without-tolerance"
  /// A path in SQL, or one that exists on one machine only.
  case hardCodedPath = "hard-coded-path"
  /// A date in SQL.
  case hardCodedDate = "hard-coded-date"
  /// What looks like a password, token or key.
  case secretInText = "secret-in-text"
  /// A figure in prose that nobody computes.
  case promisedNumber = "promised-number"
  /// A comment that silences nothing.
  case unusedIgnore = "unused-ignore"

  /// One sentence for `washi check --rules`.
  public var summary: String {
    switch self {
    case .unusedStep: "A step makes a table or model that nothing reads or shows."
    case .unusedParameter: "A parameter is declared and nothing reads it."
    case .unusedEntry: "A catalog entry is declared and nothing reads it."
    case .hiddenStep: "A step that is there to be shown says `show: none`."
    case .unorderedTable: "A table is shown, and nothing decides the order of its rows."
    case .unorderedLimit: "LIMIT keeps some rows, and nothing decides which."
    case .targetLeak: "The target is among the features under another name."
    case .tunesOnTraining: "The best trial of a search is chosen by the rows it learned from."
    case .missingSeed: "Rows are divided by chance, and the seed is not written down."
    case .gateWithoutTolerance: "A gate compares figures that move by chance, and allows nothing."
    case .hardCodedPath: "A path is written into SQL, or exists on one machine only."
    case .hardCodedDate: "A date is written into SQL instead of being a parameter."
    case .secretInText: "The text holds what looks like a password, token or key."
    case .promisedNumber: "Prose states a figure that no step computes."
    case .unusedIgnore: "A `washi-ignore` comment silences nothing."
    }
  }
}

/// How severe a rule is taken.
enum LintLevel: String, CaseIterable {
  case off
  case warning
  case error
}
