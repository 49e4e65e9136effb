internal import CEngines

/// An open DuckDB database, in memory or in a file; it closes when the last holder lets go.
///
/// For example: `let database = try Database(library)` and `let connection = try database.connect()`.
@safe public final class Database {
  /// The library that runs it.
  public let library: Library
  let handle: duckdb_database

  /// Opens the database file at `path`, or an empty database in memory.
  ///
  /// `configuration` holds DuckDB's settings by name, such as `["threads": "1"]`.
  public init(
    _ library: Library, path: String? = nil, configuration: [String: String] = [:]
  ) throws(DuckDBError) {
    let functions = library.functions
    var config: duckdb_config?
    guard unsafe functions.create_config(&config) == 0 else {
      throw DuckDBError(.outOfMemory, "DuckDB made no configuration")
    }
    defer { unsafe functions.destroy_config(&config) }
    // Errors as JSON carry the exact place, which the words alone only draw.
    let settings = configuration.merging(["errors_as_json": "true"]) { given, _ in given }
    for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
      guard unsafe functions.set_config(config, name, value) == 0 else {
        throw DuckDBError(.invalidInput, "DuckDB has no setting `\(name)` that can be `\(value)`")
      }
    }
    var opened: duckdb_database?
    var words: UnsafeMutablePointer<CChar>?
    let state = unsafe functions.open_ext(path ?? ":memory:", &opened, config, &words)
    defer { unsafe functions.free(words) }
    guard state == 0, let handle = unsafe opened else {
      let message = unsafe words.map { unsafe String(cString: $0) } ?? "DuckDB opened no database"
      throw DuckDBError(reported: message, sql: nil)
    }
    self.library = library
    unsafe self.handle = unsafe handle
  }

  deinit {
    var closing: duckdb_database? = unsafe handle
    unsafe library.functions.close(&closing)
  }

  /// A new connection, which sees the same tables.
  public func connect() throws(DuckDBError) -> Connection {
    try Connection(self)
  }
}

// The handle is set once, and DuckDB's database object may be used from any thread.
extension Database: @unchecked Sendable {}
