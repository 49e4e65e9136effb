import Charting
import Vocabulary

extension Samples {
  /// Shapes that strain the layout.
  static func edges() throws -> [(name: String, chart: Chart)] {
    var numbers = Numbers(seed: 21)
    let months = (0..<30).map { CalendarDate(year: 2019 + $0 / 12, month: $0 % 12 + 1, day: 1) }
    let changes = Table(columns: [
      Column(name: "month", type: .date, cells: .dates(months)),
      Column("change", reals: months.map { _ in 0.02 * numbers.normal() }),
    ])
    let climbs = (0..<240).map { (index: Int) -> Double? in
      let (model, round) = (Double(index / 20), Double(index % 20))
      return 0.6 + 0.01 * model + 0.005 * round
    }
    let many = Table(columns: [
      Column("round", integers: (0..<240).map { Int64($0 % 20) }),
      Column("model", texts: (0..<240).map { "candidate \($0 / 20 + 1)" }),
      Column("score", reals: climbs),
    ])
    let shifted = (0..<3000).map { (index: Int) -> Double? in
      0.2 + 0.05 * numbers.normal() + 0.02 * Double(index % 3)
    }
    let wide = Table(columns: [
      Column("income", reals: (0..<300).map { _ in 1000 * power(10, 4 * numbers.uniform()) }),
      Column("rows", reals: (0..<300).map { _ in power(10, 6 * numbers.uniform()) }),
    ])
    let parts = Table(columns: [
      Column("score", reals: shifted),
      Column("part", texts: (0..<3000).map { ["train", "validation", "test"][$0 % 3] }),
    ])
    let cuts = Table(columns: [
      Column("cut", reals: [0.1, 0.35, 0.8]), Column("word", texts: ["watch", "act", "stop"]),
    ])
    let bands = Table(columns: [
      Column("month", texts: ["2020-10", "2020-11", "2020-12", "2021-01"]),
      Column("auc", reals: [0.742, 0.751, 0.748, 0.7504]),
      Column("low", reals: [0.73, 0.74, 0.736, 0.738]),
      Column("high", reals: [0.754, 0.762, 0.76, 0.762]),
    ])
    return [
      (
        "bar-months",
        try Chart(
          mark: .bar, table: changes, x: "month", y: "change",
          options: options("Change of the default rate") { $0.yFormat = .percent(1) })
      ),
      (
        "line-many",
        try Chart(
          mark: .line, table: many, x: "round", y: "score", color: "model",
          options: options("Twelve candidates"))
      ),
      (
        "line-facets",
        try Chart(
          mark: .line, table: many.prefix(80), x: "round", y: "score", facet: "model",
          options: options("Four candidates"))
      ),
      (
        "line-interval",
        try Chart(
          mark: .line, table: bands,
          encoding: .init(x: "month", y: ["auc"], low: "low", high: "high"),
          options: options("AUC by edition, 95% interval") { $0.yFormat = .fixed(3) })
      ),
      (
        "point-log",
        try Chart(
          mark: .point, table: wide, x: "income", y: "rows",
          options: options("Logarithmic axes") {
            $0.isXLogarithmic = true
            $0.isYLogarithmic = true
          })
      ),
      (
        "histogram-parts",
        try Chart(
          mark: .histogram, table: parts, x: "score", color: "part",
          options: options("Scores by part") { $0.stack = .normalized })
      ),
      (
        "rule",
        try Chart(
          mark: .rule, table: cuts, encoding: .init(x: "cut", label: "word"),
          options: options("Cuts"))
      ),
    ]
  }

  private static func power(_ base: Double, _ exponent: Double) -> Double {
    var (result, factor, rest) = (1.0, base, exponent)
    while rest >= 1 { (result, rest) = (result * base, rest - 1) }
    for _ in 0..<30 {
      factor = factor.squareRoot()
      rest *= 2
      if rest >= 1 { (result, rest) = (result * factor, rest - 1) }
    }
    return result
  }
}
