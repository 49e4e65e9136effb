internal import Crypto

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Random texts that cannot be guessed, and what is kept of them.
enum Secret {
  /// Letters and digits that are not mistaken for each other, 5 bits each.
  private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

  /// A text of `length` characters with 5 bits of chance each; 26 of them are 130 bits.
  static func random(_ length: Int = 26) -> String {
    var generator = SystemRandomNumberGenerator()
    return String(
      decoding: (0..<length).map { _ in alphabet[Int(generator.next() & 31)] }, as: UTF8.self)
  }

  /// What is kept of a token or a cookie: it has enough chance of its own to need no salt.
  static func digest(_ text: String) -> String {
    hexadecimal(SHA256.hash(data: Data(text.utf8)))
  }

  /// Bytes as lowercase hexadecimal digits.
  static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// Whether two texts are equal, in a time that does not tell where they differ.
  static func areEqual(_ left: String, _ right: String) -> Bool {
    let (a, b) = (Array(left.utf8), Array(right.utf8))
    guard a.count == b.count else { return false }
    return zip(a, b).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }
}

/// A key that only this process knows; what it signs is worth nothing after a restart.
struct SigningKey: Sendable {
  private let key = SymmetricKey(size: .bits256)

  /// The signature of a text for a purpose.
  func signature(of text: String, for purpose: String) -> String {
    Secret.hexadecimal(
      HMAC<SHA256>.authenticationCode(for: Data("\(purpose)\0\(text)".utf8), using: key))
  }

  /// Whether a text was signed here for this purpose.
  func isValid(_ signature: String, of text: String, for purpose: String) -> Bool {
    Secret.areEqual(signature, self.signature(of: text, for: purpose))
  }
}

/// A pass to the files of one report for a while: it stands in the address itself, because a page
/// in a sandbox sends no cookies.
///
/// For example: `17f0a2b3c4d-616461-9f86d0…`: when it ends, for whom, and the signature.
struct FilePass: Sendable {
  var place: String
  var user: String
  var endsAt: Int64

  /// A pass stays good for so many milliseconds.
  static let lifetime: Int64 = 12 * 3_600_000

  func text(_ key: SigningKey) -> String {
    let head = String(endsAt, radix: 16) + "-" + Secret.hexadecimal(user.utf8)
    return head + "-" + key.signature(of: "\(head)\0\(place)", for: "files")
  }

  /// The pass to a place that a text is; nil when it is none, or over.
  init?(parsing text: String, to place: String, _ key: SigningKey, now: Int64) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, let endsAt = Int64(parts[0], radix: 16), endsAt > now,
      key.isValid(String(parts[2]), of: "\(parts[0])-\(parts[1])\0\(place)", for: "files")
    else { return nil }
    var bytes: [UInt8] = []
    var rest = parts[1].utf8[...]
    while rest.count >= 2 {
      guard let byte = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
        return nil
      }
      bytes.append(byte)
      rest = rest.dropFirst(2)
    }
    self.init(place: place, user: String(decoding: bytes, as: UTF8.self), endsAt: endsAt)
  }

  init(place: String, user: String, endsAt: Int64) {
    self.place = place
    self.user = user
    self.endsAt = endsAt
  }
}
