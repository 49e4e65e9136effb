internal import Crypto

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// The secret that a step and its workers share. It is never sent: each side proves that it has it.
public struct WorkerToken: Sendable {
  private let key: SymmetricKey

  /// The variable that holds it.
  public static let variable = "WASHI_WORKER_TOKEN"
  /// The variable that names a file which holds it.
  public static let fileVariable = "WASHI_WORKER_TOKEN_FILE"
  /// The fewest characters.
  public static let leastLength = 16

  /// This secret.
  public init(_ text: String) throws(TeamError) {
    // A file ends with the end of a line.
    let text = String(
      text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    guard text.count >= Self.leastLength else {
      throw TeamError(
        .settings,
        "the workers' secret is shorter than \(Self.leastLength) characters",
        solutions: ["make one by `openssl rand -hex 24`"])
    }
    key = SymmetricKey(data: Array(text.utf8))
  }

  /// The secret that an environment has.
  public init(environment: [String: String]) throws(TeamError) {
    if let text = environment[Self.variable], !text.isEmpty {
      try self.init(text)
      return
    }
    guard let path = environment[Self.fileVariable], !path.isEmpty else {
      throw TeamError(
        .settings, "there is no secret for workers",
        explanation: "a step and its workers know each other by one that they share",
        solutions: [
          "set `\(Self.variable)`, or `\(Self.fileVariable)` to a file that holds it, for the run "
            + "and for every `washi train-worker`"
        ])
    }
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw TeamError(
        .settings, "the file that `\(Self.fileVariable)` names cannot be read",
        solutions: ["let it hold the workers' secret"])
    }
    try self.init(text)
  }

  /// What only somebody who has the secret can say about these bytes.
  func proof(of bytes: [UInt8]) -> [UInt8] {
    Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key))
  }

  /// Whether it is the proof, told in the same time however wrong it is.
  func accepts(_ proof: [UInt8], of bytes: [UInt8]) -> Bool {
    HMAC<SHA256>.isValidAuthenticationCode(proof, authenticating: bytes, using: key)
  }

  /// 32 bytes that nobody can foretell.
  static func nonce() -> [UInt8] {
    var random = SystemRandomNumberGenerator()
    return (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }
  }
}
