internal import Synchronization
internal import Vocabulary

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// Where commands print: results to standard output, logs and progress to standard error.
final class Console: Sendable {
  /// How a line on a terminal may look.
  enum Style: String, Sendable {
    case red = "31"
    case green = "32"
    case yellow = "33"
    case faint = "2"
    case bold = "1"
  }

  private struct State {
    var status: [String] = []
    var outputCopy: Int32?
    var errorCopy: Int32?
  }

  /// Whether a person watches standard error, so that a line may be drawn over.
  let isTerminal: Bool
  /// Whether colours may be used there.
  let hasColor: Bool
  /// Whether colours may be used on standard output.
  let hasOutputColor: Bool
  /// The columns of the terminal.
  let width: Int
  private let output: @Sendable (String) -> Void
  private let error: @Sendable (String) -> Void
  private let bytes: @Sendable ([UInt8]) -> Bool
  private let state = Mutex(State())

  /// A console over two sinks of text.
  init(
    isTerminal: Bool, hasColor: Bool, hasOutputColor: Bool = false, width: Int,
    output: @escaping @Sendable (String) -> Void,
    error: @escaping @Sendable (String) -> Void,
    bytes: (@Sendable ([UInt8]) -> Bool)? = nil
  ) {
    self.isTerminal = isTerminal
    self.hasColor = hasColor
    self.hasOutputColor = hasOutputColor
    self.width = width
    self.output = output
    self.error = error
    self.bytes =
      bytes ?? { bytes in
        output(String(decoding: bytes, as: UTF8.self))
        return true
      }
  }

  /// The console of this process.
  static func ofThisProcess(_ environment: [String: String]) -> Console {
    let isDumb = environment["TERM"] == "dumb"
    let wantsColor = (environment["NO_COLOR"] ?? "").isEmpty
    let isTerminal = isatty(STDERR_FILENO) == 1 && !isDumb
    var size = winsize()
    let columns =
      unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 ? Int(size.ws_col) : 0
    return Console(
      isTerminal: isTerminal,
      hasColor: isTerminal && wantsColor,
      hasOutputColor: isatty(STDOUT_FILENO) == 1 && !isDumb && wantsColor,
      width: columns > 0 ? columns : 80,
      output: { Files.send($0, to: STDOUT_FILENO) },
      error: { Files.send($0, to: STDERR_FILENO) },
      bytes: { Files.send($0, to: STDOUT_FILENO) })
  }

  /// Also writes every line of standard output and of standard error into files.
  func copy(outputTo output: Int32?, errorTo error: Int32?) {
    state.withLock {
      $0.outputCopy = output ?? $0.outputCopy
      $0.errorCopy = error ?? $0.errorCopy
    }
  }

  /// A result, with its line end.
  func say(_ text: String) {
    state.withLock { state in
      clear(&state)
      output(text + "\n")
      if let file = state.outputCopy { Files.send(text + "\n", to: file) }
    }
  }

  /// The bytes of a file, as a result.
  func pass(_ path: String) throws(Refusal) {
    try Files.eachPiece(of: path) { piece throws(Refusal) in
      guard bytes(piece) else { throw Files.refusal("write", "standard output") }
    }
  }

  /// A remark for people, with its line end; a status line stays below it.
  func note(_ text: String) {
    state.withLock { state in
      let status = state.status
      clear(&state)
      error(text + "\n")
      if let file = state.errorCopy { Files.send(text + "\n", to: file) }
      if !status.isEmpty { draw(status, &state) }
    }
  }

  /// The one line that is drawn over; nothing where nobody watches.
  func status(_ line: String) {
    status(line.isEmpty ? [] : [line])
  }

  /// The lines at the bottom that are drawn over; nothing where nobody watches.
  func status(_ lines: [String]) {
    guard isTerminal else { return }
    state.withLock { state in
      guard state.status != lines else { return }
      clear(&state)
      draw(lines, &state)
    }
  }

  /// The text in a style, when the console has colours.
  func styled(_ text: String, _ style: Style) -> String {
    hasColor ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }

  private func draw(_ lines: [String], _ state: inout State) {
    state.status = lines
    guard !lines.isEmpty else { return }
    error(lines.map { String($0.prefix(max(10, width - 1))) }.joined(separator: "\n"))
  }

  private func clear(_ state: inout State) {
    guard !state.status.isEmpty else { return }
    let above = String(repeating: "\u{1B}[1A\u{1B}[2K", count: state.status.count - 1)
    error("\r\u{1B}[2K" + above)
    state.status = []
  }
}
