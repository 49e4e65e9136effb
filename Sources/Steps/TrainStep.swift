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
  /// The most rounds or epochs, or the number of trees.
  public var rounds: Int
  /// The rounds without improvement after which training stops.
  public var earlyStopping: NamedCount?
  /// What random choices depend on.
  public var seed: Int
  /// The search for parameters, when there is one.
  public var tune: TuneOptions?

  /// Which rows are for what.
  public enum RowSplit: Sendable, Hashable {
    /// All rows are for training.
    case none
    /// Shares of the rows, at random.
    case shares(Split, stratified: Bool)
    /// A column that holds `train`, `validation` and `test`.
    case column(NamedPlace)
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
    rounds = options.rounds(of: algorithm)
    if !algorithm.isOfTrees { encoding.categorical = .oneHot }
    let patience = options.range(of: "early_stopping")
    earlyStopping = options.int("early_stopping", in: 1...100_000)
      .map { NamedCount(count: $0, range: patience) }
    tune = TuneOptions(
      from: &options, algorithm: algorithm, parameters: parameters, parts: split.parts, seed: seed)
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
  public var references: [Reference] { [Reference(table.name, .table, at: table.range)] }

  /// Finds what is wrong beside the options themselves, on empty tables.
  public func check(in workspace: Workspace) -> [Diagnostic] {
    var findings = workspace.unknownColumns(
      namedColumns.map { ($0.name, $0.range) }, of: table.name)
    findings += clashes
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
    workspace.models[workspace.stepName] = TrainedModel(
      model: nil, encoder: encoder,
      target: Model.Target(column: target.name, type: type, negative: "", positive: ""),
      frame: "\(workspace.stepName) frame", parts: split.parts, id: id?.name)
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
    result.metrics = metrics(of: model, rows: trainer.partSizes)
    if algorithm.isIterative {
      result.exhibits = lossCharts(of: model, in: workspace).map(Exhibit.chart)
    }
    if let outcome = trainer.tuning { show(outcome, in: workspace, result: &result) }
    return result
  }

  private var namedColumns: [NamedPlace] {
    var named = [target] + features
    if let id { named.append(id) }
    if case .column(let column) = split { named.append(column) }
    return named
  }

  /// Columns that cannot be features although they are named as such.
  private var clashes: [Diagnostic] {
    features.compactMap { feature in
      let role =
        feature.name == target.name ? "target" : feature.name == split.columnName ? "part" : nil
      return role.map { role in
        .error(
          "feature-is-\(role)",
          "`\(feature.name)` is the \(role) column, so it cannot be a feature", at: feature.range,
          explanation: role == "target" ? "the model would be told the answer" : nil,
          solutions: ["leave it out of `features`"])
      }
    } + repeated
  }

  private var repeated: [Diagnostic] {
    var seen: Set<String> = []
    return features.filter { !seen.insert($0.name).inserted }.map { feature in
      .error("repeated-feature", "`\(feature.name)` is named twice", at: feature.range)
    }
  }
}

extension TrainStep.RowSplit {
  /// The name of the part column, when there is one.
  var columnName: String? {
    if case .column(let column) = self { column.name } else { nil }
  }

  /// The parts that may have rows.
  var parts: [Part] {
    switch self {
    case .none: [.train]
    case .shares(let split, _):
      [.train] + (split.validation > 0 ? [.validation] : []) + (split.test > 0 ? [.test] : [])
    case .column: Part.allCases
    }
  }
}
