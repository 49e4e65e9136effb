internal import DuckDB
public import Learning
public import Parsing
public import Vocabulary

/// Fits a model to the training rows of a table.
///
/// For example: `uses: train`, `table: parts`, `target: TARGET`, `split: { column: part }`.
public struct TrainStep: StepKind {
  /// The word behind `uses:`.
  public static let name = "train"
  /// One sentence for the documentation.
  public static let summary =
    "Trains a model by one of several algorithms: encoding, split, early stopping, loss curve."

  /// The table with features and target.
  public var table: NamedPlace
  /// The column to predict.
  public var target: NamedPlace
  /// What kind of answer is learned; the target's values decide when nil.
  public var task: Model.Task?
  /// The value of the target that counts as 1; the last in order when nil.
  public var positive: NamedPlace?
  /// The column that tells rows apart; never a feature.
  public var id: NamedPlace?
  /// The features; all columns but target, id and part when empty.
  public var features: [NamedPlace]
  /// How columns become numbers; without columns until they are known.
  public var encoding: FeatureEncoder
  /// Which rows are for what.
  public var split: RowSplit
  /// How the model is made.
  public var algorithm: Model.Algorithm
  /// The algorithm's parameters.
  public var parameters: AlgorithmParameters
  /// Where each of them is written.
  public var parameterPlaces: [NamedPlace]
  /// The hidden layers of a network.
  public var layers: [NetworkLayer]
  /// How much the rows of each class count.
  public var classWeight: ClassWeight
  /// The column that says how much each row counts.
  public var weight: NamedPlace?
  /// The features that may move the answer one way only.
  public var monotone: [Direction]
  /// The most rounds or epochs, or the number of trees.
  public var rounds: Int
  /// The rounds without improvement after which training stops.
  public var earlyStopping: NamedCount?
  /// What random choices depend on.
  public var seed: Int
  /// The search for parameters, when there is one.
  public var tune: TuneOptions?
  /// The machines that train together; nil when this one trains alone.
  public var workers: Workers?
  /// A column of the rows that is no feature and stays with them: the folds of a comparison.
  var reserved: NamedPlace?

  /// Which rows are for what.
  public enum RowSplit: Sendable, Hashable {
    /// All rows are for training.
    case none
    /// Shares of the rows, at random.
    case shares(Split, stratified: Bool)
    /// A column that holds `train`, `validation` and `test`.
    case column(NamedPlace)
    /// A column of folds, of which some are for the test and for validation, the rest for training.
    case folds(NamedPlace, test: [NamedPlace], validation: [NamedPlace])
  }

  /// How much the rows of each class count.
  public enum ClassWeight: Sendable, Hashable {
    /// Every row counts once.
    case none
    /// Both classes count the same in sum.
    case balanced
    /// Factors by the target's value.
    case factors([Factor])

    /// A factor of a class.
    public struct Factor: Sendable, Hashable {
      /// The target's value.
      public var value: NamedPlace
      /// How much each of its rows counts.
      public var factor: Double
    }
  }

  /// A feature that may move the answer one way only.
  public struct Direction: Sendable, Hashable {
    /// The feature.
    public var feature: NamedPlace
    /// 1 when more of it never lowers the answer, -1 when it never raises it.
    public var sign: Int
  }

  /// A whole number with its place.
  public struct NamedCount: Sendable, Hashable {
    /// The number.
    public var count: Int
    /// Where it is written.
    public var range: SourceRange?
  }

  /// Reads the options; mistakes go into the reader.
  public init(from options: inout OptionReader, of source: StepSource) {
    table = options.requiredPlace("table")
    target = options.requiredPlace("target")
    task = options.choice("task", as: Model.Task.self)
    positive = options.place("positive")
    id = options.place("id")
    features = options.places("features")
    let categories = options.node("encode")?.entries.first { $0.key == "categorical" }
    encoding = FeatureEncoder(from: &options)
    seed = options.int("seed", in: Int(Int32.min)...Int(Int32.max)) ?? 0
    split = RowSplit(from: &options, seed: seed)
    algorithm = Model.Algorithm(from: &options)
    if let categories, !algorithm.isOfTrees, categories.value.text == "native" {
      options.reject(
        "encode", "cannot keep `categorical: native` with `\(algorithm.rawValue)`",
        at: categories.value.range, solutions: ["use `one_hot`, which is its default"])
    }
    (parameters, parameterPlaces) = options.parameters("params", of: algorithm)
    layers = options.layers(of: algorithm)
    classWeight = ClassWeight(from: &options)
    weight = options.place("weight")
    monotone = options.directions("monotone", of: algorithm)
    rounds = options.rounds(of: algorithm)
    if !algorithm.isOfTrees { encoding.categorical = .oneHot }
    let patience = options.range(of: "early_stopping")
    earlyStopping = options.int("early_stopping", in: 1...100_000)
      .map { NamedCount(count: $0, range: patience) }
    tune = TuneOptions(
      from: &options, algorithm: algorithm, parameters: parameters, layers: layers,
      parts: split.parts, task: task, seed: seed)
    workers = Workers(from: &options)
    checkWorkers(&options)
    if let task, !options.isPending("algorithm") {
      if !algorithm.tasks.contains(task) {
        options.reject(
          "task", "cannot be `\(task.rawValue)` with `\(algorithm.rawValue)`",
          solutions: ["use `svm`, `mlp` or one of the tree algorithms"])
      }
      if task != .binary, let positive {
        options.reject(
          "positive", "does nothing for a \(task.rawValue) target", at: positive.range)
      }
      if task == .regression, classWeight != .none {
        options.reject("class_weight", "does nothing for a regression")
      }
    }
    if let weight, algorithm.isLinear {
      do throws(LearningError) {
        try parameters.checkRowWeights()
      } catch {
        options.report(Diagnostic(error, at: weight.range))
      }
    }
    if let earlyStopping, !algorithm.canStopEarly {
      options.reject(
        "early_stopping", "does nothing for `\(algorithm.rawValue)`", at: earlyStopping.range)
    } else if let earlyStopping, !split.parts.contains(.validation) {
      options.report(
        .error(
          "no-validation", "`early_stopping` needs validation rows", at: earlyStopping.range,
          solutions: ["give `split` a `validation` share", "leave `early_stopping` out"]))
    }
  }

  /// The names that the step takes from others.
  public var references: [Reference] {
    [Reference(table.name, .table, at: table.range)]
      + [tune?.warmStart?.table].compactMap { $0.map { Reference($0.name, .table, at: $0.range) } }
  }

  /// Finds what is wrong beside the options themselves, on empty tables.
  public func check(in workspace: Workspace) -> [Diagnostic] {
    var findings = workspace.unknownColumns(
      namedColumns.map { ($0.name, $0.range) }, of: table.name)
    findings += clashes + (tune?.check(in: workspace) ?? [])
    guard findings.isEmpty, let columns = try? workspace.columns(of: table.name) else {
      return findings
    }
    let chosen = featureColumns(of: columns)
    findings += chosen.findings
    if chosen.columns.isEmpty, findings.isEmpty {
      findings.append(
        .error(
          "no-features", "table `\(table.name)` has no column to learn from", at: table.range))
    }
    var encoder = encoding
    encoder.columns = chosen.columns
    let type = columns.first { $0.name == target.name }?.engineType ?? ""
    findings += mismatches(of: encoder.columns, type)
    let known = task ?? TargetReading.task(of: type)
    if task == nil, let known, let misfit = tune?.misfit(for: known, of: target.name) {
      findings.append(misfit)
    }
    workspace.models[workspace.stepName] = TrainedModel(
      model: nil, encoder: encoder,
      target: Model.Target(column: target.name, type: type, task: known ?? .binary),
      frame: "\(workspace.stepName) frame", parts: split.parts, id: id?.name,
      weight: weight?.name, task: known)
    return findings
  }

  /// Does the work.
  public func run(in workspace: Workspace) throws(StepFailure) -> StepResult {
    var result = StepResult()
    var trainer = try Trainer(self, in: workspace)
    let trained = try trainer.train()
    workspace.models[workspace.stepName] = trained
    result.remarks = trainer.remarks
    result.rowsIn = trainer.rowCount
    result.content = trained.content
    guard let model = trained.model else { return result }
    result.metrics = metrics(of: model, rows: trainer.partSizes, workspace.words)
    if algorithm.isIterative {
      result.exhibits = lossCharts(of: model, in: workspace).map(Exhibit.chart)
    }
    if let outcome = trainer.tuning { show(outcome, in: workspace, result: &result) }
    return result
  }

  private var namedColumns: [NamedPlace] {
    var named = [target] + features
    if let id { named.append(id) }
    if let weight { named.append(weight) }
    if let reserved { named.append(reserved) }
    if let column = split.columnPlace { named.append(column) }
    return named
  }

  /// Columns that cannot be features although they are named as such.
  private var clashes: [Diagnostic] {
    features.compactMap { feature in
      let role =
        feature.name == target.name
        ? "target"
        : feature.name == split.columnName
          ? "part" : feature.name == weight?.name ? "weight" : nil
      return role.map { role in
        .error(
          "feature-is-\(role)",
          "`\(feature.name)` is the \(role) column, so it cannot be a feature", at: feature.range,
          explanation: role == "target" ? "the model would be told the answer" : nil,
          solutions: ["leave it out of `features`"])
      }
    } + repeated
  }

  /// What does not fit the columns' types or the task, as far as it is known before there are rows.
  private func mismatches(of columns: [FeatureColumn], _ type: String) -> [Diagnostic] {
    var findings: [Diagnostic] = []
    for direction in monotone {
      let name = direction.feature.name
      let column = columns.first { $0.name == name }
      if let column, column.kind != .category { continue }
      findings.append(
        .error(
          "bad-monotone",
          column == nil
            ? "`\(name)` is no feature" : "`\(name)` is text, whose values have no order",
          at: direction.feature.range,
          solutions: column == nil
            ? solutions(forUnknown: name, among: columns.map(\.name))
            : ["make a number of it in SQL", "leave it out of `monotone`"]))
    }
    if task == .regression, FeatureColumn.Kind(typeName: type) != .number {
      findings.append(
        .error(
          "target-is-no-number",
          "`task: regression` needs numbers, and `\(target.name)` is \(type)", at: target.range,
          solutions: ["make a number of it in SQL"]))
    }
    return findings
  }

  private var repeated: [Diagnostic] {
    var seen: Set<String> = []
    return features.filter { !seen.insert($0.name).inserted }.map { feature in
      .error("repeated-feature", "`\(feature.name)` is named twice", at: feature.range)
    }
  }
}

extension TrainStep {
  /// The directions by feature.
  var directions: [String: Int] {
    Dictionary(monotone.map { ($0.feature.name, $0.sign) }) { first, _ in first }
  }
}

extension TrainStep.RowSplit {
  /// The name of the part column, when there is one.
  var columnName: String? {
    columnPlace?.name
  }

  /// The part or fold column with its place, when there is one.
  var columnPlace: NamedPlace? {
    switch self {
    case .column(let column), .folds(let column, _, _): column
    case .none, .shares: nil
    }
  }

  /// The parts that may have rows.
  var parts: [Part] {
    switch self {
    case .none: [.train]
    case .shares(let split, _):
      [.train] + (split.validation > 0 ? [.validation] : []) + (split.test > 0 ? [.test] : [])
    case .column: Part.allCases
    case .folds(_, let test, let validation):
      [.train] + (validation.isEmpty ? [] : [.validation]) + (test.isEmpty ? [] : [.test])
    }
  }
}
