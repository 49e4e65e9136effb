public import DuckDB
public import Parsing
internal import Steps
public import Vocabulary

extension Plan {
  /// Plans a notebook with a caller's arguments, or says everything that is wrong with both.
  ///
  /// No data is read. The connection serves to parse SQL and to evaluate expressions over
  /// parameters; `environment` is where secrets come from, `shelf` holds the notebooks
  /// that steps run. For example:
  /// `let plan = try Plan(for: notebook, with: arguments, using: connection)`.
  public init(
    for notebook: Notebook, with arguments: Arguments = Arguments(),
    project: ProjectFile = ProjectFile(), environment: [String: String] = [:],
    shelf: [String: ShelvedNotebook] = [:], using connection: Connection
  ) throws(Refusal) {
    var planner = Planner(notebook, project, connection)
    planner.environment = environment
    planner.shelf = shelf
    self = try planner.plan(with: arguments)
  }
}

extension Planner {
  /// The plan, or everything that is wrong.
  mutating func plan(with arguments: Arguments) throws(Refusal) -> Plan {
    needsVariables = arguments.isComplete
    let parameters = resolveParameters(arguments, environment: environment)
    let edition = edition(for: parameters)
    var steps = planSteps()
    let prose = planProse()
    settleRemoteSteps(&steps)
    checkNotifications()
    findChampion(steps)
    let inputs = planInputs()
    checkTriggers()
    warnOfNames()
    warnOfUnused()

    let findings = findings
    guard findings.allSatisfy({ $0.severity < .error }) else { throw Refusal(findings) }
    return Plan(
      notebook: notebook, project: project, parameters: parameters, edition: edition,
      inputs: inputs, steps: steps, prose: prose, previousMetrics: previousMetrics,
      registeredModels: registeredModels, championName: championName,
      warnings: findings,
      parts: partsWithUse, shelf: shelf, keepsSnapshots: keepsSnapshots)
  }

  /// The series slot that the front matter names, or that the changed parameters give.
  fileprivate mutating func edition(for parameters: [Parameter]) -> String {
    guard let template = notebook.frontMatter.edition else {
      return Edition.name(forChanged: parameters.filter { isChanged($0) })
    }
    let text = template.text { evaluate($0, for: .parameters("the edition")) }
    guard let text else { return "default" }
    if let fault = Edition.fault(in: text) {
      report(
        "bad-edition", "the edition `\(abbreviated(text))` \(fault)",
        at: template.expressions.first?.range ?? notebook.frontMatter.range,
        explanation: "It is a folder's name in `output/`.")
    }
    return text
  }

  /// Whether a parameter has another value than the notebook gives it; secrets never do.
  private func isChanged(_ parameter: Parameter) -> Bool {
    guard !parameter.isSecret, parameter.origin == .injected || parameter.origin == .project else {
      return false
    }
    if case .value(let value)? = declaration(of: parameter.name)?.default {
      return value != parameter.value
    }
    return true
  }

  /// Checks the expressions of prose and titles, which are evaluated when all steps are done.
  fileprivate mutating func planProse() -> [PlannedExpression] {
    notebook.proseExpressions.map { expression in
      let reads = examine(expression, for: .prose).reads
      tablesReadHere.formUnion(reads.steps)
      return PlannedExpression(
        expression: expression, inputs: reads.inputs.sorted(),
        upstream: reads.steps.sorted().map { scope.stepNames[$0] },
        parameters: reads.parameters.sorted(), readsGiven: reads.readsGiven)
    }
  }

  fileprivate mutating func warnOfNames() {
    for declaration in declarations {
      guard let meaning = scope[declaration.name], meaning.isOfAuthor || readsHistory else {
        continue
      }
      let other =
        switch meaning {
        case .input: "catalog entry"
        case .step: "step"
        case .history: "table of earlier editions"
        }
      report(
        .warning(
          "name-shared", "`\(declaration.name)` is a parameter and a \(other)",
          at: declaration.nameRange,
          explanation:
            "`$\(declaration.name)` is the parameter, `\(declaration.name)` the \(other)."))
    }
  }

  /// Where something is wrong, a misspelt name may be the use that seems to be missing, so nothing is
  /// said of unused ones.
  fileprivate mutating func warnOfUnused() {
    guard (notebook.diagnostics + diagnostics).allSatisfy({ $0.severity < .error }) else { return }
    for declaration in declarations
    where !usedParameters.contains(declaration.name) && !declaration.isSecret {
      report(
        .warning(
          LintRule.unusedParameter.rawValue, "nothing uses parameter `\(declaration.name)`",
          at: declaration.nameRange, solutions: ["use `$\(declaration.name)`, or remove it"]))
    }
    for entry in notebook.frontMatter.catalog
    where !usedEntries.contains(entry.name.lowercased()) {
      report(
        .warning(
          LintRule.unusedEntry.rawValue, "nothing reads catalog entry `\(entry.name)`",
          at: entry.nameRange, solutions: ["use it, or remove it"]))
    }
  }

  /// Every finding once, the notebook's own file first, from top to bottom.
  ///
  /// A rule of the checker that is silent is silent here, too; how severe it is taken concerns the
  /// checker only, as no rule stops a run.
  fileprivate var findings: [Diagnostic] {
    let lint = LintSettings(of: notebook, in: project)
    var seen: Set<Diagnostic> = []
    let all = (notebook.diagnostics + project.diagnostics + lint.diagnostics + diagnostics)
      .filter { seen.insert($0).inserted }
      .filter { finding in
        LintRule(rawValue: finding.rule).map { !lint.isSilent($0, at: finding.range) } ?? true
      }
    func rank(_ diagnostic: Diagnostic) -> (Int, String, Int, Int) {
      guard let range = diagnostic.range else { return (0, "", 0, 0) }
      return (
        range.file == notebook.path ? 1 : 2, range.file, range.start.line, range.start.column
      )
    }
    return all.enumerated().sorted { left, right in
      let (first, second) = (rank(left.element), rank(right.element))
      return first == second ? left.offset < right.offset : first < second
    }.map(\.element)
  }
}
