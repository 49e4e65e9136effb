public import DuckDB

extension Connection {
  /// Lets SQL name a table `step.part` without quotes: a view in a schema called like the step.
  public func showInSchema(_ name: String) throws(DuckDBError) {
    guard let point = name.firstIndex(of: ".") else { return }
    let schema = SQLText.identifier(String(name[..<point]))
    let part = SQLText.identifier(String(name[name.index(after: point)...]))
    try execute("CREATE SCHEMA IF NOT EXISTS \(schema)")
    try execute(
      "CREATE OR REPLACE VIEW \(schema).\(part) AS SELECT * FROM \(SQLText.identifier(name))")
  }
}
