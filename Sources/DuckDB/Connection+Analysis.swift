internal import Vocabulary

extension Connection {
  /// Parses `sql` without binding it to tables; throws where it is no well-formed SQL.
  public func analyze(_ sql: String) throws(DuckDBError) -> SQLAnalysis {
    try SQLText.checkNesting(of: sql)
    let text = try scalar(
      """
      SELECT json_serialize_sql($sql::VARCHAR, skip_null := true, skip_empty := true, \
      skip_default := true)
      """, binding: ["sql": .text(sql)])
    guard let tree = JSON(parsing: text.plainText) else {
      throw DuckDBError(.parser, "the SQL's expressions are nested too deeply", sql: sql)
    }
    guard tree["error"]?.isTrue == true else { return SQLAnalyzer(tree, sql: sql).analysis }
    let message = tree["error_message"]?.string ?? "the SQL could not be parsed"
    guard tree["error_type"]?.string == "not implemented" else {
      var error = DuckDBError(.parser, "Parser Error: \(message)", sql: sql)
      error.summary = message
      error.place(tree)
      throw error
    }
    // DuckDB has only SELECTs as a tree; what else it is, the first words tell.
    guard message.hasPrefix("Only SELECT") else {
      throw DuckDBError(.parameter, message, sql: sql)
    }
    let count = SQLText.statementCount(of: sql)
    return SQLAnalysis(count > 1 ? .several(count) : .other(SQLText.kindWord(of: sql)))
  }
}
