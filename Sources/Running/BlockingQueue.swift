#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Things in order of arrival; taking waits until there is one or the queue is closed.
// All state is touched under the POSIX mutex, which must not move: hence a class with pointers.
@safe final class BlockingQueue<Element: Sendable>: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let arrival = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var elements: [Element] = []
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

  func add(_ element: Element) {
    unsafe pthread_mutex_lock(mutex)
    elements.append(element)
    unsafe pthread_cond_signal(arrival)
    unsafe pthread_mutex_unlock(mutex)
  }

  func next() -> Element? {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    while elements.isEmpty, !isClosed { unsafe pthread_cond_wait(arrival, mutex) }
    return elements.isEmpty ? nil : elements.removeFirst()
  }

  func close() {
    unsafe pthread_mutex_lock(mutex)
    isClosed = true
    unsafe pthread_cond_broadcast(arrival)
    unsafe pthread_mutex_unlock(mutex)
  }
}
