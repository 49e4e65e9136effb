#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// Keeps two servers from looking after the same orders: each would start them.
///
/// It is taken before anything of the workplace is opened, since a workplace clears away what an
/// earlier one has left unfinished. The system lets go of it when the process ends, however it ends.
public final class WorkplaceLock: Sendable {
  private let file: Int32

  /// Locks the folder of a workplace, which is made when it is not there.
  public init(inFolder folder: String) throws(ServingError) {
    try DiskFile.makeFolder(folder)
    let path = "\(folder)/lock"
    let file = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw .system("open", path) }
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      let other = DiskFile.data(at: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
      close(file)
      throw ServingError(
        "another server looks after this project already"
          + (other.isEmpty ? "" : " (process \(other))"))
    }
    self.file = file
    let words = Array(String(getpid()).utf8)
    // Only for people; a file that cannot be written still locks.
    if ftruncate(file, 0) == 0 { try? DiskFile.write(words[...], to: file, path) }
  }

  deinit { close(file) }
}
