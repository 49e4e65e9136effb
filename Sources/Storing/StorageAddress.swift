/// Where shared storage lies, as the project file writes it: an absolute path that all workers see, or
/// `rclone:` with a remote of rclone's configuration.
public enum StorageAddress: Sendable, Hashable {
  /// A folder.
  case folder(String)
  /// A remote with a path, such as `s3:bucket/prefix`.
  case rclone(String)

  /// Reads an address; the fault is the end of a sentence.
  public static func read(_ text: String) -> Result<StorageAddress, Fault> {
    if text.hasPrefix("/") {
      return text.count > 1 ? .success(.folder(trimmed(text))) : .failure(Fault("is the root"))
    }
    guard text.hasPrefix("rclone:") else {
      return .failure(
        Fault(
          "must be an absolute path or `rclone:` with a remote, such as `rclone:s3:bucket/prefix`"))
    }
    let remote = String(text.dropFirst("rclone:".count))
    if remote.hasPrefix("/") { return .success(.folder(trimmed(remote))) }
    guard let colon = remote.firstIndex(of: ":"), colon > remote.startIndex,
      !remote.hasPrefix("-")
    else {
      return .failure(
        Fault("must name a remote of rclone's configuration, such as `rclone:s3:bucket/prefix`"))
    }
    // A connection string would put credentials into the project file.
    guard !remote[..<colon].contains(",") else {
      return .failure(
        Fault("holds options of a remote: give them in rclone's configuration or RCLONE_CONFIG_...")
      )
    }
    return .success(.rclone(trimmed(remote)))
  }

  /// Why a text is no address.
  public struct Fault: Error, Sendable, Hashable {
    /// The end of a sentence that begins with the text.
    public var reason: String

    init(_ reason: String) { self.reason = reason }
  }

  private static func trimmed(_ text: String) -> String {
    var text = text
    while text.count > 1, text.hasSuffix("/") { text.removeLast() }
    return text
  }

  /// Opens the place; nothing is read yet.
  public func open() throws(StorageError) -> any ObjectStore {
    switch self {
    case .folder(let path): FolderStore(path)
    case .rclone(let remote): try RcloneStore(remote)
    }
  }
}
