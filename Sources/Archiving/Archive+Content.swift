public import Reporting
internal import Steps
public import Vocabulary

extension Archive {
  /// The digest of the files that a report will have: paths and bytes, sorted by path.
  public static func digest(of report: Report) -> Fingerprint {
    combine(
      report.files.map { file in
        switch file.content {
        case .text(let text): (file.path, Fingerprint(of: text).description)
        case .bytes(let bytes): (file.path, Fingerprint(of: bytes).description)
        case .staged(let artifact): (file.path, artifact.digest.description)
        }
      })
  }

  /// The digest of a version's files as they really lie there; nil when one cannot be read.
  ///
  /// It equals the digest of the report that was published unless somebody touched the files.
  public func digest(of version: Version) -> Fingerprint? {
    Self.digest(of: output.folder(version.place.path).folder("v\(version.number)"))
  }

  static func digest(of folder: Folder) -> Fingerprint? {
    var entries: [(String, String)] = []
    for name in folder.filesAtAnyDepth() {
      guard folder.kind(of: name) == .file, let digest = try? folder.fingerprint(of: name) else {
        return nil
      }
      entries.append((name, digest.description))
    }
    return combine(entries)
  }

  private static func combine(_ entries: [(path: String, digest: String)]) -> Fingerprint {
    Fingerprint(
      combining: entries.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        .flatMap { [$0.path, $0.digest] })
  }

  /// The highest version number that is taken in an edition's folder, whatever lies there; else 0.
  static func newest(in folder: Folder) -> Int {
    folder.names().compactMap(versionNumber).max() ?? 0
  }
}
