internal import Crypto
internal import GRDB
internal import NIOCore
internal import Vocabulary

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// A file that somebody has sent, known by its content.
struct Upload: Sendable, Hashable, Codable {
  /// The SHA-256 of its bytes.
  var digest: String
  /// The name it had; it is shown and nothing else.
  var name: String
  /// Its size in bytes.
  var size: Int
  /// `csv`, `jsonl` or `parquet`.
  var format: String
  /// The names in its header; none for Parquet.
  var columns: [String]
}

/// Writes an upload to disk as it comes in, digests it, and looks at its beginning.
final class UploadWriter {
  private let path: String
  private let file: Int32
  private let limit: Int
  private var hash = SHA256()
  private var size = 0
  /// The beginning, to tell what it is.
  private var head: [UInt8] = []
  private var tail: [UInt8] = []

  private static let headLength = 1 << 20

  init(at path: String, limit: Int) throws(ServingError) {
    self.path = path
    self.limit = limit
    file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw .system("write", path) }
  }

  deinit {
    close(file)
    // Kept uploads have been renamed; what is still here is a part of one.
    unsafe unlink(path)
  }

  func write(_ bytes: ArraySlice<UInt8>) throws {
    size += bytes.count
    guard size <= limit else { throw Problem.upload(tooLarge: limit) }
    if head.count < Self.headLength { head += bytes.prefix(Self.headLength - head.count) }
    tail = Array((tail + bytes.suffix(4)).suffix(4))
    hash.update(data: Array(bytes))
    try DiskFile.write(bytes, to: file, path)
  }

  /// Looks at what has come and keeps it under its digest.
  func finish(named name: String, format: String?, at place: (String) -> String) throws -> Upload {
    guard size > 0 else {
      throw Problem(
        .unsupportedType, "The file `\(name)` is empty.", "ファイル「\(name)」は空です。")
    }
    let format = format ?? Self.format(of: name)
    let columns = try UploadCheck(name: name, head: head, tail: tail, isWhole: size == head.count)
      .columns(of: format)
    let digest = Secret.hexadecimal(hash.finalize())
    guard fsync(file) == 0, unsafe rename(path, place(digest)) == 0 else {
      throw ServingError.system("keep", path)
    }
    return Upload(digest: digest, name: name, size: size, format: format, columns: columns)
  }

  /// The format that a name's ending says; CSV when it says nothing.
  static func format(of name: String) -> String {
    let lower = name.lowercased()
    if lower.hasSuffix(".parquet") { return "parquet" }
    return lower.hasSuffix(".jsonl") || lower.hasSuffix(".ndjson") ? "jsonl" : "csv"
  }
}

/// Tells by its beginning whether a file is what it is said to be.
struct UploadCheck {
  var name: String
  var head: [UInt8]
  var tail: [UInt8]
  /// Whether the head is the whole file.
  var isWhole: Bool

  /// The names in the header of a file of this format.
  func columns(of format: String) throws(Problem) -> [String] {
    if let kind = archiveKind {
      throw wrong(
        "is \(kind). Unpack it first; only plain files are taken",
        "は \(kind) です。展開してから送ってください")
    }
    switch format {
    case "parquet":
      guard head.starts(with: Array("PAR1".utf8)), tail == Array("PAR1".utf8) else {
        throw wrong("is no Parquet file", "は Parquet ファイルではありません")
      }
      return []
    case "jsonl":
      guard head.first(where: { $0 > 32 }) == UInt8(ascii: "{"), isText else {
        throw wrong(
          "does not hold one JSON object per line", "は 1 行 1 オブジェクトの JSON ではありません")
      }
      return []
    default:
      guard isText else { throw wrong("is no text", "はテキストではありません") }
      let names = header
      guard !names.isEmpty, names.allSatisfy({ !$0.isEmpty }) else {
        throw wrong(
          "has a column without a name in its first line", "の 1 行目に名前のない列があります")
      }
      return names
    }
  }

  private func wrong(_ english: String, _ japanese: String) -> Problem {
    Problem(.unsupportedType, "The file `\(name)` \(english).", "ファイル「\(name)」\(japanese)。")
  }

  private var archiveKind: String? {
    if head.starts(with: [0x50, 0x4B, 3, 4]) || head.starts(with: [0x50, 0x4B, 5, 6]) {
      return "a ZIP archive or an Excel workbook"
    }
    if head.starts(with: [0x1F, 0x8B]) { return "packed by gzip" }
    if head.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) { return "packed by zstd" }
    if head.starts(with: Array("BZh".utf8)) { return "packed by bzip2" }
    if head.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A]) { return "packed by xz" }
    return nil
  }

  /// UTF-8 without NUL bytes, as far as it is looked at.
  private var isText: Bool {
    guard !head.contains(0) else { return false }
    // The head may end inside a character.
    return (0...(isWhole ? 0 : 3)).contains {
      String(validating: head.dropLast($0), as: UTF8.self) != nil
    }
  }

  /// The cells of the first line.
  private var header: [String] {
    var bytes = head[...]
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    let line = bytes.prefix { $0 != 10 && $0 != 13 }
    let separators = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t"), UInt8(ascii: "|")]
    let separator =
      separators.max { first, second in
        line.count { $0 == first } < line.count { $0 == second }
      } ?? separators[0]
    var cells: [String] = []
    var cell: [UInt8] = []
    var isQuoted = false
    for byte in line {
      if byte == UInt8(ascii: "\"") {
        isQuoted.toggle()
      } else if byte == separator, !isQuoted {
        cells.append(String(decoding: cell, as: UTF8.self))
        cell = []
      } else {
        cell.append(byte)
      }
    }
    return cells + [String(decoding: cell, as: UTF8.self)]
  }
}

extension Problem {
  static func upload(tooLarge limit: Int) -> Problem {
    let size = ByteCount.text(limit)
    return Problem(
      .tooLarge, "A file may have \(size) at most.", "ファイルは \(size) までです。")
  }
}

/// Sizes for people: `1.2 MB`.
enum ByteCount {
  static func text(_ count: Int) -> String {
    let units = ["bytes", "kB", "MB", "GB", "TB"]
    var value = Double(count)
    var unit = 0
    while value >= 1000, unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    return NumberFormat.significant(3).string(value) + " " + units[unit]
  }
}

extension WorkplaceStore {
  /// Notes an upload; the same file of the same user is noted once.
  func keep(_ upload: Upload, of user: String, now: Int64) async throws {
    try await write { database in
      try database.execute(
        sql: """
          INSERT INTO uploads VALUES (?, ?, ?, ?, ?, ?, ?)
          ON CONFLICT (digest, user) DO UPDATE SET name = excluded.name, createdAt = excluded.createdAt
          """,
        arguments: [
          upload.digest, user, upload.name, upload.size, upload.format,
          upload.columns.joined(separator: "\u{1F}"), now,
        ])
    }
  }

  /// An upload that a user has sent; somebody else's is none of theirs.
  func upload(_ digest: String, of user: String) async throws -> Upload? {
    try await read { database in
      try Row.fetchOne(
        database, sql: "SELECT * FROM uploads WHERE digest = ? AND user = ?",
        arguments: [digest, user]
      ).map { row in
        Upload(
          digest: row["digest"], name: row["name"], size: row["size"], format: row["format"],
          columns: (row["columns"] as String).split(separator: "\u{1F}").map(String.init))
      }
    }
  }
}
