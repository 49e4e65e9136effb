public import Learning
public import Parsing
public import Vocabulary

/// Several algorithms on the same folds of the training rows, ranked; the best is trained again on
/// all of them and is the step's model.
///
/// For example: `uses: compare`, `table: loans`, `target: TARGET`, `algorithms: [lightgbm,
/// decision_tree]`, `sort: auc`.
public struct CompareStep: StepKind {
  /// The word behind `uses:`.
  public static let name = "compare"
  /// One sentence for the documentation.
  public static let summary =
    "Compares algorithms by cross-validation beside a dummy; the best becomes the step's model."

  /// What is common to all: table, target, features, encoding, split, seed.
  var base: TrainStep
  /// The competitors, in the order of the notebook.
  var competitors: [Competitor]
  /// How many folds there are; as many as `foldColumn` has values when it is given.
  public var folds: Int
  /// The column that says which fold a row is in.
  public var foldColumn: NamedPlace?
  /// The figure that decides; the task's own when nil.
  public var sort: NamedPlace?
  /// From this score on a row is called positive.
  public var threshold: Double
  /// Whether the author gave a threshold.
  var isByThreshold: Bool
  /// The coverage of the intervals.
  public var level: Double

  /// An algorithm with its settings.
  struct Competitor: Sendable, Hashable {
    var name: String
    var step: TrainStep
  }

  /// Reads the options; mistakes go into the reader.
  public init(from options: inout OptionReader, of source: StepSource) {
    let own = ["algorithm", "params", "rounds", "early_stopping", "tune", "layers"]
    let misplaced = own.filter { options.has($0) }
    base = TrainStep(from: &options, of: source)
    foldColumn = nil
    if options.has("workers") {
      options.reject(
        "workers", "is for `train`: a comparison runs on one machine",
        solutions: ["compare on a sample, then train the best with `workers` in a step of its own"])
      base.workers = nil
    }
    for key in misplaced {
      options.reject(
        key, "belongs to one of the `algorithms`",
        solutions: ["write `algorithms: [{ algorithm: lightgbm, params: { ... } }]`"])
    }
    if case .mapping = options.node("folds")?.content, var reader = options.reader("folds") {
      foldColumn = reader.requiredPlace("column")
      folds = 10
      base.reserved = foldColumn
      options.absorb(&reader)
    } else {
      folds = options.int("folds", in: 2...100) ?? 10
    }
    sort = options.place("sort")
    if let sort, !ComparedMetric.all.contains(where: { $0.name == sort.name }) {
      options.reject(
        "sort", "cannot be `\(sort.name)`", at: sort.range, rule: "unknown-choice",
        solutions: solutions(forUnknown: sort.name, among: ComparedMetric.all.map(\.name)))
    }
    isByThreshold = options.has("threshold")
    threshold = options.double("threshold") ?? 0.5
    level = options.double("level", above: 0, below: 1) ?? 0.95
    competitors = []
    let nodes = options.list("algorithms")
    var found: [Competitor] = []
    for node in nodes ?? [] {
      found += Competitor(from: node, base, &options, of: source).map { [$0] } ?? []
    }
    if nodes == nil, !options.isPending("algorithms") {
      found = Model.Algorithm.allCases.map { Competitor($0, base) }
    }
    if nodes?.isEmpty ?? false { options.reject("algorithms", "names no algorithm") }
    var seen: [String: Int] = [:]
    for index in found.indices {
      let name = found[index].name
      seen[name, default: 0] += 1
      if let number = seen[name], number > 1 { found[index].name = "\(name)_\(number)" }
    }
    competitors = found
  }

  /// The names that the step takes from others.
  public var references: [Reference] { base.references }

  /// Finds what is wrong beside the options themselves, on empty tables; leaves the model's columns.
  public func check(in workspace: Workspace) -> [Diagnostic] {
    base.check(in: workspace)
      + (base.task.map { unfitting($0) } ?? [])
  }

  /// Options that do not fit a task.
  func unfitting(_ task: Model.Task) -> [Diagnostic] {
    let figures = ComparedMetric.figures(of: task)
    var findings: [Diagnostic] = []
    if let sort, !figures.contains(where: { $0.name == sort.name }) {
      findings.append(
        .error(
          "wrong-value", "a \(task.rawValue) comparison has no figure `\(sort.name)`",
          at: sort.range,
          solutions: ["it has " + figures.map { "`\($0.name)`" }.joined(separator: ", ")]))
    }
    if isByThreshold, task != .binary {
      findings.append(
        .error(
          "wrong-value", "`threshold` does nothing for a \(task.rawValue) target",
          at: base.table.range, solutions: ["leave it out"]))
    }
    return findings
  }

  /// Does the work.
  public func run(in workspace: Workspace) throws(StepFailure) -> StepResult {
    var comparison = try Comparison(by: self, in: workspace)
    return try comparison.result()
  }

  /// The algorithms that take part.
  public var algorithms: [Model.Algorithm] { competitors.map(\.step.algorithm) }

  /// The names of the step's metrics, those of every task that the target may have.
  var metricNames: [String] {
    var seen: Set<String> = []
    let tasks = base.task.map { [$0] } ?? Model.Task.allCases
    let figures = tasks.flatMap(ComparedMetric.figures).map(\.name)
    let keys = sort.map { [$0.name] } ?? tasks.map { ComparedMetric.key(of: $0).name }
    let names = competitors.map(\.name) + [Comparison.dummy]
    let all = figures + ["folds", "rows"] + keys.flatMap { key in names.map { "\($0)_\(key)" } }
    return all.filter { seen.insert($0).inserted }
  }
}

extension CompareStep.Competitor {
  /// An algorithm with its defaults.
  init(_ algorithm: Model.Algorithm, _ base: TrainStep) {
    name = algorithm.rawValue
    step = base
    step.algorithm = algorithm
    step.parameters = AlgorithmParameters(of: algorithm)
    step.rounds = algorithm.defaultRounds ?? 1
    step.earlyStopping = nil
  }

  /// Reads `lightgbm` or `{ algorithm: lightgbm, name, params, rounds, layers }`; nil when it is
  /// neither.
  init?(
    from node: YAMLNode, _ base: TrainStep, _ options: inout OptionReader, of source: StepSource
  ) {
    if case .mapping = node.content {
      var reader = OptionReader(node, of: "an algorithm of step `\(source.name)`")
      _ = reader.requiredString("algorithm")
      self.init(Model.Algorithm(from: &reader), base)
      if let given = reader.name("name") { name = given }
      (step.parameters, step.parameterPlaces) = reader.parameters("params", of: step.algorithm)
      step.rounds = reader.rounds(of: step.algorithm)
      step.layers = reader.layers(of: step.algorithm)
      options.absorb(&reader)
      return
    }
    // The reader of a mapping says what is wrong with a name.
    let entry = YAMLEntry(key: "algorithm", at: node.range, value: node)
    var reader = OptionReader(
      YAMLNode(.mapping([entry]), at: node.range), of: "`algorithms` of step `\(source.name)`")
    let algorithm = Model.Algorithm(from: &reader)
    let findings = reader.finish()
    for finding in findings { options.report(finding) }
    guard findings.isEmpty, !node.isUnknownYet else { return nil }
    self.init(algorithm, base)
  }
}
