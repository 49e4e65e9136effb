internal import DuckDB
internal import Vocabulary

/// An open, empty DuckDB: one per plan, because a run locks it to its own files.
struct OpenEngine: Sendable {
  let connection: Connection

  /// Finds the library and opens a database in memory.
  init(for project: Project, in circumstances: Circumstances) throws(DuckDBError) {
    let library = try Library.load(.duckDB(for: project, in: circumstances))
    connection = try Database(library).connect()
  }
}
