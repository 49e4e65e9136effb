internal import Dispatch
internal import DuckDB
internal import Steps
internal import Synchronization
internal import Vocabulary

/// A table as the files that the cache keeps it in: whole row groups each, written side by side.
///
/// How many there are depends on the rows alone, so that their bytes do not depend on the machine.
struct TablePieces {
  /// The first rows of the pieces.
  let starts: [Int]

  /// The rows of one of Parquet's groups, as DuckDB makes them.
  private static let groupSize = 122_880
  /// The most pieces.
  private static let limit = 64
  /// The most that are written at a time: each has a row group in memory.
  private static let width = 4

  /// The pieces of a table with these columns.
  init(rowCount: Int, columns: [ColumnDescription]) {
    let groups = (rowCount + Self.groupSize - 1) / Self.groupSize
    let size = (groups + Self.limit - 1) / Self.limit * Self.groupSize
    // A column of that name hides the number by which rows are told apart.
    let isWhole = columns.contains { $0.name.lowercased() == "rowid" }
    starts = groups < 2 || isWhole ? [0] : Array(stride(from: 0, to: rowCount, by: size))
  }

  /// The names of their files, in order.
  var names: [String] { starts.indices.map(Self.name) }

  /// The name of a piece's file.
  static func name(_ piece: Int) -> String {
    piece == 0 ? "table.parquet" : "table \(piece + 1).parquet"
  }

  /// Whether a file of a result is a piece of its table.
  static func isPiece(_ name: String) -> Bool { name.hasPrefix("table") }

  /// Writes the pieces of a table into a folder, several side by side where there are threads; one that
  /// is cancelled ends with the pieces at work.
  func write(_ list: String, of table: String, into folder: String, in room: Workspace) throws {
    let copies = starts.indices.map { piece in
      var conditions: [String] = []
      if piece > 0 { conditions.append("rowid >= \(starts[piece])") }
      if piece + 1 < starts.count { conditions.append("rowid < \(starts[piece + 1])") }
      let rows = conditions.isEmpty ? "" : " WHERE \(conditions.joined(separator: " AND "))"
      return """
        COPY (SELECT \(list) FROM \(SQLText.identifier(table))\(rows))
        TO \(SQLText.literal("\(folder)/\(Self.name(piece))"))
          (FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, COMPRESSION_LEVEL 1)
        """
    }
    let connections =
      try [room.connection]
      + (1..<max(1, min(room.threads, copies.count, Self.width))).map { _ throws(DuckDBError) in
        try room.connection.database.connect()
      }
    let cancellation = room.cancellation
    let state = Mutex((next: 0, failure: DuckDBError?.none))
    DispatchQueue.concurrentPerform(iterations: connections.count) { worker in
      while cancellation.reason == nil {
        let piece = state.withLock { state -> Int? in
          guard state.failure == nil, state.next < copies.count else { return nil }
          defer { state.next += 1 }
          return state.next
        }
        guard let piece else { return }
        do throws(DuckDBError) {
          try connections[worker].execute(copies[piece])
        } catch {
          state.withLock { $0.failure = $0.failure ?? error }
        }
      }
    }
    if let failure = state.withLock({ $0.failure }) { throw failure }
    try room.checkCancellation()
  }
}
