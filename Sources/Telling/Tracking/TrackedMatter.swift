public import Learning

/// Where the bytes of a tracked run lie: its report's folder and the registry.
public protocol TrackedMatter: Sendable {
  /// The files of the report's folder; none when it is gone.
  func reportFiles() -> [TrackedFiles.File]

  /// The bytes of one of them; nil when it is gone.
  func bytes(ofReportFile path: String) -> [UInt8]?

  /// The files of a registered model; nil when it is gone.
  func bundle(of name: String, _ number: Int) -> [Model.File]?

  /// The version behind every alias of a registered model, now.
  func aliases(of name: String) -> [String: Int]
}
