public import Vocabulary

/// Rows of a catalog entry that a version keeps: a Parquet file, named by the digest of its bytes.
///
/// An entry of several files has a snapshot for each that can be read by itself, so that a file
/// which many editions read is kept once.
public struct Snapshot: Sendable, Hashable {
  /// The catalog entry.
  public var entry: String
  /// The files that the rows come from, as the run records them.
  public var files: [String]
  /// The digest of the Parquet file.
  public var digest: Fingerprint
  /// The size of the Parquet file in bytes.
  public var size: Int
  /// How many rows there are.
  public var rows: Int
  /// Where the file lies until somebody keeps it; nil when it was kept before.
  public var stagedAt: String?

  /// Rows under the digest of their file.
  public init(
    entry: String, files: [String], digest: Fingerprint, size: Int, rows: Int,
    stagedAt: String? = nil
  ) {
    self.entry = entry
    self.files = files
    self.digest = digest
    self.size = size
    self.rows = rows
    self.stagedAt = stagedAt
  }

  /// The name of the file that holds the rows of this digest.
  public static func fileName(of digest: Fingerprint) -> String { "\(digest).parquet" }
}

/// What a recorded run read under a catalog entry that it kept the rows of.
public struct RecordedSource: Sendable, Hashable {
  /// The files as they were recorded.
  public var inputs: [RecordedInput]
  /// The rows that were kept.
  public var snapshots: [Snapshot]
  /// The Parquet files to read instead of the recorded files, absolute, in the order of `snapshots`;
  /// nil when the recorded files are what they were.
  public var replacement: [String]?

  /// What was read, and what to read now.
  public init(
    inputs: [RecordedInput], snapshots: [Snapshot], replacement: [String]? = nil
  ) {
    self.inputs = inputs
    self.snapshots = snapshots
    self.replacement = replacement
  }
}

extension Run {
  /// Forgets the rows that were to be kept, here and in the notebooks within: nothing is published.
  public mutating func dropSnapshots() {
    snapshots = []
    for index in parts.indices { parts[index].run.dropSnapshots() }
  }
}
