/// A figure that says how near predicted numbers are to the true ones, by the name that reports use.
public enum ValueMetric: String, Sendable, Hashable, CaseIterable {
  /// Root of the mean squared error, in the unit of the target.
  case rmse
  /// Mean absolute error, in the unit of the target.
  case mae
  /// Share of the variance that is explained: 1 for a perfect prediction, 0 for the mean.
  case r2
  /// Mean of the absolute error over the absolute true value, which is kept 2.2e-16 above 0.
  case mape
  /// Median of the absolute error, in the unit of the target.
  case medianAbsoluteError = "median_absolute_error"
  /// Mean squared error, in the squared unit of the target.
  case mse
  /// Root of the mean squared difference of log(1 + value).
  case rmsle
  /// Mean of predicted minus true values, in the unit of the target.
  case meanError = "mean_error"
  /// How many rows there are.
  case rows

  /// Which way of a metric is good: +1 up, -1 down, 0 neither.
  public var direction: Int {
    switch self {
    case .r2: 1
    case .meanError, .rows: 0
    default: -1
    }
  }

  /// What people call it.
  public var label: String {
    switch self {
    case .rmse: "RMSE"
    case .mae: "Mean absolute error"
    case .r2: "R²"
    case .mape: "MAPE"
    case .medianAbsoluteError: "Median absolute error"
    case .mse: "MSE"
    case .rmsle: "RMSLE"
    case .meanError: "Mean error"
    case .rows: "Rows"
    }
  }
}
