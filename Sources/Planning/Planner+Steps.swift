internal import DuckDB
internal import Parsing
internal import Steps
internal import Vocabulary

extension Planner {
  /// The steps decoded, with what each reads.
  mutating func planSteps() -> [PlannedStep] {
    let sources = notebook.steps
    for source in sources { addToScope(source) }
    scope.addHistory()
    scope.products = Array(repeating: .unknown, count: sources.count)
    metricNames = Array(repeating: nil, count: sources.count)
    var planned: [PlannedStep] = []
    var reads: [Int: Reads] = [:]
    remotePlaces = [:]
    for (index, source) in sources.enumerated() {
      let (step, read) = plan(source, at: index)
      reads[index] = read
      if let step { planned.append(step) }
    }
    reportForwardReferences(among: reads)
    return planned
  }

  private mutating func addToScope(_ source: StepSource) {
    guard !scope.add(step: source.name) else { return }
    // Two steps of one name are reported where the notebook is parsed.
    guard case .input(let entry)? = scope[source.name] else { return }
    report(
      "name-taken", "`\(source.name)` is already the name of a catalog entry",
      at: source.nameRange, explanation: "The entry stands at \(entry.nameRange).",
      solutions: ["give the step another name"])
  }

  private mutating func plan(
    _ source: StepSource, at index: Int
  ) -> (step: PlannedStep?, reads: Reads) {
    var reads = Reads()
    let options = source.options.resolved { expression -> Value? in
      let (value, read) = examine(expression, for: .option(index))
      reads.formUnion(read)
      return value
    }
    let (action, settings, mistakes) = StepAction.decoding(source, options: options)
    diagnostics += mistakes
    // What an option or another kind reads is read here, wherever it was made.
    tablesReadHere.formUnion(reads.steps)
    for need in settings.needs { resolve(need, for: .option(index), into: &reads) }
    guard let action else { return (nil, reads) }
    scope.products[index] = action.product
    metricNames[index] = action.metricNames
    if case .sql(let step) = action {
      if step.connection == nil {
        let read = analyze(step, at: index)
        tablesReadHere.formUnion(read.steps)
        reads.formUnion(read)
      } else {
        reads.formUnion(analyzeForeign(step, at: index))
        if settings.show ?? .nothing != .nothing { tablesReadHere.insert(index) }
      }
    }
    for expression in action.kind.expressions {
      let read = examine(expression, for: .option(index)).reads
      tablesReadHere.formUnion(read.steps)
      reads.formUnion(read)
    }
    if case .notebook(let step) = action { planPart(step, at: index) }
    if case .process(let step) = action { checkProcess(step, at: index, into: &reads) }
    for reference in action.kind.references {
      if !reference.name.isEmpty {
        var read = Reads()
        resolve(reference, for: .option(index), into: &read)
        if reference.kind != .step { tablesReadHere.formUnion(read.steps) }
        reads.formUnion(read)
      } else if mistakes.isEmpty {
        report(
          "not-known-yet", "what a step reads must be known before anything runs",
          at: reference.range, solutions: ["let the expression depend on parameters only"])
      }
    }
    if settings.when != .holds {
      for reference in action.kind.references {
        for place in registeredModels.indices where registeredModels[place].range == reference.range
        {
          registeredModels[place].isOptional = true
        }
      }
    }
    var step = PlannedStep(
      source: source, action: action, settings: settings, inputs: reads.inputs.sorted(),
      upstream: reads.steps.sorted().map { scope.stepNames[$0] },
      parameters: reads.parameters.sorted(), readsGiven: reads.readsGiven)
    step.remote = remotePlaces[index]
    // What nothing tells the state of cannot be found again.
    if step.remote?.isVersioned == false { step.settings.isCached = false }
    return (step, reads)
  }

  /// Reads the SELECT of a step with the engine's own parser.
  private mutating func analyze(_ step: SQLStep, at index: Int) -> Reads {
    let analysis: SQLAnalysis
    do throws(DuckDBError) {
      analysis = try self.analysis(of: step.sql)
    } catch {
      var range = step.range
      if let position = error.position {
        range = lines.alignment(of: step.sql, within: step.range)
          .range(of: position, length: error.length ?? 1)
      }
      if error.kind == .parameter {
        report(
          "positional-parameter", "parameters have names here, not numbers", at: range,
          solutions: ["write `$name` with the name of a parameter"])
      } else {
        report("sql-\(error.kind.rawValue)", error.summary, at: range)
      }
      return Reads()
    }
    let name = scope.stepNames[index]
    switch analysis.statement {
    case .select:
      return check(
        analysis, in: SQLPlace(text: step.sql, range: step.range, shift: 0), for: .query(index))
    case .empty:
      report(
        "not-a-select", "step `\(name)` is empty", at: notebook.steps[index].nameRange,
        solutions: ["write a SELECT"])
    case .several(let count):
      report(
        "not-a-select", "step `\(name)` holds \(count) statements; a step is one SELECT",
        at: firstLine(of: step.range),
        solutions: ["make each a step of its own, or use WITH"])
    case .other(let word):
      report(
        "not-a-select", "step `\(name)` is \(article(word)) \(word); a step is one SELECT",
        at: firstLine(of: step.range),
        solutions: Self.alternative(to: word))
    }
    return Reads()
  }

  /// Whether processes may run here, and what of the parameters one gets.
  private mutating func checkProcess(
    _ step: ProcessStep, at index: Int, into reads: inout Reads
  ) {
    if !project.allowsProcesses { report(ProcessStep.denied(at: notebook.steps[index].nameRange)) }
    for place in step.parameters {
      guard let range = place.range else { continue }
      if checkParameter(place.name, at: range, for: .option(index)) {
        reads.parameters.insert(place.name)
      }
    }
    let names = step.parameterNames(
      among: declarations.filter { !$0.isSecret }.map(\.name))
    reads.parameters.formUnion(names)
    usedParameters.formUnion(names)
    for place in step.secrets where declaration(of: place.name)?.isSecret != true {
      let secrets = declarations.filter(\.isSecret).map(\.name)
      report(
        "unknown-secret", "there is no parameter `\(place.name)` of the type secret",
        at: place.range, solutions: solutions(forUnknown: place.name, among: secrets))
    }
  }

  func firstLine(of range: SourceRange) -> SourceRange {
    guard range.end.line > range.start.line else { return range }
    var copy = range
    copy.end = SourcePosition(line: range.start.line + 1, column: 1)
    return copy
  }

  private func article(_ word: String) -> String {
    word.first.map { "AEIOU".contains($0) } ?? false ? "an" : "a"
  }

  private static func alternative(to word: String) -> [String] {
    switch word {
    case "CREATE": ["write the SELECT alone: its result is the table named like the step"]
    case "COPY", "EXPORT": ["write a file with an `export` step"]
    case "PIVOT": ["write `FROM (PIVOT t ON column IN ('a', 'b') USING sum(x))`"]
    case "DESCRIBE", "SUMMARIZE", "SHOW": ["show a table's columns with a `profile` step"]
    case "INSERT", "UPDATE", "DELETE": ["make a new table with a SELECT"]
    case "ATTACH", "INSTALL", "LOAD": ["name files in the catalog"]
    case "SET", "PRAGMA": ["settings belong to the project, not to a notebook"]
    default: []
    }
  }
}
