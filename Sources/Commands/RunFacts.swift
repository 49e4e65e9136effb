internal import Archiving
internal import Vocabulary

/// A run as `run --json` prints it.
struct RunFacts: Encodable {
  var status: String
  var run: String?
  var notebook: String?
  var edition: String?
  var version: Int?
  var isNew: Bool?
  var path: String?
  var digest: String?
  var seconds: Double?
  var metrics: [String: Double]?
  var steps: [StepFacts]?
  var diagnostics: [DiagnosticFacts]

  /// A step's end.
  struct StepFacts: Encodable {
    var name: String
    var state: String
    var seconds: Double?
    var rows: Int?
    var because: String?
  }

  /// A call that was refused before anything ran.
  init(refused diagnostics: [Diagnostic]) {
    status = "refused"
    self.diagnostics = diagnostics.map(DiagnosticFacts.init)
  }

  /// A run that ended.
  init(_ printed: Press.Printed, page: String, findings: [Diagnostic]) {
    let record = printed.record
    status = record.status.rawValue
    run = record.id
    notebook = record.notebook
    edition = record.edition
    version = record.version
    isNew = record.version == nil ? nil : record.isNew
    path = page
    digest = record.digest
    seconds = record.endedAt.map { Double($0 - record.startedAt) / 1000 }
    metrics = Dictionary(
      printed.details.metrics.compactMap { figure in figure.value.map { (figure.name, $0) } }
    ) { first, _ in first }
    steps = printed.details.steps.map { step in
      StepFacts(
        name: step.name, state: step.state, seconds: step.milliseconds.map { $0 / 1000 },
        rows: step.rows, because: step.message)
    }
    diagnostics = findings.map(DiagnosticFacts.init)
  }
}
