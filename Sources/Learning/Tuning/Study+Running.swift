internal import Dispatch
internal import Synchronization

extension Study {
  /// A trial that runs.
  public struct Attempt: Sendable {
    /// Its number, from 0.
    public let number: Int
    /// Where in the space it is.
    public let point: [Double]
    fileprivate let board: StudyBoard

    /// Notes a figure on the way and says whether the trial shall go on. Steps must rise.
    ///
    /// Where trials are pruned, this waits until those have ended that the trial is held against.
    public func goesOn(at step: Int, loss: Double) -> Bool {
      board.note(number, step: step, loss: loss)
    }

    /// The best figure of the earlier trials that this one may know and that came to their end,
    /// infinite when there is none. Waits until all that it may know have ended.
    public func bestBefore() -> Double { board.best(before: number) }
  }

  /// What a trial gave.
  public enum Outcome: Sendable, Hashable {
    /// It came to its end with this loss after so many steps.
    case complete(loss: Double, steps: Int)
    /// `goesOn` said no.
    case pruned(loss: Double, steps: Int)
    /// The time was over.
    case cut(loss: Double, steps: Int)
    /// There is no figure.
    case failed(String)
  }

  /// Runs the trials, up to `workers` of them (never more than `width`) at the same time, and gives
  /// them in the order of their numbers.
  ///
  /// No trial but the first begins once `isOver` says yes: its answers make the study depend on
  /// time. A point that was tried before is not tried again; it has the figures it had. `ended` is
  /// told of each trial, in the order in which they end, never by two workers at once; `isLast` when
  /// one worker is left, which has the last trial.
  public func run(
    workers: Int = 1, isOver: @escaping @Sendable () -> Bool = { false },
    ended: @escaping @Sendable (Trial) -> Void = { _ in },
    isLast: @escaping @Sendable () -> Void = {},
    _ objective: @escaping @Sendable (Attempt) -> Outcome
  ) -> [Trial] {
    let board = StudyBoard(self)
    @Sendable func work() {
      while let (trial, isKnown) = board.begin(unless: isOver) {
        if isKnown {
          board.end(trial, ended)
          continue
        }
        let attempt = Attempt(number: trial.number, point: trial.point, board: board)
        board.end(trial.number, objective(attempt), ended)
      }
      if board.leave() == 1 { isLast() }
    }
    let workers = min(max(1, workers), width, max(1, plannedCount))
    board.enter(workers)
    if workers == 1 {
      work()
    } else {
      DispatchQueue.concurrentPerform(iterations: workers) { _ in work() }
    }
    return board.trials
  }
}

/// The trials of a running study, shared by its workers.
private final class StudyBoard: Sendable {
  private struct Contents {
    var trials: [Study.Trial] = []
    /// How many trials from the first on have ended without a gap.
    var endedCount = 0
    var hasEnded: [Bool] = []
    /// Which trials have a point that was tried before.
    var isTwin: [Bool] = []
    var isOver = false
    /// The workers that have not left.
    var workers = 0
  }

  private let study: Study
  private let plannedCount: Int
  private let contents = Mutex(Contents())
  /// Signalled once for each worker that may wait, whenever a trial has ended.
  private let news = DispatchSemaphore(value: 0)
  private let waiting = Mutex(0)

  init(_ study: Study) {
    self.study = study
    plannedCount = study.plannedCount
  }

  func enter(_ workers: Int) { contents.withLock { $0.workers = workers } }

  /// One worker goes; tells how many are left.
  func leave() -> Int {
    contents.withLock { contents in
      contents.workers -= 1
      return contents.workers
    }
  }

  /// The trials that have ended, in order.
  var trials: [Study.Trial] {
    contents.withLock { contents in
      zip(contents.trials, contents.hasEnded).filter(\.1).map(\.0)
    }
  }

  private enum Next {
    case trial(Study.Trial, isKnown: Bool)
    case wait
    case nothing
  }

  /// The next trial; waits until those have ended that its point is drawn after. Nil when there are no
  /// more.
  func begin(unless isOver: () -> Bool) -> (Study.Trial, isKnown: Bool)? {
    while true {
      if isOver() { contents.withLock { $0.isOver = true } }
      switch next() {
      case .trial(let trial, let isKnown): return (trial, isKnown)
      case .nothing: return nil
      case .wait: news.wait()
      }
    }
  }

  private func next() -> Next {
    contents.withLock { contents in
      let number = contents.trials.count
      // The first trial is always made: a search without any would leave nothing.
      guard number < plannedCount, !contents.isOver || number == 0 else { return .nothing }
      let knownCount = study.knownCount(of: number)
      guard contents.endedCount >= knownCount || !study.learns(before: number) else {
        return wait()
      }
      let pending = contents.trials.dropFirst(knownCount).map(\.point)
      let point = study.point(
        of: number, after: contents.trials.prefix(knownCount), beside: pending)
      var trial = Study.Trial(
        number: number, point: point, state: .complete, loss: nil, steps: 0, course: [])
      let twin = contents.trials.first { $0.point == point }
      if let twin {
        guard contents.hasEnded[twin.number] else { return wait() }
        trial.state = twin.isComplete ? .repeated(twin.number) : twin.state
        trial.loss = twin.loss
        trial.steps = twin.steps
        trial.course = twin.course
      }
      contents.trials.append(trial)
      contents.hasEnded.append(false)
      contents.isTwin.append(twin != nil)
      return .trial(trial, isKnown: twin != nil)
    }
  }

  private func wait() -> Next {
    waiting.withLock { $0 += 1 }
    return .wait
  }

  func note(_ number: Int, step: Int, loss: Double) -> Bool {
    contents.withLock { $0.trials[number].course.append(.init(step: step, loss: loss)) }
    guard study.pruner != .none else { return true }
    return knowing(number) { contents, known in
      let others = known.filter { !contents.isTwin[$0.number] }
      return !study.pruner.stops(
        contents.trials[number].course, among: others.map { ($0.course, $0.isComplete) })
    }
  }

  func best(before number: Int) -> Double {
    knowing(number) { _, known in
      known.lazy.filter(\.isComplete).compactMap(\.loss).min() ?? .infinity
    }
  }

  /// Looks at the trials that a trial may know, once all of them have ended.
  private func knowing<Answer>(
    _ number: Int, _ look: (Contents, ArraySlice<Study.Trial>) -> Answer
  ) -> Answer {
    let knownCount = study.knownCount(of: number)
    while true {
      let answer = contents.withLock { contents -> Answer? in
        guard contents.endedCount >= knownCount else {
          waiting.withLock { $0 += 1 }
          return nil
        }
        return look(contents, contents.trials.prefix(knownCount))
      }
      if let answer { return answer }
      news.wait()
    }
  }

  func end(_ number: Int, _ outcome: Study.Outcome, _ ended: (Study.Trial) -> Void) {
    var trial = contents.withLock { $0.trials[number] }
    switch outcome {
    case .complete(let loss, let steps):
      (trial.state, trial.loss, trial.steps) = (.complete, loss, steps)
    case .pruned(let loss, let steps):
      (trial.state, trial.loss, trial.steps) = (.pruned, loss, steps)
    case .cut(let loss, let steps): (trial.state, trial.loss, trial.steps) = (.cut, loss, steps)
    case .failed(let words): trial.state = .failed(words)
    }
    if trial.loss?.isNaN ?? false { (trial.state, trial.loss) = (.failed("no figure"), nil) }
    end(trial, ended)
  }

  func end(_ trial: Study.Trial, _ ended: (Study.Trial) -> Void) {
    contents.withLock { contents in
      contents.trials[trial.number] = trial
      contents.hasEnded[trial.number] = true
      while contents.endedCount < contents.hasEnded.count, contents.hasEnded[contents.endedCount] {
        contents.endedCount += 1
      }
      ended(trial)
    }
    let count = waiting.withLock { waiting in
      defer { waiting = 0 }
      return waiting
    }
    for _ in 0..<count { news.signal() }
  }
}
