internal import DuckDB
internal import Planning
internal import Steps
internal import Vocabulary

/// The taking of one entry's rows.
struct SnapshotTaking {
  let input: PlannedInput
  /// The entry's files, with their digests.
  let files: [RecordedInput]
  /// The folder that keeps snapshots, absolute.
  let folder: String
  let surroundings: Session.Surroundings
  let connection: Connection

  /// The files one by one, when each can be read by itself and gives the rows that it gives among the
  /// others; else all together.
  private var pieces: [[RecordedInput]] {
    let looksAtAll: Set = ["auto_detect", "columns", "hive_partitioning", "names"]
    let isSeparable =
      switch input.format {
      case .csv: looksAtAll.isDisjoint(with: input.read.map(\.name))
      case .parquet: !input.read.contains { $0.name == "hive_partitioning" }
      // The types of all files are found out together.
      case .jsonl: false
      }
    return isSeparable ? files.map { [$0] } : [files]
  }

  /// The snapshots, when all of them were taken before and are there.
  var known: [Snapshot]? {
    for pieces in [pieces, [files]] {
      let found = pieces.compactMap(known)
      if found.count == pieces.count { return found }
    }
    return nil
  }

  private func known(_ piece: [RecordedInput]) -> Snapshot? {
    guard let cache = surroundings.cache, let known = cache.snapshots[key(of: piece)] else {
      return nil
    }
    let path = "\(folder)/\(Snapshot.fileName(of: known.digest))"
    guard let (digest, size) = try? cache.digests.digest(of: path), digest == known.digest,
      size == known.size
    else { return nil }
    return Snapshot(
      entry: input.name, files: piece.map(\.path), digest: known.digest, size: known.size,
      rows: known.rows)
  }

  /// What decides the rows of a piece, and the bytes of their file.
  private func key(of piece: [RecordedInput]) -> Fingerprint {
    var words = [
      "snapshot", surroundings.version, surroundings.build,
      connection.database.library.description.version, input.format.rawValue,
    ]
    for pair in input.columns + input.read {
      words += [pair.name, pair.value.typeName, pair.value.plainText]
    }
    // A column may hold the path.
    if input.read.contains(where: { $0.name == "filename" || $0.name == "hive_partitioning" }) {
      words += piece.map(\.path) + [surroundings.projectDirectory]
    }
    return Fingerprint(combining: words + piece.map(\.digest.description))
  }

  /// Writes what is not kept yet. Where the pieces together are not of the types of the whole, the
  /// whole is written.
  func snapshots() throws(DuckDBError) -> [Snapshot] {
    let view = "SELECT * FROM \(SQLText.identifier(input.name))"
    if pieces.count > 1 {
      let separate = try write(pieces) { (piece) throws(DuckDBError) -> String in
        try input.selecting(piece.map { absolute($0.path) }, using: connection)
      }
      let together = try SnapshotFile.selection(of: separate.map(path), using: connection)
      if try connection.columns(of: together) == connection.columns(of: view) { return separate }
    }
    return try write([files]) { (_) throws(DuckDBError) -> String in view }
  }

  private func write(
    _ pieces: [[RecordedInput]],
    selecting selection: ([RecordedInput]) throws(DuckDBError) -> String
  ) throws(DuckDBError) -> [Snapshot] {
    var taken: [Snapshot] = []
    var news: [Fingerprint: SnapshotMemo.Known] = [:]
    for piece in pieces {
      if let known = known(piece) {
        taken.append(known)
        continue
      }
      let staged =
        "\(surroundings.stagingDirectory)/snapshot \(UInt64.random(in: 0 ... .max)).parquet"
      let rows = try SnapshotFile.write(try selection(piece), to: staged, using: connection)
      do throws(FileError) {
        let (digest, size) = try Fingerprint.ofFile(at: staged)
        taken.append(
          Snapshot(
            entry: input.name, files: piece.map(\.path), digest: digest, size: size, rows: rows,
            stagedAt: staged))
        news[key(of: piece)] = SnapshotMemo.Known(digest: digest, size: size, rows: rows)
      } catch {
        throw DuckDBError(.other, "\(error.path): \(error.reason)")
      }
    }
    surroundings.cache?.snapshots.remember(news)
    return taken
  }

  private func path(of snapshot: Snapshot) -> String {
    snapshot.stagedAt ?? "\(folder)/\(Snapshot.fileName(of: snapshot.digest))"
  }

  private func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : "\(surroundings.projectDirectory)/\(path)"
  }
}
