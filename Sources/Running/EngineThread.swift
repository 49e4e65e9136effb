internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// A serial executor on a thread of its own, with a stack that deep SQL does not exhaust.
///
/// Engines block for seconds; on a thread of their own they never keep Swift's cooperative threads
/// from other work. The thread ends when the executor goes.
final class EngineThread: SerialExecutor {
  private let queue = JobQueue()

  init() {
    let queue = queue
    var attributes = pthread_attr_t()
    // The attributes live on this frame until the thread is there.
    unsafe pthread_attr_init(&attributes)
    defer { unsafe pthread_attr_destroy(&attributes) }
    unsafe pthread_attr_setstacksize(&attributes, 64 << 20)
    unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    // The queue is retained for the thread, which releases it at its end.
    let context = unsafe Unmanaged.passRetained(queue).toOpaque()
    #if canImport(Glibc)
      var thread = pthread_t()
    #else
      var thread: pthread_t?
    #endif
    unsafe pthread_create(&thread, &attributes, Self.main, context)
  }

  deinit {
    queue.close()
  }

  private static let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = {
    guard let context = unsafe $0 else { return nil }
    let queue = unsafe Unmanaged<JobQueue>.fromOpaque(context).takeRetainedValue()
    while let work = queue.next() { work() }
    return nil
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = unsafe asUnownedSerialExecutor()
    queue.add { unsafe job.runSynchronously(on: executor) }
  }
}

/// Jobs in order of arrival; taking waits until there is one or the queue is closed.
// All state is touched under the POSIX mutex, which must not move: hence a class with pointers.
@safe private final class JobQueue: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let arrival = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var jobs: [@Sendable () -> Void] = []
  private var isClosed = false

  init() {
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(arrival, nil)
  }

  deinit {
    unsafe pthread_cond_destroy(arrival)
    unsafe pthread_mutex_destroy(mutex)
    unsafe arrival.deallocate()
    unsafe mutex.deallocate()
  }

  func add(_ job: @escaping @Sendable () -> Void) {
    unsafe pthread_mutex_lock(mutex)
    jobs.append(job)
    unsafe pthread_cond_signal(arrival)
    unsafe pthread_mutex_unlock(mutex)
  }

  func next() -> (@Sendable () -> Void)? {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    while jobs.isEmpty, !isClosed { unsafe pthread_cond_wait(arrival, mutex) }
    return jobs.isEmpty ? nil : jobs.removeFirst()
  }

  func close() {
    unsafe pthread_mutex_lock(mutex)
    isClosed = true
    unsafe pthread_cond_signal(arrival)
    unsafe pthread_mutex_unlock(mutex)
  }
}
