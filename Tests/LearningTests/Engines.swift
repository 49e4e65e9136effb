import DuckDB
import Foundation
import Learning
import LinearAlgebra
import Vocabulary

/// The libraries that the tests run on, found as `washi` finds them in a checkout.
enum Engines {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path
  private static let folders = ["\(root)/.deps/lib"]

  static let lightGBM = LibrarySearch(
    explicit: ProcessInfo.processInfo.environment["WASHI_LIGHTGBM"], folders: folders)

  static let libraries = LearningLibraries(
    lightGBM: lightGBM,
    liblinear: LibrarySearch(explicit: ProcessInfo.processInfo.environment["WASHI_LIBLINEAR"]),
    openBLAS: LibrarySearch(explicit: ProcessInfo.processInfo.environment["WASHI_OPENBLAS"]))

  /// Whether linear models can be trained here.
  static let hasLiblinear = (try? Liblinear.load(libraries.liblinear)) != nil

  static func connection(threads: Int = 2) throws -> Connection {
    let library = try Library.load(
      LibrarySearch(
        explicit: ProcessInfo.processInfo.environment["WASHI_DUCKDB"], folders: folders))
    return try Database(library, configuration: ["threads": String(threads)]).connect()
  }

  /// Data for trying, which lies outside of the project; nil where it is not there.
  static func sharedData(_ name: String) -> String? {
    let path = "\(root)/../shared/data/\(name)"
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }
}
