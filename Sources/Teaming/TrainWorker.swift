internal import Learning
internal import LightGBM
internal import Synchronization
public import Vocabulary

/// A machine that trains for others: it listens for steps, does one training after the other together
/// with its colleagues, and goes back to listening whatever becomes of them.
///
/// For example: `try TrainWorker(settings).run(unless: { isOver }) { print($0) }`.
///
/// It does nothing but train: what arrives is numbers, names and settings of LightGBM's, from somebody
/// who has proved to have the secret.
public final class TrainWorker: Sendable {
  /// How a worker works.
  public struct Settings: Sendable {
    /// Where it listens for steps and for its colleagues.
    public var address: WorkerAddress
    /// Where a step waits for workers; nil when steps come here.
    public var meeting: WorkerAddress?
    /// The secret that it shares with steps and colleagues.
    public var token: WorkerToken
    /// Threads that LightGBM may use.
    public var threads: Int
    /// The most bytes that the rows of a training may take.
    public var memory: Int
    /// Where LightGBM is looked for.
    public var lightGBM: LibrarySearch
    /// The version of washi.
    public var version: String
    /// Whether it ends after one training.
    public var isForOne = false

    /// Settings of a worker.
    public init(
      address: WorkerAddress, meeting: WorkerAddress? = nil, token: WorkerToken, threads: Int,
      memory: Int, lightGBM: LibrarySearch, version: String
    ) {
      self.address = address
      self.meeting = meeting
      self.token = token
      self.threads = threads
      self.memory = memory
      self.lightGBM = lightGBM
      self.version = version
    }
  }

  private let settings: Settings
  private let listener: LineListener
  /// LightGBM's version here.
  public let engineVersion: String
  private let state = Mutex(State())

  private struct State {
    /// The training at work, or being taken.
    var current: String?
    /// How many strangers are being talked to.
    var strangers = 0
    var hasTrained = false
    /// Colleagues that have come, by training and rank.
    var colleagues: [String: [Int: Line]] = [:]
  }

  /// Where it listens, with the port that the system has chosen when it was to choose.
  public var address: WorkerAddress { listener.address }

  /// A worker that listens already; throws when it cannot, or when there is no LightGBM.
  public init(_ settings: Settings) throws(TeamError) {
    self.settings = settings
    do throws(LightGBMError) {
      engineVersion = try Library.load(settings.lightGBM).description.version
    } catch {
      throw TeamError(.settings, error.message, solutions: error.solutions)
    }
    listener = try LineListener(at: settings.address)
  }

  /// Works until it is not wanted any more; `report` is told what happens, from several threads.
  public func run(
    unless isUnwanted: @escaping @Sendable () -> Bool, report: @escaping @Sendable (String) -> Void
  ) {
    if let meeting = settings.meeting {
      BackgroundThread.start { [self] in offer(at: meeting, unless: isUnwanted, report) }
    }
    while !isUnwanted() {
      if state.withLock({ settings.isForOne && $0.hasTrained && $0.current == nil }) { return }
      guard let line = listener.accept() else { continue }
      // Somebody who opens connections and says nothing must not take all there are.
      let mayTalk = state.withLock { state in
        guard state.strangers < 32 else { return false }
        state.strangers += 1
        return true
      }
      guard mayTalk else { continue }
      BackgroundThread.start { [self] in
        defer { state.withLock { $0.strangers -= 1 } }
        greet(line, unless: isUnwanted, report)
      }
    }
    // What is at work notices within a second that it is not wanted.
    var pause = Pause()
    let limit = ContinuousClock.now + .seconds(3)
    while state.withLock({ $0.current != nil }), ContinuousClock.now < limit { pause.take() }
  }

  private func introduction(_ role: Introduction.Role) -> Introduction {
    Introduction(role: role, washi: settings.version, lightGBM: engineVersion)
  }

  // MARK: Who comes

  private func greet(
    _ line: Line, unless isUnwanted: @escaping @Sendable () -> Bool,
    _ report: @escaping @Sendable (String) -> Void
  ) {
    let mine = WorkerToken.nonce().prefix(8).map { String($0, radix: 16) }.joined()
    var hasTaken = false
    do throws(TeamError) {
      let other = try Greeting(token: settings.token).answer(line, as: introduction(.worker)) {
        other in
        switch other.role {
        case .worker:
          return TeamError(.refused, "this is a worker, too, and no place where a step waits")
        case .colleague:
          let isExpected = state.withLock {
            $0.current == other.training && other.training != nil && other.rank != nil
          }
          return isExpected ? nil : TeamError(.refused, "this worker is not part of that training")
        case .step:
          hasTaken = take(mine)
          return hasTaken ? nil : TeamError(.busy, "this worker trains for another step")
        }
      }
      guard other.role == .step else {
        guard let training = other.training, let rank = other.rank else { return }
        state.withLock { state in
          if state.current == training { state.colleagues[training, default: [:]][rank] = line }
        }
        return
      }
    } catch {
      if hasTaken { leave() }
      if error.kind != .busy, error.kind != .closed {
        report("turned away \(line.peer): \(error)")
      }
      return
    }
    work(on: line, unless: isUnwanted, report)
  }

  /// Goes to a place where steps wait, again and again.
  private func offer(
    at meeting: WorkerAddress, unless isUnwanted: @escaping @Sendable () -> Bool,
    _ report: @escaping @Sendable (String) -> Void
  ) {
    var last = ""
    while !isUnwanted() {
      if state.withLock({ settings.isForOne && $0.hasTrained }) { return }
      let mine = WorkerToken.nonce().prefix(8).map { String($0, radix: 16) }.joined()
      if take(mine) {
        var hasLine = false
        do throws(TeamError) {
          let line = try Line.connect(
            to: meeting, until: .now + .seconds(5), unless: isUnwanted)
          var own = introduction(.worker)
          own.address = address
          _ = try Greeting(token: settings.token).open(line, as: own)
          hasLine = true
          last = ""
          work(on: line, unless: isUnwanted, report)
        } catch {
          if !hasLine { leave() }
          // Nobody waits most of the time: that is not worth a line.
          let words = "\(error)"
          if error.kind == .refused || error.kind == .damaged, words != last {
            report("turned away by \(meeting): \(words)")
            last = words
          }
        }
      }
      var wait = Pause()
      let until = ContinuousClock.now + .milliseconds(500)
      while ContinuousClock.now < until, !isUnwanted() { wait.take() }
    }
  }

  /// Whether the worker is free and now taken.
  private func take(_ name: String) -> Bool {
    state.withLock { state in
      guard state.current == nil, !(settings.isForOne && state.hasTrained) else { return false }
      state.current = name
      return true
    }
  }

  private func leave() {
    state.withLock { state in
      state.current = nil
      state.colleagues = [:]
    }
  }

  // MARK: One training

  private func work(
    on line: Line, unless isUnwanted: @escaping @Sendable () -> Bool,
    _ report: @escaping @Sendable (String) -> Void
  ) {
    let job = WorkerJob(
      on: line, settings, from: line.peer,
      expecting: { [self] id in state.withLock { $0.current = id } },
      colleague: { [self] id, rank in
        state.withLock { $0.colleagues[id]?.removeValue(forKey: rank) }
      }, unless: isUnwanted, report)
    let hasTrained = job.run()
    state.withLock { $0.hasTrained = $0.hasTrained || hasTrained }
    leave()
  }
}
