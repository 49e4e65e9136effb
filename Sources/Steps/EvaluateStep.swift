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

  /// The model.
  public var model: NamedPlace
  /// The rows it is judged on.
  public var rows: Rows
  /// Where the part is written, when it is.
  public var partRange: SourceRange?
  /// The charts shown, in order.
  public var charts: [Picture]
  /// From this score on a row is called positive.
  public var threshold: Double
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
  }

  /// Settings of the bootstrap.
  public struct Intervals: Sendable, Hashable {
    /// How often rows are drawn.
    public var samples: Int
    /// The coverage aimed at.
    public var level: Double
  }

  /// Reads the options; mistakes go into the reader.
  public init(from options: inout OptionReader, of source: StepSource) {
    model = options.requiredPlace("model")
    threshold = options.double("threshold") ?? 0.5
    charts = options.choices("charts", as: Picture.self) ?? [.roc, .pr]
    intervals = Intervals(samples: 200, level: 0.95)
    seed = options.int("seed") ?? 0
    let table = options.place("table")
    let part = options.choice("on", as: Part.self)
    partRange = options.has("on") ? options.range(of: "on") : nil
    rows = table.map(Rows.table) ?? .part(part ?? .test)
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
    var references = [Reference(model.name, .model, at: model.range)]
    if case .table(let table) = rows {
      references.append(Reference(table.name, .table, at: table.range))
    }
    return references
  }

  /// Finds what is wrong beside the options themselves, on empty tables.
  public func check(in workspace: Workspace) -> [Diagnostic] {
    guard let trained = workspace.models[model.name] else { return [] }
    switch rows {
    case .part(let part):
      return trained.parts.contains(part) ? [] : [noRows]
    case .table(let table):
      guard let types = try? workspace.types(of: table.name) else { return [] }
      let findings = workspace.unknownColumns(
        [(trained.target.column, table.range)], of: table.name)
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
    guard let trained = workspace.models[model.name], let model = trained.model else {
      throw StepFailure(.error("no-model", "there is no model `\(model.name)`", at: model.range))
    }
    var result = StepResult()
    let ranked = try scored(trained, model, in: workspace, remarks: &result.remarks)
    workspace.report("\(ranked.count) rows scored")
    let judgement = Judgement(of: ranked, by: self, target: model.target)
    result.rowsIn = ranked.count
    result.metrics = judgement.metrics
    result.remarks += judgement.remarks
    if workspace.settings.show == .table {
      result.exhibits.append(.table(judgement.table(id: "\(workspace.stepName)-metrics")))
    }
    result.exhibits += charts.map { picture in
      .chart(
        ChartExhibit(
          id: "\(workspace.stepName)-\(picture.rawValue)",
          chart: judgement.chart(picture, title: workspace.settings.title)))
    }
    return result
  }

  private func scored(
    _ trained: TrainedModel, _ model: Model, in workspace: Workspace, remarks: inout [String]
  ) throws(StepFailure) -> RankedScores {
    switch rows {
    case .part(let part):
      let source = ScoredSource(frame: trained.frame, part: part, model.encoder, model.target)
      return try ranked(source, by: model, at: self.model.range, in: workspace)
    case .table(let table):
      let columns = model.encoder.columns.map(\.name) + [model.target.column]
      let settled = try workspace.settled(table.name, columns: columns)
      let source = ScoredSource(table: settled, model.encoder, model.target)
      remarks = try workspace.unusableValues(
        of: model.encoder, in: source.source, types: workspace.types(of: settled))
      let ranked = try ranked(source, by: model, at: table.range, in: workspace)
      try workspace.release(settled, of: table.name)
      return ranked
    }
  }

  private func ranked(
    _ source: ScoredSource, by model: Model, at range: SourceRange?, in workspace: Workspace
  ) throws(StepFailure) -> RankedScores {
    let rows = try source.labelled(in: workspace)
    guard !rows.labels.isEmpty else { throw StepFailure(noRows) }
    let scores = try workspace.learning(at: range) { () throws(LearningError) in
      try model.scores(of: rows.features, with: workspace.lightGBM, threads: workspace.threads)
    }
    return RankedScores(scores: scores, labels: rows.labels.map { $0 == 1 })
  }

  private var noRows: Diagnostic {
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
