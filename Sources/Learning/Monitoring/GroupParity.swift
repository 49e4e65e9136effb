/// How far groups are apart: the fairness metrics that Fairlearn computes between groups.
///
/// For example: `GroupParity(of: groups).demographicParityDifference`. A figure that is not defined in
/// one of the groups is not defined here.
public struct GroupParity: Sendable, Hashable {
  /// The groups compared.
  public let groups: [GroupCounts]

  /// A comparison of these groups.
  public init(of groups: [GroupCounts]) {
    self.groups = groups
  }

  /// The largest less the smallest of a rate.
  public func difference(_ rate: GroupRate) -> Double? {
    ends(rate).map { $0.high - $0.low }
  }

  /// The smallest over the largest of a rate; 1 when all are zero.
  public func ratio(_ rate: GroupRate) -> Double? {
    ends(rate).map { $0.high == 0 ? 1 : $0.low / $0.high }
  }

  /// The difference of selection rates; 0 is parity.
  public var demographicParityDifference: Double? { difference(.selectionRate) }
  /// The ratio of selection rates; 1 is parity.
  public var demographicParityRatio: Double? { ratio(.selectionRate) }

  /// The larger of the differences of true and false positive rates; 0 is parity.
  public var equalizedOddsDifference: Double? {
    both(difference).map(max)
  }

  /// The smaller of the ratios of true and false positive rates; 1 is parity.
  public var equalizedOddsRatio: Double? {
    both(ratio).map(min)
  }

  /// The difference of true positive rates alone; 0 is parity.
  public var equalOpportunityDifference: Double? { difference(.truePositiveRate) }

  private func both(_ figure: (GroupRate) -> Double?) -> (Double, Double)? {
    guard let positives = figure(.truePositiveRate), let negatives = figure(.falsePositiveRate)
    else { return nil }
    return (positives, negatives)
  }

  private func ends(_ rate: GroupRate) -> (low: Double, high: Double)? {
    let values = groups.compactMap { $0[rate] }
    guard values.count == groups.count, let low = values.min(), let high = values.max() else {
      return nil
    }
    return (low, high)
  }

  /// The four-fifths rule: whether every group's selection rate is at least 0.8 and at most 1.25 times
  /// that of `reference`; nil when a rate is not defined.
  ///
  /// Source: Uniform Guidelines on Employee Selection Procedures, 29 CFR 1607.4(D) (1978).
  public func meetsFourFifthsRule(against reference: GroupCounts) -> Bool? {
    guard let base = reference[.selectionRate] else { return nil }
    let rates = groups.compactMap { $0[.selectionRate] }
    guard rates.count == groups.count else { return nil }
    return rates.allSatisfy { rate in
      base == 0 ? rate == 0 : rate / base >= 0.8 - 1e-12 && rate / base <= 1.25 + 1e-12
    }
  }
}

extension GroupParity {
  /// The ends of a figure over resampled rows.
  public struct Interval: Sendable, Hashable {
    /// The lower end.
    public var low: Double
    /// The upper end.
    public var high: Double
  }

  /// Percentile bootstrap intervals of `figures`: every sample draws each group's rows anew, with
  /// replacement. Sample `i` uses stream `i` of the seed.
  ///
  /// A figure that is not defined in half of the samples has none.
  public func intervals(
    of figures: [(GroupParity) -> Double?], samples: Int, level: Double, seed: UInt64
  ) -> [Interval?] {
    var values = [[Double]](repeating: [], count: figures.count)
    for sample in 0..<max(0, samples) {
      var generator = RandomGenerator(seed: seed, stream: UInt64(sample))
      let drawn = GroupParity(of: groups.map { $0.resampled(with: &generator) })
      for (index, figure) in figures.enumerated() {
        if let value = figure(drawn) { values[index].append(value) }
      }
    }
    return values.map { values in
      guard values.count * 2 >= max(1, samples) else { return nil }
      let sorted = values.sorted()
      return Interval(
        low: Self.quantile(sorted, (1 - level) / 2), high: Self.quantile(sorted, (1 + level) / 2))
    }
  }

  /// Interpolated linearly, as NumPy does.
  private static func quantile(_ sorted: [Double], _ share: Double) -> Double {
    let place = share * Double(sorted.count - 1)
    let index = min(max(0, Int(place)), sorted.count - 1)
    let next = min(index + 1, sorted.count - 1)
    return sorted[index] + (place - Double(index)) * (sorted[next] - sorted[index])
  }
}

extension GroupCounts {
  /// As many rows, drawn from these with replacement.
  fileprivate func resampled(with generator: inout RandomGenerator) -> GroupCounts {
    var drawn = GroupCounts(name: name)
    let ends = (
      truePositives, truePositives + falsePositives,
      truePositives + falsePositives + falseNegatives
    )
    for _ in 0..<rows {
      let row = generator.index(below: rows)
      if row < ends.0 {
        drawn.truePositives += 1
      } else if row < ends.1 {
        drawn.falsePositives += 1
      } else if row < ends.2 {
        drawn.falseNegatives += 1
      } else {
        drawn.trueNegatives += 1
      }
    }
    return drawn
  }
}
