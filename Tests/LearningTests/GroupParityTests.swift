import Learning
import Testing

/// Figures of Fairlearn 0.15.0.
@Suite struct GroupParityTests {
  /// 500 rows in three groups, the same as the Python that made the figures.
  static let groups: [GroupCounts] = {
    var groups = ["a", "b", "c"].map { GroupCounts(name: $0) }
    for i in 0..<500 {
      let group = i % 5 == 0 ? 2 : i * 7919 % 3
      let selected = i * 15_485_863 % 13 < 5 || (group == 1 && i % 4 == 0)
      groups[group].add(selected: selected, label: i * 104_729 % 11 < 4)
    }
    return groups
  }()

  @Test func agreesWithFairlearn() throws {
    #expect(Self.groups.map(\.rows) == [133, 133, 234])
    let parity = GroupParity(of: Self.groups)
    let expected: [(Double?, Double)] = [
      (parity.demographicParityDifference, 0.15789473684210525),
      (parity.demographicParityRatio, 0.7083333333333334),
      (parity.equalizedOddsDifference, 0.18131955484896667),
      (parity.equalizedOddsRatio, 0.6720816561242092),
      (parity.equalOpportunityDifference, 0.12500000000000006),
      (Self.groups[0][.selectionRate], 0.38345864661654133),
      (Self.groups[1][.falsePositiveRate], 0.5529411764705883),
    ]
    for (ours, theirs) in expected {
      #expect(abs(try #require(ours) - theirs) < 1e-12)
    }
  }

  @Test func appliesTheFourFifthsRule() {
    let parity = GroupParity(of: Self.groups)
    #expect(parity.meetsFourFifthsRule(against: Self.groups[0]) == false)
    let two = GroupParity(of: [Self.groups[0], Self.groups[2]])
    #expect(two.meetsFourFifthsRule(against: Self.groups[0]) == true)
    let none = GroupCounts(name: "x", selections: [false], labels: [true])
    #expect(GroupParity(of: [none]).meetsFourFifthsRule(against: none) == true)
    #expect(GroupParity(of: [Self.groups[0]]).meetsFourFifthsRule(against: none) == false)
  }

  @Test func hasNoFigureWhereARateIsNotDefined() {
    let onlyNegatives = GroupCounts(
      name: "n", selections: [true, false], labels: [false, false])
    let parity = GroupParity(of: [Self.groups[0], onlyNegatives])
    #expect(parity.equalizedOddsDifference == nil)
    #expect(parity.demographicParityDifference != nil)
    #expect(GroupParity(of: []).demographicParityDifference == nil)
  }

  @Test func makesTheSameIntervalsAgainAndHoldsTheFigure() throws {
    let parity = GroupParity(of: Self.groups)
    func intervals(_ seed: UInt64) throws -> GroupParity.Interval {
      let found = parity.intervals(
        of: [{ $0.demographicParityDifference }], samples: 400, level: 0.95, seed: seed)
      return try #require(found.first ?? nil)
    }
    let first = try intervals(1)
    #expect(try intervals(1) == first)
    #expect(try intervals(2) != first)
    #expect(first.low < 0.158 && first.high > 0.158 && first.low > 0 && first.high < 0.35)
    let none = parity.intervals(
      of: [{ $0.demographicParityDifference }], samples: 0, level: 0.95, seed: 0)
    #expect(none == [nil])
  }
}
