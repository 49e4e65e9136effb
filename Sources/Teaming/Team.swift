public import Learning
internal import LightGBM
public import Vocabulary

/// The workers that train one model for a step: meets them, shares the rows out, and waits for the
/// model while it watches that all are alive.
///
/// For example:
///
///     let team = Team(at: .addresses(addresses), token: token, lightGBM: search, version: "0.1.0")
///     let model = try team.train(shared, sizes: sizes, rows: rows, unless: isUnwanted) { report($0) }
public struct Team: Sendable {
  /// Where workers are.
  public enum Meeting: Sendable, Hashable {
    /// They listen there.
    case addresses([WorkerAddress])
    /// So many come to where the step listens.
    case waiting(count: Int, at: WorkerAddress)

    /// How many workers there are.
    public var count: Int {
      switch self {
      case .addresses(let addresses): addresses.count
      case .waiting(let count, _): count
      }
    }
  }

  /// Where the workers are.
  public var meeting: Meeting
  /// The secret that they share.
  public var token: WorkerToken
  /// How long is waited for all of them.
  public var joinTimeout: Double = 30
  /// How long one may say nothing before it counts as gone.
  public var silence: Double = 30
  private let lightGBM: LibrarySearch
  private let version: String

  /// The workers at these places.
  public init(
    at meeting: Meeting, token: WorkerToken, lightGBM: LibrarySearch, version: String
  ) {
    self.meeting = meeting
    self.token = token
    self.lightGBM = lightGBM
    self.version = version
  }

  /// How many rows of each part each worker gets; no part of validation when there are no such rows.
  public struct Sizes: Sendable, Hashable {
    var train: [Int]
    var validation: [Int]?

    /// Sizes by worker.
    public init(train: [Int], validation: [Int]?) {
      self.train = train
      self.validation = validation
    }
  }

  /// What happens, for whoever watches.
  public enum Event: Sendable, Hashable {
    /// A worker is there.
    case joined(String, of: Int, missing: Int)
    /// All rows are where they are learned from; so many bytes were sent.
    case sent(rows: Int, bytes: Int)
    /// A round is done.
    case round(Int, of: Int, loss: Double)
    /// The model is here; workers have sent each other so many bytes.
    case done(exchanged: Int)
  }

  /// Trains. `sample` gives training rows of all workers, `rows` those of one worker and part, read anew
  /// at each call; `isUnwanted` is asked several times a second.
  public func train(
    _ shared: SharedTraining, sizes: Sizes, sample: () throws(LearningError) -> ColumnStream,
    rows: (Int, Part) throws(LearningError) -> TrainingRows,
    unless isUnwanted: @escaping () -> Bool, report: (Event) -> Void
  ) throws(TeamError) -> Model {
    if let empty = sizes.train.firstIndex(of: 0) {
      throw TeamError(
        .training, "there are too few rows for \(meeting.count) workers",
        explanation: "worker \(empty + 1) would get none to learn from",
        solutions: ["let fewer workers train", "train on one machine"])
    }
    let members = try gather(unless: isUnwanted, report)
    defer { for member in members { member.conversation.end() } }
    let watch = TeamWatch(members, unless: isUnwanted)
    let bins = try TeamError.learning { () throws(LearningError) in
      try LightGBMTraining(shared.training).bins(
        of: shared.target, sample: try sample(), with: lightGBM)
    }
    let bytes = try share(shared, sizes, bins, rows, among: members, watch)
    report(
      .sent(rows: sizes.train.reduce(0, +) + (sizes.validation ?? []).reduce(0, +), bytes: bytes))
    try watch.all(.ready)
    let links = Frame(.link, jsonBytes(Links(addresses: members.map(\.colleagues))))
    for member in members { try watch.send(links, to: member) }
    try watch.all(.linked)
    for member in members { try watch.send(Frame(.start), to: member) }
    var model = try watch.model(report)
    // What is known here is not taken from elsewhere.
    model.encoder = shared.training.encoder
    model.target = shared.target
    return model
  }

  /// Sends orders and rows, worker after worker; gives the number of bytes.
  private func share(
    _ shared: SharedTraining, _ sizes: Sizes, _ bins: [UInt8],
    _ rows: (Int, Part) throws(LearningError) -> TrainingRows, among members: [Member],
    _ watch: TeamWatch
  ) throws(TeamError) -> Int {
    let id = WorkerToken.nonce().prefix(8).map { String($0, radix: 16) }.joined()
    let text = try TeamError.learning { () throws(LearningError) in try shared.text() }
    var bytes = 0
    for member in members {
      let order = Order(
        id: id, rank: member.rank, count: members.count, silence: silence, training: text,
        trainRows: sizes.train[member.rank], validationRows: sizes.validation?[member.rank])
      try watch.send(Frame(.order, jsonBytes(order)), to: member)
      try watch.send(Frame(.bins, bins), to: member)
    }
    for member in members {
      for part in [Part.train, .validation] where part == .train || sizes.validation != nil {
        if part == .validation, sizes.validation?[member.rank] == 0 { continue }
        let rows = try TeamError.learning { () throws(LearningError) in try rows(member.rank, part)
        }
        try RowParcel.pack(rows, part) { frame throws(TeamError) in
          bytes += frame.payload.count
          try watch.send(frame, to: member)
        }
      }
      try watch.send(Frame(.ready), to: member)
    }
    return bytes
  }

  // MARK: Meeting

  /// A worker that has joined.
  struct Member: Sendable {
    var rank: Int
    /// What the author calls it.
    var name: String
    /// Where its colleagues reach it.
    var colleagues: WorkerAddress
    var conversation: Conversation
  }

  private func gather(
    unless isUnwanted: () -> Bool, _ report: (Event) -> Void
  ) throws(TeamError) -> [Member] {
    let engine: String
    do throws(LightGBMError) {
      engine = try Library.load(lightGBM).description.version
    } catch {
      throw TeamError(.settings, error.message, solutions: error.solutions)
    }
    let own = Introduction(role: .step, washi: version, lightGBM: engine)
    let deadline = ContinuousClock.now + .seconds(joinTimeout)
    var members: [Member] = []
    do throws(TeamError) {
      switch meeting {
      case .addresses(let addresses):
        for (rank, address) in addresses.enumerated() {
          let line = try call(address, as: own, until: deadline, unless: isUnwanted)
          members.append(member(rank, "\(address)", at: address, on: line))
          report(
            .joined("\(address)", of: addresses.count, missing: addresses.count - members.count))
        }
      case .waiting(let count, let place):
        let listener = try LineListener(at: place)
        while members.count < count {
          if isUnwanted() { throw TeamError.unwanted }
          guard ContinuousClock.now < deadline else {
            throw Self.late(members.map(\.name), of: count, at: place, after: joinTimeout)
          }
          if let gone = members.firstIndex(where: { $0.conversation.failure != nil }) {
            members[gone].conversation.end()
            members.remove(at: gone)
            for rank in members.indices { members[rank].rank = rank }
          }
          guard let line = listener.accept() else { continue }
          // Who is not wanted is told so, and the others are waited for.
          guard
            let other = try? Greeting(token: token, patience: .seconds(5)).answer(
              line, as: own,
              { other in
                other.role == .worker && other.address != nil
                  ? nil
                  : TeamError(.refused, "a step waits for workers here, and for nobody else")
              }), let listening = other.address
          else { continue }
          let address = WorkerAddress(
            host: listening.isWildcard ? line.peer : listening.host, port: listening.port)
          members.append(member(members.count, "\(address)", at: address, on: line))
          report(.joined("\(address)", of: count, missing: count - members.count))
        }
      }
    } catch {
      for member in members { member.conversation.end() }
      throw error
    }
    return members
  }

  private func member(
    _ rank: Int, _ name: String, at address: WorkerAddress, on line: Line
  ) -> Member {
    Member(
      rank: rank, name: name, colleagues: address,
      conversation: Conversation(on: line, silence: .seconds(silence)))
  }

  /// Calls a worker until it answers or the time is over.
  private func call(
    _ address: WorkerAddress, as own: Introduction, until deadline: ContinuousClock.Instant,
    unless isUnwanted: () -> Bool
  ) throws(TeamError) -> Line {
    var last: TeamError?
    while ContinuousClock.now < deadline || last == nil {
      if isUnwanted() { throw TeamError.unwanted }
      do throws(TeamError) {
        let line = try Line.connect(to: address, until: deadline, unless: isUnwanted)
        _ = try Greeting(token: token).open(line, as: own)
        return line
      } catch {
        // A worker may still be starting, or be at work for somebody else; a secret does not change.
        guard [.unreachable, .busy, .closed, .silent].contains(error.kind) else {
          var error = error
          error.explanation = error.description
          error.summary = "worker `\(address)` did not join"
          throw error
        }
        last = error
      }
      var pause = Pause()
      let next = min(deadline, ContinuousClock.now + .milliseconds(300))
      while ContinuousClock.now < next, !isUnwanted() { pause.take() }
    }
    let isBusy = last?.kind == .busy
    throw TeamError(
      .unreachable,
      "worker `\(address)` did not join within \(shortestText(joinTimeout)) s",
      explanation: last?.explanation ?? last?.summary,
      solutions: isBusy
        ? ["wait until its training is over", "let another worker train"]
        : [
          "start `washi train-worker --listen \(address)` there",
          "give it more time by `join_timeout`",
        ])
  }

  private static func late(
    _ names: [String], of count: Int, at place: WorkerAddress, after seconds: Double
  ) -> TeamError {
    TeamError(
      .unreachable,
      "\(names.count) of \(count) workers came to `\(place)` within \(shortestText(seconds)) s",
      explanation: names.isEmpty ? nil : "these came: \(names.joined(separator: ", "))",
      solutions: [
        "start more by `washi train-worker --join \(place)`",
        "give them more time by `join_timeout`",
      ])
  }
}

extension WorkerAddress {
  /// Whether it stands for all addresses of a machine.
  var isWildcard: Bool { ["0.0.0.0", "::", "*"].contains(host) }
}
