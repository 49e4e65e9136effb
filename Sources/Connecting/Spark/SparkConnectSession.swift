internal import Parsing
internal import SparkConnect
internal import Vocabulary

/// A conversation with Apache Spark by its Connect protocol.
///
/// What is kept there is a temporary view, so its rows are computed when they are read.
final class SparkConnectSession: RemoteSession {
  private let spark: SparkSession
  private let exchange: SharedFolder?
  private let discretion: Discretion

  /// Enters the server.
  init(
    _ options: SparkOptions, named name: String, in surroundings: ConnectionSurroundings
  ) throws(RemoteError) {
    let (server, discretion) = try Self.server(options, named: name, in: surroundings)
    self.discretion = discretion
    exchange = options.parquet.map { SharedFolder($0, in: surroundings.directory) }
    do throws(SparkError) {
      spark = try SparkSession(at: server)
    } catch {
      throw Self.error(error, discretion, in: nil)
    }
  }

  deinit { close() }

  var engines: [RemoteEngine] { [RemoteEngine("Apache Spark", spark.version)] }

  /// A view is a query that is computed anew, and what reads it may put its rows in another order.
  var keepsOrder: Bool { false }

  func keep(_ query: RemoteQuery, as name: String) throws(RemoteError) {
    try asking(query) { (query) throws(SparkError) in try spark.createView(name, as: query) }
  }

  func rows(of query: RemoteQuery) throws(RemoteError) -> RemoteRows {
    let discretion = discretion
    let (sparkQuery, text) = Self.rendered(query)
    do throws(SparkError) {
      if let exchange {
        let path = exchange.freshPath()
        try spark.writeParquet(sparkQuery, to: path)
        return .parquet(try exchange.files(at: path))
      }
      return .stream(
        try spark.rows(of: sparkQuery) { Self.error($0, discretion, in: text) })
    } catch {
      throw Self.error(error, discretion, in: text)
    }
  }

  func rows(ofKept name: String) throws(RemoteError) -> RemoteRows {
    try rows(of: RemoteQuery(ForeignSQL("SELECT * FROM \(Self.identifier(name))")))
  }

  func value(of query: RemoteQuery) throws(RemoteError) -> String? {
    try asking(query) { (query) throws(SparkError) in
      var query = query
      // One column is expected, and Spark says so itself when there are more.
      query.sql = "SELECT CAST(value AS STRING) FROM (\n\(query.sql)\n) AS version(value)"
      return try spark.text(of: query)
    }
  }

  func cancel() { spark.cancel() }

  func close() {
    spark.close()
    exchange?.clear()
  }

  // MARK: In Spark's words

  private func asking<Success>(
    _ query: RemoteQuery, _ body: (SparkQuery) throws(SparkError) -> Success
  ) throws(RemoteError) -> Success {
    let (sparkQuery, text) = Self.rendered(query)
    do throws(SparkError) {
      return try body(sparkQuery)
    } catch {
      throw Self.error(error, discretion, in: text)
    }
  }

  /// The query with `:p1` where `$name` stood: any name will do then, reserved words of Spark too.
  private static func rendered(
    _ query: RemoteQuery
  ) -> (query: SparkQuery, text: ForeignSQL.Rendered) {
    var values: [String: Value] = [:]
    let text = query.sql.rendered { name, index in
      values["p\(index + 1)"] = query.values[name] ?? .null
      return ":p\(index + 1)"
    }
    return (SparkQuery(text.text, binding: values), text)
  }

  private static func identifier(_ name: String) -> String {
    "`\(name.replacing("`", with: "``"))`"
  }

  private static func error(
    _ error: SparkError, _ discretion: Discretion,
    in text: ForeignSQL.Rendered?
  ) -> RemoteError {
    let kind: RemoteError.Kind =
      switch error.kind {
      case .unreachable: .unreachable
      case .refused: .refused
      case .lost: .lost
      case .cancelled: .cancelled
      case .sql: .sql
      case .type: .type
      case .other: .other
      }
    var code = error.condition ?? error.state
    if let condition = error.condition, let state = error.state {
      code = "\(condition), SQLSTATE \(state)"
    }
    var summary = discretion.applied(to: error.summary)
    if let code { summary += " (\(code))" }
    var found = RemoteError(kind, summary, solutions: error.solutions, code: error.state)
    if let text, let offset = error.place?.offset(in: text.text) {
      found.position = text.sourceOffset(of: offset)
    }
    return found
  }

  // MARK: The way there

  private static func server(
    _ options: SparkOptions, named name: String, in surroundings: ConnectionSurroundings
  ) throws(RemoteError) -> (SparkServer, Discretion) {
    func value(_ given: SparkOptions.Given?) throws(RemoteError) -> String? {
      guard let given else { return nil }
      if let text = given.text.value(in: surroundings.environment) { return text }
      throw RemoteError(
        .refused,
        "connection `\(name)` needs the variable `\(given.text.shown.dropFirst())`, which is not set"
      )
    }
    let text = try value(options.address) ?? ""
    let address: SparkAddress
    do throws(SparkAddress.Fault) {
      address = try SparkAddress(parsing: text)
    } catch {
      // The text itself may be a secret.
      throw RemoteError(.refused, "the address of connection `\(name)` \(error.reason)")
    }
    let token = try value(options.token) ?? address.token
    let isSecure = address.isSecure(withToken: token != nil)
    guard token == nil || isSecure || address.isLocal else {
      throw RemoteError(
        .refused, "the address says `use_ssl=false`, so that everybody could read the token")
    }
    var certificates = options.certificates
    if let path = certificates, !path.hasPrefix("/") {
      certificates = "\(surroundings.directory)/\(path)"
    }
    let known: Set = ["localhost", "127.0.0.1", "::1"]
    let hidden = [token, address.user, address.host].compactMap { $0 } + address.headers.values
    return (
      SparkServer(
        host: address.host, port: address.port, isSecure: isSecure, certificates: certificates,
        user: address.user ?? "washi", token: token, headers: address.headers),
      Discretion(hidden.filter { !known.contains($0) })
    )
  }
}
