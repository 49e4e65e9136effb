internal import DuckDB
public import Parsing
public import Vocabulary

/// What opening a connection takes from the machine: secrets, and where drivers are looked for.
public struct ConnectionSurroundings: Sendable {
  /// Where the values of `env:NAME` come from.
  public var environment: [String: String]
  /// Where drivers are looked for when only their name is given.
  public var drivers: LibrarySearch
  /// Where the engine here is found, which makes Arrow of parameters, and is a driver as well.
  public var duckDBSearch: LibrarySearch
  /// The folder that relative paths of drivers and databases start from.
  public var directory: String

  /// Surroundings.
  public init(
    environment: [String: String] = [:], drivers: LibrarySearch = LibrarySearch(),
    duckDB: LibrarySearch = LibrarySearch(), directory: String = ""
  ) {
    self.environment = environment
    self.drivers = drivers
    self.duckDBSearch = duckDB
    self.directory = directory
  }
}

extension ConnectionSurroundings {
  /// The engine here.
  func engine() throws(DuckDBError) -> Library { try Library.load(duckDBSearch) }
}

extension ConnectionDeclaration {
  /// Opens it: what each kind of engine does differently begins here.
  public func open(in surroundings: ConnectionSurroundings) throws(RemoteError) -> any RemoteSession
  {
    switch engine {
    case .adbc(let options): try ADBCSession(options, named: name, in: surroundings)
    case .spark(let options): try SparkConnectSession(options, named: name, in: surroundings)
    }
  }

  /// What speaks to the engine, found without connecting.
  public func driver(
    in surroundings: ConnectionSurroundings
  ) throws(RemoteError) -> EngineDescription {
    switch engine {
    case .adbc(let options): try ADBCDriver.load(options, in: surroundings).description
    case .spark: EngineDescription(name: "Spark Connect", version: "4.3", path: "part of washi")
    }
  }
}

/// Who opens connections; tests put engines of their own in this place.
public protocol ConnectionOpening: Sendable {
  /// Opens a connection.
  func open(
    _ connection: ConnectionDeclaration, in surroundings: ConnectionSurroundings
  ) throws(RemoteError) -> any RemoteSession
}

/// Connections as they are declared.
public struct DeclaredConnections: ConnectionOpening {
  /// The one way to open them.
  public init() {}

  /// Opens a connection.
  public func open(
    _ connection: ConnectionDeclaration, in surroundings: ConnectionSurroundings
  ) throws(RemoteError) -> any RemoteSession {
    try connection.open(in: surroundings)
  }
}
