public import DuckDB
public import Parsing
public import Steps
public import Vocabulary

extension Plan {
  /// The values to bind as `$name`, secrets left out.
  public var bindings: [String: Value] {
    Dictionary(
      parameters.lazy.filter { !$0.isSecret }.map { ($0.name, $0.value) },
      uniquingKeysWith: { first, _ in first })
  }

  /// An expression's value while the run goes on.
  ///
  /// Tables are those that `connection` has by now; `metrics` holds those of the steps that are
  /// done, by step name. A metric of a step that was skipped is NULL, and so is one that is not
  /// among the `given` figures.
  public func value(
    of expression: Expression, metrics: [String: [Metric]] = [:],
    given: GivenFigures = GivenFigures(), using connection: Connection
  ) throws(StepFailure) -> Value {
    if let name = expression.soleParameter, let value = bindings[name] { return value }
    let analysis: SQLAnalysis
    do throws(DuckDBError) {
      analysis = try connection.analyze(ExpressionQuery.text(of: expression))
    } catch {
      let lines = SourceLines(notebook.source, file: notebook.path)
      throw StepFailure(ExpressionQuery.diagnostic(for: error, in: expression, lines: lines))
    }
    let none = Dictionary(steps.map { ($0.name, [Metric]()) }, uniquingKeysWith: { one, _ in one })
    let query = ExpressionQuery(
      expression, analysis, parameters: bindings,
      metrics: metrics.merging(none) { known, _ in known }, given: given)
    return try query.value(
      on: connection,
      in: expression.range.file == notebook.path ? notebook.source : nil)
  }

  /// A template's text while the run goes on, such as the report's title.
  public func text(
    of template: Template, metrics: [String: [Metric]] = [:],
    given: GivenFigures = GivenFigures(), using connection: Connection
  ) throws(StepFailure) -> String {
    try template.text { (expression) throws(StepFailure) -> Value? in
      try value(of: expression, metrics: metrics, given: given, using: connection)
    } ?? ""
  }

  /// A step's options with every expression evaluated, right before it runs.
  ///
  /// Decode them by `StepAction.decoding(step.source, options:)`.
  public func options(
    of step: PlannedStep, metrics: [String: [Metric]] = [:],
    given: GivenFigures = GivenFigures(), using connection: Connection
  ) throws(StepFailure) -> YAMLNode {
    try step.source.options.resolved { (expression) throws(StepFailure) -> Value? in
      try value(of: expression, metrics: metrics, given: given, using: connection)
    }
  }
}
