internal import Archiving
internal import Synchronization
internal import Vocabulary

/// Many runs of one notebook, each a process of its own.
final class Batch: Sendable {
  /// One set, to be run.
  struct Task: Sendable {
    /// What changes, as `name value`.
    var assignments: [BatchSets.Assignment]
    var edition: String
    /// Whether its report compares with earlier editions, which then must have ended before.
    var looksBack = false
    /// The arguments of the process.
    var arguments: [String]
  }

  /// How a set ended.
  struct Outcome: Sendable {
    var task: Task
    var state: State
    /// What the run said of itself; nil when it could not.
    var facts: ChildFacts?
    /// What it wrote for people.
    var errors = ""
    var duration: Duration?
  }

  /// How a set ended, in a word.
  enum State: String, Sendable, Encodable {
    case done
    case unchanged
    case failed
    case refused
    case interrupted
    case skipped
    case notRun = "not run"
  }

  private struct Shared {
    var running: [Int: ChildProcess] = [:]
    var starts: [Int: ContinuousClock.Instant] = [:]
    var isStopped = false
    var ended = 0
    var failed = 0
  }

  private let program: String
  private let folder: String
  private let console: Console
  private let isQuiet: Bool
  private let shared = Mutex(Shared())
  private let record: BatchRecord
  private let variables: [String: String]
  private let leash = Leash()

  /// A batch whose processes run `program` with these variables of the environment changed, and leave
  /// their output below `folder` until they are read.
  init(
    running program: String, in folder: String, on console: Console, isQuiet: Bool,
    noting record: BatchRecord, variables: [String: String] = [:]
  ) {
    self.variables = variables
    self.record = record
    self.program = program
    self.folder = folder
    self.console = console
    self.isQuiet = isQuiet
  }

  /// Starts nothing more, and asks what runs to stop.
  func cancel() {
    let running = shared.withLock { shared in
      shared.isStopped = true
      return Array(shared.running.values)
    }
    for child in running { child.interrupt() }
  }

  /// Runs the tasks, so many at a time; outcomes in the order of the tasks.
  func run(_ tasks: [Task], jobs: Int, failsFast: Bool) async -> [Outcome] {
    var outcomes: [Outcome?] = Array(repeating: nil, count: tasks.count)
    let ticker = watch(tasks)
    var queue = EditionQueue(tasks.map(\.edition), isOrdered: tasks.contains(where: \.looksBack))
    await withTaskGroup(of: (Int, Outcome).self) { group in
      var free = max(1, min(jobs, tasks.count))
      func start() {
        while free > 0, let index = queue.next() {
          free -= 1
          group.addTask { (index, await self.outcome(of: tasks[index], index)) }
        }
      }
      start()
      while let (index, outcome) = await group.next() {
        free += 1
        queue.end(index)
        outcomes[index] = outcome
        if outcome.state != .notRun { record.note(outcome) }
        tell(outcome, of: tasks.count)
        if failsFast, outcome.state == .failed || outcome.state == .refused {
          shared.withLock { $0.isStopped = true }
        }
        start()
      }
    }
    ticker?.cancel()
    await ticker?.value
    console.status("")
    return outcomes.compactMap { $0 }
  }

  private func outcome(of task: Task, _ index: Int) async -> Outcome {
    let output = "\(folder)/\(index).out"
    let errors = "\(folder)/\(index).err"
    let events = self.events(of: index)
    let start = ContinuousClock.now
    var outcome = Outcome(task: task, state: .notRun)
    let child: ChildProcess
    do throws(Refusal) {
      // Under the lock, so that a stop reaches every process that was started before it.
      let started = try shared.withLock { shared throws(Refusal) -> ChildProcess? in
        if shared.isStopped { return nil }
        let child = try ChildProcess(
          program, task.arguments + ["--events", events], input: leash.end,
          output: .file(output), errors: .file(errors), inOwnGroup: true, changes: variables)
        shared.running[index] = child
        shared.starts[index] = start
        return child
      }
      guard let started else { return outcome }
      child = started
    } catch {
      outcome.state = .failed
      outcome.errors = error.diagnostics.rendered(in: [:])
      return outcome
    }
    let ending = await child.ending()
    shared.withLock { $0.running[index] = nil }
    outcome.duration = .now - start
    outcome.facts = (try? Files.bytes(of: output)).flatMap(ChildFacts.init)
    outcome.errors = String(decoding: (try? Files.bytes(of: errors)) ?? [], as: UTF8.self)
    switch ending {
    case .exit(ExitStatus.done.rawValue):
      outcome.state = outcome.facts?.isNew == false ? .unchanged : .done
    case .exit(ExitStatus.refused.rawValue): outcome.state = .refused
    case .exit(ExitStatus.interrupted.rawValue), .exit(ExitStatus.terminated.rawValue):
      outcome.state = .interrupted
    case .exit: outcome.state = .failed
    case .signal(let number):
      let wasAsked = shared.withLock { $0.isStopped } && number == 2
      outcome.state = wasAsked ? .interrupted : .failed
      if !wasAsked { outcome.errors += "the process was ended by signal \(number)\n" }
    }
    for file in [output, errors, events] { Files.remove(file) }
    return outcome
  }

  /// A line for a set that ended, and the line of the whole.
  private func tell(_ outcome: Outcome, of count: Int) {
    guard outcome.state != .notRun else { return }
    let ended = shared.withLock { shared in
      shared.ended += 1
      if outcome.state == .failed || outcome.state == .refused { shared.failed += 1 }
      return shared.ended
    }
    if outcome.state == .failed || outcome.state == .refused || !isQuiet {
      let time = outcome.duration.map { "  \(Amounts.duration($0))" } ?? ""
      let number =
        String(repeating: " ", count: "\(count)".count - "\(ended)".count) + "\(ended)/\(count)"
      let style: Console.Style =
        switch outcome.state {
        case .done, .unchanged: .green
        case .failed, .refused: .red
        default: .yellow
        }
      console.note(
        "\(number)  \(outcome.task.edition)  \(console.styled(outcome.state.rawValue, style))\(time)"
      )
      if outcome.state == .failed || outcome.state == .refused, !outcome.errors.isEmpty {
        console.note(
          outcome.errors.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n"))
      }
    }
  }

  // MARK: What a terminal shows meanwhile

  /// Where a run tells how far it is.
  private func events(of index: Int) -> String { "\(folder)/\(index).events" }

  /// Draws the sets that are at work, five times a second, where somebody watches.
  private func watch(_ tasks: [Task]) -> _Concurrency.Task<Void, Never>? {
    guard console.isTerminal, !isQuiet else { return nil }
    let begin = ContinuousClock.now
    return _Concurrency.Task.detached {
      while !_Concurrency.Task.isCancelled {
        self.console.status(self.table(of: tasks, since: begin))
        try? await _Concurrency.Task.sleep(for: .milliseconds(200))
      }
    }
  }

  /// A line for every set that is at work, and one for the whole.
  private func table(of tasks: [Task], since begin: ContinuousClock.Instant) -> [String] {
    let (starts, ended, failed) = shared.withLock { shared in
      (shared.starts.filter { shared.running[$0.key] != nil }, shared.ended, shared.failed)
    }
    let shown = starts.sorted { $0.key < $1.key }.prefix(Self.shownSets)
    var rows = shown.map { index, start in
      let position = RunPosition(reading: events(of: index))
      return [
        "  " + tasks[index].edition,
        position.count > 0 ? "\(min(position.ended + 1, position.count))/\(position.count)" : "",
        position.step ?? "", Amounts.duration(.now - start),
      ]
    }
    if rows.isEmpty { rows = [[""]] }
    var lines = TextTable(rows: rows, numeric: [1, 3]).lines
    if starts.count > shown.count { lines.append("  and \(starts.count - shown.count) more") }
    var whole = "\(ended) of \(tasks.count) done" + (failed > 0 ? ", \(failed) failed" : "")
    whole += ", \(starts.count) running, \(Amounts.duration(.now - begin))"
    if ended > 1, ended < tasks.count {
      let rest = (.now - begin) / ended * (tasks.count - ended)
      whole += ", about \(Amounts.duration(rest)) to go"
    }
    return lines.filter { !$0.isEmpty } + [whole]
  }

  /// More sets than this are not shown one by one while they run.
  private static let shownSets = 10
}
