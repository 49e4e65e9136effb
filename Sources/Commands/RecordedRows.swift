internal import Archiving
internal import Running
internal import Vocabulary

/// Where the rows of a recorded run come from when it is made again: from its files where they are
/// what they were, else from what the version kept of them.
struct RecordedRows {
  /// What to read under entries whose rows were kept, by entry in lower case.
  private(set) var sources: [String: RecordedSource] = [:]
  /// Which rows are not read from their files, and why.
  private(set) var remarks: [String] = []
  /// What cannot be read as it was.
  private(set) var causes: [String] = []

  /// Looks at every file that the run read, and at the rows it kept where a file is not what it was.
  init(of record: VersionRecord, in project: Project, store: SnapshotStore) {
    let changes = record.changedInputs(in: project)
    let kept = Set(record.keptEntries)
    causes = changes.filter { !kept.contains($0.entry) }.map(\.sentence)
    for entry in record.keptEntries {
      let snapshots = record.snapshots(of: entry)
      var source = RecordedSource(
        inputs: record.recordedInputs(of: entry), snapshots: snapshots)
      let changed = changes.filter { $0.entry == entry }.map(\.sentence)
      if !changed.isEmpty {
        do throws(ArchiveError) {
          var paths: [String] = []
          for snapshot in snapshots { paths.append(try store.path(of: snapshot.digest)) }
          source.replacement = paths
          remarks += changed.map { "\($0); its rows come from the snapshot" }
        } catch {
          causes += changed + ([error.summary] + error.solutions)
          continue
        }
      }
      sources[entry.lowercased()] = source
    }
  }
}
