internal import DuckDB
internal import Parsing
internal import Vocabulary

/// What a driver is told, with the values of the environment, and what messages must not say.
struct ADBCSettings {
  /// The options of the database, in order.
  var database: [(key: String, value: String)] = []
  /// Hides secrets, hosts and users.
  var discretion: Discretion

  init(
    _ options: ADBCOptions, named name: String, in surroundings: ConnectionSurroundings
  ) throws(RemoteError) {
    func value(_ given: ADBCOptions.Given?) throws(RemoteError) -> String? {
      guard let given else { return nil }
      if let text = given.text.value(in: surroundings.environment) { return text }
      throw RemoteError(
        .refused,
        "connection `\(name)` needs the variable `\(given.text.shown.dropFirst())`, which is not set"
      )
    }
    var uri = try value(options.uri)
    let user = try value(options.user)
    let password = try value(options.password)
    var secrets = [password].compactMap { $0 }
    var places = [user].compactMap { $0 }
    if let uri {
      let parts = ConnectionAddress.confidentialParts(of: uri)
      secrets += parts.secrets
      places += parts.places
    }
    if options.driverName == "postgresql" {
      // This driver takes nothing but an address.
      var address = ConnectionAddress.adding(
        user: user, password: password, to: uri ?? "postgresql://")
      address = ConnectionAddress.adding(
        defaults: [
          ("connect_timeout", "10"), ("application_name", "washi"), ("client_encoding", "UTF8"),
        ], to: address)
      uri = address
      secrets.append(address)
    }
    if options.driverName == "duckdb" {
      let given = try value(options.options.first { $0.key == "path" })
      if let path = uri ?? given {
        let isRelative = !path.hasPrefix("/") && path != ":memory:"
        database.append(("path", isRelative ? "\(surroundings.directory)/\(path)" : path))
      }
    } else if let uri {
      database.append(("uri", uri))
    }
    if options.driverName != "postgresql" {
      if let user { database.append(("username", user)) }
      if let password { database.append(("password", password)) }
    }
    for option in options.options where options.driverName != "duckdb" || option.key != "path" {
      guard let text = try value(option) else { continue }
      database.append((option.key, text))
      if case .variable = option.text { secrets.append(text) }
    }
    // The short names of the machine itself are nobody's secret, and words of many sentences.
    let known: Set = ["localhost", "postgres"]
    discretion = Discretion(secrets: secrets, places: places.filter { !known.contains($0) })
  }
}

extension ConnectionSurroundings {
  /// A connection to an empty database of our own.
  func scratchConnection() throws(RemoteError) -> DuckDB.Connection {
    do throws(DuckDBError) {
      return try Database(try engine()).connect()
    } catch {
      throw RemoteError(.other, error.summary)
    }
  }
}
