extension Connection {
  /// Locks the database, for good: it can read `directories` and `files` and nothing else outside of
  /// itself, its settings cannot be changed, and results do not depend on the machine.
  ///
  /// One thread is the default because sums of floating-point numbers and the order of groups depend
  /// on the number of threads. `memoryLimit` is DuckDB's text, such as `2GB`. DuckDB's confinement
  /// does not tell reading from writing: only SELECTs should run afterwards (see `SQLAnalysis`).
  public func confine(
    directories: [String], files: [String] = [], threads: Int = 1, memoryLimit: String? = nil,
    temporaryDirectory: String? = nil
  ) throws(DuckDBError) {
    func list(_ paths: [String]) -> String {
      "[" + paths.map(SQLText.literal).joined(separator: ", ") + "]"
    }
    var settings = [
      "threads = \(max(1, threads))",
      "TimeZone = 'UTC'",
      "preserve_insertion_order = true",
      "autoinstall_known_extensions = false",
      "autoload_known_extensions = false",
      "allow_community_extensions = false",
      "allow_persistent_secrets = false",
    ]
    if let memoryLimit { settings.append("memory_limit = \(SQLText.literal(memoryLimit))") }
    if let temporaryDirectory {
      settings.append("temp_directory = \(SQLText.literal(temporaryDirectory))")
    }
    settings += [
      "allowed_directories = \(list(directories))",
      "allowed_paths = \(list(files))",
      "enable_external_access = false",
      "lock_configuration = true",
    ]
    try execute(settings.map { "SET GLOBAL \($0)" }.joined(separator: "; "))
  }
}
