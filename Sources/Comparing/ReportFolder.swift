public import Vocabulary

/// The files of one version as values, whoever read them: a folder, a git revision, a rehearsal.
///
/// Nothing in it is trusted. A file that is damaged is a `problem` of the difference, never a crash.
/// For example: `ReportFolder(name: "credit/monthly@2021-01/v1", files: ["report.json": .text(bytes)])`.
public struct ReportFolder: Sendable, Hashable {
  /// A file's content, or what is known of it.
  public enum File: Sendable, Hashable {
    /// The bytes.
    case text([UInt8])
    /// The digest and size of a file that is only told apart, such as an artifact.
    case digest(Fingerprint, size: Int)
  }

  /// What people call the version, such as `credit/monthly@2021-01/v3`.
  public var name: String
  /// The files by their path below the version's folder, with `/`.
  public var files: [String: File]
  /// What could not be read, in sentences.
  public var problems: [String]

  /// A version's files.
  public init(name: String, files: [String: File], problems: [String] = []) {
    self.name = name
    self.files = files
    self.problems = problems
  }

  /// Whether a file's content is compared, not only its digest.
  public static func isCompared(_ path: String) -> Bool {
    !path.hasPrefix("artifacts/")
  }

  func bytes(_ path: String) -> [UInt8]? {
    if case .text(let bytes) = files[path] { bytes } else { nil }
  }

  func text(_ path: String) -> String? {
    bytes(path).map { String(decoding: $0, as: UTF8.self) }
  }
}
