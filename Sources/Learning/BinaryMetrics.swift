#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// The figures of one set of scored rows; what is not defined is missing, with its reason.
///
/// For example: `BinaryMetrics(of: ranked, threshold: 0.5)[.auc]`.
/// Values agree with scikit-learn where it defines them; where it warns and gives 0 (no positives,
/// nothing called positive), the value is missing here.
public struct BinaryMetrics: Sendable, Hashable {
  private var values: [BinaryMetric: Double] = [:]
  private var reasons: [BinaryMetric: String] = [:]
  /// The counts at the threshold.
  public private(set) var confusion: ConfusionMatrix

  /// All metrics of `ranked`; a row is called positive when its score is at least `threshold`.
  public init(of ranked: RankedScores, threshold: Double = 0.5) {
    confusion = ConfusionMatrix(of: ranked, threshold: threshold)
    values[.threshold] = threshold
    if let problem = ranked.problem {
      for metric in BinaryMetric.allCases where metric != .threshold { reasons[metric] = problem }
      if ranked.problem == "there are no rows" {
        values[.rows] = 0
        values[.positives] = 0
      }
      return
    }
    values[.rows] = Double(ranked.count)
    values[.positives] = Double(ranked.positiveCount)
    add(RankStatistics(of: ranked))
    addLosses(of: ranked)
    addConfusion()
  }

  /// The value of a metric; nil when it is not defined.
  public subscript(metric: BinaryMetric) -> Double? { values[metric] }

  /// Why a metric is not defined; nil when it is.
  public func reason(_ metric: BinaryMetric) -> String? {
    values[metric] == nil ? reasons[metric] : nil
  }

  private mutating func add(_ ranks: RankStatistics) {
    let classes = "only one class is there"
    set(.auc, ranks.auc, classes)
    set(.gini, ranks.auc.map { 2 * $0 - 1 }, classes)
    set(.ks, ranks.ks, classes)
    set(.averagePrecision, ranks.averagePrecision, "there are no positives")
  }

  private mutating func addLosses(of ranked: RankedScores) {
    guard let losses = RowLosses(of: ranked) else {
      let reason = "the scores are no probabilities"
      set(.logLoss, nil, reason)
      set(.brier, nil, reason)
      return
    }
    set(.logLoss, losses.mean(of: losses.log, in: ranked), "all weights are zero")
    set(.brier, losses.mean(of: losses.squared, in: ranked), "all weights are zero")
  }

  private mutating func addConfusion() {
    set(.accuracy, confusion.accuracy, "all weights are zero")
    set(.precision, confusion.precision, "no row is called positive")
    set(.recall, confusion.recall, "there are no positives")
    set(.f1, confusion.f1, "there are no positives, called or true")
    set(.mcc, confusion.mcc, "truth or prediction holds one class only")
    set(.kappa, confusion.kappa, "truth and prediction hold one class only")
  }

  private mutating func set(_ metric: BinaryMetric, _ value: Double?, _ reason: String) {
    values[metric] = value
    if value == nil { reasons[metric] = reason }
  }
}

/// What follows from the order of the rows alone, in one pass over the runs of equal scores.
struct RankStatistics {
  var auc: Double?
  var ks: Double?
  var averagePrecision: Double?

  init(of ranked: RankedScores) {
    self.init(of: ranked) { ranked.weight($0) }
  }

  /// With another weight per position: how a bootstrap sample counts the rows.
  @inline(__always)
  init(of ranked: RankedScores, weight: (Int) -> Double) {
    var positives = 0.0
    var negatives = 0.0
    for index in ranked.labels.indices {
      if ranked.labels[index] { positives += weight(index) } else { negatives += weight(index) }
    }
    guard positives > 0 else { return }
    var truePositives = 0.0
    var falsePositives = 0.0
    var area = CompensatedSum()
    var steps = CompensatedSum()
    var distance = 0.0
    var start = 0
    for end in ranked.tieEnds {
      var tiedPositives = 0.0
      var tiedNegatives = 0.0
      for index in start..<end {
        if ranked.labels[index] {
          tiedPositives += weight(index)
        } else {
          tiedNegatives += weight(index)
        }
      }
      start = end
      area.add(tiedNegatives * (truePositives + tiedPositives / 2))
      truePositives += tiedPositives
      falsePositives += tiedNegatives
      if tiedPositives > 0 {
        steps.add(tiedPositives * (truePositives / (truePositives + falsePositives)))
      }
      if negatives > 0 {
        distance = max(distance, abs(truePositives / positives - falsePositives / negatives))
      }
    }
    averagePrecision = steps.value / positives
    if negatives > 0 {
      auc = area.value / positives / negatives
      ks = distance
    }
  }
}

/// The loss of every row, in the order of the ranked scores.
struct RowLosses {
  var log: [Double]
  var squared: [Double]

  /// Nil when a score is no probability.
  init?(of ranked: RankedScores) {
    guard ranked.scores.allSatisfy({ (0...1).contains($0) }) else { return nil }
    // scikit-learn clips by the spacing of doubles at 1.
    let smallest = Double.ulpOfOne
    self.log = ranked.scores.indices.map { index in
      let score = min(max(ranked.scores[index], smallest), 1 - smallest)
      return -Self.logarithm(ranked.labels[index] ? score : 1 - score)
    }
    squared = ranked.scores.indices.map { index in
      let gap = ranked.scores[index] - (ranked.labels[index] ? 1 : 0)
      return gap * gap
    }
  }

  private static func logarithm(_ value: Double) -> Double {
    #if canImport(Darwin)
      Darwin.log(value)
    #else
      Glibc.log(value)
    #endif
  }

  /// The weighted mean; nil when nothing weighs anything.
  func mean(of losses: [Double], in ranked: RankedScores) -> Double? {
    mean(of: losses) { ranked.weight($0) }
  }

  @inline(__always)
  func mean(of losses: [Double], weight: (Int) -> Double) -> Double? {
    var sum = CompensatedSum()
    var total = CompensatedSum()
    for index in losses.indices {
      sum.add(losses[index] * weight(index))
      total.add(weight(index))
    }
    return total.value > 0 ? sum.value / total.value : nil
  }
}
