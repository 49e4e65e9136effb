internal import Dispatch

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// What binds started processes to the one that started them, even when that one is killed and can
/// tell them nothing: a pipe that only the starter can write to. It has ended when the starter has.
final class Leash: Sendable {
  /// What the started processes get as standard input.
  let end: ChildProcess.Stream
  private let ends: [Int32]

  /// A leash for processes that begin with `Leash.follow()`; it ends with the value.
  init() {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else {
      // Without a pipe they would believe that their starter is gone.
      self.ends = []
      end = .null
      return
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    self.ends = ends
    end = .descriptor(ends[0])
  }

  deinit {
    for end in ends { close(end) }
  }

  /// Asks this process to terminate, as SIGTERM does, once standard input has ended.
  static func follow() {
    var status = stat()
    // Only a pipe is a leash: the end of /dev/null says nothing of anybody.
    guard unsafe fstat(STDIN_FILENO, &status) == 0, status.st_mode & S_IFMT == S_IFIFO else {
      return
    }
    let source = DispatchSource.makeReadSource(fileDescriptor: STDIN_FILENO, queue: .global())
    source.setEventHandler {
      var byte: UInt8 = 0
      guard unsafe read(STDIN_FILENO, &byte, 1) == 0 else { return }
      source.cancel()
      kill(getpid(), SIGTERM)
    }
    source.activate()
  }
}
