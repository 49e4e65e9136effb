internal import Vocabulary

/// How far the values of a column have moved from a reference.
///
/// For example: `ColumnDrift("age", reference: old, current: new).stabilityIndex`. Missing values
/// are a bin of their own wherever one side has any; what is not finite counts as missing.
public struct ColumnDrift: Sendable, Hashable {
  /// The column.
  public var name: String
  /// The bins in words, that of missing values last.
  public var bins: [String]
  /// The rows by bin, and the figures made of them.
  public var comparison: BinnedComparison
  /// Rows without a value.
  public var missing: (reference: Int, current: Int) {
    hasMissing ? (comparison.reference.last ?? 0, comparison.current.last ?? 0) : (0, 0)
  }
  /// Current rows with a category that the reference does not have.
  public var unseen = 0
  /// How many such categories there are.
  public var unseenCategories = 0
  /// The distance of the samples; nil for categories, and when one side has no values.
  public var distance: SampleDistance?
  /// Whether the column holds numbers.
  public var isNumeric: Bool
  /// Whether its numbers are days since 1970-01-01.
  public private(set) var isDays = false
  /// What to draw.
  public var shape: Shape
  private var hasMissing: Bool

  /// The distributions to draw over each other.
  public enum Shape: Sendable, Hashable {
    /// Values in rising order, evenly thinned when there are very many.
    case numbers(reference: [Double], current: [Double])
    /// Shares by category, the most frequent first.
    case categories([Category])
  }

  /// A category with its shares of all rows.
  public struct Category: Sendable, Hashable {
    /// The value.
    public var name: String
    /// Its share in the reference.
    public var reference: Double
    /// Its share now.
    public var current: Double

    /// A category with its shares.
    public init(name: String, reference: Double, current: Double) {
      self.name = name
      self.reference = reference
      self.current = current
    }
  }

  /// More categories of the reference than these are told apart no further.
  public static let categoryLimit = 100
  /// The bin of categories that the reference does not have.
  public static let unseenBin = "not in the reference"
  /// The bin of the reference's rare categories.
  public static let otherBin = "other"
  /// The bin of missing values.
  public static let missingBin = "missing"

  /// A column of numbers; missing ones are NaN.
  public init(
    _ name: String, reference: [Double], current: [Double], bins count: Int = 10,
    isDays: Bool = false
  ) {
    self.name = name
    isNumeric = true
    self.isDays = isDays
    let old = reference.filter(\.isFinite).sorted()
    let new = current.filter(\.isFinite).sorted()
    let numbers = NumberBins(quantilesOf: old, count: count)
    let lost = (reference.count - old.count, current.count - new.count)
    hasMissing = lost.0 > 0 || lost.1 > 0
    let names = isDays ? numbers.names(Self.day) : numbers.names
    bins = names + (hasMissing ? [Self.missingBin] : [])
    comparison = BinnedComparison(
      reference: numbers.counts(of: old) + (hasMissing ? [lost.0] : []),
      current: numbers.counts(of: new) + (hasMissing ? [lost.1] : []))
    distance = SampleDistance(reference: old, current: new)
    shape = .numbers(reference: Self.thinned(old), current: Self.thinned(new))
  }

  /// A column of categories by their number of rows; the key nil stands for missing values.
  public init(_ name: String, reference: [String?: Int], current: [String?: Int]) {
    self.name = name
    isNumeric = false
    func rank(_ counts: [String?: Int]) -> [(name: String, rows: Int)] {
      counts.compactMap { key, rows in key.map { ($0, rows) } }.filter { $0.1 > 0 }
        .sorted {
          $0.1 == $1.1 ? $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) : $0.1 > $1.1
        }
    }
    let known = rank(reference)
    let kept = known.prefix(Self.categoryLimit)
    let rare = known.dropFirst(kept.count)
    let names = Set(known.map(\.name))
    let strangers = rank(current).filter { !names.contains($0.name) }
    unseen = strangers.reduce(0) { $0 + $1.rows }
    unseenCategories = strangers.count
    var labels = kept.map(\.name)
    var old = kept.map(\.rows)
    var new = kept.map { current[$0.name] ?? 0 }
    if !rare.isEmpty {
      labels.append(Self.otherBin)
      old.append(rare.reduce(0) { $0 + $1.rows })
      new.append(rare.reduce(0) { $0 + (current[$1.name] ?? 0) })
    }
    if unseen > 0 {
      labels.append(Self.unseenBin)
      old.append(0)
      new.append(unseen)
    }
    let lost = (reference[nil] ?? 0, current[nil] ?? 0)
    hasMissing = lost.0 > 0 || lost.1 > 0
    if hasMissing {
      labels.append(Self.missingBin)
      old.append(lost.0)
      new.append(lost.1)
    }
    bins = labels
    comparison = BinnedComparison(reference: old, current: new)
    let shares = comparison.shares
    shape = .categories(
      labels.indices.map { index in
        Category(
          name: labels[index], reference: shares?.reference[index] ?? 0,
          current: shares?.current[index] ?? 0)
      })
  }

  private static func day(_ number: Double) -> String {
    Int32(exactly: number.rounded(.down)).map { CalendarDate(daysSinceEpoch: $0).description }
      ?? NumberFormat.automatic.string(number)
  }

  /// Values evenly spaced by rank, both ends included: enough to draw, and little to keep.
  private static func thinned(_ sorted: [Double], to count: Int = 5000) -> [Double] {
    guard sorted.count > count else { return sorted }
    return (0..<count).map { sorted[$0 * (sorted.count - 1) / (count - 1)] }
  }

  /// The population stability index; nil when a side has no rows.
  public var stabilityIndex: Double? { comparison.stabilityIndex }

  /// What the index says.
  public func band(watch: Double = 0.1, act: Double = 0.25) -> Band {
    guard let index = stabilityIndex, index >= watch else { return .stable }
    if let noise = comparison.noiseBound, index <= noise { return .noise }
    return index >= act ? .act : .watch
  }

  /// What a stability index says.
  public enum Band: String, Sendable, Hashable, CaseIterable {
    /// Nothing moved that would matter.
    case stable
    /// Worth a look.
    case watch
    /// Something is to be done.
    case act
    /// Large, but not larger than what samples of this size show by chance.
    case noise
  }

  /// The test by which a column counts as drifted, Evidently's choice: up to 1,000 rows of reference a
  /// test at the 5% level, beyond a distance of at least 0.1.
  public var test: Test? {
    let isSmall = comparison.totals.reference <= 1000
    if isNumeric {
      guard let distance else { return nil }
      if isSmall {
        return Test(name: "KS p", value: distance.kolmogorovSmirnovP, isP: true)
      }
      return Test(
        name: "Wasserstein/std", value: distance.standardizedWasserstein ?? .infinity,
        isP: false)
    }
    if isSmall {
      return Test(name: "chi-squared p", value: comparison.chiSquared?.p ?? 1, isP: true)
    }
    return comparison.jensenShannon.map { Test(name: "Jensen-Shannon", value: $0, isP: false) }
  }

  /// A figure that decides whether a column drifted.
  public struct Test: Sendable, Hashable {
    /// What it is.
    public var name: String
    /// Its value.
    public var value: Double
    /// Whether it is a probability, which small values speak against.
    public var isP: Bool

    /// Whether the column drifted.
    public var isDrifted: Bool { isP ? value < 0.05 : value >= 0.1 }
  }
}
