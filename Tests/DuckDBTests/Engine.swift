import DuckDB
import Vocabulary

/// The package's root, found from this file: `<root>/Tests/DuckDBTests/Engine.swift`.
let packageRoot = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }

/// The library that `Scripts/setup` unpacks.
func library() throws(DuckDBError) -> Library {
  try Library.load(LibrarySearch(folders: ["\(packageRoot)/.deps/lib"]))
}

/// A connection to an empty database in memory.
func connection() throws(DuckDBError) -> Connection {
  try Database(library()).connect()
}
