internal import DuckDB
internal import Vocabulary

/// A table on its way from one engine to another: a Parquet file, and the types that it had.
struct Parcel: Sendable {
  /// The columns as they were.
  var columns: [StoredColumn]
  /// The file, absolute.
  var path: String

  /// Writes a table of `connection` into a file, without its rows when only its columns matter.
  init(
    of table: String, at path: String, withRows: Bool = true, using connection: Connection
  ) throws(DuckDBError) {
    let source = SQLText.identifier(table)
    let found = try connection.columns(of: "SELECT * FROM \(source)")
    columns = found.compactMap(StoredColumn.init)
    self.path = path
    guard columns.count == found.count else {
      throw DuckDBError(
        .shape, "`\(table)` has a column of a type that no file gives back exactly", name: table)
    }
    let list = columns.map(\.written).joined(separator: ", ")
    try connection.execute(
      """
      COPY (SELECT \(list) FROM \(source)\(withRows ? "" : " LIMIT 0")) \
      TO \(SQLText.literal(path)) (FORMAT parquet, COMPRESSION zstd)
      """)
  }

  /// A SELECT that gives the table back.
  var selection: String {
    let list = columns.map(\.read).joined(separator: ", ")
    return "SELECT \(list) FROM read_parquet(\(SQLText.literal(path)))"
  }

  /// The types of the columns that the file holds as text.
  var textTypes: [(name: String, type: String)] {
    columns.filter(\.isText).map { ($0.name, $0.type) }
  }
}
