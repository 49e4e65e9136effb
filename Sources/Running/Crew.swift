internal import Steps

/// Who does the work of steps: the caller itself, or several threads side by side.
final class Crew {
  /// What a job has come to.
  enum Yield: Sendable {
    /// A step has run.
    case ran(StepWork.Yield)
    /// An earlier result is in the engine; nil when the cache has lost it.
    case restored(StepWork.Yield?)
    /// A job that goes on has something to say.
    case told(RunEvent)
  }

  /// How many jobs may run at the same time.
  let size: Int
  private let inbox = BlockingQueue<(Int, Yield)>()
  private let outbox = BlockingQueue<@Sendable () -> Void>()
  /// The jobs at work, with the bytes that each is taken to need.
  private var busy: [Int: Int] = [:]
  private let cores: Int
  private let memory: Int

  init(_ size: Int, cores: Int, memory: Int) {
    self.size = max(1, size)
    self.cores = max(1, cores)
    self.memory = memory
    guard self.size > 1 else { return }
    for _ in 0..<self.size { WorkerThread.start(taking: outbox) }
  }

  deinit {
    outbox.close()
  }

  /// Threads that the next job may use: those that are left over, at least one.
  var threads: Int { max(1, cores - busy.count) }

  /// Takes a message of a job.
  var feed: @Sendable (Int, RunEvent) -> Void {
    let inbox = inbox
    return { inbox.add(($0, .told($1))) }
  }

  /// Whether one more job may start, which needs so many bytes; alone, every job may.
  func isFree(for bytes: Int) -> Bool {
    busy.isEmpty || (busy.count < size && busy.values.reduce(bytes, +) <= memory)
  }

  /// Starts a job for the step at this place; alone, it is done at once.
  func start(_ index: Int, _ bytes: Int, _ job: @escaping @Sendable () -> Yield) {
    busy[index] = bytes
    let inbox = inbox
    if size > 1 {
      outbox.add { inbox.add((index, job())) }
    } else {
      inbox.add((index, job()))
    }
  }

  /// The next thing that a job has to say; nil when none is at work.
  func next() -> (Int, Yield)? {
    guard !busy.isEmpty, let (index, yield) = inbox.next() else { return nil }
    if case .told = yield { return (index, yield) }
    busy[index] = nil
    return (index, yield)
  }
}
