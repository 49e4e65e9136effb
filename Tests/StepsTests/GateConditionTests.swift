import Parsing
import Testing
import Vocabulary

@testable import Steps

@Suite struct GateConditionTests {
  private func condition(_ sql: String) -> GateCondition {
    let place = SourcePosition(line: 1, column: 1)
    return GateCondition(
      Expression(sql: sql, range: SourceRange(file: "n.md", start: place, end: place)))
  }

  @Test(arguments: [
    ("evaluation.auc >= 0.70", "evaluation.auc", GateCondition.Comparison.atLeast, "0.70"),
    ("a.b>=champion.auc - 0.01", "a.b", .atLeast, "champion.auc - 0.01"),
    ("drift.psi < 0.25", "drift.psi", .below, "0.25"),
    ("a.b != 'x >= y'", "a.b", .different, "'x >= y'"),
    (
      "a.b == (SELECT max(x) FROM t WHERE x > 3 AND y < 2)", "a.b", .equal,
      "(SELECT max(x) FROM t WHERE x > 3 AND y < 2)"
    ),
    ("\"a > b\".c <= 1", "\"a > b\".c", .atMost, "1"),
    ("greatest(a.b, -1) > -2", "greatest(a.b, -1)", .above, "-2"),
  ])
  func takesAComparisonApart(
    _ sql: String, _ left: String, _ comparison: GateCondition.Comparison, _ right: String
  ) throws {
    let sides = try #require(condition(sql).sides)
    #expect(sides.left.sql == left)
    #expect(sides.comparison == comparison)
    #expect(sides.right.sql == right)
  }

  @Test(arguments: [
    "evaluation.auc", "a.b > 1 AND a.c > 2", "a.b BETWEEN 1 AND 2", "1 < a.b < 2", "NOT a.b > 1",
    "a.b IS NOT NULL", "a.b -> 'x' > 1", "a.b > 1 -- not less", "> 3", "a.b IN (1, 2)", "",
  ])
  func takesAnythingElseAsAWhole(_ sql: String) {
    #expect(condition(sql).sides == nil)
  }

  @Test func knowsTheRelationsThatItReads() {
    #expect(condition("evaluation.auc >= Champion.auc").reads("champion"))
    #expect(!condition("evaluation.champion >= 'champion.auc'").reads("champion"))
    #expect(!condition("x.champion.auc >= 1").reads("champion"))
  }

  @Test(arguments: [
    (GateCondition.Comparison.atLeast, 0.69, 0.70, 0.0, false), (.atLeast, 0.69, 0.70, 0.02, true),
    (.atMost, 5, 4, 1, true), (.above, 1, 1, 0, false), (.below, 1, 1, 0.1, true),
    (.equal, 1, 1.05, 0.1, true), (.different, 1, 1.05, 0.1, false), (.atLeast, .nan, 0, 9, false),
  ])
  func allowsTheTolerance(
    _ comparison: GateCondition.Comparison, _ left: Double, _ right: Double, _ tolerance: Double,
    _ holds: Bool
  ) {
    #expect(comparison.holds(left, right, tolerance: tolerance) == holds)
  }
}
