public import Parsing
public import Vocabulary

/// How far the columns of a table, and a model's scores on it, have moved from a reference.
///
/// For example: `{ uses: drift, reference: learning, current: arrived, model: model }`.
public struct DriftStep: StepKind {
  /// The word behind `uses:`.
  public static let name = "drift"
  /// One sentence for the documentation.
  public static let summary =
    "Says how far a table has moved from a reference: PSI of scores and columns, tests, overlays."

  /// What is compared with.
  public var reference: NamedPlace
  /// What may have moved.
  public var current: NamedPlace
  /// The model whose scores and features are compared.
  public var model: NamedPlace?
  /// The columns compared; those of the model, or all that both tables have, when empty.
  public var columns: [NamedPlace]
  /// Columns left out.
  public var exclude: [NamedPlace]
  /// The column of outcomes, when it is not the model's own.
  public var target: NamedPlace?
  /// The target's value that counts as 1.
  public var positive: String?
  /// How many quantile bins numbers fall into.
  public var bins: Int
  /// The stability index from which to watch.
  public var watch: Double
  /// The stability index from which to act.
  public var act: Double
  /// The share of drifted columns from which the data set has drifted.
  public var share: Double
  /// The charts shown, in order.
  public var charts: [Picture]
  /// How many columns are drawn one by one.
  public var drawn: Int

  /// A chart, by the name that notebooks use.
  public enum Picture: String, Sendable, Hashable, CaseIterable {
    /// The columns by how far they moved.
    case ranking
    /// Distributions over each other.
    case shapes
    /// The stability indices of earlier editions beside those of this one.
    case editions
  }

  /// Reads the options; mistakes go into the reader.
  public init(from options: inout OptionReader, of source: StepSource) {
    reference = options.requiredPlace("reference")
    current = options.requiredPlace("current")
    model = options.place("model")
    columns = options.places("columns")
    exclude = options.places("exclude")
    target = options.place("target")
    positive = options.string("positive")
    bins = options.int("bins", in: 2...100) ?? 10
    watch = options.double("watch", above: 0) ?? 0.1
    act = options.double("act", above: 0) ?? 0.25
    share = options.double("share", in: 0...1, above: 0) ?? 0.5
    charts = options.choices("charts", as: Picture.self) ?? [.ranking, .shapes, .editions]
    drawn = options.int("drawn", in: 1...24) ?? 6
    if act < watch { options.reject("act", "must not be below `watch`") }
    if positive != nil, target == nil, model == nil {
      options.reject("positive", "does nothing without `target`")
    }
    var seen: Set<String> = []
    for place in columns where !seen.insert(place.name).inserted {
      options.reject("columns", "names `\(place.name)` twice", at: place.range)
    }
  }

  /// The names that the step takes from others.
  public var references: [Reference] {
    [
      Reference(reference.name, .table, at: reference.range),
      Reference(current.name, .table, at: current.range),
    ] + (model.map { [Reference($0.name, .model, at: $0.range)] } ?? [])
  }

  /// The figures that the step leaves.
  var metricNames: [String] {
    ["columns", "drifted", "drifted_share", "dataset_drift", "max_psi"]
      + (model == nil ? [] : ["score_psi"])
      + (model == nil && target == nil
        ? [] : ["reference_rate", "current_rate", "rate_change"])
      + (model == nil ? [] : ["reference_calibration", "current_calibration", "outcome_psi"])
      + columns.map { "psi_\($0.name)" }
  }

  /// Finds what is wrong beside the options themselves, on empty tables.
  public func check(in workspace: Workspace) -> [Diagnostic] {
    var findings: [Diagnostic] = []
    for table in [reference, current] {
      findings += workspace.unknownColumns(columns.map { ($0.name, $0.range) }, of: table.name)
    }
    if let target {
      findings += workspace.unknownColumns([(target.name, target.range)], of: reference.name)
    }
    findings += workspace.unknownColumns(
      exclude.map { ($0.name, $0.range) }, of: reference.name)
    guard findings.isEmpty else { return findings }
    do throws(StepFailure) {
      try DriftReading.check(self, in: workspace)
    } catch {
      findings.append(error.diagnostic)
    }
    return findings
  }

  /// Does the work.
  public func run(in workspace: Workspace) throws(StepFailure) -> StepResult {
    var reading = try DriftReading(self, in: workspace)
    let drifts = try reading.drifts()
    let outcomes = try reading.outcomes()
    let classes = try reading.classOutcomes()
    try reading.end()
    let judgement = DriftJudgement(
      step: self, drifts: drifts, outcomes: outcomes, kind: reading.outcomeKind,
      classOutcomes: classes, tableId: workspace.stepName, title: workspace.settings.title,
      words: workspace.words, past: workspace.past, edition: workspace.edition)
    var result = StepResult()
    result.rowsIn = reading.rows.reference + reading.rows.current
    result.metrics = judgement.metrics
    result.remarks = reading.remarks + judgement.remarks
    result.exhibits = judgement.exhibits
    return result
  }
}
