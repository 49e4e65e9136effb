public import DuckDB
internal import Vocabulary

/// A schema made of a table that is taken to be right, for a person to review.
///
/// Types by family, missing values with as much room as there are again, the range of numbers and
/// days, the values of texts that have few, and columns without any value twice.
public enum SchemaInference {
  /// A text column of at most so many values is taken to have no others.
  public static let valueLimit = 20

  /// The schema of `table`, which the connection can read.
  public static func schema(
    of table: String, on connection: Connection
  ) throws(DuckDBError) -> TableSchema {
    var schema = TableSchema()
    let source = SQLText.identifier(table)
    let rows = try connection.count("SELECT count(*) FROM \(source)")
    for column in try connection.columns(of: "SELECT * FROM \(source)") {
      let name = SQLText.identifier(column.name)
      let counts = try connection.query(
        "SELECT count(\(name)), count(DISTINCT \(name)) FROM \(source)")
      let present = Int(counts.row(0)[0].number ?? 0)
      let distinct = Int(counts.row(0)[1].number ?? 0)
      var rule = TableSchema.ColumnRule(named: column.name)
      let family = ColumnType.family(ofEngineType: column.engineType)
      rule.type = family ?? column.engineType
      let missing = rows > 0 ? Double(rows - present) / Double(rows) : 0
      // Rounded up to whole percent, so that the file can be read.
      rule.missing = min(1, (200 * missing).rounded(.up) / 100)
      rule.isUnique = present == rows && distinct == rows && rows > 1
      switch family {
      case "number" where present > 0 && !rule.isUnique:
        let ends = try connection.query(
          """
          SELECT min(CAST(\(name) AS DOUBLE)), max(CAST(\(name) AS DOUBLE)) FROM \(source)
          WHERE isfinite(CAST(\(name) AS DOUBLE))
          """)
        rule.minimum = ends.row(0)[0].number.map(Value.double)
        rule.maximum = ends.row(0)[1].number.map(Value.double)
      case "date" where present > 0:
        let ends = try connection.query(
          "SELECT CAST(min(\(name)) AS VARCHAR) FROM \(source)")
        rule.minimum = .text(ends.row(0)[0].plainText)
      case "text" where distinct > 0 && distinct <= valueLimit && distinct < present:
        let values = try connection.query(
          """
          SELECT DISTINCT CAST(\(name) AS VARCHAR) AS value FROM \(source)
          WHERE \(name) IS NOT NULL ORDER BY value
          """)
        rule.values = values.columns[0].values.map(\.plainText)
      default: break
      }
      schema.columns.append(rule)
    }
    return schema
  }
}
