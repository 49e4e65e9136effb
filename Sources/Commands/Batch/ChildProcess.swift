internal import Dispatch
internal import Vocabulary

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// A program started from here in a process group of its own, its output in files.
struct ChildProcess: Sendable {
  /// How it ended.
  enum Ending: Sendable, Hashable {
    case exit(Int32)
    case signal(Int32)
  }

  private let id: pid_t

  /// Starts a program with this process's environment and folder.
  init(
    _ program: String, _ arguments: [String], output: String, errors: String
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
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    let flags = O_WRONLY | O_CREAT | O_TRUNC
    unsafe posix_spawn_file_actions_addopen(&actions, 1, output, flags, 0o600)
    unsafe posix_spawn_file_actions_addopen(&actions, 2, errors, flags, 0o600)
    // Ctrl-C is for the batch, which passes it on once; what it ignores itself the child must not.
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGINT)
    unsafe sigaddset(&signals, SIGTERM)
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    unsafe posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF))
    var words: [UnsafeMutablePointer<CChar>?] = unsafe ([program] + arguments).map {
      unsafe strdup($0)
    }
    unsafe words.append(nil)
    defer { unsafe words.forEach { unsafe free($0) } }
    var child: pid_t = 0
    let code = unsafe posix_spawn(&child, program, &actions, &attributes, words, environ)
    guard code == 0 else {
      let reason = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
      throw Refusal([.error("process", "cannot start \(program): \(reason)", at: nil)])
    }
    id = child
  }

  /// Asks the process to stop, as Ctrl-C does.
  func interrupt() {
    kill(id, SIGINT)
  }

  /// Waits for the end, on a thread of its own.
  func ending() async -> Ending {
    await withCheckedContinuation { continuation in
      let id = id
      DispatchQueue.global().async {
        var status: Int32 = 0
        while unsafe waitpid(id, &status, 0) < 0, errno == EINTR {}
        // The macros of wait(2), which Swift does not see.
        let signal = status & 0x7F
        continuation.resume(
          returning: signal == 0 ? .exit((status >> 8) & 0xFF) : .signal(signal))
      }
    }
  }
}
