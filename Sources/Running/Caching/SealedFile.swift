internal import Steps
internal import Vocabulary

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

/// POSIX's `write`, by a name that the methods below do not hide.
private let put = unsafe write

/// A value as JSON under the digest of its own bytes: a file that was cut or changed reads as nothing.
///
/// The first line holds the digest, the rest is JSON with sorted keys.
enum SealedFile {
  /// The value in the file; nil when there is none, or not one that this version has written.
  static func value<Content: Decodable>(_ type: Content.Type, at path: String) -> Content? {
    guard let data = FileManager.default.contents(atPath: path), data.count > 65 else { return nil }
    let body = data.dropFirst(65)
    guard data[data.startIndex + 64] == 10,
      String(decoding: data.prefix(64), as: UTF8.self) == Fingerprint(of: body).description
    else { return nil }
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    return try? decoder.decode(type, from: body)
  }

  /// Puts the value in place at once: readers see the old or the new one, never a part.
  static func save(_ content: some Encodable, durably: Bool = true, at path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    let body = try encoder.encode(content)
    let bytes = Array("\(Fingerprint(of: body))\n".utf8) + body
    let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let draft = "\(path).\(UInt64.random(in: 0 ... .max)).tmp"
    do {
      try write(bytes, to: draft, durably: durably)
      // Paths are passed as C strings.
      guard unsafe rename(draft, path) == 0 else { throw FileError(system: path) }
    } catch {
      unsafe unlink(draft)
      throw error
    }
  }

  /// Writes a new file; durably means that the disk holds it.
  private static func write(
    _ bytes: [UInt8], to path: String, durably: Bool
  ) throws(FileError) {
    let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw FileError(system: path) }
    defer { close(file) }
    var rest = bytes[...]
    while !rest.isEmpty {
      // The buffer outlives the call and is as long as told.
      let count = unsafe rest.withUnsafeBytes { unsafe put(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw FileError(system: path) }
      rest = rest.dropFirst(count)
    }
    guard !durably || fsync(file) == 0 || errno == EINVAL else { throw FileError(system: path) }
  }
}
