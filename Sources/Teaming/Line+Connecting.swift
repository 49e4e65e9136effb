#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

extension Line {
  /// Connects to an address within some seconds.
  static func connect(
    to address: WorkerAddress, until deadline: ContinuousClock.Instant,
    unless isUnwanted: () -> Bool
  ) throws(TeamError) -> Line {
    var problem = "nobody listens there"
    for place in try SocketPlace.all(of: address, passive: false) {
      let descriptor = place.socket()
      guard descriptor >= 0 else { continue }
      SocketOptions.set(descriptor)
      var code = place.connect(descriptor)
      if code == EINPROGRESS {
        code = ETIMEDOUT
        while ContinuousClock.now < deadline, !isUnwanted() {
          var query = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          guard unsafe poll(&query, 1, 100) > 0 else { continue }
          var size = socklen_t(MemoryLayout<Int32>.size)
          unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
          break
        }
      }
      if code == 0 { return Line(taking: descriptor, peer: place.number) }
      close(descriptor)
      problem = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    }
    throw TeamError(.unreachable, "`\(address)` cannot be reached", explanation: problem)
  }
}

/// A place that other machines can connect to.
final class LineListener: Sendable {
  /// Where it is, with the port that the system has chosen when it was to choose.
  let address: WorkerAddress
  private let descriptor: Int32

  init(at address: WorkerAddress) throws(TeamError) {
    var problem = "no such address"
    for place in try SocketPlace.all(of: address, passive: true) {
      let descriptor = place.socket()
      guard descriptor >= 0 else { continue }
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
      var on: Int32 = 1
      unsafe setsockopt(
        descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
      if place.bind(descriptor) == 0, listen(descriptor, 64) == 0 {
        self.descriptor = descriptor
        self.address = WorkerAddress(
          host: address.host, port: SocketPlace.port(of: descriptor) ?? address.port)
        return
      }
      problem = unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "error \(errno)"
      close(descriptor)
    }
    throw TeamError(
      .settings, "cannot listen on `\(address)`", explanation: problem,
      solutions: ["choose another port"])
  }

  deinit { close(descriptor) }

  /// Whoever connects within one short wait.
  func accept() -> Line? {
    var query = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&query, 1, 100) > 0 else { return nil }
    var storage = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    // The storage is large enough for every kind of address.
    let accepted = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe Self.systemAccept(descriptor, address, &size)
      }
    }
    guard accepted >= 0 else { return nil }
    return Line(taking: accepted, peer: SocketPlace.number(of: storage, size) ?? "somebody")
  }

  private static func systemAccept(
    _ descriptor: Int32, _ address: UnsafeMutablePointer<sockaddr>,
    _ size: UnsafeMutablePointer<socklen_t>
  ) -> Int32 {
    #if canImport(Darwin)
      unsafe Darwin.accept(descriptor, address, size)
    #else
      unsafe Glibc.accept(descriptor, address, size)
    #endif
  }
}

/// A numeric address of a name.
struct SocketPlace {
  private let family: Int32
  private let storage: sockaddr_storage
  private let size: socklen_t

  /// The addresses that a name has.
  static func all(
    of address: WorkerAddress, passive: Bool
  ) throws(TeamError) -> [SocketPlace] {
    var hints = unsafe addrinfo()
    #if canImport(Darwin)
      unsafe hints.ai_socktype = SOCK_STREAM
    #else
      unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    #endif
    unsafe hints.ai_flags = AI_NUMERICSERV | (passive ? AI_PASSIVE : 0)
    var list: UnsafeMutablePointer<addrinfo>?
    let code = unsafe getaddrinfo(address.host, String(address.port), &hints, &list)
    guard code == 0 else {
      let words = unsafe gai_strerror(code).map { unsafe String(cString: $0) }
      throw TeamError(
        .unreachable, "`\(address.host)` is no host that this machine knows", explanation: words)
    }
    defer { unsafe freeaddrinfo(list) }
    var places: [SocketPlace] = []
    var next = unsafe list
    // The list is the system's own and ends with nil; addresses are no longer than the storage.
    while let entry = unsafe next?.pointee {
      unsafe next = unsafe entry.ai_next
      guard let source = unsafe entry.ai_addr,
        unsafe Int(entry.ai_addrlen) <= MemoryLayout<sockaddr_storage>.size
      else { continue }
      var storage = sockaddr_storage()
      unsafe withUnsafeMutableBytes(of: &storage) { bytes in
        unsafe bytes.baseAddress?.copyMemory(from: source, byteCount: Int(entry.ai_addrlen))
      }
      places.append(
        unsafe SocketPlace(family: entry.ai_family, storage: storage, size: entry.ai_addrlen))
    }
    return places
  }

  func socket() -> Int32 {
    #if canImport(Darwin)
      Darwin.socket(family, SOCK_STREAM, 0)
    #else
      Glibc.socket(family, Int32(SOCK_STREAM.rawValue), 0)
    #endif
  }

  /// The error's number; 0 when it is connected.
  func connect(_ descriptor: Int32) -> Int32 {
    unsafe withAddress { address in
      #if canImport(Darwin)
        unsafe Darwin.connect(descriptor, address, size) == 0 ? 0 : errno
      #else
        unsafe Glibc.connect(descriptor, address, size) == 0 ? 0 : errno
      #endif
    }
  }

  func bind(_ descriptor: Int32) -> Int32 {
    unsafe withAddress { address in
      #if canImport(Darwin)
        unsafe Darwin.bind(descriptor, address, size)
      #else
        unsafe Glibc.bind(descriptor, address, size)
      #endif
    }
  }

  /// The address in digits.
  var number: String { Self.number(of: storage, size) ?? "somebody" }

  private func withAddress(_ body: (UnsafePointer<sockaddr>) -> Int32) -> Int32 {
    var storage = storage
    return unsafe withUnsafePointer(to: &storage) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0) }
    }
  }

  static func number(of storage: sockaddr_storage, _ size: socklen_t) -> String? {
    var storage = storage
    var buffer = [CChar](repeating: 0, count: 256)
    let code = unsafe withUnsafePointer(to: &storage) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe getnameinfo(address, size, &buffer, 256, nil, 0, NI_NUMERICHOST)
      }
    }
    guard code == 0 else { return nil }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The port that a socket is bound to.
  static func port(of descriptor: Int32) -> Int? {
    var storage = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let code = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe getsockname(descriptor, address, &size)
      }
    }
    guard code == 0 else { return nil }
    // Both kinds of address keep the port in the third and fourth byte, the greater first.
    return unsafe withUnsafeBytes(of: &storage) { bytes in
      unsafe Int(bytes[2]) << 8 | Int(bytes[3])
    }
  }
}
