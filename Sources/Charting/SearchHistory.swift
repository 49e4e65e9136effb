internal import Vocabulary

/// The trials of a search for parameters, for its charts.
public struct SearchHistory: Sendable, Hashable {
  /// What people call the figure that was searched for, such as `AUC`.
  public var metric: String
  /// Whether more of it is better.
  public var isMoreBetter: Bool
  /// The parameters, in order.
  public var parameters: [Parameter]
  /// The trials by number.
  public var trials: [Trial]

  /// A parameter.
  public struct Parameter: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// Whether it was searched on a log scale.
    public var isLogarithmic: Bool
    /// The names of its values in order, when they are no numbers.
    public var categories: [String]

    /// A parameter; one of names when `categories` is not empty.
    public init(_ name: String, isLogarithmic: Bool = false, categories: [String] = []) {
      self.name = name
      self.isLogarithmic = isLogarithmic
      self.categories = categories
    }
  }

  /// A trial.
  public struct Trial: Sendable, Hashable {
    /// Its number, from 1.
    public var number: Int
    /// The figure; nil when it has none.
    public var value: Double?
    /// Whether it was stopped before its end.
    public var isPruned: Bool
    /// The value of each parameter: the number, or the place among the categories; NaN when the
    /// parameter means nothing in the trial.
    public var point: [Double]

    /// A trial.
    public init(number: Int, value: Double?, isPruned: Bool, point: [Double]) {
      self.number = number
      self.value = value
      self.isPruned = isPruned
      self.point = point
    }
  }

  /// A search of these trials.
  public init(
    metric: String, isMoreBetter: Bool, parameters: [Parameter], trials: [Trial]
  ) {
    self.metric = metric
    self.isMoreBetter = isMoreBetter
    self.parameters = parameters
    self.trials = trials
  }

  /// The trials with a figure that came to their end, best first.
  var ranked: [(trial: Trial, value: Double)] {
    trials.filter { !$0.isPruned && $0.point.count == parameters.count }
      .compactMap { trial in trial.value.flatMap { $0.isFinite ? (trial, $0) : nil } }
      .sorted { left, right in
        left.value == right.value
          ? left.trial.number < right.trial.number
          : (left.value > right.value) == isMoreBetter
      }
  }

  /// The value of one parameter as text.
  func text(_ parameter: Int, of trial: Trial) -> String {
    let value = trial.point[parameter]
    guard value.isFinite else { return "–" }
    let names = parameters[parameter].categories
    if names.isEmpty { return typographic(parameterFormat.string(value)) }
    return names.indices.contains(Int(value)) ? names[Int(value)] : ""
  }

  /// Where the value of one parameter lies on its axis.
  func position(_ parameter: Int, of trial: Trial) -> Position {
    parameters[parameter].categories.isEmpty
      ? .number(trial.point[parameter]) : .category(text(parameter, of: trial))
  }
}

/// Four digits tell parameters apart.
let parameterFormat = NumberFormat.significant(4)
