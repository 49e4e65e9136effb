internal import Crypto
internal import CryptoExtras
internal import Dispatch

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// A password as it is kept: scrypt (RFC 7914) with its own salt and cost.
///
/// For example: `scrypt$32768$8$1$<salt>$<hash>`, both in Base64.
struct PasswordHash: Sendable {
  private var rounds = 1 << 15
  private var blockSize = 8
  private var parallelism = 1
  private var salt: [UInt8]
  private var hash: [UInt8]

  /// One at a time: each takes 32 MB and most of a tenth of a second.
  private static let queue = DispatchQueue(label: "washi.passwords")

  /// What is kept of a password.
  static func text(for password: String, rounds: Int = 1 << 15) async -> String? {
    var generator = SystemRandomNumberGenerator()
    let salt = (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }
    var made = PasswordHash(rounds: rounds, salt: salt, hash: [])
    guard let hash = await made.derived(from: password) else { return nil }
    made.hash = hash
    return made.text
  }

  /// Whether a password is the one that `text` was made of.
  ///
  /// An unknown user costs the same time as a wrong password: give nil for the text.
  static func isRight(_ password: String, for text: String?) async -> Bool {
    guard let text, let kept = PasswordHash(parsing: text) else {
      _ = await PasswordHash(salt: Array(repeating: 0, count: 16), hash: []).derived(from: password)
      return false
    }
    guard let derived = await kept.derived(from: password) else { return false }
    return Secret.areEqual(Secret.hexadecimal(derived), Secret.hexadecimal(kept.hash))
  }

  private init(rounds: Int = 1 << 15, salt: [UInt8], hash: [UInt8]) {
    self.rounds = rounds
    self.salt = salt
    self.hash = hash
  }

  private init?(parsing text: String) {
    let parts = text.split(separator: "$").map(String.init)
    guard parts.count == 6, parts[0] == "scrypt", let rounds = Int(parts[1]),
      let blockSize = Int(parts[2]), let parallelism = Int(parts[3]),
      let salt = Data(base64Encoded: parts[4]), let hash = Data(base64Encoded: parts[5])
    else { return nil }
    (self.rounds, self.blockSize, self.parallelism) = (rounds, blockSize, parallelism)
    (self.salt, self.hash) = (Array(salt), Array(hash))
  }

  private var text: String {
    let (salt, hash) = (Data(salt).base64EncodedString(), Data(hash).base64EncodedString())
    return "scrypt$\(rounds)$\(blockSize)$\(parallelism)$\(salt)$\(hash)"
  }

  private func derived(from password: String) async -> [UInt8]? {
    await withCheckedContinuation { continuation in
      Self.queue.async {
        let key = try? KDF.Scrypt.deriveKey(
          from: Data(password.utf8), salt: Data(salt), outputByteCount: 32, rounds: rounds,
          blockSize: blockSize, parallelism: parallelism)
        continuation.resume(returning: unsafe key?.withUnsafeBytes { unsafe Array($0) })
      }
    }
  }
}
