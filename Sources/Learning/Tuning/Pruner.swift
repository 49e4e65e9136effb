/// When a trial that looks bad is stopped before its end.
///
/// All figures are losses: less is better.
public enum Pruner: Sendable, Hashable {
  /// Every trial runs to its end.
  case none
  /// A trial stops at a step at which its best figure so far is worse than the median of the figures
  /// that the trials which came to their end had there.
  ///
  /// For example: Optuna's default is `.median(startupTrials: 5, warmupSteps: 0)`.
  case median(startupTrials: Int, warmupSteps: Int)
  /// Asynchronous successive halving: at `first`, `first * factor`, `first * factor^2`, ... steps a
  /// trial goes on only when it is among the best `1 / factor` of those that came there.
  ///
  /// Each is taken for where it is heading: its figure there, and as much again as it has gained since
  /// half of the steps. By its figure alone, what learns slowly and gets further would never pass
  /// the first of these steps, such as small trees among large ones.
  ///
  /// Source: Li et al., "A System for Massively Parallel Hyperparameter Tuning" (2018), without that.
  case halving(first: Int, factor: Int)

  /// A trial's figures at its steps, in rising order of step.
  typealias Course = [Study.Trial.Step]

  /// Whether a trial of this course stops at its last step, given the courses of earlier trials and
  /// whether they came to their end.
  func stops(_ course: Course, among others: [(course: Course, isComplete: Bool)]) -> Bool {
    guard let last = course.last else { return false }
    if last.loss.isNaN, self != .none { return true }
    switch self {
    case .none: return false
    case .median(let startupTrials, let warmupSteps):
      let complete = others.filter(\.isComplete)
      guard complete.count >= max(1, startupTrials), last.step > warmupSteps else { return false }
      let there = complete.compactMap { $0.course.loss(at: last.step, isComplete: true) }
        .filter { !$0.isNaN }.sorted()
      guard !there.isEmpty else { return false }
      let middle = there.count / 2
      let median =
        there.count % 2 == 1 ? there[middle] : there[middle - 1] / 2 + there[middle] / 2
      let best = course.lazy.map(\.loss).filter { !$0.isNaN }.min() ?? .infinity
      return best > median
    case .halving(let first, let factor):
      guard isRung(last.step, first, max(2, factor)) else { return false }
      var there = others.compactMap { $0.course.outlook(at: last.step, isComplete: $0.isComplete) }
        .filter { !$0.isNaN }
      let own = course.outlook(at: last.step, isComplete: false) ?? last.loss
      there.append(own)
      there.sort()
      // While there are fewer trials than the factor, only the best of them goes on.
      let place = max(0, there.count / max(2, factor) - 1)
      return own > there[place]
    }
  }

  private func isRung(_ step: Int, _ first: Int, _ factor: Int) -> Bool {
    var rung = max(1, first)
    while rung < step {
      let (next, overflow) = rung.multipliedReportingOverflow(by: factor)
      if overflow { return false }
      rung = next
    }
    return rung == step
  }
}

extension Pruner.Course {
  /// The figure at a step; a trial that came to its end before keeps its last one.
  fileprivate func loss(at step: Int, isComplete: Bool) -> Double? {
    if let last, last.step < step { return isComplete ? last.loss : nil }
    return first { $0.step == step }?.loss
  }

  /// Where a trial is heading at a step; a trial that came to its end before has got there.
  fileprivate func outlook(at step: Int, isComplete: Bool) -> Double? {
    guard let here = loss(at: step, isComplete: isComplete) else { return nil }
    guard let end = last?.step, end >= step, let half = last(where: { $0.step <= step / 2 })?.loss,
      half.isFinite
    else { return here }
    return here - (half - here)
  }
}
