/// A table that a step shows and whose figures later editions look back on: a figure for each name.
///
/// They are among the figures of an edition as `step.value.name`, such as `stability.psi.age`.
public struct PastTable: Sendable, Hashable {
  /// The step.
  public var step: String
  /// The column of names.
  public var key: String
  /// The column of figures.
  public var value: String

  /// A table by the step that shows it first.
  public init(step: String, key: String, value: String) {
    self.step = step
    self.key = key
    self.value = value
  }

  /// What the names of its figures begin with.
  public var prefix: String { "\(step).\(value)." }
}

extension StepAction {
  /// The columns of the step's first table that it looks back on in earlier editions.
  public var pastTable: (key: String, value: String)? {
    if case .drift(let step) = self, step.charts.contains(.editions) {
      ("column", "psi")
    } else {
      nil
    }
  }
}
