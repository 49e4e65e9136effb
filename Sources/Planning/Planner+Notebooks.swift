public import DuckDB
internal import Parsing
public import Steps
public import Vocabulary

/// Notebooks within notebooks.
extension Planner {
  /// Plans the notebook that a step runs; what is wrong with it is reported at its own lines.
  mutating func planPart(_ step: NotebookStep, at index: Int) {
    // One that is not named has been asked for already.
    guard step.notebook.range != nil else { return }
    let name = scope.stepNames[index]
    let path = NotebookStep.path(of: step.notebook.name, from: notebook.path)
    let chain = ancestors + [notebook.path]
    if let start = chain.firstIndex(of: path) {
      let names = (chain[start...] + [path]).map { "`\($0)`" }
      return report(
        "notebook-cycle", "notebooks run each other: \(names.joined(separator: " → "))",
        at: step.notebook.range, explanation: "Each of them would have to end before it begins.")
    }
    guard let shelved = shelf[path] else {
      return report(
        "missing-notebook", "there is no notebook `\(step.notebook.name)`", at: step.notebook.range,
        explanation: "The path is relative to this notebook's folder: \(path).")
    }
    var planner = Planner(shelved.notebook, project, connection)
    planner.shelf = shelf
    planner.environment = environment
    planner.ancestors = chain
    planner.keepsSnapshots = planner.keepsSnapshots || keepsSnapshots
    planner.supplied = Set(step.inputs.map { $0.name.name.lowercased() })
    do throws(Refusal) {
      let plan = try planner.plan(with: step.arguments(from: "step `\(name)`"))
      parts.append(Plan.Part(step: name, plan: plan))
      scope.products[index] = plan.product
      check(step.inputs, against: plan, path)
    } catch {
      diagnostics += error.diagnostics
    }
  }

  /// Whether what is given is wanted, and of the kind that is wanted.
  private mutating func check(_ inputs: [NotebookStep.Supply], against plan: Plan, _ path: String) {
    let entries = plan.notebook.frontMatter.catalog.map(\.name) + project.catalog.map(\.name)
    let models = plan.steps.filter { if case .model = $0.action { true } else { false } }
      .map(\.name)
    for input in inputs {
      let name = input.name.name.lowercased()
      let wantsModel = models.contains { $0.lowercased() == name }
      guard wantsModel || entries.contains(where: { $0.lowercased() == name }) else {
        report(
          "unknown-input",
          "`\(path)` has no catalog entry and no model called `\(input.name.name)`",
          at: input.name.range,
          solutions: solutions(forUnknown: input.name.name, among: entries + models))
        continue
      }
      guard let isModel = isModel(input.source.name), isModel != wantsModel else { continue }
      report(
        "wrong-kind",
        wantsModel
          ? "`\(input.source.name)` is a table, but `\(input.name.name)` is a model"
          : "`\(input.source.name)` is a model, but `\(input.name.name)` is a table",
        at: input.source.range)
    }
  }

  /// Whether a name here means a model; nil when it is not known.
  private func isModel(_ name: String) -> Bool? {
    let (owner, part) = Reference(name, .tableOrModel, at: nil).nameParts
    guard case .step(let index)? = scope[owner] else { return scope[owner] == nil ? nil : false }
    switch scope.products[index] {
    case .model: return true
    case .table: return false
    case .parts(_, let models): return models.contains { $0.lowercased() == part?.lowercased() }
    case .nothing, .unknown: return nil
    }
  }

  /// The parts, each with what is taken from it.
  var partsWithUse: [Plan.Part] {
    parts.map { part in
      var part = part
      guard case .parts(let tables, let models) = part.plan.product else { return part }
      part.tables = tables.filter { takenParts.contains("\(part.step).\($0)".lowercased()) }
      part.models = models.filter { takenParts.contains("\(part.step).\($0)".lowercased()) }
      return part
    }
  }

  /// Checks `step.inner.metric`, a figure of a notebook's step; false when it is none of the kind.
  mutating func checkInnerMetric(
    _ path: [String], of index: Int, at range: SourceRange
  ) -> Bool {
    let name = scope.stepNames[index]
    guard let part = parts.first(where: { $0.step == name }) else { return false }
    let steps = part.plan.steps
    let full = path.joined(separator: ".")
    guard path.count > 2,
      let step = steps.first(where: { $0.name.lowercased() == path[1].lowercased() })
    else {
      report(
        "unknown-metric", "`\(full)` is no metric of the notebook that step `\(name)` runs",
        at: range, explanation: "Its metrics are spoken of as `\(name).STEP.METRIC`.",
        solutions: solutions(forUnknown: path[1], among: steps.map(\.name)))
      return true
    }
    if let known = step.action.metricNames,
      !known.contains(where: { $0.lowercased() == path[2].lowercased() })
    {
      report(
        "unknown-metric", "step `\(step.name)` of `\(name)` has no metric `\(path[2])`", at: range,
        solutions: solutions(forUnknown: path[2], among: known))
    }
    return true
  }
}

extension NotebookStep {
  /// The parameters' values, as far as they are known.
  func arguments(from origin: String) -> Arguments {
    var arguments = Arguments()
    let known = parameters.filter { !$0.value.isUnknownYet }
    if let first = known.first {
      arguments.add(.values(YAMLNode(.mapping(known), at: first.keyRange)), from: origin)
    }
    arguments.isComplete = !isPending
    return arguments
  }
}

extension Plan {
  /// What the notebook leaves for one around it.
  var product: Scope.Product {
    .parts(
      tables: steps.filter(\.action.makesTable).map(\.name),
      models: steps.filter { if case .model = $0.action.product { true } else { false } }.map(
        \.name))
  }
}

extension Plan {
  /// The plan of the notebook that a step runs, with the values that earlier steps have led to.
  ///
  /// `step` is decoded with every expression evaluated. Secrets come from `environment`.
  public func part(
    _ name: String, running step: NotebookStep, environment: [String: String],
    using connection: Connection
  ) throws(Refusal) -> Part? {
    guard var part = part(of: name) else { return nil }
    // Nothing that was open when the plan was made: the plan stands.
    guard case .notebook(let planned)? = steps.first(where: { $0.name == name })?.action,
      planned.isPending
    else { return part }
    var planner = Planner(part.plan.notebook, project, connection)
    planner.shelf = shelf
    planner.environment = environment
    planner.keepsSnapshots = planner.keepsSnapshots || keepsSnapshots
    planner.supplied = Set(step.inputs.map { $0.name.name.lowercased() })
    part.plan = try planner.plan(with: step.arguments(from: "step `\(name)`"))
    return part
  }
}
