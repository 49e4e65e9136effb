import Charting
import Vocabulary

extension Samples {
  /// Pictures of what moved.
  static func drift() -> [(name: String, chart: Chart)] {
    var numbers = Numbers(seed: 11)
    let old = (0..<800).map { _ in numbers.normal() }.sorted()
    let new = (0..<500).map { _ in 0.6 + 1.2 * numbers.normal() }.sorted()
    return [
      (
        "drift-ranking",
        .driftRanking(
          [
            DriftBar(name: "score", index: 0.034, noise: 0.05),
            DriftBar(name: "income", index: 0.312, noise: 0.05),
            DriftBar(name: "occupation", index: 0.141, noise: 0.08),
            DriftBar(name: "age", index: 0.012, noise: 0.05),
            DriftBar(name: "lost", index: .nan),
          ], watch: 0.1, act: 0.25, subtitle: "arrived against learning")
      ),
      (
        "drift-shapes",
        .driftShapes(
          [
            DriftShape(
              name: "income", detail: "0.312 (0.050)",
              values: .numbers(reference: old, current: new)),
            DriftShape(
              name: "occupation", detail: "0.141 (0.080)",
              values: .categories([
                .init(name: "Working", reference: 0.5, current: 0.4),
                .init(name: "Pensioner", reference: 0.3, current: 0.3),
                .init(name: "missing", reference: 0.2, current: 0.3),
              ])),
            DriftShape(name: "constant", values: .numbers(reference: [5, 5], current: [5])),
          ], names: ("learning", "arrived"))
      ),
      (
        "drift-nothing",
        .driftShapes(
          [DriftShape(name: "lost", values: .numbers(reference: [], current: []))],
          names: ("then", "now"))
      ),
    ]
  }
}

extension Samples {
  /// Pictures of groups.
  static func groups() -> [(name: String, chart: Chart)] {
    [
      (
        "group-rates",
        .groupRates(
          [
            GroupBar(name: "F", rate: 0.21, interval: 0.19...0.23, rows: 1400),
            GroupBar(name: "M", rate: 0.34, interval: 0.31...0.37, rows: 900),
            GroupBar(name: "(missing)", rate: 0.5, interval: 0.2...0.8, rows: 8, isSmall: true),
            GroupBar(name: "nobody", rate: .nan, rows: 0),
          ], overall: 0.26, title: "Called positive by gender", subtitle: "judged")
      )
    ]
  }
}
