public import Vocabulary

/// An engine elsewhere that SQL steps can be sent to, as `connections:` of the project file names it.
///
/// For example: `warehouse: { driver: postgresql, uri: env:WAREHOUSE }`. What is secret stays in the
/// environment: the declaration holds the names of variables, never their values.
public struct ConnectionDeclaration: Sendable, Hashable {
  /// The name that steps use: `connection=warehouse`.
  public var name: String
  /// Where the name stands.
  public var nameRange: SourceRange
  /// What is at the other end.
  public var engine: Engine
  /// What tells one state of its data from another.
  public var version: Version

  /// What is at the other end, and how it is reached.
  public enum Engine: Sendable, Hashable {
    /// Anything that an ADBC driver speaks to.
    case adbc(ADBCOptions)
    /// Apache Spark, by Spark Connect.
    case spark(SparkOptions)
  }

  /// What tells one state of the remote data from another, so that results can be found again.
  public enum Version: Sendable, Hashable {
    /// Nothing does: every run asks again.
    case never
    /// The one value of this query, which is asked before the steps.
    case query(String, SourceRange)
    /// This text, such as the name of a snapshot.
    case snapshot(String)
  }

  /// A connection.
  public init(
    name: String, nameRange: SourceRange, engine: Engine, version: Version = .never
  ) {
    self.name = name
    self.nameRange = nameRange
    self.engine = engine
    self.version = version
  }

  /// The engine's kind in one word, such as `postgresql`.
  public var kindName: String {
    switch engine {
    case .adbc(let options): options.driverName
    case .spark: "spark"
    }
  }

  /// The variables that it needs, with the places where they are named.
  public var variables: [(name: String, range: SourceRange)] {
    switch engine {
    case .adbc(let options):
      options.texts.compactMap { given in
        if case .variable(let name) = given.text { (name, given.range) } else { nil }
      }
    case .spark(let options): options.variables
    }
  }

  /// What makes it the same connection on another machine and with other credentials.
  public func identity(in environment: [String: String]) -> Fingerprint {
    switch engine {
    case .adbc(let options): options.identity(in: environment)
    case .spark(let options): options.identity(in: environment)
    }
  }

  /// How the engine writes SQL, as far as reading its words goes.
  public var dialect: ForeignSQL.Dialect {
    switch engine {
    case .adbc(let options):
      ForeignSQL.Dialect(
        escapesBackslashes: ["bigquery", "databricks", "mysql", "snowflake", "spark"]
          .contains(options.driverName))
    case .spark: ForeignSQL.Dialect(escapesBackslashes: true)
    }
  }

  /// The folder through which rows come over as files; nil when they come through the connection.
  public var sharedFolder: String? {
    switch engine {
    case .adbc: nil
    case .spark(let options): options.parquet
    }
  }
}

/// What an ADBC driver is told.
public struct ADBCOptions: Sendable, Hashable {
  /// A text given for a key.
  public struct Given: Sendable, Hashable {
    /// The key.
    public var key: String
    /// The text, or the variable that holds it.
    public var text: OutsideText
    /// Where it stands.
    public var range: SourceRange
  }

  /// The driver: a short name such as `postgresql`, or the path of its shared library.
  public var driver: String
  /// Where the driver is named.
  public var driverRange: SourceRange
  /// The function that begins it, when it is not `AdbcDriverInit`.
  public var entrypoint: String?
  /// The address of the database.
  public var uri: Given?
  /// Who asks.
  public var user: Given?
  /// The password of who asks.
  public var password: Given?
  /// Further options, by the driver's own names, in source order.
  public var options: [Given] = []

  /// A driver that is told nothing yet.
  public init(driver: String, at range: SourceRange) {
    self.driver = driver
    driverRange = range
  }

  /// The driver's short name: `postgresql`, also of `/opt/libadbc_driver_postgresql.so.1`.
  public var driverName: String {
    var name = driver.split(separator: "/").last.map(String.init) ?? driver
    name = String(name.prefix { $0 != "." })
    for prefix in ["lib", "adbc_driver_"] where name.hasPrefix(prefix) && name.count > prefix.count
    {
      name.removeFirst(prefix.count)
    }
    return name == "postgres" ? "postgresql" : name.lowercased()
  }

  /// Everything that is given.
  public var texts: [Given] { [uri, user, password].compactMap { $0 } + options }

  func identity(in environment: [String: String]) -> Fingerprint {
    var words = ["adbc", driverName]
    if let uri, let text = uri.text.value(in: environment) {
      words += ["uri", ConnectionAddress.withoutCredentials(text)]
    }
    // What comes from the environment may be secret, so only its name takes part.
    for option in options.sorted(by: { $0.key < $1.key }) {
      words += [option.key, option.text.shown]
    }
    return Fingerprint(combining: words)
  }
}
