internal import Comparing
internal import Parsing
internal import Vocabulary

extension VersionRecord {
  /// What became of the notebook since the version was made, in a sentence; nil when it is the same.
  func changedNotebook(in project: Project) -> String? {
    let place = project.path(path)
    let name = visibleText(project.shown(place))
    guard Files.kind(place) == .file, let bytes = try? Files.bytes(of: place) else {
      return "the notebook \(name) is not there any more"
    }
    let difference = TextDifference.lines(
      source, Notebook(parsing: bytes, at: path).source)
    let added = difference.pieces.count { $0.fate == .added }
    let removed = difference.pieces.count { $0.fate == .removed }
    guard added + removed > 0 else { return nil }
    let counts = [
      added > 0 ? "\(Amounts.count(added, "line")) added" : nil,
      removed > 0 ? "\(Amounts.count(removed, "line")) removed" : nil,
    ].compactMap(\.self).joined(separator: ", ")
    return "the notebook \(name) is not the version's notebook.md any more (\(counts))"
  }
}
