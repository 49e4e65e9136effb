#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// A process that is told apart from a later one with the same number by its start.
public struct ProcessIdentity: Sendable, Hashable {
  /// The process number.
  public var id: Int32
  /// When it started, in a form that only makes sense on this machine.
  public var start: String

  /// A process by number and start.
  public init(id: Int32, start: String) {
    self.id = id
    self.start = start
  }

  /// The process that has this number now.
  public init(of id: Int32) {
    self.init(id: id, start: Self.start(of: id) ?? "")
  }

  /// This process.
  public static var current: ProcessIdentity {
    let id = getpid()
    return ProcessIdentity(id: id, start: start(of: id) ?? "")
  }

  /// Whether the process still runs. When its start is not known, its number alone decides.
  public var isAlive: Bool {
    guard kill(id, 0) == 0 || errno == EPERM else { return false }
    guard !start.isEmpty, let now = Self.start(of: id) else { return true }
    return now == start
  }

  #if canImport(Darwin)
    private static func start(of id: Int32) -> String? {
      var info = unsafe proc_bsdinfo()
      let size = Int32(MemoryLayout<proc_bsdinfo>.size)
      guard unsafe proc_pidinfo(id, PROC_PIDTBSDINFO, 0, &info, size) == size else { return nil }
      return unsafe "\(info.pbi_start_tvsec).\(info.pbi_start_tvusec)"
    }
  #else
    /// Clock ticks since this boot, with the boot's own name.
    private static func start(of id: Int32) -> String? {
      guard let line = text("/proc/\(id)/stat"), let name = line.lastIndex(of: ")") else {
        return nil
      }
      // The process's name may hold spaces and parentheses; the fields are counted behind it.
      let fields = line[name...].split(separator: " ")
      guard fields.count > 20, fields[1] != "Z" else { return "gone" }
      let boot = text("/proc/sys/kernel/random/boot_id")?.prefix(8) ?? ""
      return "\(boot):\(fields[20])"
    }

    private static func text(_ path: String) -> String? {
      (try? Folder("/").bytes(of: String(path.dropFirst()))).map {
        String(decoding: $0, as: UTF8.self)
      }
    }
  #endif
}
