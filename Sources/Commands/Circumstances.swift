#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// What the process finds around it: everything that is not a value of the project comes in here.
struct Circumstances: Sendable {
  /// The environment's variables.
  var environment: [String: String]
  /// The working directory, absolute.
  var workingDirectory: String
  /// The file that runs, absolute; nil when the system does not tell.
  var executable: String?
  /// What tells this build of the tool from others: results are reused by the build that made them.
  var build = ""
  /// The user's name.
  var user: String
  /// The machine's name.
  var host: String
  /// Processors that may be used.
  var threads: Int
  /// The bytes of memory that may be used.
  var memory = 4 << 30
  /// Whether less than the machine's memory may be used, so that the engine must be told.
  var isMemoryLimited = false
  /// Milliseconds since 1970 in UTC.
  var now: @Sendable () -> Int64
  /// Whatever comes on standard input, to its end.
  var standardInput: @Sendable () -> [UInt8]
  /// The next bytes of standard input; none at its end.
  var nextInput: @Sendable () -> [UInt8]

  /// What this process finds.
  static func ofThisProcess() -> Circumstances {
    let environment = variables()
    let executable = executablePath()
    let share = MachineShare.ofThisProcess(in: environment)
    return Circumstances(
      environment: environment, workingDirectory: currentDirectory(environment),
      executable: executable, build: executable.flatMap(buildMark) ?? "",
      user: userName(environment),
      host: hostName(), threads: share.cores, memory: share.memory,
      isMemoryLimited: share.isMemoryGiven,
      now: currentMilliseconds, standardInput: { Files.readAll(descriptor: STDIN_FILENO) },
      nextInput: { Files.nextPiece(of: STDIN_FILENO) })
  }

  /// The environment's variables.
  static func variables() -> [String: String] {
    var found: [String: String] = [:]
    guard var entry = unsafe Optional(environ) else { return found }
    while let line = unsafe entry.pointee {
      let text = unsafe String(cString: line)
      if let mark = text.firstIndex(of: "="), mark > text.startIndex {
        found[String(text[..<mark])] = String(text[text.index(after: mark)...])
      }
      unsafe entry += 1
    }
    return found
  }

  private static func currentDirectory(_ environment: [String: String]) -> String {
    guard let path = unsafe getcwd(nil, 0) else { return environment["PWD"] ?? "/" }
    defer { unsafe free(path) }
    return unsafe String(cString: path)
  }

  /// Who runs this process: what the environment says, else the system's name of its user, as under
  /// cron and in containers nothing may say it.
  private static func userName(_ environment: [String: String]) -> String {
    if let name = environment["USER"] ?? environment["LOGNAME"], !name.isEmpty { return name }
    let id = getuid()
    // The entry is the system's own and read at once, before there are other threads.
    guard let entry = unsafe getpwuid(id), let name = unsafe entry.pointee.pw_name else {
      return "uid \(id)"
    }
    return unsafe String(cString: name)
  }

  private static func executablePath() -> String? {
    #if canImport(Darwin)
      var size: UInt32 = 4096
      return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { buffer in
        guard let start = buffer.baseAddress, unsafe _NSGetExecutablePath(start, &size) == 0 else {
          return nil
        }
        return Files.realPath(unsafe String(cString: start))
      }
    #else
      return Files.realPath("/proc/self/exe")
    #endif
  }

  /// Size and time of the executable: a digest of it would take longer than many runs.
  private static func buildMark(_ executable: String) -> String? {
    var status = stat()
    guard unsafe stat(executable, &status) == 0 else { return nil }
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    return "\(status.st_size) bytes of \(time.tv_sec).\(time.tv_nsec)"
  }

  private static func hostName() -> String {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 257) { buffer in
      unsafe buffer.initialize(repeating: 0)
      guard let start = buffer.baseAddress, unsafe gethostname(start, 256) == 0 else { return "" }
      return unsafe String(cString: start)
    }
  }

  private static let currentMilliseconds: @Sendable () -> Int64 = {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }
}
