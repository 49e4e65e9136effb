import Foundation
import Vocabulary

@testable import Storing

/// A folder that goes away with the test.
final class Place: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/washi-storing-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file and gives its path.
  @discardableResult
  func write(_ text: String, as name: String) throws -> String {
    let target = "\(path)/\(name)"
    try FileManager.default.createDirectory(
      atPath: ScratchFolder.above(target), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(filePath: target))
    return target
  }

  func text(_ name: String) -> String? {
    try? String(contentsOfFile: "\(path)/\(name)", encoding: .utf8)
  }

  var names: [String] { fileNames(below: path) }
}

/// The stores that can be tried without a server; those of rclone are left out where it is absent.
enum TriedStore: String, CaseIterable, Sendable {
  case folder
  /// rclone's own disk, through its program.
  case rclone

  static var here: [TriedStore] { (try? Rclone()) == nil ? [.folder] : allCases }

  func open(_ path: String) throws -> any ObjectStore {
    switch self {
    case .folder: FolderStore(path)
    case .rclone:
      try RcloneStore(":local:\(path)", kind: .other, program: Rclone(), settling: 0.3)
    }
  }
}
