internal import Archiving
internal import Dispatch
internal import Vocabulary

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// A program that was started from here with given words; no shell reads them.
///
/// For example: `try ChildProcess("washi", ["run", path], output: .file(log), errors: .file(log))`,
/// or, when the output is wanted at once, `try ChildProcess.output(of: "git", ["--version"])`.
struct ChildProcess: Sendable {
  /// How it ended.
  enum Ending: Sendable, Hashable {
    case exit(Int32)
    case signal(Int32)

    /// The exit code as a shell tells it: 128 and the number for a signal.
    var code: Int32 {
      switch self {
      case .exit(let code): code
      case .signal(let number): 128 + number
      }
    }
  }

  /// Where the program reads from or writes to.
  enum Stream: Sendable, Hashable {
    /// Nowhere.
    case null
    /// A file, emptied first when it is written to.
    case file(String)
    /// Something that is open here.
    case descriptor(Int32)
  }

  private let id: pid_t

  /// Starts a program, found by `PATH` when its name is no path, with this process's environment
  /// and folder; `changes` are variables that it finds otherwise.
  ///
  /// In a group of its own it does not hear Ctrl-C at the terminal: who started it passes that on.
  init(
    _ program: String, _ arguments: [String], input: Stream = .null, output: Stream,
    errors: Stream, inOwnGroup: Bool = false, changes: [String: String] = [:]
  ) throws(Refusal) {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = unsafe posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    defer {
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
    }
    for (number, stream) in [
      (STDIN_FILENO, input), (STDOUT_FILENO, output), (STDERR_FILENO, errors),
    ] {
      let flags = number == STDIN_FILENO ? O_RDONLY : O_WRONLY | O_CREAT | O_TRUNC
      switch stream {
      case .null: unsafe posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0)
      case .file(let path):
        unsafe posix_spawn_file_actions_addopen(&actions, number, path, flags, 0o600)
      case .descriptor(let open): unsafe posix_spawn_file_actions_adddup2(&actions, open, number)
      }
    }
    // What this process ignores, the child must not.
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGINT)
    unsafe sigaddset(&signals, SIGTERM)
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    unsafe Self.closeTheRest(&actions)
    unsafe posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGDEF | (inOwnGroup ? POSIX_SPAWN_SETPGROUP : 0)))
    var words: [UnsafeMutablePointer<CChar>?] = unsafe ([program] + arguments).map {
      unsafe strdup($0)
    }
    unsafe words.append(nil)
    defer { unsafe words.forEach { unsafe free($0) } }
    var variables: [UnsafeMutablePointer<CChar>?] = unsafe []
    if !changes.isEmpty {
      let all = Circumstances.variables().merging(changes) { _, changed in changed }
      let texts = all.map { "\($0.key)=\($0.value)" }
      unsafe variables = texts.map { unsafe strdup($0) }
      unsafe variables.append(nil)
    }
    defer { unsafe variables.forEach { unsafe free($0) } }
    var child: pid_t = 0
    let code =
      changes.isEmpty
      ? unsafe posix_spawnp(&child, program, &actions, &attributes, words, environ)
      : unsafe posix_spawnp(&child, program, &actions, &attributes, words, variables)
    guard code == 0 else {
      let reason = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
      throw Refusal([.error("process", "cannot start \(program): \(reason)", at: nil)])
    }
    id = child
  }

  #if canImport(Darwin)
    private static func closeTheRest(_ actions: inout posix_spawn_file_actions_t?) {}
  #else
    /// Lets the child have nothing else that is open here: a socket would keep a server's port.
    private static func closeTheRest(_ actions: inout posix_spawn_file_actions_t) {
      typealias Add =
        @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32
      // The function is in glibc since 2.34, but not among what Swift sees of it.
      guard let symbol = unsafe dlsym(nil, "posix_spawn_file_actions_addclosefrom_np") else {
        return
      }
      _ = unsafe unsafeBitCast(symbol, to: Add.self)(&actions, STDERR_FILENO + 1)
    }
  #endif

  /// The process, for whoever has to find it again after a restart.
  var identity: ProcessIdentity { ProcessIdentity(of: id) }

  /// Asks the process to stop, as Ctrl-C does.
  func interrupt() {
    kill(id, SIGINT)
  }

  /// Ends the process, and with it its group when it has one of its own, without asking.
  func end() {
    kill(-id, SIGKILL)
    kill(id, SIGKILL)
  }

  /// Waits for the end.
  func wait() -> Ending {
    var status: Int32 = 0
    while unsafe waitpid(id, &status, 0) < 0, errno == EINTR {}
    // The macros of wait(2), which Swift does not see.
    let signal = status & 0x7F
    return signal == 0 ? .exit((status >> 8) & 0xFF) : .signal(signal)
  }

  /// Waits for the end on a thread of its own.
  func ending() async -> Ending {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(returning: wait()) }
    }
  }
}
