/// Something the author should know about a notebook, a project file or a call: where, why and
/// what to do. Mistakes are collected as diagnostics, never thrown one at a time.
public struct Diagnostic: Sendable, Hashable, Codable {
  /// How bad it is.
  public enum Severity: String, Sendable, Hashable, Codable, Comparable {
    /// Good to know.
    case note
    /// It runs, but probably not as meant.
    case warning
    /// It cannot run.
    case error

    /// Orders from note to error.
    public static func < (left: Severity, right: Severity) -> Bool {
      func rank(_ severity: Severity) -> Int {
        switch severity {
        case .note: 0
        case .warning: 1
        case .error: 2
        }
      }
      return rank(left) < rank(right)
    }
  }

  /// How bad it is.
  public var severity: Severity
  /// A stable, searchable name such as `unknown-option`.
  public var rule: String
  /// One sentence: what is wrong.
  public var summary: String
  /// Why, when the summary does not say it.
  public var explanation: String?
  /// What to do, most likely remedy first: "did you mean `target`?".
  public var solutions: [String]
  /// Where; nil when it concerns no place in a file.
  public var range: SourceRange?

  /// A finding with its place and remedies.
  public init(
    _ severity: Severity, _ rule: String, _ summary: String, at range: SourceRange?,
    explanation: String? = nil, solutions: [String] = []
  ) {
    self.severity = severity
    self.rule = rule
    self.summary = summary
    self.range = range
    self.explanation = explanation
    self.solutions = solutions
  }

  /// An error with its place and remedies.
  public static func error(
    _ rule: String, _ summary: String, at range: SourceRange?, explanation: String? = nil,
    solutions: [String] = []
  ) -> Diagnostic {
    Diagnostic(
      .error, rule, summary, at: range, explanation: explanation, solutions: solutions)
  }

  /// A warning with its place and remedies.
  public static func warning(
    _ rule: String, _ summary: String, at range: SourceRange?, explanation: String? = nil,
    solutions: [String] = []
  ) -> Diagnostic {
    Diagnostic(
      .warning, rule, summary, at: range, explanation: explanation, solutions: solutions)
  }
}

/// The one error that carries diagnostics out of a stage that could not make its value.
public struct Refusal: Error, Sendable {
  /// Every finding, warnings included, in source order.
  public var diagnostics: [Diagnostic]

  /// A refusal for these reasons.
  public init(_ diagnostics: [Diagnostic]) {
    self.diagnostics = diagnostics
  }
}
