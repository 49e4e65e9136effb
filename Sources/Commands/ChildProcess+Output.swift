internal import Vocabulary

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

extension ChildProcess {
  /// What a program left.
  struct Output: Sendable {
    var ending: Ending
    var bytes: [UInt8]
    var errors: String

    /// Whether it said that all is well.
    var isSuccess: Bool { ending == .exit(0) }

    /// The output as one line of text, without the line's end.
    var line: String {
      let text = String(decoding: bytes, as: UTF8.self)
      return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }
  }

  /// Runs a program to its end and keeps what it wrote.
  static func output(
    of program: String, _ arguments: [String], input: [UInt8] = []
  ) throws(Refusal) -> Output {
    // Files, not pipes, for what goes in and for errors: neither side can wait for the other.
    let given = try temporaryFile(input)
    defer { close(given) }
    let errors = try temporaryFile([])
    defer { close(errors) }
    var ends: [Int32] = [0, 0]
    guard unsafe pipe(&ends) == 0 else {
      throw Refusal([.error("process", "cannot start \(program): no pipe is left", at: nil)])
    }
    defer { close(ends[0]) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let child: ChildProcess
    do {
      defer { close(ends[1]) }
      child = try ChildProcess(
        program, arguments, input: .descriptor(given), output: .descriptor(ends[1]),
        errors: .descriptor(errors))
    }
    let bytes = Files.readAll(descriptor: ends[0])
    let ending = child.wait()
    lseek(errors, 0, SEEK_SET)
    return Output(
      ending: ending, bytes: bytes,
      errors: String(decoding: Files.readAll(descriptor: errors), as: UTF8.self))
  }

  /// A file without a name, at its beginning, that goes away when it is closed.
  private static func temporaryFile(_ bytes: [UInt8]) throws(Refusal) -> Int32 {
    let folder = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    var path = Array("\(folder)/washi-XXXXXX".utf8CString)
    let file = unsafe path.withUnsafeMutableBufferPointer { buffer -> Int32 in
      guard let start = buffer.baseAddress else { return -1 }
      let file = unsafe mkstemp(start)
      if file >= 0 { unsafe unlink(start) }
      return file
    }
    guard file >= 0, fcntl(file, F_SETFD, FD_CLOEXEC) == 0, Files.send(bytes, to: file) else {
      if file >= 0 { close(file) }
      throw Refusal([.error("process", "cannot write below \(folder)", at: nil)])
    }
    lseek(file, 0, SEEK_SET)
    return file
  }
}
