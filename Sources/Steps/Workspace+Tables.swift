public import DuckDB
internal import Parsing
public import Vocabulary

extension Workspace {
  /// The columns of a table or view, in order.
  public func columns(of table: String) throws(StepFailure) -> [ColumnDescription] {
    do throws(DuckDBError) {
      return try connection.columns(of: "SELECT * FROM \(SQLText.identifier(table))")
    } catch {
      throw failure(error)
    }
  }

  /// How many rows a table or view has.
  public func rowCount(of table: String) throws(StepFailure) -> Int {
    do throws(DuckDBError) {
      return try connection.count("SELECT count(*) FROM \(SQLText.identifier(table))")
    } catch {
      throw failure(error)
    }
  }

  /// The rows of a query of our own as a table in memory.
  public func rows(_ sql: String, limit: Int? = nil) throws(StepFailure) -> Table {
    do throws(DuckDBError) {
      return try connection.query(sql, limit: limit)
    } catch {
      throw failure(error)
    }
  }

  /// A failure of SQL that the author did not write; it points at the step.
  public func failure(_ error: DuckDBError) -> StepFailure {
    StepFailure(
      .error(
        "sql-\(error.kind.rule)", error.summary, at: current?.nameRange,
        explanation: "while step `\(stepName)` was working on its table",
        solutions: error.advice))
  }

  /// Makes the table or view `name` of a query, replacing one that a failed try left.
  func make(
    _ name: String, _ verb: String, as query: String, binding: [String: Value]? = nil,
    suffix: String = "", reporting: (DuckDBError) -> StepFailure
  ) throws(StepFailure) {
    let head = "\(verb) \(SQLText.identifier(name)) AS (\n"
    do throws(DuckDBError) {
      try connection.execute(head + query + "\n)" + suffix, binding: binding ?? parameters)
    } catch {
      var error = error
      // Positions count from the start of the statement; the author's SQL starts behind the head.
      error.position = error.position.flatMap {
        $0 >= head.utf8.count ? $0 - head.utf8.count : nil
      }
      throw reporting(error)
    }
  }

  /// Errors for each named column that a table does not have, with the nearest name it has.
  public func unknownColumns(
    _ names: [(name: String, range: SourceRange?)], of table: String
  ) -> [Diagnostic] {
    guard let known = try? columns(of: table).map(\.name) else { return [] }
    return names.filter { !known.contains($0.name) }.map { wanted in
      .error(
        "unknown-column", "table `\(table)` has no column `\(wanted.name)`", at: wanted.range,
        solutions: solutions(forUnknown: wanted.name, among: known))
    }
  }
}
