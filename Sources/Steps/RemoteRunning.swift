/// Whoever can have the SQL of a step done by an engine elsewhere; the floors above know how.
public protocol RemoteRunning {
  /// Has it done there, and brings its rows when something here needs them.
  func run(_ step: SQLStep, in workspace: Workspace) throws(StepFailure) -> StepResult
}

/// The engine elsewhere that made a result: what provenance says of it, without hosts and users.
public struct RemoteOrigin: Sendable, Hashable, Codable {
  /// The connection's name in the project file.
  public var connection: String
  /// The engine and the driver, each with its version.
  public var engines: [Engine]
  /// What told the state of the data, when something did.
  public var version: String?
  /// Whether the table stays there, as only steps there read it.
  public var staysThere: Bool

  /// A program with its version.
  public struct Engine: Sendable, Hashable, Codable {
    /// Its name, such as `PostgreSQL`.
    public var name: String
    /// Its version.
    public var version: String

    /// A program with its version.
    public init(_ name: String, _ version: String) {
      self.name = name
      self.version = version
    }
  }

  /// Where a result comes from.
  public init(connection: String, engines: [Engine], version: String?, staysThere: Bool) {
    self.connection = connection
    self.engines = engines
    self.version = version
    self.staysThere = staysThere
  }
}
