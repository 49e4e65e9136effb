internal import Crypto

/// The SHA-256 of something, by which equal content is recognised.
public struct Fingerprint: Sendable, Hashable, CustomStringConvertible {
  /// 64 lowercase hexadecimal digits.
  public let description: String

  /// The fingerprint of these bytes.
  public init(of bytes: some Sequence<UInt8>) {
    var hash = SHA256()
    hash.update(data: Array(bytes))
    description = hexadecimal(hash.finalize())
  }

  /// The fingerprint of this text's UTF-8.
  public init(of text: String) {
    self.init(of: text.utf8)
  }

  /// The fingerprint of several parts, each told apart from its neighbours by its length.
  public init(combining parts: [String]) {
    var combiner = Combiner()
    for part in parts { combiner.add(part) }
    self = combiner.fingerprint
  }

  /// A fingerprint read back from its 64 digits.
  public init?(hexadecimal text: String) {
    guard text.utf8.count == 64,
      text.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
    else { return nil }
    description = text
  }

  private init(digest: String) {
    description = digest
  }

  /// The first 12 digits, for people.
  public var short: String { String(description.prefix(12)) }

  /// Takes bytes piece by piece, for files that are not held in memory.
  public struct Combiner {
    private var hash = SHA256()

    /// An empty combiner.
    public init() {}

    /// Adds raw bytes, with no boundary between calls.
    public mutating func update(_ bytes: ArraySlice<UInt8>) {
      hash.update(data: bytes)
    }

    /// Adds one delimited part.
    public mutating func add(_ part: String) {
      hash.update(data: Array("\(part.utf8.count):".utf8))
      hash.update(data: Array(part.utf8))
    }

    /// The fingerprint of everything added so far.
    public var fingerprint: Fingerprint {
      Fingerprint(digest: hexadecimal(hash.finalize()))
    }
  }
}

extension Fingerprint: Codable {
  /// A fingerprint written as its digits.
  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let fingerprint = Fingerprint(hexadecimal: text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "`\(text)` is no fingerprint"))
    }
    self = fingerprint
  }

  /// Writes the digits.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

private func hexadecimal(_ digest: SHA256.Digest) -> String {
  let digits = Array("0123456789abcdef".utf8)
  var text: [UInt8] = []
  for byte in digest {
    text.append(digits[Int(byte >> 4)])
    text.append(digits[Int(byte & 15)])
  }
  return String(decoding: text, as: UTF8.self)
}
