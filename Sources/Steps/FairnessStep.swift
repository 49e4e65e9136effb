internal import Learning
public import Parsing
public import Vocabulary

/// How a model treats groups of rows: rates by group, their differences and ratios.
///
/// For example: `{ uses: fairness, model: model, table: judged, groups: [gender, age_band] }`.
public struct FairnessStep: StepKind {
  /// The word behind `uses:`.
  public static let name = "fairness"
  /// One sentence for the documentation.
  public static let summary =
    "Compares groups: selection, true and false positive rates, parity and odds, four-fifths rule."

  /// The model.
  public var model: NamedPlace
  /// A table that has the features, the target and the columns of groups.
  public var table: NamedPlace
  /// The class that counts as positive; the model's own when nil.
  public var positive: NamedPlace?
  /// The columns that make groups, each by itself.
  public var groups: [NamedPlace]
  /// Whether the columns together make groups, too.
  public var intersects: Bool
  /// From this score on a row is called positive.
  public var threshold: Double
  /// What groups are compared with.
  public var reference: Comparison
  /// Groups of fewer rows get no verdict.
  public var minimum: Int
  /// How often rows are drawn for intervals; 0 for none.
  public var samples: Int
  /// The coverage of intervals.
  public var level: Double
  /// What the bootstrap depends on.
  public var seed: Int
  /// The charts shown, in order.
  public var charts: [Picture]

  /// What groups are compared with.
  public enum Comparison: Sendable, Hashable {
    /// All rows together.
    case overall
    /// The group with the most rows.
    case majority
    /// A group by its name.
    case group(NamedPlace)
  }

  /// A chart, by the name that notebooks use.
  public enum Picture: String, Sendable, Hashable, CaseIterable {
    /// Selection rates by group, with intervals.
    case rates
    /// ROC curves by group.
    case roc
  }

  /// Reads the options; mistakes go into the reader.
  public init(from options: inout OptionReader, of source: StepSource) {
    model = options.requiredPlace("model")
    table = options.requiredPlace("table")
    groups = options.places("groups")
    positive = options.place("positive")
    intersects = options.bool("intersect") ?? false
    threshold = options.double("threshold") ?? 0.5
    minimum = options.int("minimum", in: 1 ... .max) ?? 30
    samples = 200
    level = 0.95
    seed = options.int("seed") ?? 0
    charts = options.choices("charts", as: Picture.self) ?? [.rates, .roc]
    reference =
      switch options.place("reference") {
      case nil: .majority
      case let place? where place.name == "overall": .overall
      case let place? where place.name == "majority": .majority
      case let place?: .group(place)
      }
    if var intervals = options.reader("intervals") {
      samples = intervals.int("samples", in: 0...10_000) ?? samples
      level = intervals.double("level", above: 0, below: 1) ?? level
      options.absorb(&intervals)
    }
    if groups.isEmpty, !options.isPending("groups") {
      options.report(
        .error(
          "missing-option", "\(options.subject) needs the option `groups`", at: options.range,
          solutions: ["add groups: [gender]"]))
    }
    if case .group(let place) = reference, groups.count > 1 {
      options.reject(
        "reference", "cannot name a group of one column where there are several", at: place.range,
        solutions: ["use `majority` or `overall`, or a step for each column"])
    }
    if intersects, groups.count < 2 {
      options.reject("intersect", "needs at least two columns in `groups`")
    }
  }

  /// The names that the step takes from others.
  public var references: [Reference] {
    [
      Reference(model.name, .model, at: model.range),
      Reference(table.name, .table, at: table.range),
    ]
  }

  /// The columns that make groups, and all of them together when asked.
  var divisions: [[String]] {
    groups.map { [$0.name] } + (intersects ? [groups.map(\.name)] : [])
  }

  /// The figures that the step leaves: those of the first column under their plain names.
  var metricNames: [String] {
    let figures = Self.figures.map(\.name) + ["four_fifths", "groups", "small_groups"]
    guard groups.count > 1 || intersects else { return figures }
    return figures
      + divisions.flatMap { columns in
        figures.map { "\(columns.joined(separator: "_"))_\($0)" }
      }
  }

  /// The figures between groups.
  static let figures: [(name: String, label: String)] = [
    ("demographic_parity_difference", "Demographic parity, difference"),
    ("demographic_parity_ratio", "Demographic parity, ratio"),
    ("equalized_odds_difference", "Equalized odds, difference"),
    ("equalized_odds_ratio", "Equalized odds, ratio"),
    ("equal_opportunity_difference", "Equal opportunity, difference"),
  ]

  /// What people call such a figure.
  static func label(_ name: String, _ words: Words) -> String? {
    guard words == .japanese else { return figures.first { $0.name == name }?.label }
    return [
      "demographic_parity_difference": "人口統計学的パリティの差",
      "demographic_parity_ratio": "人口統計学的パリティの比",
      "equalized_odds_difference": "均等化オッズの差",
      "equalized_odds_ratio": "均等化オッズの比",
      "equal_opportunity_difference": "機会均等の差",
    ][name]
  }

  /// Finds what is wrong beside the options themselves, on empty tables.
  public func check(in workspace: Workspace) -> [Diagnostic] {
    guard let trained = workspace.models[model.name] else { return [] }
    let findings = workspace.unknownColumns(
      groups.map { ($0.name, $0.range) } + [(trained.target.column, table.range)],
      of: table.name)
    guard findings.isEmpty else { return findings }
    do throws(StepFailure) {
      // A model that is yet to be trained does not know its classes.
      if trained.model != nil { _ = try positiveClass(of: trained.target) }
      let types = try workspace.types(of: table.name)
      _ = try workspace.learning(at: table.range) { () throws(LearningError) in
        try trained.encoder.selectList(for: types)
      }
      return []
    } catch {
      return [error.diagnostic]
    }
  }

  /// The place of the class that counts as positive. A number is none, and of several classes the
  /// author says which.
  func positiveClass(of target: Model.Target) throws(StepFailure) -> Int {
    if target.task == .regression {
      throw StepFailure(
        .error(
          "no-decision", "the model predicts the number `\(target.column)`, which is no decision",
          at: model.range,
          explanation:
            "Fairness compares how often groups are called positive, and how often rightly.",
          solutions: ["train a model of a yes/no column, such as `\(target.column) > limit`"]))
    }
    if let positive {
      guard let place = target.classes.firstIndex(of: positive.name) else {
        throw StepFailure(
          .error(
            "unknown-class", "the model knows no class `\(positive.name)` of `\(target.column)`",
            at: positive.range,
            solutions: solutions(forUnknown: positive.name, among: target.classes)
          ))
      }
      return place
    }
    guard target.task == .binary else {
      throw StepFailure(
        .error(
          "no-decision",
          "the model tells \(target.classes.count) classes of `\(target.column)` apart, and nothing says "
            + "which counts as positive", at: model.range,
          solutions: target.classes.prefix(3).map { "add `positive: \($0)`" }))
    }
    return 1
  }

  /// Does the work.
  public func run(in workspace: Workspace) throws(StepFailure) -> StepResult {
    let rows = try GroupedRows(of: self, in: workspace)
    let judgement = FairnessJudgement(
      step: self, rows: rows, id: workspace.stepName, title: workspace.settings.title,
      words: workspace.words)
    if case .group(let place) = reference, judgement.lacksReference {
      throw StepFailure(
        .error(
          "unknown-group", "`\(groups[0].name)` is never `\(place.name)`", at: place.range,
          solutions: solutions(forUnknown: place.name, among: judgement.groupNames)))
    }
    var result = StepResult()
    result.rowsIn = rows.labels.count
    result.metrics = judgement.metrics
    result.remarks = rows.remarks + judgement.remarks
    result.exhibits = judgement.exhibits
    return result
  }
}
