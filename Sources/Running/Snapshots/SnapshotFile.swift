public import DuckDB
internal import Steps
internal import Vocabulary

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// A Parquet file that says itself which types its columns had, so that it alone gives the rows back
/// exactly.
///
/// For example: `try SnapshotFile.selection(of: ["snapshots/ab12.parquet"], using: connection)`.
public enum SnapshotFile {
  /// The key of the file's metadata that holds the types.
  private static let key = "washi.columns"

  /// The columns that no Parquet file gives back exactly.
  static func foreign(among columns: [ColumnDescription]) -> [ColumnDescription] {
    columns.filter { StoredColumn($0) == nil }
  }

  /// Writes the rows of a SELECT into a new file, in their order, and tells how many there are.
  ///
  /// Equal rows of equal types give equal bytes.
  static func write(
    _ selection: String, to path: String, using connection: Connection
  ) throws(DuckDBError) -> Int {
    let found = try connection.columns(of: selection)
    let columns = found.compactMap(StoredColumn.init)
    guard columns.count == found.count else {
      throw DuckDBError(.shape, "there is a column of a type that no file gives back exactly")
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(columns) else {
      throw DuckDBError(.other, "the columns have no JSON form")
    }
    let types = SQLText.literal(String(decoding: data, as: UTF8.self))
    let list = columns.map(\.written).joined(separator: ", ")
    return try connection.execute(
      """
      COPY (SELECT \(list) FROM (\(selection)) AS rows) TO \(SQLText.literal(path)) \
      (FORMAT parquet, COMPRESSION zstd, KV_METADATA {\(SQLText.identifier(key)): \(types)})
      """)
  }

  /// A SELECT that gives back the rows of these files, one after the other, with the types they had.
  public static func selection(
    of paths: [String], using connection: Connection
  ) throws(DuckDBError) -> String {
    var selections: [String] = []
    for path in paths {
      let list = try columns(of: path, using: connection).map(\.read).joined(separator: ", ")
      selections.append("SELECT \(list) FROM read_parquet(\(SQLText.literal(path)))")
    }
    return selections.joined(separator: "\nUNION ALL BY NAME\n")
  }

  private static func columns(
    of path: String, using connection: Connection
  ) throws(DuckDBError) -> [StoredColumn] {
    let found = try connection.query(
      """
      SELECT decode(value) FROM parquet_kv_metadata(\(SQLText.literal(path)))
      WHERE decode(key) = \(SQLText.literal(key))
      """)
    guard found.rowCount == 1,
      let columns = try? JSONDecoder().decode(
        [StoredColumn].self, from: Data(found.row(0)[0].plainText.utf8)), !columns.isEmpty
    else {
      throw DuckDBError(.other, "\(path) is no snapshot that Washi has written")
    }
    return columns
  }
}
