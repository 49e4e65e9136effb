internal import Synchronization

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// A connection to another machine. Reading and writing wait in short pieces, so that a wish to stop
/// is heard.
final class Line: Sendable {
  /// The other side's number, for people who look for it.
  let peer: String
  private let descriptor: Int32
  private let sending = Mutex(())
  private let reader: Mutex<FrameReader>

  /// How long one wait takes at most, in milliseconds.
  private static let tick: Int32 = 100

  init(taking descriptor: Int32, peer: String) {
    self.descriptor = descriptor
    self.peer = peer
    reader = Mutex(FrameReader(limit: Frame.strangerLimit))
    SocketOptions.set(descriptor)
  }

  deinit { close(descriptor) }

  /// The other side is known now: its messages may be long.
  func trust() {
    reader.withLock { $0.limit = Frame.limit }
  }

  /// Ends the connection for both directions; whoever waits on it wakes up.
  func end() {
    shutdown(descriptor, Int32(SHUT_RDWR))
  }

  // MARK: Messages

  /// Sends a message whole.
  func send(_ frame: Frame, unless isUnwanted: () -> Bool) throws(TeamError) {
    let bytes = frame.bytes
    try sending.withLock { (_) throws(TeamError) in
      try write(bytes, unless: isUnwanted)
    }
  }

  /// Says that this side is alive, unless it is just sending something, which says it as well.
  func sayAlive() {
    _ = sending.withLockIfAvailable { _ in
      var query = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      guard unsafe poll(&query, 1, 0) == 1, query.revents & Int16(POLLOUT) != 0 else { return }
      // Some bytes always fit where the system says that it can be written to.
      _ = try? write(Frame(.alive).bytes, unless: { false })
    }
  }

  /// The next message within one short wait; nil when there is none yet.
  func receive() throws(TeamError) -> Frame? {
    try reader.withLock { (reader) throws(TeamError) -> Frame? in
      if let frame = try reader.next() { return frame }
      guard wait(for: POLLIN) else { return nil }
      var buffer = [UInt8](repeating: 0, count: 1 << 18)
      let count = read(into: &buffer, 0, buffer.count)
      guard count != 0 else { throw TeamError.closed }
      if count > 0 { reader.add(buffer[..<count]) }
      return try reader.next()
    }
  }

  /// The next message, waited for until `deadline`.
  func receive(until deadline: ContinuousClock.Instant) throws(TeamError) -> Frame {
    while ContinuousClock.now < deadline {
      if let frame = try receive() { return frame }
    }
    throw TeamError(.silent, "the other side says nothing")
  }

  private func write(_ bytes: [UInt8], unless isUnwanted: () -> Bool) throws(TeamError) {
    var sent = 0
    while sent < bytes.count {
      if isUnwanted() { throw TeamError.unwanted }
      guard wait(for: POLLOUT) else { continue }
      let count = write(bytes, sent)
      guard count >= 0 else { throw TeamError.closed }
      sent += count
    }
  }

  // MARK: Bytes, for exchanges among many

  /// What can be done with the connection: wait until `poll` says so.
  func query(reading: Bool, writing: Bool) -> pollfd {
    pollfd(
      fd: descriptor, events: Int16((reading ? POLLIN : 0) | (writing ? POLLOUT : 0)), revents: 0)
  }

  /// Reads into `buffer` from `start` to `end`: the number of bytes, 0 at the end of the connection, -1
  /// when there are none now.
  func read(into buffer: inout [UInt8], _ start: Int, _ end: Int) -> Int {
    // The slice lies within the buffer.
    let count = unsafe buffer.withUnsafeMutableBytes { bytes in
      unsafe recv(descriptor, bytes.baseAddress.map { unsafe $0 + start }, end - start, 0)
    }
    if count > 0 { return count }
    return count < 0 && (errno == EAGAIN || errno == EINTR) ? -1 : 0
  }

  /// Writes from `start` on: the number of bytes written, -1 when the connection has ended.
  func write(_ bytes: [UInt8], _ start: Int) -> Int {
    #if canImport(Darwin)
      let flags: Int32 = 0
    #else
      let flags = Int32(MSG_NOSIGNAL)
    #endif
    // The slice lies within the bytes.
    let count = unsafe bytes.withUnsafeBytes { source in
      unsafe Self.systemSend(
        descriptor, source.baseAddress.map { unsafe $0 + start },
        min(1 << 20, source.count - start),
        flags)
    }
    if count >= 0 { return count }
    return errno == EAGAIN || errno == EINTR ? 0 : -1
  }

  private static func systemSend(
    _ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int, _ flags: Int32
  ) -> Int {
    #if canImport(Darwin)
      unsafe Darwin.send(descriptor, bytes, count, flags)
    #else
      unsafe Glibc.send(descriptor, bytes, count, flags)
    #endif
  }

  private func wait(for event: Int32) -> Bool {
    var query = pollfd(fd: descriptor, events: Int16(event), revents: 0)
    return unsafe poll(&query, 1, Self.tick) > 0
  }
}

/// What every connection has: it never waits by itself, is not inherited, and sends small messages at once.
enum SocketOptions {
  static func set(_ descriptor: Int32) {
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    var on: Int32 = 1
    let size = socklen_t(MemoryLayout<Int32>.size)
    unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, size)
    #if canImport(Darwin)
      unsafe setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &on, size)
    #endif
  }
}
