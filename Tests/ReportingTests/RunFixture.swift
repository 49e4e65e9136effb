import Parsing
import Steps
import Vocabulary

@testable import Planning
@testable import Running

/// A run made by hand: the notebook is parsed, everything the engine would give is given here.
struct RunFixture {
  var source: String
  var path = "notebooks/credit/monthly.md"
  var edition = "2021-01"
  var title = "Credit default, monthly"
  var description: String?
  var parameters: [Parameter] = []
  var inputs: [RecordedInput] = []
  var engines = [Engine("washi", "0.1.0"), Engine("DuckDB", "2.0.0"), Engine("LightGBM", "4.7.0")]
  /// What became of the steps by name; those not named have done their work and show nothing.
  var states: [String: StepOutcome.State] = [:]
  /// The values of the prose's expressions by their SQL; others have failed.
  var values: [String: String] = [:]
  var diagnostics: [Diagnostic] = []
  var allowsRawHTML = false

  /// The run, or nil when the notebook has a step that cannot be decoded.
  func run() throws -> Run {
    let notebook = Notebook(parsing: source, at: path)
    let steps = try notebook.steps.map { source in
      let decoded = StepAction.decoding(source, options: source.options)
      guard let action = decoded.action else { throw FixtureError(summary: source.name) }
      return PlannedStep(
        source: source, action: action, settings: decoded.settings, inputs: [], upstream: [],
        parameters: [])
    }
    var project = ProjectFile()
    project.allowsRawHTML = allowsRawHTML
    let plan = Plan(
      notebook: notebook, project: project, parameters: parameters, edition: edition, inputs: [],
      steps: steps, warnings: [])
    return Run(
      plan: plan, title: title, description: description, inputs: inputs, engines: engines,
      outcomes: steps.map {
        StepOutcome(name: $0.name, state: states[$0.name] ?? .done(StepResult()))
      },
      texts: texts(of: notebook), diagnostics: diagnostics)
  }

  private func texts(of notebook: Notebook) -> [SourceRange: String] {
    var texts: [SourceRange: String] = [:]
    for element in notebook.elements {
      guard case .prose(let block) = element else { continue }
      for expression in expressions(in: block) {
        if let value = values[expression.sql] { texts[expression.range] = value }
      }
    }
    return texts
  }
}

struct FixtureError: Error {
  var summary: String
}

func parameter(
  _ name: String, _ type: ParameterType, _ value: Value, text: String? = nil,
  origin: Parameter.Origin = .default, description: String? = nil
) -> Parameter {
  let place = SourcePosition(line: 1, column: 1)
  return Parameter(
    name: name, type: type, value: value, text: text ?? value.plainText, origin: origin,
    description: description,
    range: SourceRange(file: "notebooks/credit/monthly.md", start: place, end: place))
}

func done(
  rowsIn: Int? = nil, rowsOut: Int? = nil, metrics: [Metric] = [], exhibits: [Exhibit] = [],
  artifacts: [Artifact] = [], remarks: [String] = []
) -> StepOutcome.State {
  var result = StepResult()
  result.rowsIn = rowsIn
  result.rowsOut = rowsOut
  result.metrics = metrics
  result.exhibits = exhibits
  result.artifacts = artifacts
  result.remarks = remarks
  return .done(result)
}

private func expressions(in block: Block) -> [Expression] {
  switch block {
  case .heading(_, let inlines, _), .paragraph(let inlines, _): expressions(in: inlines)
  case .quote(let blocks, _): blocks.flatMap(expressions)
  case .list(_, _, let items, _): items.joined().flatMap(expressions)
  case .table(_, let header, let rows, _):
    (header + rows.joined()).flatMap { expressions(in: $0) }
  case .code, .rule, .html: []
  }
}

private func expressions(in inlines: [Inline]) -> [Expression] {
  inlines.flatMap { inline -> [Expression] in
    switch inline {
    case .expression(let expression): [expression]
    case .emphasis(let inner), .strong(let inner): expressions(in: inner)
    case .link(let destination, _, let inner), .image(let destination, _, let inner):
      destination.expressions + expressions(in: inner)
    case .text, .code, .html, .softBreak, .hardBreak: []
    }
  }
}
