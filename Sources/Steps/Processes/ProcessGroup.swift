internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// A program with everything that it starts: one process group, whose output comes through a pipe.
///
/// The group lives no longer than this process: a guard within it ends it when this process is gone,
/// however that came.
struct ProcessGroup: ~Copyable {
  /// How the program ended.
  enum Ending: Sendable, Hashable {
    case exit(Int32)
    case signal(Int32)
  }

  private let id: pid_t
  private let output: Int32
  private let lifeline: Int32

  /// Starts a program in a folder, with no environment but this; nothing is on its standard input.
  ///
  /// `memory` limits the address space of each process, in bytes.
  init(
    _ words: [String], in folder: String, environment: [(name: String, value: String)],
    memory: Int? = nil
  ) throws(FileError) {
    let guardian = """
      cd "$1" || exit 126
      ulimit -c 0
      if [ "$2" -gt 0 ]; then ulimit -v "$2" || exit 126; fi
      shift 2
      ( ( while read -r _ <&3; do :; done; kill -9 0 ) >/dev/null 2>&1 & )
      exec "$@" 3<&-
      """
    let kibibytes = memory.map { max(1, $0 / 1024) } ?? 0
    let arguments = ["/bin/sh", "-c", guardian, "washi", folder, "\(kibibytes)"] + words
    let variables = environment.map { "\($0.name)=\($0.value)" }
    // Between the making of a pipe and the mark that it is not inherited, no other program may start.
    (id, output, lifeline) = try Self.starting.withLock { _ throws(FileError) in
      var pipes: [Int32] = [-1, -1, -1, -1]
      try Self.open(&pipes)
      defer {
        close(pipes[1])
        close(pipes[2])
      }
      do throws(FileError) {
        let id = try Self.spawn(arguments, variables, output: pipes[1], lifeline: pipes[2])
        // Only this process holds the writing end of the lifeline, so its end is an end of file.
        return (id, pipes[0], pipes[3])
      } catch {
        close(pipes[0])
        close(pipes[3])
        throw error
      }
    }
  }

  private static let starting = Mutex(())

  deinit {
    // Whoever let go of a running program wants nothing of it any more.
    kill(-id, SIGKILL)
    close(output)
    close(lifeline)
  }

  /// Hands over the output piece by piece until the program and all that it started have ended, and
  /// tells how the program ended.
  ///
  /// `isUnwanted` is asked ten times a second; once it says yes, the group is asked to end, and made
  /// to two seconds later.
  consuming func finish(
    unless isUnwanted: () -> Bool, reading take: (ArraySlice<UInt8>) -> Void
  ) -> Ending {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    var isOpen = true
    var asked: ContinuousClock.Instant?
    var ended: ContinuousClock.Instant?
    while true {
      if isOpen {
        isOpen = read(into: &buffer, waiting: ended == nil ? 100 : 20, take)
      } else if ended == nil {
        usleep(2000)
      }
      if ended == nil, hasEnded { ended = .now }
      if let ended {
        // What the program left running may not keep the step from ending.
        if !isOpen || ContinuousClock.now - ended > .milliseconds(500) { break }
      } else if let asked {
        if ContinuousClock.now - asked > .seconds(2) { kill(-id, SIGKILL) }
      } else if isUnwanted() {
        kill(-id, SIGTERM)
        asked = .now
      }
    }
    kill(-id, SIGKILL)
    var status: Int32 = 0
    while unsafe waitpid(id, &status, 0) < 0, errno == EINTR {}
    // The macros of wait(2), which Swift does not see.
    let signal = status & 0x7F
    return signal == 0 ? .exit((status >> 8) & 0xFF) : .signal(signal)
  }

  /// Reads what there is within so many milliseconds; false at the end of the output.
  private func read(
    into buffer: inout [UInt8], waiting milliseconds: Int32, _ take: (ArraySlice<UInt8>) -> Void
  ) -> Bool {
    var query = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&query, 1, milliseconds) > 0 else { return true }
    // The buffer outlives the call and is as long as told.
    let count = unsafe buffer.withUnsafeMutableBytes {
      unsafe Self.systemRead(output, $0.baseAddress, $0.count)
    }
    if count < 0 { return errno == EINTR || errno == EAGAIN }
    guard count > 0 else { return false }
    take(buffer[..<count])
    return true
  }

  /// Whether the program has ended; it stays to be waited for, so that its number is not reused.
  private var hasEnded: Bool {
    var information = unsafe siginfo_t()
    // The information lives on this frame.
    let code = unsafe waitid(P_PID, id_t(id), &information, WEXITED | WNOHANG | WNOWAIT)
    return unsafe code == 0 && information.si_signo != 0
  }

  private static func systemRead(
    _ descriptor: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int
  ) -> Int {
    #if canImport(Glibc)
      unsafe Glibc.read(descriptor, bytes, count)
    #else
      unsafe Darwin.read(descriptor, bytes, count)
    #endif
  }

  /// Two pipes, closed when another program is started: output and lifeline, each read end first.
  private static func open(_ pipes: inout [Int32]) throws(FileError) {
    for start in [0, 2] {
      var ends: [Int32] = [-1, -1]
      // Room for the two descriptors that the call writes.
      guard unsafe pipe(&ends) == 0 else {
        let failure = FileError("a pipe")
        for descriptor in pipes where descriptor >= 0 { close(descriptor) }
        throw failure
      }
      for (offset, descriptor) in ends.enumerated() {
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        pipes[start + offset] = descriptor
      }
    }
  }

  private static func spawn(
    _ arguments: [String], _ environment: [String], output: Int32, lifeline: Int32
  ) throws(FileError) -> pid_t {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = unsafe posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    // Both live on this frame and are destroyed on every way out.
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    defer {
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
    }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
    unsafe posix_spawn_file_actions_adddup2(&actions, output, 2)
    unsafe posix_spawn_file_actions_adddup2(&actions, lifeline, 3)
    // Ctrl-C is for this process, which ends the group itself; what it ignores the program must not.
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGPIPE, SIGXFSZ] { unsafe sigaddset(&signals, number) }
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    unsafe posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF))
    // The words are freed when the call has copied them.
    var words: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) }
    unsafe words.append(nil)
    var variables: [UnsafeMutablePointer<CChar>?] = unsafe environment.map { unsafe strdup($0) }
    unsafe variables.append(nil)
    defer { unsafe (words + variables).forEach { unsafe free($0) } }
    var child: pid_t = 0
    let code = unsafe posix_spawn(&child, arguments[0], &actions, &attributes, words, variables)
    guard code == 0 else {
      errno = code
      throw FileError(arguments[0])
    }
    return child
  }
}
