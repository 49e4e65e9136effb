#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

extension ArchiveError {
  /// The system's refusal `code` of what was tried with `path`, such as "write".
  static func system(_ verb: String, _ path: String, _ code: Int32 = errno) -> ArchiveError {
    let reason = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    let (kind, remedy): (Kind, String?) =
      switch code {
      case EACCES, EPERM: (.noPermission, "check who owns the folder and its permissions")
      case EROFS: (.readOnly, "choose a folder that can be written with --output")
      case ENOSPC, EDQUOT: (.diskFull, "free some space (`df` shows how much is left)")
      default: (.system, nil)
      }
    return ArchiveError(
      kind, "cannot \(verb) \(path): \(reason)", path: path, solutions: remedy.map { [$0] } ?? [])
  }
}
