public import Comparing
internal import Vocabulary

extension ReportFolder {
  /// Reads a version's folder. Links are not followed, and a file that cannot be read is a problem
  /// of the comparison, no error.
  ///
  /// For example: `ReportFolder(reading: archive.path(of: version), as: "\(version)")`.
  public init(reading path: String, as name: String) {
    self.init(name: name, files: [:])
    let folder = Folder(path)
    for file in folder.filesAtAnyDepth() {
      do throws(ArchiveError) {
        guard folder.kind(of: file) == .file else {
          problems.append("\(file) of \(name) is no plain file")
          continue
        }
        let bytes = try folder.bytes(of: file)
        files[file] =
          Self.isCompared(file)
          ? .text(bytes) : .digest(Fingerprint(of: bytes), size: bytes.count)
      } catch {
        problems.append("\(file) of \(name): \(error.summary)")
      }
    }
  }
}
