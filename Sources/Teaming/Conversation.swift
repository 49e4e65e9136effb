internal import Synchronization

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// A line on which both sides say every second that they are alive, whatever else they do.
///
/// For example: a worker that trains for a minute says nothing else meanwhile; one whose machine
/// stands still says nothing at all, and is known to be gone after `silence`.
final class Conversation: Sendable {
  let line: Line
  /// How long nothing may be heard.
  private let silence: Duration
  private let state = Mutex(State())

  private struct State {
    var frames: [Frame] = []
    var failure: TeamError?
    var isOver = false
  }

  /// Messages that wait to be taken; the other side waits when there are more.
  private static let room = 8

  init(on line: Line, silence: Duration) {
    self.line = line
    self.silence = silence
    BackgroundThread.start { [self] in listen() }
  }

  /// Why nothing more can be said, when that is so.
  var failure: TeamError? { state.withLock { $0.failure } }

  /// Sends a message, unless it is not wanted any more or the other side is gone.
  func send(_ frame: Frame, unless isUnwanted: () -> Bool) throws(TeamError) {
    do throws(TeamError) {
      try line.send(frame) { isUnwanted() || failure != nil }
    } catch {
      throw failure ?? error
    }
  }

  /// The next message, when there is one; throws when there can be none.
  func next() throws(TeamError) -> Frame? {
    let (frame, failure) = state.withLock { state in
      (state.frames.isEmpty ? nil : state.frames.removeFirst(), state.failure)
    }
    if let frame { return frame }
    if let failure { throw failure }
    return nil
  }

  /// The next message, waited for.
  func next(unless isUnwanted: () -> Bool) throws(TeamError) -> Frame {
    var pause = Pause()
    while true {
      if let frame = try next() { return frame }
      if isUnwanted() { throw TeamError.unwanted }
      pause.take()
    }
  }

  /// Ends the conversation; the other side notices.
  func end() {
    state.withLock { $0.isOver = true }
    line.end()
  }

  private func listen() {
    var heard = ContinuousClock.now
    var said = ContinuousClock.now
    while true {
      let (isOver, isFull) = state.withLock { ($0.isOver, $0.frames.count >= Self.room) }
      if isOver { return }
      let now = ContinuousClock.now
      if now - said >= .seconds(1) {
        line.sayAlive()
        said = now
      }
      if isFull {
        heard = now
        usleep(1000)
        continue
      }
      do throws(TeamError) {
        if let frame = try line.receive() {
          heard = .now
          if frame.kind != .alive { state.withLock { $0.frames.append(frame) } }
        } else if ContinuousClock.now - heard > silence {
          throw TeamError(
            .silent, "nothing has been heard for \(Self.words(silence))")
        }
      } catch {
        state.withLock { $0.failure = error }
        line.end()
        return
      }
    }
  }

  private static func words(_ duration: Duration) -> String {
    let seconds =
      Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    return seconds == seconds.rounded() ? "\(Int(seconds)) s" : "\(seconds) s"
  }
}

/// Short waits that grow, so that a long wait costs little and a short one is short.
struct Pause {
  private var microseconds: UInt32 = 500

  mutating func take() {
    usleep(microseconds)
    microseconds = min(20_000, microseconds * 2)
  }
}

/// A thread of its own for work that waits.
enum BackgroundThread {
  private final class Work: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) {
      self.body = body
    }
  }

  static func start(_ body: @escaping @Sendable () -> Void) {
    var attributes = pthread_attr_t()
    // The attributes live on this frame until the thread is there.
    unsafe pthread_attr_init(&attributes)
    defer { unsafe pthread_attr_destroy(&attributes) }
    unsafe pthread_attr_setstacksize(&attributes, 1 << 20)
    unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    // The work is retained for the thread, which releases it at its end.
    let context = unsafe Unmanaged.passRetained(Work(body)).toOpaque()
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    unsafe pthread_create(&thread, &attributes, main, context)
  }

  private static let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = {
    guard let context = unsafe $0 else { return nil }
    let work = unsafe Unmanaged<Work>.fromOpaque(context).takeRetainedValue()
    work.body()
    return nil
  }
}
