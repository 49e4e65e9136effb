#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif
#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// A folder for the moment.
public struct ScratchFolder: Sendable {
  /// The folder's path.
  public let path: String

  /// A new, empty folder.
  public init() throws(StorageError) {
    path =
      FileManager.default.temporaryDirectory.path
      + "/washi-storage-\(UInt64.random(in: 0 ... .max))"
    do {
      // What passes through is nobody else's business.
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    } catch {
      throw StorageError("cannot make \(path): \(error)")
    }
  }

  /// Removes the folder with everything in it.
  public func remove() {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Makes a file of another one, by a link where the disk can, else by a copy.
  public func take(_ source: String, as name: String) throws(StorageError) {
    let target = "\(path)/\(name)"
    do {
      try FileManager.default.createDirectory(
        atPath: Self.above(target), withIntermediateDirectories: true)
      if unsafe FileManager.default.fileExists(atPath: target) || link(source, target) == 0 {
        return
      }
      try FileManager.default.copyItem(atPath: source, toPath: target)
    } catch {
      throw StorageError("cannot copy \(source): \(error)")
    }
  }

  /// Writes a text into a file.
  public func write(_ text: String, as name: String) throws(StorageError) {
    try write(Array(text.utf8), as: name)
  }

  /// Writes bytes into a file.
  public func write(_ bytes: [UInt8], as name: String) throws(StorageError) {
    do {
      try FileManager.default.createDirectory(
        atPath: Self.above("\(path)/\(name)"), withIntermediateDirectories: true)
      try Data(bytes).write(to: URL(filePath: "\(path)/\(name)"))
    } catch {
      throw StorageError("cannot write \(path)/\(name): \(error)")
    }
  }

  /// The text of a file; empty when there is none.
  public func text(_ name: String) -> String {
    FileManager.default.contents(atPath: "\(path)/\(name)")
      .map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// The bytes of a file; nil when there is none.
  public func bytes(_ name: String) -> [UInt8]? {
    FileManager.default.contents(atPath: "\(path)/\(name)").map(Array.init)
  }

  static func above(_ path: String) -> String {
    String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
  }
}
