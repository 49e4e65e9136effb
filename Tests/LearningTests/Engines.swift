import DuckDB
import Foundation
import LightGBM
import Vocabulary

/// The libraries that the tests run on, found as `washi` finds them in a checkout.
enum Engines {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path
  private static let search = LibrarySearch(
    explicit: nil, includesSystem: true, folders: ["\(root)/.deps/lib"])

  static func lightGBM() throws -> LightGBM.Library {
    let environment = ProcessInfo.processInfo.environment
    return try LightGBM.Library.load(
      LibrarySearch(explicit: environment["WASHI_LIGHTGBM"], folders: search.folders))
  }

  static func connection(threads: Int = 2) throws -> Connection {
    let environment = ProcessInfo.processInfo.environment
    let library = try DuckDB.Library.load(
      LibrarySearch(explicit: environment["WASHI_DUCKDB"], folders: search.folders))
    return try Database(library, configuration: ["threads": String(threads)]).connect()
  }

  /// Data for trying, which lies outside of the project; nil where it is not there.
  static func sharedData(_ name: String) -> String? {
    let path = "\(root)/../shared/data/\(name)"
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }
}
