internal import Vocabulary

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// Asks for a password without showing it.
enum Password {
  /// Guessing is slow, so ten characters are enough; more is better.
  private static let shortest = 10

  /// The password that somebody types twice, or the first line of standard input.
  static func ask(for name: String, at desk: Desk) throws(Refusal) -> String {
    let password: String
    if isatty(STDIN_FILENO) == 1 {
      password = typed("password for \(name): ", at: desk)
      guard typed("once more: ", at: desk) == password else {
        throw Refusal([.error("password", "the two passwords differ", at: nil)])
      }
    } else {
      let input = desk.circumstances.standardInput()
      password = String(decoding: input.prefix { $0 != 10 && $0 != 13 }, as: UTF8.self)
    }
    guard password.count >= shortest else {
      throw Refusal([
        .error("password", "a password needs \(shortest) characters at least", at: nil)
      ])
    }
    return password
  }

  private static func typed(_ prompt: String, at desk: Desk) -> String {
    Files.send(prompt, to: STDERR_FILENO)
    var before = termios()
    let canHide = unsafe tcgetattr(STDIN_FILENO, &before) == 0
    if canHide {
      var quiet = before
      quiet.c_lflag &= ~tcflag_t(ECHO)
      unsafe tcsetattr(STDIN_FILENO, TCSANOW, &quiet)
    }
    defer {
      if canHide { unsafe tcsetattr(STDIN_FILENO, TCSANOW, &before) }
      desk.console.note("")
    }
    return readLine() ?? ""
  }
}
