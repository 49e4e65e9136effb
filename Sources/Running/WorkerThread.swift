#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// A thread that does the jobs of a queue until the queue is closed, with a stack that deep SQL does
/// not exhaust.
enum WorkerThread {
  /// Jobs in order of arrival.
  typealias Jobs = BlockingQueue<@Sendable () -> Void>

  /// Starts a thread that takes jobs.
  static func start(taking jobs: Jobs) {
    var attributes = pthread_attr_t()
    // The attributes live on this frame until the thread is there.
    unsafe pthread_attr_init(&attributes)
    defer { unsafe pthread_attr_destroy(&attributes) }
    unsafe pthread_attr_setstacksize(&attributes, 64 << 20)
    unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    // The queue is retained for the thread, which releases it at its end.
    let context = unsafe Unmanaged.passRetained(jobs).toOpaque()
    #if canImport(Glibc)
      var thread = pthread_t()
    #else
      var thread: pthread_t?
    #endif
    unsafe pthread_create(&thread, &attributes, main, context)
  }

  private static let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = {
    guard let context = unsafe $0 else { return nil }
    let jobs = unsafe Unmanaged<Jobs>.fromOpaque(context).takeRetainedValue()
    while let work = jobs.next() { work() }
    return nil
  }
}
