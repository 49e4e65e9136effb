// FileHandle is in the full Foundation only.
internal import Foundation
public import Vocabulary

/// The files of a folder as a store keeps them under one name: a list of paths with the digests by
/// which their bytes are found.
public struct Bundle: Sendable, Hashable, Codable {
  /// The files, sorted by path.
  public var files: [File]

  /// A file.
  public struct File: Sendable, Hashable, Codable {
    /// Its path in the folder.
    public var path: String
    /// Its bytes.
    public var size: Int
    /// The digest of its bytes.
    public var digest: Fingerprint
  }

  /// The files that lie below a folder.
  public init(of folder: String) throws(StorageError) {
    files = []
    for path in fileNames(below: folder) {
      let (digest, size) = try Self.digest(of: "\(folder)/\(path)")
      files.append(File(path: path, size: size, digest: digest))
    }
  }

  /// The list under the digest of its own bytes, so that a part of it is recognised.
  var sealed: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let body = (try? encoder.encode(self)) ?? Data()
    return Array("\(Fingerprint(of: body))\n".utf8) + body
  }

  /// The list again; nil when it is not whole, or could lead out of a folder.
  init?(sealed bytes: [UInt8]) {
    guard bytes.count > 65, bytes[64] == 10 else { return nil }
    let body = bytes[65...]
    guard String(decoding: bytes[..<64], as: UTF8.self) == Fingerprint(of: body).description,
      let bundle = try? JSONDecoder().decode(Bundle.self, from: Data(body)),
      bundle.files.allSatisfy({ Self.isSafe($0.path) })
    else { return nil }
    self = bundle
  }

  private static func isSafe(_ path: String) -> Bool {
    path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
      !$0.isEmpty && $0 != "." && $0 != ".."
    } && !path.contains("\0")
  }

  /// The digest and the size of a file.
  static func digest(of path: String) throws(StorageError) -> (Fingerprint, Int) {
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw StorageError("cannot read \(path)")
    }
    var combiner = Fingerprint.Combiner()
    var size = 0
    do {
      while let data = try file.read(upToCount: 1 << 20), !data.isEmpty {
        combiner.update(ArraySlice(data))
        size += data.count
      }
      try file.close()
    } catch {
      throw StorageError("cannot read \(path): \(error)")
    }
    return (combiner.fingerprint, size)
  }
}
