/// A serial executor on a thread of its own.
///
/// Engines block for seconds; on a thread of their own they never keep Swift's cooperative threads
/// from other work. The thread ends when the executor goes.
final class EngineThread: SerialExecutor {
  private let jobs = WorkerThread.Jobs()

  init() {
    WorkerThread.start(taking: jobs)
  }

  deinit {
    jobs.close()
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = unsafe asUnownedSerialExecutor()
    jobs.add { unsafe job.runSynchronously(on: executor) }
  }
}
