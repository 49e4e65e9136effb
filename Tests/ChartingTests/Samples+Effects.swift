import Charting
import Vocabulary

extension Samples {
  /// Pictures that explain and compare models.
  static func effects() -> [(name: String, chart: Chart)] {
    var numbers = Numbers(seed: 7)
    func feature(
      _ name: String, weight: Double, _ value: (inout Numbers) -> Value
    ) -> FeatureEffects {
      let values = (0..<600).map { _ in value(&numbers) }
      let effects = values.map { value in
        weight * ((value.number ?? (value.plainText == "Working" ? 0.4 : -0.3)) - 0.5)
          + 0.05 * numbers.normal()
      }
      return FeatureEffects(name: name, effects: effects, values: values)
    }
    let features = [
      feature("EXT_SOURCE_2", weight: -1.4) { .double($0.uniform()) },
      feature("EXT_SOURCE_3", weight: -1.1) { $0.uniform() < 0.2 ? .null : .double($0.uniform()) },
      feature("NAME_INCOME_TYPE", weight: 0.5) {
        .text($0.uniform() < 0.6 ? "Working" : "Pensioner")
      },
      feature("FLAG_OWN_CAR", weight: 0.2) { .int($0.uniform() < 0.4 ? 1 : 0) },
    ]
    let constant = FeatureEffects(
      name: "constant", effects: Array(repeating: 0, count: 600),
      values: Array(repeating: .int(1), count: 600))
    return [
      ("shap-summary", .shapSummary(features + [constant], maximum: 4, subtitle: "600 test rows")),
      ("shap-dependence", .shapDependence(features)),
      (
        "shap-nothing",
        .shapSummary([FeatureEffects(name: "x", effects: [.nan], values: [.double(1)])])
      ),
      (
        "waterfall",
        .waterfall(
          from: -2.432,
          by: [
            ScoreStep(name: "EXT_SOURCE_3 = 0.139", effect: 0.812),
            ScoreStep(name: "EXT_SOURCE_2 = 0.263", effect: 0.544),
            ScoreStep(name: "DAYS_EMPLOYED = missing", effect: -0.291),
            ScoreStep(name: "CODE_GENDER = M", effect: 0.122),
            ScoreStep(name: "AMT_CREDIT = 406,597.5", effect: -0.034),
            ScoreStep(name: "OWN_CAR_AGE = missing", effect: 0.011),
          ], maximum: 4)
      ),
      (
        "comparison",
        .comparison(
          [
            ComparedFigure(name: "lightgbm", value: 0.7842, interval: 0.774...0.794),
            ComparedFigure(name: "random_forest", value: 0.7651, interval: 0.752...0.778),
            ComparedFigure(name: "logistic_regression", value: nil),
            ComparedFigure(name: "dummy", value: 0.5, isBaseline: true),
          ], label: "AUC", title: "Algorithms by AUC", subtitle: "Mean of 10 folds")
      ),
    ]
  }
}
