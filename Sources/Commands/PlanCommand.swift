internal import ArgumentParser
internal import Logging
internal import Parsing
internal import Planning
internal import Reporting
internal import Running
internal import Steps
internal import Vocabulary

/// `washi plan`: what a run would do.
struct PlanCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show what a run would do: its steps, what each reads and what is cached.",
    discussion: """
      Nothing is run; files are read for their digests only, each once until it changes. A step is reused \
      when the step as written, the parameters it uses, the files it reads, the results it needs and the \
      versions of the engines are those of an earlier run; else the plan names what changed.

      EXAMPLES:
        washi plan notebooks/credit/monthly.md -p target_date 2021-01
        washi plan notebooks/credit/monthly.md --svg > plan.svg
        washi plan notebooks/credit/monthly.md --dot | dot -Tpdf > plan.pdf
      """)

  @Argument(help: "The notebook; - reads standard input.", completion: .file())
  var notebook: String

  @OptionGroup(title: "Parameters (later ones win)")
  var parameters: ParameterOptions

  @Option(
    name: .customLong("env"),
    help: ArgumentHelp("Read washi.<name>.yaml over washi.yaml.", valueName: "name"))
  var environment: String?

  @Flag(help: "Print the plan as a picture: what reads what, from left to right.")
  var svg = false

  @Flag(help: "Print the plan as a graph in Graphviz's language.")
  var dot = false

  @Flag(help: "Print the plan as a JSON object.")
  var json = false

  func perform(at desk: Desk) async throws -> ExitStatus {
    let file = try NotebookFile(notebook, environment: environment, in: desk.circumstances)
    var sources = file.sources
    do {
      if let refusal = file.refusal { throw refusal }
      let (arguments, texts) = try parameters.arguments(in: desk.circumstances)
      sources.merge(texts) { first, _ in first }
      let engine = try OpenEngine(for: file.project, in: desk.circumstances)
      let press = Press(
        desk: desk, file: file, settings: Press.Settings(), log: desk.logger(.warning))
      let plan = try press.plan(with: arguments, on: engine)
      let (steps, findings) = try await press.forecast(of: plan, on: engine)
      desk.show(plan.warnings + findings, in: sources)
      let reused = Set(steps.filter { $0.fate == .reused }.map(\.name))
      if svg {
        desk.console.say(String(plan.svg(cached: reused).dropLast()))
      } else if dot {
        desk.console.say(String(plan.dot(hollow: reused).dropLast()))
      } else if json {
        desk.console.say(JSONText.encode(PlanFacts(plan, steps), isIndented: true))
      } else {
        desk.console.say(table(of: PlanFacts(plan, steps)))
      }
      return .done
    } catch let refusal as Refusal {
      desk.show(refusal.diagnostics, in: sources)
      return .wrong
    }
  }

  private func table(of facts: PlanFacts) -> String {
    var lines = ["edition \(facts.edition)"]
    if !facts.inputs.isEmpty {
      lines += ["", "INPUTS"]
      lines +=
        TextTable(
          rows: facts.inputs.map { ["  " + $0.name, $0.format, $0.paths.joined(separator: ", ")] }
        ).lines
    }
    lines += ["", "STEPS"]
    if facts.steps.isEmpty { lines.append("  none") }
    lines +=
      TextTable(
        rows: facts.steps.enumerated().map { index, step in
          let reads = step.inputs + step.needs
          return [
            "  \(index + 1)", step.name, step.kindWords,
            reads.isEmpty ? "" : "reads " + reads.joined(separator: ", "),
            step.parameters.isEmpty
              ? "" : "uses " + step.parameters.map { "$" + $0 }.joined(separator: ", "),
            step.fateWords,
          ]
        }, numeric: [0]
      ).lines
    return lines.joined(separator: "\n")
  }
}

/// A plan as `plan --json` prints it.
struct PlanFacts: Encodable {
  var notebook: String
  var edition: String
  var parameters: [Parameter]
  var inputs: [Input]
  var steps: [Step]

  /// A parameter with its value; a secret has none.
  struct Parameter: Encodable {
    var name: String
    var type: String
    var value: String?
    var origin: String
  }

  /// A catalog entry that is read.
  struct Input: Encodable {
    var name: String
    var format: String
    var paths: [String]
  }

  /// A step in its place.
  struct Step: Encodable {
    var name: String
    var kind: String
    /// The connection whose engine does it; here when there is none.
    var connection: String?
    /// Whether its rows come over from there, or stay for other steps there.
    var rows: String?
    var line: Int
    var inputs: [String]
    var needs: [String]
    var parameters: [String]
    /// `reused`, `runs`, or `open` when that depends on the steps before.
    var fate: String
    /// Why it runs.
    var reasons: [String]
    /// How many machines do it together; nil when this one does it alone.
    var workers: Int?

    /// The kind, and where it is done.
    var kindWords: String {
      if let workers { return "\(kind) on \(workers) workers" }
      guard let connection else { return kind }
      return "\(kind) on \(connection)" + (rows == "stay" ? ", rows stay there" : "")
    }

    /// The fate in words for the table.
    var fateWords: String {
      switch fate {
      case "reused": "cached"
      case "open": "cached if \(reasons.joined(separator: " and ")) and comes out the same"
      default: "runs: \(reasons.joined(separator: "; "))"
      }
    }
  }

  init(_ plan: Plan, _ forecasts: [StepForecast]) {
    let fates = Dictionary(forecasts.map { ($0.name, $0) }) { first, _ in first }
    notebook = plan.notebook.path
    edition = plan.edition
    parameters = plan.parameters.map { parameter in
      Parameter(
        name: parameter.name, type: parameter.type.rawValue,
        value: parameter.isSecret ? nil : parameter.text, origin: parameter.origin.word)
    }
    inputs = plan.inputs.map { Input(name: $0.name, format: $0.formatName, paths: $0.paths) }
    steps = plan.steps.map { step in
      Step(
        name: step.name, kind: type(of: step.action.kind).name,
        connection: step.remote?.connection.name,
        rows: step.remote.map { $0.isFetched ? "come over" : "stay" },
        line: step.source.range.start.line,
        inputs: step.inputs, needs: step.upstream, parameters: step.parameters,
        fate: fates[step.name]?.fate.rawValue ?? StepForecast.Fate.runs.rawValue,
        reasons: fates[step.name]?.reasons ?? [], workers: step.action.workerCount)
    }
  }
}

extension StepAction {
  /// How many machines do the step together; nil when one does it alone.
  fileprivate var workerCount: Int? {
    guard case .train(let train) = self else { return nil }
    return train.workers?.count
  }
}
