import Charting
import Vocabulary

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension Samples {
  /// Forty trials of a made-up search, a third of them pruned.
  static var search: SearchHistory {
    var numbers = Numbers(seed: 9)
    let trials = (1...40).map { number -> SearchHistory.Trial in
      let shrink = 1.5 / Double(number).squareRoot()
      let leaves = (40 + 60 * shrink * numbers.normal() / 3).rounded()
      let lambda = pow(10, min(1, max(-8, -3 + 3 * shrink * numbers.normal())))
      let choice = number % 7 == 0 ? 1.0 : 0
      let loss = pow((leaves - 40) / 100, 2) + 0.002 * abs(log10(lambda) + 3) + 0.01 * choice
      return SearchHistory.Trial(
        number: number, value: number == 11 ? nil : 0.76 - 0.05 * loss,
        isPruned: number > 5 && number % 3 == 0, point: [max(2, leaves), lambda, choice])
    }
    return SearchHistory(
      metric: "AUC", isMoreBetter: true,
      parameters: [
        .init("num_leaves"), .init("lambda_l1", isLogarithmic: true),
        .init("boosting", categories: ["gbdt", "dart"]),
      ], trials: trials)
  }

  static func searches() -> [(name: String, chart: Chart)] {
    let none = SearchHistory(metric: "AUC", isMoreBetter: true, parameters: [], trials: [])
    return [
      ("search-history", .searchHistory(search, subtitle: "AUC on the validation rows")),
      ("search-parallel", .searchLines(search, subtitle: "AUC on the validation rows")),
      ("search-slices", .searchSlices(search)),
      ("search-empty", .searchLines(none)),
      ("search-japanese", .searchHistory(search, title: "探索", words: .japanese)),
    ]
  }
}
