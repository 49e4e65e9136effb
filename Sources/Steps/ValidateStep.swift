public import Parsing
public import Vocabulary

/// Expectations on a table, which decide whether the run goes on.
///
/// For example: `{ uses: validate, table: applications, columns: { id: { unique: true, missing: 0 } } }`.
/// A refusal is an outcome, not a failure: the result table shows what was observed, with examples.
public struct ValidateStep: StepKind {
  /// The word behind `uses:`.
  public static let name = "validate"
  /// One sentence for the documentation.
  public static let summary =
    "Holds a table against what is expected of its rows and columns; shows what does not fit."

  /// The table.
  public var table: NamedPlace
  /// What is expected of the columns.
  public var schema: TableSchema
  /// A file that holds further expectations on columns, relative to the project.
  public var file: NamedPlace?
  /// Columns whose values together come once.
  public var unique: [NamedPlace]
  /// The least number of rows.
  public var leastRows: Int?
  /// The greatest number of rows.
  public var mostRows: Int?
  /// By what share the number of rows may differ from the edition before.
  public var rowChange: Double?
  /// Tables that must have no row.
  public var empty: [NamedPlace]
  /// How bad it is, where a column does not say.
  public var severity: Severity
  /// What a refusal means.
  public var consequence: Verdict.Consequence

  /// Reads the options; mistakes go into the reader.
  public init(from options: inout OptionReader, of source: StepSource) {
    table = options.requiredPlace("table")
    severity = options.choice("severity", as: Severity.self) ?? .fail
    consequence = options.choice("on_refusal", as: Verdict.Consequence.self) ?? .stop
    file = options.place("schema")
    unique = options.places("unique")
    empty = options.places("empty")
    schema = TableSchema(from: &options)
    if var rows = options.reader("rows") {
      leastRows = rows.int("min", in: 0 ... .max)
      mostRows = rows.int("max", in: 0 ... .max)
      rowChange = rows.double("change", in: 0 ... .infinity)
      if let leastRows, let mostRows, leastRows > mostRows { rows.reject("min", "is above `max`") }
      options.absorb(&rows)
    }
    let isNothing =
      schema.columns.isEmpty && !schema.isExact && file == nil && unique.isEmpty && empty.isEmpty
      && leastRows == nil && mostRows == nil && rowChange == nil
    if isNothing, !options.has("columns"), !options.has("rows") {
      options.report(
        .error(
          "missing-option", "\(options.subject) expects nothing", at: options.range,
          solutions: ["add columns: { id: { unique: true, missing: 0 } }"]))
    }
  }

  /// The names that the step takes from others.
  public var references: [Reference] {
    ([table] + empty).map { Reference($0.name, .table, at: $0.range) }
  }

  /// Finds what is wrong beside the options themselves, on empty tables.
  ///
  /// A column that is not there is what the step is to find, so it is a warning only.
  public func check(in workspace: Workspace) -> [Diagnostic] {
    var findings: [Diagnostic] = []
    var schema = self.schema
    do throws(StepFailure) {
      schema = try wholeSchema(in: workspace)
    } catch {
      findings.append(error.diagnostic)
    }
    let places = schema.columns.map { ($0.name, $0.range) }
    for var finding in workspace.unknownColumns(places, of: table.name) {
      finding.severity = .warning
      findings.append(finding)
    }
    return findings + workspace.unknownColumns(unique.map { ($0.name, $0.range) }, of: table.name)
  }

  /// The step's own expectations with those of its file, which come first.
  func wholeSchema(in workspace: Workspace) throws(StepFailure) -> TableSchema {
    guard let file else { return schema }
    let path = file.name.hasPrefix("/") ? file.name : "\(workspace.projectDirectory)/\(file.name)"
    guard let text = textOfFile(path) else {
      throw StepFailure(
        .error(
          "missing-input", "there is no readable file `\(file.name)`", at: file.range,
          solutions: [
            "make it of a table that is right: `washi check NOTEBOOK --infer-schema TABLE > \(file.name)`"
          ]))
    }
    let (node, found) = YAMLNode.parse(text, file: file.name)
    var findings = found
    var whole = TableSchema()
    if let node {
      var reader = OptionReader(node, of: "the schema file `\(file.name)`")
      whole = TableSchema(from: &reader)
      findings += reader.finish()
    }
    if let fault = findings.first(where: { $0.severity == .error }) { throw StepFailure(fault) }
    // What the step says of a column itself takes the file's place.
    let own = Set(schema.columns.map(\.name))
    whole.columns.removeAll { own.contains($0.name) }
    whole.columns += schema.columns
    whole.isExact = whole.isExact || schema.isExact
    return whole
  }

  /// Does the work.
  public func run(in workspace: Workspace) throws(StepFailure) -> StepResult {
    var validation = try Validation(of: self, in: workspace)
    try validation.perform()
    var result = StepResult()
    result.rowsIn = validation.rowCount
    result.verdict = Verdict(
      refusals: validation.sentences(.fail), warnings: validation.sentences(.warn),
      consequence: consequence)
    result.metrics = validation.metrics
    result.remarks = validation.remarks
    result.exhibits = validation.exhibits
    return result
  }
}
