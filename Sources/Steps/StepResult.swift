public import Vocabulary

/// What a step that came to its end leaves: figures, things to show, files, remarks.
public struct StepResult: Sendable, Hashable, Codable {
  /// The rows it read, when one number says it.
  public var rowsIn: Int?
  /// The rows of the table it made.
  public var rowsOut: Int?
  /// The figures, in the order to show them.
  public var metrics: [Metric] = []
  /// What the report shows, in order.
  public var exhibits: [Exhibit] = []
  /// Files made for the version's `artifacts/`.
  public var artifacts: [Artifact] = []
  /// Files written into the project, which lie where they belong; no part of the version.
  public var written: [Artifact] = []
  /// Remarks that the reader must see: a limit reached, unseen categories, dropped values.
  public var remarks: [String] = []
  /// What it decided about the run, when it is one that decides.
  public var verdict: Verdict?
  /// A model to keep in the registry when the report is published.
  public var registration: Registration?
  /// The engine elsewhere that made it.
  public var origin: RemoteOrigin?
  /// The fingerprint of what later steps can read of it, when it made something.
  public var content: Fingerprint?

  /// An empty result.
  public init() {}

  /// The metric of this name.
  public func metric(_ name: String) -> Metric? {
    metrics.first { $0.name == name }
  }
}

/// A file that a step made.
public struct Artifact: Sendable, Hashable, Codable {
  /// The path below `artifacts/`, without `..`.
  public var path: String
  /// Where the bytes lie while the run lasts.
  public var stagedAt: String
  /// The size in bytes.
  public var size: Int
  /// The digest of the bytes.
  public var digest: Fingerprint
  /// Rows, when it is a table.
  public var rows: Int?

  /// A file with its digest.
  public init(path: String, stagedAt: String, size: Int, digest: Fingerprint, rows: Int? = nil) {
    self.path = path
    self.stagedAt = stagedAt
    self.size = size
    self.digest = digest
    self.rows = rows
  }
}

/// A step that could not do its work: an outcome that the report shows, not an accident.
public struct StepFailure: Error, Sendable, Hashable {
  /// What happened, where, why and what to do.
  public var diagnostic: Diagnostic

  /// A failure with its reason.
  public init(_ diagnostic: Diagnostic) {
    self.diagnostic = diagnostic
  }
}
