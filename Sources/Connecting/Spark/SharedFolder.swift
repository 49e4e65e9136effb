internal import Foundation
internal import SparkConnect
internal import Synchronization

/// A folder that Spark and this machine see at the same path, for rows on their way.
final class SharedFolder: Sendable {
  private let root: String
  private let used = Mutex<[String]>([])

  /// The folder at a path, which begins in `directory` when it is relative.
  init(_ path: String, in directory: String) {
    root = path.hasPrefix("/") ? path : "\(directory)/\(path)"
  }

  /// A path in it that is nobody's yet.
  func freshPath() -> String {
    clear()
    let path = "\(root)/washi-\(UUID().uuidString.lowercased())"
    used.withLock { $0.append(path) }
    return path
  }

  /// The Parquet files that Spark has written at a path, in the order of its partitions.
  func files(at path: String) throws(SparkError) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    let files = names.filter { $0.hasPrefix("part-") && $0.hasSuffix(".parquet") }.sorted()
    guard !files.isEmpty else {
      throw SparkError(
        .other, "the Parquet files that Spark has written are not seen here",
        solutions: [
          "see that Spark's machines and this one have the folder of `parquet:` at the same path",
          "or leave `parquet:` out: rows come through the connection then",
        ])
    }
    return files.map { "\(path)/\($0)" }
  }

  /// Removes what was written.
  func clear() {
    let paths = used.withLock { paths in
      defer { paths = [] }
      return paths
    }
    for path in paths { try? FileManager.default.removeItem(atPath: path) }
  }
}
