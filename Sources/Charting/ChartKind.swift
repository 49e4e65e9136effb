extension Chart {
  /// The kinds of picture by the name that `report.json` gives them.
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    // Pictures of a table's columns.
    case bar, line, point, area, histogram, rule
    /// Panels of marks that are none of the others.
    case plot
    case sparkline, distributions, history
    // Pictures of models.
    case loss, roc, calibration, lift, gain, confusion, thresholds, comparison, importance
    case waterfall
    case precisionRecall = "precision-recall"
    case kolmogorovSmirnov = "ks"
    case shapSummary = "shap-summary"
    case shapDependence = "shap-dependence"
    case searchHistory = "search-history"
    case searchLines = "search-lines"
    case searchSlices = "search-slices"
    /// The steps of a plan.
    case pipeline
  }
}

extension Chart.MarkKind {
  var chartKind: Chart.Kind {
    switch self {
    case .bar: .bar
    case .line: .line
    case .point: .point
    case .area: .area
    case .histogram: .histogram
    case .rule: .rule
    }
  }
}
