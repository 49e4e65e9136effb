internal import CEngines
internal import DuckDB
internal import Opening
internal import Parsing
internal import Synchronization
internal import Vocabulary

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// A driver: a shared library that speaks to one kind of engine, opened once per process.
@safe final class ADBCDriver {
  /// Its name, the version of ADBC that it speaks, and its file.
  let description: EngineDescription
  /// The driver's functions; they stay as long as the process, as the library does.
  let functions: UnsafeMutablePointer<AdbcDriver>
  /// Whether errors have details, and statements can be cancelled.
  let isRecent: Bool

  private init(
    _ description: EngineDescription, _ functions: UnsafeMutablePointer<AdbcDriver>, isRecent: Bool
  ) {
    self.description = description
    unsafe self.functions = unsafe functions
    self.isRecent = isRecent
  }

  private struct Key: Hashable {
    var paths: [String]
    var entrypoint: String?
  }

  private static let opened = Mutex<[Key: ADBCDriver]>([:])

  /// The driver that options name; asking again costs nothing.
  static func load(
    _ options: ADBCOptions, in surroundings: ConnectionSurroundings
  ) throws(RemoteError) -> ADBCDriver {
    let key = Key(paths: candidates(options, surroundings), entrypoint: options.entrypoint)
    let result = opened.withLock { opened -> Result<ADBCDriver, RemoteError> in
      if let driver = opened[key] { return .success(driver) }
      do throws(RemoteError) {
        let driver = try open(key, options)
        opened[key] = driver
        return .success(driver)
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  /// Where a driver may be, nearest first: the path that is given, or that `WASHI_ADBC_NAME` says; else
  /// its library's usual name where the system looks and in the folders of engines.
  private static func candidates(
    _ options: ADBCOptions, _ surroundings: ConnectionSurroundings
  ) -> [String] {
    let driver = options.driver
    if driver.contains("/") {
      return [driver.hasPrefix("/") ? driver : "\(surroundings.directory)/\(driver)"]
    }
    let name = options.driverName
    let variable = "WASHI_ADBC_\(name.uppercased())"
    if let path = surroundings.environment[variable], !path.isEmpty { return [path] }
    if name == "duckdb", let path = try? surroundings.engine().description.path { return [path] }
    let files = ["libadbc_driver_\(name).so", "libadbc_driver_\(name).dylib"]
    var search = surroundings.drivers
    search.explicit = nil
    return search.paths(of: files + (driver.contains(".") ? [driver] : []))
  }

  private static func open(_ key: Key, _ options: ADBCOptions) throws(RemoteError) -> ADBCDriver {
    let name = options.driverName
    let library: SharedLibrary
    do throws(OpeningError) {
      library = try SharedLibrary("the driver `\(options.driver)`", at: key.paths)
    } catch {
      throw RemoteError(
        .driver, error.message,
        solutions: [
          name == "postgresql"
            ? "get it with `Scripts/setup --drivers`"
            : "its wheel `adbc-driver-\(name)` holds it: put libadbc_driver_\(name).so into .deps/lib",
          "or say where it is: WASHI_ADBC_\(name.uppercased())=/path/to/the/library",
        ])
    }
    let names =
      key.entrypoint.map { [$0] }
      ?? ["AdbcDriverInit", "AdbcDriver\(name.prefix(1).uppercased())\(name.dropFirst())Init"]
      + (name == "duckdb" ? ["duckdb_adbc_init"] : [])
    let found = unsafe names.lazy.compactMap { unsafe adbc_entrypoint(library.handle, $0) }.first
    guard let begin = unsafe found else {
      throw RemoteError(
        .driver, "\(library.path) is no ADBC driver: it has no function `\(names[0])`",
        solutions: ["name the function that begins it: `entrypoint: NAME`"])
    }
    let functions = UnsafeMutablePointer<AdbcDriver>.allocate(capacity: 1)
    for version in [CENGINES_ADBC_VERSION_1_1_0, CENGINES_ADBC_VERSION_1_0_0] {
      unsafe functions.initialize(to: AdbcDriver())
      var error = unsafe AdbcError()
      let status = unsafe begin(version, functions, &error)
      unsafe error.release?(&error)
      guard status == 0 else { continue }
      let isRecent = version == CENGINES_ADBC_VERSION_1_1_0
      return unsafe ADBCDriver(
        EngineDescription(
          name: name, version: "ADBC \(isRecent ? "1.1" : "1.0")", path: library.path),
        functions, isRecent: isRecent)
    }
    unsafe functions.deallocate()
    throw RemoteError(
      .driver, "\(library.path) speaks no version of ADBC that is known here (1.0, 1.1)")
  }
}

extension ADBCDriver {
  /// What tells this build of a driver from others when it has no version of its own.
  var bytesInWords: String {
    guard let file = unsafe fopen(description.path, "rb") else { return description.version }
    defer { unsafe fclose(file) }
    var combiner = Fingerprint.Combiner()
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      // The buffer outlives the call and is as long as told.
      let count = unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe fread(bytes.baseAddress, 1, bytes.count, file)
      }
      guard count > 0 else { return "sha256 \(combiner.fingerprint.short)" }
      combiner.update(buffer[..<count])
    }
  }
}

// The table of functions is filled before the value is shared and never changes; a driver's functions
// may be called from any thread, each object from one at a time.
extension ADBCDriver: @unchecked Sendable {}
