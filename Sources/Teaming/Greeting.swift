#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Who speaks on a line, and of which version.
struct Introduction: Sendable, Hashable, Codable {
  /// What somebody wants.
  enum Role: String, Sendable, Codable {
    /// A step that has rows to train on.
    case step
    /// A worker that offers itself to a step.
    case worker
    /// A worker of the same training.
    case colleague
  }

  var role: Role
  /// The version of washi.
  var washi: String
  /// The version of LightGBM, whose parts on several machines must understand each other.
  var lightGBM: String
  /// The training that a colleague belongs to, and its place in it.
  var training: String?
  var rank: Int?
  /// Where a worker that offers itself listens for its colleagues.
  var address: WorkerAddress?
}

/// How two sides get to know each other: both prove by numbers that they have the secret before either
/// tells anything else.
struct Greeting: Sendable {
  /// What both must speak. A change to any message changes it.
  static let protocolVersion: UInt8 = 1
  private static let magic = Array("washi-team".utf8)

  let token: WorkerToken
  /// How long it may take.
  var patience: Duration = .seconds(10)

  /// Speaks first; gives what the other side said of itself.
  func open(_ line: Line, as own: Introduction) throws(TeamError) -> Introduction {
    let deadline = ContinuousClock.now + patience
    let nonce = WorkerToken.nonce()
    try line.send(Frame(.hello, Self.magic + [Self.protocolVersion] + nonce)) {
      ContinuousClock.now > deadline
    }
    let welcome = try answer(line, .welcome, until: deadline)
    guard welcome.count == 1 + 32 + 32 else { throw Self.stranger }
    try Self.check(protocolOf: welcome[0])
    let both = nonce + welcome[1..<33]
    guard token.accepts(Array(welcome[33...]), of: Self.bytes("answers", both)) else {
      throw Self.otherSecret
    }
    let text = Self.text(of: own)
    let proof = token.proof(of: Self.bytes("asks", both) + text)
    try line.send(Frame(.introduction, proof + text)) { ContinuousClock.now > deadline }
    let other = try Self.introduction(try answer(line, .accepted, until: deadline))
    line.trust()
    return other
  }

  /// Answers; `judge` says why the other side is not wanted, if it is not.
  func answer(
    _ line: Line, as own: Introduction, _ judge: (Introduction) -> TeamError?
  ) throws(TeamError) -> Introduction {
    let deadline = ContinuousClock.now + patience
    let hello = try answer(line, .hello, until: deadline)
    guard hello.count == Self.magic.count + 33, Array(hello.prefix(Self.magic.count)) == Self.magic
    else { throw Self.stranger }
    let version = hello[Self.magic.count]
    let nonce = WorkerToken.nonce()
    let both = Array(hello[(Self.magic.count + 1)...]) + nonce
    let proof = token.proof(of: Self.bytes("answers", both))
    try line.send(Frame(.welcome, [Self.protocolVersion] + nonce + proof)) {
      ContinuousClock.now > deadline
    }
    try Self.check(protocolOf: version)
    let said = try answer(line, .introduction, until: deadline)
    guard said.count > 32,
      token.accepts(Array(said[..<32]), of: Self.bytes("asks", both) + said[32...])
    else {
      // Who does not know the secret learns nothing but that.
      try? line.send(Frame(.refused, "refused\nthe secrets differ")) { false }
      throw Self.otherSecret
    }
    let other = try Self.introduction(Array(said[32...]))
    var objection = judge(other)
    if other.lightGBM != own.lightGBM {
      objection = TeamError(
        .refused, "one side has LightGBM \(other.lightGBM), the other \(own.lightGBM)",
        solutions: ["use the same version of washi and of LightGBM on all machines"])
    }
    if let objection {
      try line.send(Frame(.refused, "\(objection.kind.rawValue)\n\(objection)")) { false }
      throw objection
    }
    try line.send(Frame(.accepted, Self.text(of: own))) { ContinuousClock.now > deadline }
    line.trust()
    return other
  }

  private func answer(
    _ line: Line, _ kind: Frame.Kind, until deadline: ContinuousClock.Instant
  ) throws(TeamError) -> [UInt8] {
    let frame = try line.receive(until: deadline)
    if frame.kind == .refused {
      let words = String(decoding: frame.payload, as: UTF8.self)
        .split(separator: "\n", maxSplits: 1)
      let kind = words.first.flatMap { TeamError.Kind(rawValue: String($0)) }
      throw TeamError(
        kind ?? .refused, words.count > 1 ? String(words[1].prefix(500)) : "it is not wanted there")
    }
    guard frame.kind == kind else { throw Self.stranger }
    return frame.payload
  }

  private static func check(protocolOf version: UInt8) throws(TeamError) {
    guard version == protocolVersion else {
      throw TeamError(
        .refused,
        "one side speaks version \(version) of the workers' language, the other \(protocolVersion)",
        solutions: ["use the same version of washi on all machines"])
    }
  }

  private static func bytes(_ word: String, _ nonces: [UInt8]) -> [UInt8] {
    magic + [protocolVersion] + Array(word.utf8) + nonces
  }

  private static func text(of introduction: Introduction) -> [UInt8] {
    Array((try? JSONEncoder().encode(introduction)) ?? Data())
  }

  private static func introduction(_ bytes: [UInt8]) throws(TeamError) -> Introduction {
    guard let made = try? JSONDecoder().decode(Introduction.self, from: Data(bytes)) else {
      throw stranger
    }
    return made
  }

  private static let stranger = TeamError(
    .damaged, "what answers there is no washi",
    solutions: ["give the address where `washi train-worker` listens"])

  private static let otherSecret = TeamError(
    .refused, "the secrets differ",
    solutions: ["give all machines the same `\(WorkerToken.variable)`"])
}
