internal import CEngines
internal import DuckDB
internal import Parsing
internal import Synchronization
internal import Vocabulary

/// A conversation by an ADBC driver.
@safe final class ADBCSession: RemoteSession {
  private let driver: ADBCDriver
  private let driverName: String
  private let discretion: Discretion
  private let database: UnsafeMutablePointer<AdbcDatabase>
  private let connection: UnsafeMutablePointer<AdbcConnection>
  /// Whether the connection is open; held while it is cancelled or closed.
  private let isOpen = Mutex(true)
  /// A database of our own: it makes Arrow of parameters and reads small answers.
  private let scratch: DuckDB.Connection
  /// The names that are kept there, as SQL has them.
  private var kept: Set<String> = []
  private var leftover: String?
  private(set) var engines: [RemoteEngine] = []

  /// Connects.
  init(
    _ options: ADBCOptions, named name: String, in surroundings: ConnectionSurroundings
  ) throws(RemoteError) {
    let settings = try ADBCSettings(options, named: name, in: surroundings)
    driver = try ADBCDriver.load(options, in: surroundings)
    driverName = options.driverName
    discretion = settings.discretion
    scratch = try surroundings.scratchConnection()
    unsafe database = .allocate(capacity: 1)
    unsafe database.initialize(to: AdbcDatabase())
    unsafe connection = .allocate(capacity: 1)
    unsafe connection.initialize(to: AdbcConnection())
    do throws(RemoteError) {
      try connect(settings)
      engines = try describeEngines()
    } catch {
      close()
      throw error
    }
  }

  deinit {
    close()
    unsafe database.deallocate()
    unsafe connection.deallocate()
  }

  private func connect(_ settings: ADBCSettings) throws(RemoteError) {
    let functions = unsafe driver.functions
    unsafe database.pointee.private_driver = unsafe functions
    unsafe connection.pointee.private_driver = unsafe functions
    try unsafe call(isOpening: true) { unsafe functions.pointee.DatabaseNew?(database, $0) }
    for (key, value) in settings.database {
      try unsafe call(isOpening: true) {
        unsafe functions.pointee.DatabaseSetOption?(database, key, value, $0)
      }
    }
    try unsafe call(isOpening: true) { unsafe functions.pointee.DatabaseInit?(database, $0) }
    try unsafe call(isOpening: true) { unsafe functions.pointee.ConnectionNew?(connection, $0) }
    try unsafe call(isOpening: true) {
      unsafe functions.pointee.ConnectionInit?(connection, database, $0)
    }
  }

  func cancel() {
    isOpen.withLock { isOpen in
      guard isOpen, driver.isRecent else { return }
      var error = unsafe driver.freshError()
      // Whether it came in time, the statement tells.
      _ = unsafe driver.functions.pointee.ConnectionCancel?(connection, &error)
      unsafe error.release?(&error)
    }
  }

  func close() {
    isOpen.withLock { isOpen in
      guard isOpen else { return }
      isOpen = false
      var error = unsafe driver.freshError()
      if unsafe connection.pointee.private_data != nil {
        _ = unsafe driver.functions.pointee.ConnectionRelease?(connection, &error)
      }
      unsafe error.release?(&error)
      unsafe error = unsafe driver.freshError()
      if unsafe database.pointee.private_data != nil {
        _ = unsafe driver.functions.pointee.DatabaseRelease?(database, &error)
      }
      unsafe error.release?(&error)
    }
  }

  // MARK: Queries

  // A temporary table of PostgreSQL is read from its first page to its last by one process.
  var keepsOrder: Bool { isPostgreSQL }

  func keep(_ query: RemoteQuery, as name: String) throws(RemoteError) {
    try create(sqlName(name), query)
  }

  func rows(of query: RemoteQuery) throws(RemoteError) -> RemoteRows {
    // PostgreSQL sends rows as they come only when nothing is bound (COPY takes no parameters): the
    // whole answer would lie in memory. So the server keeps it, and it comes over from there.
    guard isPostgreSQL, !query.sql.parameters.isEmpty else { return try directRows(of: query) }
    let name = "washi rows"
    do throws(RemoteError) {
      try create(SQLText.identifier(name), query)
      return try rows(named: SQLText.identifier(name))
    } catch  where error.kind == .readOnly || error.code == "42501" {
      return try directRows(of: query)
    }
  }

  func rows(ofKept name: String) throws(RemoteError) -> RemoteRows {
    try rows(named: sqlName(name))
  }

  func value(of query: RemoteQuery) throws(RemoteError) -> String? {
    guard case .stream(let stream) = try directRows(of: query) else { return nil }
    let table = try read(stream)
    guard table.columns.count == 1, table.rowCount <= 1 else {
      throw RemoteError(
        .sql,
        "one value was expected, but there are \(table.columns.count) columns and "
          + (table.rowCount == 1 ? "one row" : "\(table.rowCount) rows"))
    }
    let value = table.rowCount == 0 ? .null : table.columns[0][0]
    return value.isNull ? nil : value.plainText
  }

  private var isPostgreSQL: Bool { driverName == "postgresql" }

  /// A name as it is found without quotes: PostgreSQL makes its ASCII letters small.
  private func sqlName(_ name: String) -> String {
    guard isPostgreSQL else { return name }
    let bytes = name.utf8.map { (65...90).contains($0) ? $0 | 32 : $0 }
    return SQLText.identifier(String(decoding: bytes, as: UTF8.self))
  }

  private func create(_ name: String, _ query: RemoteQuery) throws(RemoteError) {
    if kept.contains(name) {
      try run("DROP TABLE \(isPostgreSQL ? "pg_temp." : "")\(name)")
      kept.remove(name)
    }
    let head = "CREATE TEMPORARY TABLE \(name) AS "
    _ = try execute(head, query, wantsRows: false)
    kept.insert(name)
  }

  private func rows(named name: String) throws(RemoteError) -> RemoteRows {
    let table = isPostgreSQL ? "pg_temp.\(name)" : name
    return try directRows(of: RemoteQuery(ForeignSQL("SELECT * FROM \(table)")))
  }

  private func run(_ sql: String) throws(RemoteError) {
    _ = try execute("", RemoteQuery(ForeignSQL(sql)), wantsRows: false)
  }

  private func directRows(of query: RemoteQuery) throws(RemoteError) -> RemoteRows {
    guard let rows = try execute("", query, wantsRows: true) else {
      throw RemoteError(.sql, "the statement gave no rows")
    }
    return .stream(try rows.columnStream(for: isPostgreSQL ? .postgreSQL : .other))
  }

  /// Runs `head` and the query behind it.
  private func execute(
    _ head: String, _ query: RemoteQuery, wantsRows: Bool
  ) throws(RemoteError) -> ADBCRows? {
    let functions = unsafe driver.functions
    let statement = try unsafe ADBCStatement(on: connection, of: self)
    var names: [String] = []
    let isNumbered = isPostgreSQL || driverName == "duckdb"
    let rendered = query.sql.rendered { name, _ in
      guard isNumbered else { return "?" }
      if let place = names.firstIndex(of: name) { return "$\(place + 1)" }
      names.append(name)
      return "$\(names.count)"
    }
    if !isNumbered { names = query.sql.parameters.map(\.text) }
    do throws(ADBCProblem) {
      let text = head + rendered.text
      try unsafe attempt {
        unsafe functions.pointee.StatementSetSqlQuery?(statement.handle, text, $0)
      }
      if !names.isEmpty {
        let values = try parameters(names.map { query.values[$0] ?? .null })
        let stream = unsafe values.address.assumingMemoryBound(to: ArrowArrayStream.self)
        // Some drivers bind only what is prepared, others know no preparing.
        if !isPostgreSQL, unsafe functions.pointee.StatementPrepare != nil {
          do throws(ADBCProblem) {
            try unsafe attempt { unsafe functions.pointee.StatementPrepare?(statement.handle, $0) }
          } catch  where error.isNotImplemented {}
        }
        try unsafe attempt {
          unsafe functions.pointee.StatementBindStream?(statement.handle, stream, $0)
        }
      }
      guard wantsRows else {
        try unsafe attempt {
          unsafe functions.pointee.StatementExecuteQuery?(statement.handle, nil, nil, $0)
        }
        return nil
      }
      let rows = ADBCRows(of: statement, driver, discretion)
      try unsafe attempt {
        unsafe functions.pointee.StatementExecuteQuery?(statement.handle, rows.stream, nil, $0)
      }
      return rows
    } catch {
      throw error.located(in: head, rendered)
    }
  }

  /// The values as a stream of one row.
  private func parameters(_ values: [Value]) throws(ADBCProblem) -> ColumnStream {
    let names = values.indices.map { "p\($0 + 1)" }
    let list = names.map { "$\($0) AS \($0)" }.joined(separator: ", ")
    do throws(DuckDBError) {
      return try scratch.stream(
        "SELECT \(list)", binding: Dictionary(uniqueKeysWithValues: zip(names, values)))
    } catch {
      throw ADBCProblem(
        error: RemoteError(.other, "the parameters: \(error.summary)"), character: nil)
    }
  }

  private func read(_ stream: ColumnStream) throws(RemoteError) -> Table {
    do throws(DuckDBError) {
      return try scratch.query(consuming: stream)
    } catch {
      throw stream.failure as? RemoteError ?? RemoteError(.other, error.summary)
    }
  }

  // MARK: Errors

  /// Calls the driver; a function that it does not have is an error, too.
  private func attempt(
    isOpening: Bool = false,
    _ body: (UnsafeMutablePointer<AdbcError>) -> AdbcStatusCode?
  ) throws(ADBCProblem) {
    var error = unsafe driver.freshError()
    defer { unsafe error.release?(&error) }
    guard let status = unsafe body(&error) else {
      throw ADBCProblem(
        error: RemoteError(.driver, "the driver `\(driverName)` cannot do what is needed"),
        character: nil)
    }
    guard status != 0 else { return }
    let failure = unsafe ADBCFailure(status, &error, of: driver)
    throw ADBCProblem(
      error: failure.error(discretion, isOpening: isOpening), character: failure.character,
      isNotImplemented: status == 2)
  }

  fileprivate func call(
    isOpening: Bool = false,
    _ body: (UnsafeMutablePointer<AdbcError>) -> AdbcStatusCode?
  ) throws(RemoteError) {
    do throws(ADBCProblem) {
      try unsafe attempt(isOpening: isOpening, body)
    } catch {
      throw error.error
    }
  }

  // MARK: Who is there

  private func describeEngines() throws(RemoteError) -> [RemoteEngine] {
    let rows = ADBCRows(of: nil, driver, discretion)
    // Vendor and driver, each with name and version.
    let codes: [UInt32] = [0, 1, 100, 101]
    var facts: [Int: String] = [:]
    do throws(RemoteError) {
      try unsafe call {
        unsafe driver.functions.pointee.ConnectionGetInfo?(
          connection, codes, codes.count, rows.stream, $0)
      }
      facts = unsafe ADBCInfo.texts(rows.stream)
    } catch  where error.kind != .lost {
      // Not every driver tells.
    }
    var engines: [RemoteEngine] = []
    let vendor = facts[0].flatMap { $0.isEmpty ? nil : $0 } ?? driverName
    let version = facts[1] ?? "unknown"
    engines.append(RemoteEngine(vendor, isPostgreSQL ? Self.postgreSQLVersion(version) : version))
    let driverVersion = facts[101].flatMap { $0.isEmpty || $0 == "unknown" ? nil : $0 }
    engines.append(
      RemoteEngine(
        facts[100] ?? "ADBC driver \(driverName)", driverVersion ?? driver.bytesInWords))
    return engines
  }

  /// `150014` is 15.14.
  private static func postgreSQLVersion(_ text: String) -> String {
    guard let number = Int(text), number >= 100_000 else { return text }
    return "\(number / 10_000).\(number % 10_000)"
  }
}

// Everything but `cancel`, which has its lock, is called from one thread at a time.
extension ADBCSession: @unchecked Sendable {}

/// A failure with the place that the engine points at.
struct ADBCProblem: Error {
  var error: RemoteError
  /// The character of the whole statement, from 0.
  var character: Int?
  /// Whether the driver does not have what was asked of it.
  var isNotImplemented = false

  /// The error with its place in the query's own text.
  func located(in head: String, _ query: ForeignSQL.Rendered) -> RemoteError {
    var error = error
    let whole = head + query.text
    if let character, character < whole.unicodeScalars.count {
      let end = whole.unicodeScalars.index(whole.unicodeScalars.startIndex, offsetBy: character)
      let offset = whole.utf8.distance(from: whole.startIndex, to: end) - head.utf8.count
      if offset >= 0 { error.position = query.sourceOffset(of: offset) }
    }
    return error
  }
}

extension ADBCDriver {
  /// An error that the driver fills in.
  func freshError() -> AdbcError {
    var error = unsafe AdbcError()
    if isRecent {
      // What an error says of itself so that its details can be asked for.
      unsafe error.vendor_code = .min
      unsafe error.private_driver = unsafe functions
    }
    return unsafe error
  }
}

/// A statement; it goes when nobody reads its rows any more.
@safe final class ADBCStatement {
  let handle: UnsafeMutablePointer<AdbcStatement>
  private let driver: ADBCDriver
  /// The session stays as long as its statements do.
  private let session: ADBCSession

  fileprivate init(
    on connection: UnsafeMutablePointer<AdbcConnection>, of session: ADBCSession
  ) throws(RemoteError) {
    let driver = session.driverOfStatements
    let handle = UnsafeMutablePointer<AdbcStatement>.allocate(capacity: 1)
    unsafe handle.initialize(to: AdbcStatement())
    unsafe handle.pointee.private_driver = unsafe driver.functions
    do throws(RemoteError) {
      try unsafe session.call {
        unsafe driver.functions.pointee.StatementNew?(connection, handle, $0)
      }
    } catch {
      unsafe handle.deallocate()
      throw error
    }
    unsafe self.handle = unsafe handle
    self.driver = driver
    self.session = session
  }

  deinit {
    var error = unsafe driver.freshError()
    _ = unsafe driver.functions.pointee.StatementRelease?(handle, &error)
    unsafe error.release?(&error)
    unsafe handle.deallocate()
  }
}

extension ADBCSession {
  fileprivate var driverOfStatements: ADBCDriver { driver }
}
