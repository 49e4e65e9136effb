internal import ArgumentParser

/// What the process answers; every exit code of the tool is chosen here.
public enum ExitStatus: Int32, Sendable, Hashable, Error {
  /// Done.
  case done = 0
  /// The run failed, or something the tool needs is missing.
  case failed = 1
  /// The notebook or the call is wrong.
  case wrong = 2
  /// A gate said no.
  case refused = 3
  /// Nothing to do.
  case idle = 99
  /// Stopped by Ctrl-C (128 + SIGINT).
  case interrupted = 130
  /// Stopped by the system (128 + SIGTERM).
  case terminated = 143

  /// The answer to what ArgumentParser threw: help is fine, every other is a wrong call.
  init(parsing error: any Error) {
    self = Washi.exitCode(for: error).isSuccess ? .done : .wrong
  }
}
