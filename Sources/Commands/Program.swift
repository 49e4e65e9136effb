#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// A program that runs to its end with given words and input; no shell reads them.
///
/// For example: `Program.run("git", ["--version"])?.output`.
enum Program {
  /// What a program left.
  struct Outcome: Sendable {
    /// Its exit code; 128 and the signal's number when one ended it.
    var status: Int32
    var output: [UInt8]
    var errors: String
  }

  /// Runs a program that is found by `PATH`; nil when there is none of this name.
  static func run(
    _ program: String, _ arguments: [String], input: [UInt8] = []
  ) -> Outcome? {
    // Files, not pipes, for what goes in and for errors: neither side can wait for the other.
    guard let given = temporaryFile(input), let errors = temporaryFile([]) else { return nil }
    defer {
      close(given)
      close(errors)
    }
    var ends: [Int32] = [0, 0]
    guard unsafe pipe(&ends) == 0 else { return nil }
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = unsafe posix_spawn_file_actions_t()
    #endif
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, given, STDIN_FILENO)
    unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
    unsafe posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
    unsafe posix_spawn_file_actions_addclose(&actions, ends[0])
    var words: [UnsafeMutablePointer<CChar>?] = unsafe ([program] + arguments).map {
      unsafe strdup($0)
    }
    unsafe words.append(nil)
    defer { unsafe words.forEach { unsafe free($0) } }
    var id: pid_t = 0
    let failure = unsafe posix_spawnp(&id, program, &actions, nil, &words, environ)
    close(ends[1])
    defer { close(ends[0]) }
    guard failure == 0 else { return nil }
    let output = Files.readAll(descriptor: ends[0])
    var status: Int32 = 0
    while unsafe waitpid(id, &status, 0) < 0, errno == EINTR {}
    let code = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
    lseek(errors, 0, SEEK_SET)
    return Outcome(
      status: code, output: output,
      errors: String(decoding: Files.readAll(descriptor: errors), as: UTF8.self))
  }

  /// A file without a name, at its beginning, that goes away when it is closed.
  private static func temporaryFile(_ bytes: [UInt8]) -> Int32? {
    let folder = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    var path = Array("\(folder)/washi-XXXXXX".utf8CString)
    let file = unsafe path.withUnsafeMutableBufferPointer { buffer -> Int32 in
      guard let start = buffer.baseAddress else { return -1 }
      let file = unsafe mkstemp(start)
      if file >= 0 { unsafe unlink(start) }
      return file
    }
    guard file >= 0 else { return nil }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        close(file)
        return nil
      }
      rest = rest.dropFirst(count)
    }
    lseek(file, 0, SEEK_SET)
    return file
  }
}
