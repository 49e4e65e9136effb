public import Learning
public import Parsing
public import Vocabulary

/// Metrics with intervals, and curves, of a model on rows whose target is known.
public struct EvaluateStep: StepKind {
  /// The word behind `uses:`.
  public static let name = "evaluate"
  /// One sentence for the documentation.
  public static let summary =
    "Judges a model: metrics with bootstrap intervals, ROC, precision-recall and other charts."

  /// The model whose figures are the step's metrics.
  public var model: NamedPlace
  /// Models that are shown beside it.
  public var otherModels: [NamedPlace]
  /// The rows it is judged on.
  public var rows: Rows
  /// Parts that are shown in the order of the notebook, the one of `rows` among them; empty when there
  /// is one only.
  public var parts: [Part]
  /// Where the part is written, when it is.
  public var partRange: SourceRange?
  /// The charts shown, in order; those that fit the model's task when nil.
  public var charts: [Picture]?
  /// The tables shown beside that of the metrics, in order.
  public var tables: [Listing]
  /// What errors cost.
  public var costs: Costs?
  /// From this score on a row is called positive.
  public var threshold: Double
  /// Where the charts are written, when they are.
  var chartsRange: SourceRange?
  /// The options that only models of two classes can fill, with their places.
  var binaryOptions: [NamedPlace]
  /// The column that says how much each row counts.
  public var weight: NamedPlace?
  /// How intervals are made; nil for none.
  public var intervals: Intervals?
  /// What the bootstrap depends on.
  public var seed: Int

  /// Rows to judge a model on.
  public enum Rows: Sendable, Hashable {
    /// One of the parts that the `train` step made.
    case part(Part)
    /// A table that has the features and the target.
    case table(NamedPlace)
  }

  /// A chart, by the name that notebooks use.
  public enum Picture: String, Sendable, Hashable, CaseIterable {
    /// True over false positive rate.
    case roc
    /// Precision over recall.
    case pr
    /// Observed over predicted rate.
    case calibration
    /// Lift by tenths of the rows.
    case lift
    /// Positives captured over rows taken.
    case gain
    /// Score distributions of both classes.
    case ks
    /// Counts by true and predicted class.
    case confusion
    /// Precision, recall and the share called positive over the threshold.
    case threshold
    /// Predicted over true numbers.
    case predicted
    /// Predicted minus true numbers.
    case residuals
  }

  /// A table, by the name that notebooks use.
  public enum Listing: String, Sendable, Hashable, CaseIterable {
    /// Tenths of the rows by falling score, as credit people read them.
    case deciles
    /// What happens at each of several thresholds.
    case thresholds
  }

  /// What an error costs, in any unit.
  public struct Costs: Sendable, Hashable {
    /// Calling a negative positive.
    public var falsePositive: Double
    /// Missing a positive.
    public var falseNegative: Double
  }

  /// Settings of the bootstrap.
  public struct Intervals: Sendable, Hashable {
    /// How often rows are drawn.
    public var samples: Int
    /// The coverage aimed at.
    public var level: Double
  }

  /// Scored rows under the name that metrics have, and the one that people read.
  struct Subject {
    var name: String
    var label: String
    var rows: ScoredRows
  }

  /// Reads the options; mistakes go into the reader.
  public init(from options: inout OptionReader, of source: StepSource) {
    if options.has("models") {
      let models = options.places("models")
      model = models.first ?? NamedPlace("", at: options.range(of: "models"))
      otherModels = Array(models.dropFirst())
      if models.isEmpty, !options.isPending("models") { options.reject("models", "names no model") }
      if let twice = models.first(where: { one in models.count { $0.name == one.name } > 1 }) {
        options.reject("models", "names `\(twice.name)` twice", at: twice.range)
      }
      if options.has("model") { options.reject("model", "does nothing beside `models`") }
      options.allow(["model"])
    } else {
      model = options.requiredPlace("model")
      otherModels = []
    }
    threshold = options.double("threshold") ?? 0.5
    charts = options.choices("charts", as: Picture.self)
    chartsRange = options.has("charts") ? options.range(of: "charts") : nil
    weight = options.place("weight")
    intervals = Intervals(samples: 200, level: 0.95)
    seed = options.int("seed") ?? 0
    let table = options.place("table")
    let named = options.choices("on", as: Part.self) ?? []
    partRange = options.has("on") ? options.range(of: "on") : nil
    let part = named.contains(.test) ? .test : named.last ?? .test
    parts = Set(named).count > 1 ? named : []
    rows = table.map(Rows.table) ?? .part(part)
    tables = options.choices("tables", as: Listing.self) ?? []
    costs = nil
    if var reader = options.reader("cost") {
      costs = Costs(
        falsePositive: reader.requiredDouble("false_positive", in: 0...1e12),
        falseNegative: reader.requiredDouble("false_negative", in: 0...1e12))
      options.absorb(&reader)
    }
    binaryOptions = ["threshold", "tables", "cost"].filter { options.has($0) }
      .map { NamedPlace($0, at: options.range(of: $0)) }
    if Set(named).count < named.count { options.reject("on", "names a part twice") }
    if !parts.isEmpty, !otherModels.isEmpty {
      options.reject("on", "must be one part when there are several models")
    }
    if table != nil, options.has("on") {
      options.reject("on", "does nothing beside `table`")
    }
    if options.node("intervals")?.text == "off" {
      intervals = nil
    } else if var reader = options.reader("intervals") {
      intervals = Intervals(
        samples: reader.int("samples", in: 1...100_000) ?? 200,
        level: reader.double("level", above: 0, below: 1) ?? 0.95)
      options.absorb(&reader)
    }
  }

  /// The names that the step takes from others.
  public var references: [Reference] {
    var references = ([model] + otherModels).map { Reference($0.name, .model, at: $0.range) }
    if case .table(let table) = rows {
      references.append(Reference(table.name, .table, at: table.range))
    }
    return references
  }

  /// Finds what is wrong beside the options themselves, on empty tables.
  public func check(in workspace: Workspace) -> [Diagnostic] {
    var findings: [Diagnostic] = []
    for model in [model] + otherModels {
      findings += check(model, in: workspace)
    }
    return findings
  }

  private func check(_ model: NamedPlace, in workspace: Workspace) -> [Diagnostic] {
    guard let trained = workspace.models[model.name] else { return [] }
    var findings = trained.task.map { misplaced(in: $0) } ?? []
    switch rows {
    case .part(let part):
      if let weight, !trained.hasColumn(weight.name) {
        findings.append(Self.unknownWeight(weight, model))
      }
      return findings
        + (parts.isEmpty ? [part] : parts).filter { !trained.parts.contains($0) }
        .map { noRows(model, .part($0)) }
    case .table(let table):
      guard let types = try? workspace.types(of: table.name) else { return [] }
      findings += workspace.unknownColumns(
        [(trained.target.column, table.range)] + (weight.map { [($0.name, $0.range)] } ?? []),
        of: table.name)
      do throws(LearningError) {
        _ = try trained.encoder.selectList(for: types)
        return findings
      } catch {
        return findings + [Diagnostic(error, at: table.range)]
      }
    }
  }

  /// Does the work.
  public func run(in workspace: Workspace) throws(StepFailure) -> StepResult {
    var result = StepResult()
    var subjects: [Subject] = []
    var target: Model.Target?
    for (place, rows, name) in competitors {
      guard let trained = workspace.models[place.name], let model = trained.model else {
        throw StepFailure(
          .error("no-model", "there is no model `\(place.name)`", at: place.range))
      }
      if let finding = misplaced(in: model.target.task).first { throw StepFailure(finding) }
      if let target,
        target.column != model.target.column || target.task != model.target.task
          || target.classes != model.target.classes
      {
        throw StepFailure(
          .error(
            "different-targets",
            "`\(place.name)` predicts \(model.target.sentence), not \(target.sentence)",
            at: place.range))
      }
      target = model.target
      let scored = try scored(place, trained, model, rows, in: workspace, &result.remarks)
      workspace.report("\(scored.count) rows of \(name) scored")
      subjects.append(
        Subject(name: name, label: label(of: rows, name, workspace.words), rows: scored))
    }
    guard let target else { return result }
    result.rowsIn = subjects[primary].rows.count
    show(subjects, of: target, in: workspace, result: &result)
    return result
  }

  /// How many lines of the table of metrics are shown; the CSV has all.
  func shownMetrics(_ show: StepSettings.Show?) -> Int? {
    switch show {
    case .rows(let count): count
    case .table: nil
    case .nothing, nil: 6
    }
  }

  /// What is judged, in the order of the notebook: models, or parts of one model's rows.
  private var competitors: [(model: NamedPlace, rows: Rows, name: String)] {
    if !otherModels.isEmpty { return ([model] + otherModels).map { ($0, rows, $0.name) } }
    if case .part = rows, !parts.isEmpty {
      return parts.map { (model, .part($0), $0.rawValue) }
    }
    return [(model, rows, subject)]
  }

  /// What people read; a part of the rows is named in the language of the report.
  private func label(of rows: Rows, _ name: String, _ words: Words) -> String {
    if otherModels.isEmpty, case .part(let part) = rows { words.part(part) } else { name }
  }

  /// The place of the one whose figures are the step's metrics.
  var primary: Int {
    guard otherModels.isEmpty, case .part(let part) = rows else { return 0 }
    return parts.firstIndex(of: part) ?? 0
  }

  /// The names of those that are shown beside.
  var otherNames: [String] {
    var names = competitors.map(\.name)
    names.remove(at: primary)
    return names
  }

  private func scored(
    _ place: NamedPlace, _ trained: TrainedModel, _ model: Model, _ rows: Rows,
    in workspace: Workspace, _ remarks: inout [String]
  ) throws(StepFailure) -> ScoredRows {
    switch rows {
    case .part(let part):
      if let weight, !trained.hasColumn(weight.name) {
        throw StepFailure(Self.unknownWeight(weight, place))
      }
      let source = ScoredSource(
        frame: trained.frame, part: part, model.encoder, model.target, weight: weight)
      return try scored(source, by: model, place, rows, at: place.range, in: workspace)
    case .table(let table):
      let columns =
        model.encoder.columns.map(\.name) + [model.target.column]
        + (weight.map { [$0.name] } ?? [])
      let settled = try workspace.settled(table.name, columns: columns)
      let source = ScoredSource(table: settled, model.encoder, model.target, weight: weight)
      remarks += try workspace.unusableValues(
        of: model.encoder, in: source.source, types: workspace.types(of: settled)
      ).filter { !remarks.contains($0) }
      let scored = try scored(source, by: model, place, rows, at: table.range, in: workspace)
      try workspace.release(settled, of: table.name)
      return scored
    }
  }

  private func scored(
    _ source: ScoredSource, by model: Model, _ place: NamedPlace, _ part: Rows,
    at range: SourceRange?, in workspace: Workspace
  ) throws(StepFailure) -> ScoredRows {
    let labels = model.target.task == .regression ? [] : try source.labels(in: workspace)
    let values = model.target.task == .regression ? try source.values(in: workspace) : []
    guard !labels.isEmpty || !values.isEmpty else { throw StepFailure(noRows(place, part)) }
    let weights = try source.weights(in: workspace)
    let features = try source.features(in: workspace)
    let scores = try workspace.learning(at: range) { () throws(LearningError) in
      try model.scores(of: features, with: workspace.lightGBM, threads: workspace.threads)
    }
    return ScoredRows(scores, labels: labels, values: values, weights: weights, model.target)
  }

  private func noRows(_ model: NamedPlace, _ rows: Rows) -> Diagnostic {
    switch rows {
    case .part(let part):
      .error(
        "no-rows", "there are no \(part.rawValue) rows to judge model `\(model.name)` on",
        at: partRange ?? model.range,
        solutions: ["give the `split` of the `train` step a share for \(part.rawValue)"])
    case .table(let table):
      .error("no-rows", "table `\(table.name)` has no rows to judge on", at: table.range)
    }
  }

  /// What the rows are called in charts.
  var subject: String {
    switch rows {
    case .part(let part): part.rawValue
    case .table(let table): table.name
    }
  }
}
