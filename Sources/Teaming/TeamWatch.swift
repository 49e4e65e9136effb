internal import Learning

/// Sees to it that a step never waits for a worker that is gone: whatever is waited for, all
/// conversations are looked at.
struct TeamWatch {
  private let members: [Team.Member]
  private let isUnwanted: () -> Bool

  init(_ members: [Team.Member], unless isUnwanted: @escaping () -> Bool) {
    self.members = members
    self.isUnwanted = isUnwanted
  }

  /// Sends to one, unless any is gone.
  func send(_ frame: Frame, to member: Team.Member) throws(TeamError) {
    try look()
    do throws(TeamError) {
      try member.conversation.send(frame) {
        isUnwanted() || members.contains { $0.conversation.failure != nil }
      }
    } catch {
      // Another may be the reason, and a worker may have said why before it went.
      try look()
      try hear(member)
      throw gone(member, error)
    }
  }

  /// Waits until all have said this.
  func all(_ kind: Frame.Kind) throws(TeamError) {
    var missing = Set(members.map(\.rank))
    var pause = Pause()
    while !missing.isEmpty {
      if isUnwanted() { throw TeamError.unwanted }
      for member in members where missing.contains(member.rank) {
        guard let frame = try frame(of: member) else { continue }
        guard frame.kind == kind else { throw damaged(member) }
        missing.remove(member.rank)
        pause = Pause()
      }
      try look()
      pause.take()
    }
  }

  /// Waits for the model, which the first worker gives, and for the end of all.
  func model(_ report: (Team.Event) -> Void) throws(TeamError) -> Model {
    var missing = Set(members.map(\.rank))
    var bytes: [UInt8] = []
    var exchanged = 0
    var pause = Pause()
    while !missing.isEmpty {
      if isUnwanted() { throw TeamError.unwanted }
      for member in members {
        guard let frame = try frame(of: member) else { continue }
        pause = Pause()
        switch frame.kind {
        case .progress where member.rank == 0:
          guard let advance = value(Advance.self, fromJSON: frame.payload) else {
            throw damaged(member)
          }
          report(.round(advance.round, of: advance.rounds, loss: advance.loss))
        case .model where member.rank == 0:
          bytes += frame.payload
          guard bytes.count <= 1 << 30 else { throw damaged(member) }
        case .done:
          exchanged += Int(String(decoding: frame.payload, as: UTF8.self)) ?? 0
          missing.remove(member.rank)
        default: throw damaged(member)
        }
      }
      // Who is done may go.
      try look(at: missing)
      pause.take()
    }
    report(.done(exchanged: exchanged))
    guard let files = value([[String]].self, fromJSON: bytes), files.allSatisfy({ $0.count == 2 })
    else { throw damaged(members[0]) }
    do throws(LearningError) {
      return try Model(files: files.map { Model.File(name: $0[0], contents: $0[1]) })
    } catch {
      throw TeamError(
        .damaged, "the model of worker `\(members[0].name)` cannot be read",
        explanation: error.description)
    }
  }

  // MARK: Who is gone

  /// The next message; one that says what failed is thrown.
  private func frame(of member: Team.Member) throws(TeamError) -> Frame? {
    let frame: Frame?
    do throws(TeamError) {
      frame = try member.conversation.next()
    } catch {
      throw gone(member, error)
    }
    // What one says of another is not its own end.
    if let frame, frame.kind == .failed { throw trouble(of: member, frame) }
    return frame
  }

  /// Throws when one is gone.
  private func look(at ranks: Set<Int>? = nil) throws(TeamError) {
    for member in members where ranks?.contains(member.rank) ?? true {
      guard member.conversation.failure != nil else { continue }
      try hear(member)
      guard let failure = member.conversation.failure else { continue }
      throw gone(member, failure)
    }
  }

  /// Throws what one has said about its end, if it has.
  private func hear(_ member: Team.Member) throws(TeamError) {
    while let frame = try? member.conversation.next() {
      if frame.kind == .failed { throw trouble(of: member, frame) }
    }
  }

  private func trouble(of member: Team.Member, _ frame: Frame) -> TeamError {
    guard let trouble = value(Trouble.self, fromJSON: frame.payload) else { return damaged(member) }
    // Of two that tell of each other the one is right that is still there; a moment shows which.
    if let rank = trouble.culprit, let culprit = members.first(where: { $0.rank == rank }) {
      var pause = Pause()
      let limit = ContinuousClock.now + .seconds(1)
      while ContinuousClock.now < limit {
        if let failure = culprit.conversation.failure { return gone(culprit, failure) }
        pause.take()
      }
      return TeamError(
        .training, "workers `\(member.name)` and `\(culprit.name)` have lost each other",
        solutions: ["look at the network between them", "run again with `--resume`"])
    }
    return TeamError(
      .training, "worker `\(member.name)` cannot train: \(trouble.summary.prefix(1000))",
      solutions: Array(trouble.solutions.prefix(4)))
  }

  private func gone(_ member: Team.Member, _ error: TeamError) -> TeamError {
    switch error.kind {
    case .unwanted: return error
    case .silent:
      return TeamError(
        .silent, "worker `\(member.name)` is gone: \(error.summary)",
        solutions: [
          "see whether its machine still runs and is reached",
          "start `washi train-worker` there again, then run with `--resume`",
        ])
    default:
      return TeamError(
        .closed, "worker `\(member.name)` is gone: \(error.summary)",
        solutions: [
          "see what `washi train-worker` said there",
          "start it again, then run with `--resume`",
        ])
    }
  }

  private func damaged(_ member: Team.Member) -> TeamError {
    TeamError(
      .training, "worker `\(member.name)` said what a step does not expect",
      solutions: ["use the same version of washi on all machines"])
  }
}
