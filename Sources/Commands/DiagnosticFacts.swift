internal import Vocabulary

/// A finding as `--json` prints it.
struct DiagnosticFacts: Encodable {
  var severity: String
  var rule: String
  var summary: String
  var explanation: String?
  var solutions: [String]
  var file: String?
  var line: Int?
  var column: Int?
  var endLine: Int?
  var endColumn: Int?

  init(_ diagnostic: Diagnostic) {
    severity = diagnostic.severity.rawValue
    rule = diagnostic.rule
    summary = diagnostic.summary
    explanation = diagnostic.explanation
    solutions = diagnostic.solutions
    file = diagnostic.range?.file
    line = diagnostic.range?.start.line
    column = diagnostic.range?.start.column
    endLine = diagnostic.range?.end.line
    endColumn = diagnostic.range?.end.column
  }
}
