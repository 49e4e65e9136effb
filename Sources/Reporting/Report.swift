public import Steps
public import Vocabulary

/// A report ready to be kept: every file of a version, by path, and the facts the archive lists.
///
/// A report is a value: it is made without touching the disk, and equal runs make equal bytes.
public struct Report: Sendable, Hashable {
  /// The notebook's path below `notebooks/` without its ending, or its file name elsewhere.
  public var notebook: String
  /// The series slot.
  public var edition: String
  /// The title.
  public var title: String
  /// Whether the run succeeded; only then it is published.
  public var isSuccess: Bool
  /// Whether a gate withheld it: then it is kept aside like that of a failed run.
  public var isWithheld = false
  /// The figures by `step.metric`, in report order.
  public var metrics: [NamedMetric]
  /// The files, sorted by path.
  public var files: [File]

  /// A metric with its full name.
  public struct NamedMetric: Sendable, Hashable {
    /// `step.metric`.
    public var name: String
    /// The metric.
    public var metric: Metric

    /// A metric with its full name.
    public init(name: String, metric: Metric) {
      self.name = name
      self.metric = metric
    }
  }

  /// A file of the version.
  public struct File: Sendable, Hashable {
    /// The path below the version's folder, with `/`.
    public var path: String
    /// The bytes, or where they lie.
    public var content: Content

    /// The bytes of a file, or where they lie.
    public enum Content: Sendable, Hashable {
      /// UTF-8 text.
      case text(String)
      /// Bytes that are no text.
      case bytes([UInt8])
      /// A file that a step has made.
      case staged(Artifact)
    }

    /// A file of the version.
    public init(path: String, content: Content) {
      self.path = path
      self.content = content
    }
  }

  /// The digest of the whole report: paths and bytes of all files, in order.
  public var digest: Fingerprint {
    Fingerprint(
      combining: files.flatMap { file in
        switch file.content {
        case .text(let text): [file.path, Fingerprint(of: text).description]
        case .bytes(let bytes): [file.path, Fingerprint(of: bytes).description]
        case .staged(let artifact): [file.path, artifact.digest.description]
        }
      })
  }
}
