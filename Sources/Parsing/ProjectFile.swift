public import Vocabulary

/// The project file `washi.yaml`, overlays applied.
public struct ProjectFile: Sendable, Hashable {
  /// Catalog entries that every notebook of the project sees; a notebook's own entry of the same name wins.
  public var catalog: [CatalogEntry] = []
  /// Whether raw HTML in prose is let through.
  public var allowsRawHTML = false
  /// Whether `python` and `sh` steps may run.
  public var allowsProcesses = false
  /// Parameter values that the project or its environment sets, below the command line's.
  public var parameters: [YAMLEntry] = []
  /// The engine's memory limit such as `2GB`, when the project sets one.
  public var memoryLimit: String?
  /// How many steps of a run may be at work at the same time, when the project says so.
  public var jobs: Int?
  /// The interpreter of `python` steps, when the project names one.
  public var python: String?
  /// The directory of the notebooks, when the project names one.
  public var notebooks: String?
  /// The directory of the published versions, when the project names one.
  public var output: String?
  /// The directory of the registered models, when the project names one.
  public var registry: String?
  /// The directory of the rows that versions keep, when the project names one.
  public var snapshots: String?
  /// What is shared with other machines, and where.
  public var storage: SharedStorage?
  /// The engines elsewhere that SQL steps can be sent to, in source order.
  public var connections: [ConnectionDeclaration] = []
  /// The address that the folder of the published versions has on the web, for links to reports.
  public var site: String?
  /// Whom every run tells; a notebook's own rules come after these.
  public var notify: [NotifyRule] = []
  /// The server that runs are sent to.
  public var tracking: TrackingOptions?
  /// How severe the checker's rules are, by name; a notebook's own `lint:` wins.
  public var lint: [YAMLEntry] = []
  /// Everything wrong with the files.
  public var diagnostics: [Diagnostic] = []

  /// A project file that says nothing.
  public init() {}
}

/// What a project shares with other machines.
///
/// For example: `storage: { remote: "rclone:s3:bucket/reports" }`.
public struct SharedStorage: Sendable, Hashable {
  /// An absolute path that all machines see, or `rclone:` and a remote.
  public var remote: String
  /// Whether results of steps are shared.
  public var cache = true
  /// Whether published versions are shared.
  public var versions = true
  /// Whether registered models are shared.
  public var registry = true
  /// Where the remote is written.
  public var range: SourceRange
}
