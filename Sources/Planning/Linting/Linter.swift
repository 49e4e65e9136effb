public import DuckDB
internal import Parsing
internal import Steps
public import Vocabulary

extension Plan {
  /// The plan's warnings and what the checker's rules find, from top to bottom, as severe as the
  /// notebook and the project take each rule.
  ///
  /// The connection serves to parse SQL. For example: `plan.linted(using: connection)`.
  public func linted(using connection: Connection) -> [Diagnostic] {
    var linter = Linter(self, connection)
    linter.findUnusedSteps()
    linter.findHiddenSteps()
    linter.findUnorderedRows()
    linter.findTargetLeaks()
    linter.findMissingSeeds()
    linter.findGatesWithoutTolerance()
    linter.findHardCodedText()
    linter.findSecrets()
    linter.findPromisedNumbers()
    linter.findUnusedIgnores()
    let settings = linter.settings
    return (warnings + linter.findings).compactMap { settings.applied(to: $0) }
      .enumerated().sorted { left, right in
        let (first, second) = (left.element.range?.start, right.element.range?.start)
        guard let first, let second, first != second else { return left.offset < right.offset }
        return first < second
      }.map(\.element)
  }
}

/// Goes through a plan and notes what the rules find; each extension is one of them.
struct Linter {
  let plan: Plan
  let settings: LintSettings
  /// What the SQL of each SQL step says, by the step's name.
  let analyses: [String: SQLAnalysis]
  private(set) var findings: [Diagnostic] = []
  private let connection: Connection
  private var lines: SourceLines

  init(_ plan: Plan, _ connection: Connection) {
    self.plan = plan
    self.connection = connection
    settings = LintSettings(of: plan.notebook, in: plan.project)
    lines = SourceLines(plan.notebook.source, file: plan.notebook.path)
    var analyses: [String: SQLAnalysis] = [:]
    for step in plan.steps {
      // The dialect of another engine is not ours to parse.
      if case .sql(let sql) = step.action, sql.connection == nil {
        analyses[step.name] = try? connection.analyze(sql.sql)
      }
    }
    self.analyses = analyses
  }

  mutating func report(
    _ rule: LintRule, _ summary: String, at range: SourceRange?, explanation: String? = nil,
    solutions: [String] = []
  ) {
    findings.append(
      .warning(
        rule.rawValue, summary, at: range, explanation: explanation, solutions: solutions))
  }

  /// The step of this name, as SQL finds tables.
  func step(_ name: String) -> PlannedStep? {
    plan.steps.first { $0.name.lowercased() == name.lowercased() }
  }

  /// What an expression says; nil when it is none, which planning has reported.
  func analysis(of expression: Expression) -> SQLAnalysis? {
    try? connection.analyze(ExpressionQuery.text(of: expression))
  }

  /// Where a stretch of SQL stands in the notebook.
  func range(of place: SQLAnalysis.Place, in sql: String, within range: SourceRange) -> SourceRange
  {
    lines.alignment(of: sql, within: range).range(of: place.offset, length: place.length)
  }
}
