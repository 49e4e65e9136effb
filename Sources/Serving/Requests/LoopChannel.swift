internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import Synchronization

/// Answers the requests of a connection on the thread that reads and writes it: handing every part of a
/// request to another thread and back would cost more than scoring a row.
///
/// What takes longer than a page goes to a thread of its own, by `blocking`.
struct LoopChannel<Base: ServerChildChannel>: ServerChildChannel {
  let base: Base

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
    base.setup(channel: channel, logger: logger)
  }

  func handle(value: Base.Value, logger: Logger) async {
    let base = base
    await withTaskExecutorPreference(LoopExecutor.of(value.channel.eventLoop)) {
      await base.handle(value: value, logger: logger)
    }
  }
}

/// Runs tasks on the thread of an event loop.
final class LoopExecutor: TaskExecutor {
  private let loop: any EventLoop
  private static let known = Mutex<[ObjectIdentifier: LoopExecutor]>([:])

  private init(_ loop: any EventLoop) {
    self.loop = loop
  }

  /// The one executor of a loop; it lives as long as the process, as the loops do.
  static func of(_ loop: any EventLoop) -> LoopExecutor {
    known.withLock { known in
      if let executor = known[ObjectIdentifier(loop)] { return executor }
      let executor = LoopExecutor(loop)
      known[ObjectIdentifier(loop)] = executor
      return executor
    }
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    loop.execute { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
