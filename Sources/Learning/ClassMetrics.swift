#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// The figures of rows scored for several classes; what is not defined is missing, with its reason.
///
/// For example: `ClassMetrics(of: scored)[.f1Macro]`.
/// Values agree with scikit-learn: a class without rows or without calls counts 0 in means, and
/// classes that neither occur nor are called count not at all.
public struct ClassMetrics: Sendable, Hashable {
  /// How many rows, or how much weight, of each class (first index) are called each class.
  public let confusion: [[Double]]
  private var values: [ClassMetric: Double] = [:]
  private var reasons: [ClassMetric: String] = [:]

  /// The figures of one class.
  public struct PerClass: Sendable, Hashable {
    /// Its place among the classes.
    public var label: Int
    /// The rows of the class.
    public var rows: Double
    /// The rows that are called so.
    public var called: Double
    /// Share of its rows among the rows called so; nil when none is.
    public var precision: Double?
    /// Share of its rows that are called so; nil when there are none.
    public var recall: Double?
    /// Harmonic mean of both; nil when the class neither occurs nor is called.
    public var f1: Double?
    /// Area under the ROC curve of the class against all others.
    public var auc: Double?
  }

  /// The figures of each class, in the order of the classes.
  public private(set) var perClass: [PerClass]

  /// All metrics of `scored`.
  public init(of scored: ScoredClasses) {
    let rankings = (0..<scored.classCount).map { RankStatistics(of: scored.ranked(for: $0)).auc }
    let losses = RowClassLosses(of: scored)
    self.init(of: scored, rankings, losses) { scored.weight($0) }
    values[.rows] = Double(scored.count)
    values[.classes] = Double(scored.classCount)
    if let problem = scored.problem {
      for metric in ClassMetric.allCases where values[metric] == nil { reasons[metric] = problem }
    }
  }

  /// With another weight per row: how a bootstrap sample counts the rows.
  init(
    of scored: ScoredClasses, _ aucs: [Double?], _ losses: RowClassLosses?,
    weight: (Int) -> Double
  ) {
    let count = scored.classCount
    var confusion = Array(repeating: Array(repeating: 0.0, count: count), count: count)
    for row in scored.labels.indices {
      confusion[scored.labels[row]][scored.predicted[row]] += weight(row)
    }
    self.confusion = confusion
    let actual = confusion.map { $0.reduce(0, +) }
    let called = (0..<count).map { column in confusion.reduce(0) { $0 + $1[column] } }
    perClass = (0..<count).map { label in
      let right = confusion[label][label]
      return PerClass(
        label: label, rows: actual[label], called: called[label],
        precision: called[label] > 0 ? right / called[label] : nil,
        recall: actual[label] > 0 ? right / actual[label] : nil,
        f1: actual[label] + called[label] > 0
          ? 2 * right / (actual[label] + called[label]) : nil,
        auc: aucs[label])
    }
    guard scored.count > 0 else { return }
    addMeans()
    addAgreement(actual, called)
    let known = aucs.compactMap(\.self)
    set(
      .auc, known.count == count ? known.reduce(0, +) / Double(count) : nil,
      "not all classes are there")
    set(
      .logLoss, losses.flatMap { $0.mean(weight: weight) },
      losses == nil ? "the scores are no probabilities" : "all weights are zero")
  }

  /// The value of a metric; nil when it is not defined.
  public subscript(metric: ClassMetric) -> Double? { values[metric] }

  /// Why a metric is not defined; nil when it is.
  public func reason(_ metric: ClassMetric) -> String? {
    values[metric] == nil ? reasons[metric] : nil
  }

  private mutating func addMeans() {
    let present = perClass.filter { $0.rows + $0.called > 0 }
    let total = perClass.reduce(0) { $0 + $1.rows }
    for (macro, weighted, value) in [
      (ClassMetric.precisionMacro, ClassMetric.precisionWeighted, \PerClass.precision),
      (.recallMacro, .recallWeighted, \.recall), (.f1Macro, .f1Weighted, \.f1),
    ] {
      let sum = present.reduce(0) { $0 + ($1[keyPath: value] ?? 0) }
      let weightedSum = present.reduce(0) { $0 + ($1[keyPath: value] ?? 0) * $1.rows }
      set(macro, present.isEmpty ? nil : sum / Double(present.count), "all weights are zero")
      set(weighted, total > 0 ? weightedSum / total : nil, "all weights are zero")
    }
  }

  private mutating func addAgreement(_ actual: [Double], _ called: [Double]) {
    let total = actual.reduce(0, +)
    let right = perClass.indices.reduce(0) { $0 + confusion[$1][$1] }
    set(.accuracy, total > 0 ? right / total : nil, "all weights are zero")
    let both = zip(actual, called).reduce(0) { $0 + $1.0 * $1.1 }
    let reason = "truth and prediction hold one class only"
    set(
      .kappa,
      total * total > both ? (right * total - both) / (total * total - both) : nil, reason)
    let spread =
      (total * total - actual.reduce(0) { $0 + $1 * $1 }).squareRoot()
      * (total * total - called.reduce(0) { $0 + $1 * $1 }).squareRoot()
    set(
      .mcc, spread > 0 ? (right * total - both) / spread : nil,
      "truth or prediction holds one class only")
  }

  private mutating func set(_ metric: ClassMetric, _ value: Double?, _ reason: String) {
    values[metric] = value
    if value == nil { reasons[metric] = reason }
  }
}

/// The negative log of the probability that each row's class was given.
struct RowClassLosses {
  private let losses: [Double]

  /// Nil when a score is no probability.
  init?(of scored: ScoredClasses) {
    guard scored.probabilities.allSatisfy({ (0...1).contains($0) }) else { return nil }
    // scikit-learn clips by the spacing of doubles at 1.
    let smallest = Double.ulpOfOne
    losses = scored.labels.enumerated().map { row, label in
      -log(min(max(scored.probabilities[row * scored.classCount + label], smallest), 1 - smallest))
    }
  }

  /// The weighted mean; nil when nothing weighs anything.
  func mean(weight: (Int) -> Double) -> Double? {
    var sum = CompensatedSum()
    var total = CompensatedSum()
    for row in losses.indices {
      sum.add(losses[row] * weight(row))
      total.add(weight(row))
    }
    return total.value > 0 ? sum.value / total.value : nil
  }
}
