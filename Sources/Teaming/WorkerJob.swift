internal import Learning
internal import LightGBM
internal import Vocabulary

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// One training as a worker does it: takes the order and the rows, finds its colleagues, trains, and
/// gives the model to the step if it is the first of them.
struct WorkerJob {
  private let settings: TrainWorker.Settings
  private let line: Line
  private let step: String
  /// Tells the worker which colleagues are its own from now on.
  private let expecting: (String) -> Void
  /// A colleague that has come, by training and rank.
  private let colleague: (String, Int) -> Line?
  private let isUnwanted: @Sendable () -> Bool
  private let report: @Sendable (String) -> Void

  init(
    on line: Line, _ settings: TrainWorker.Settings, from step: String,
    expecting: @escaping (String) -> Void, colleague: @escaping (String, Int) -> Line?,
    unless isUnwanted: @escaping @Sendable () -> Bool,
    _ report: @escaping @Sendable (String) -> Void
  ) {
    self.line = line
    self.settings = settings
    self.step = step
    self.expecting = expecting
    self.colleague = colleague
    self.isUnwanted = isUnwanted
    self.report = report
  }

  /// Does it; whether the training came to its end.
  func run() -> Bool {
    // Until the order says how long a step may be silent, a minute is enough.
    let conversation = Conversation(on: line, silence: .seconds(60))
    defer { conversation.end() }
    let clock = ContinuousClock()
    let begin = clock.now
    do throws(TeamError) {
      let rounds = try train(conversation)
      report("done: \(rounds) rounds in \(Self.seconds(clock.now - begin))")
      return true
    } catch {
      report("ended: \(error)")
      return false
    }
  }

  private func train(_ conversation: Conversation) throws(TeamError) -> Int {
    let first = try conversation.next(unless: isUnwanted)
    guard first.kind == .order else { throw TeamError(.damaged, "the step asked for nothing") }
    let order: Order
    let shared: SharedTraining
    do throws(TeamError) {
      order = try Order.read(first.payload)
      shared = try TeamError.learning { () throws(LearningError) in
        try SharedTraining(text: order.training, threads: settings.threads)
      }
      try check(order, features: shared.training.encoder.featureCount)
    } catch {
      tell(error, nil, conversation)
      throw error
    }
    expecting(order.id)
    report(
      "training for \(step): worker \(order.rank + 1) of \(order.count), "
        + "\(order.trainRows) rows to learn from\(order.validationRows.map { ", \($0) to judge by" } ?? ""), "
        + "\(shared.training.encoder.featureCount) features")
    var mesh: Mesh?
    do throws(TeamError) {
      let bins = try conversation.next(unless: isUnwanted)
      guard bins.kind == .bins, !bins.payload.isEmpty else {
        throw TeamError(.damaged, "the step said nothing of bins")
      }
      let rows = try takeRows(for: order, shared, conversation)
      let made = try meet(order, conversation)
      mesh = made
      let start = try conversation.next(unless: isUnwanted)
      guard start.kind == .start else { throw TeamError(.damaged, "the step did not say `start`") }
      let model = try TeamError.learning { () throws(LearningError) in
        try LightGBMTraining(shared.training).model(
          of: shared.target, train: rows.train, validation: rows.validation,
          with: settings.lightGBM, among: made, bins: bins.payload
        ) { advance in
          if advance.round % 10 == 0 {
            report("round \(advance.round) of \(advance.rounds), loss \(advance.loss)")
          }
          if order.rank == 0 {
            let words = Advance(
              round: advance.round, rounds: advance.rounds,
              loss: advance.loss.isFinite ? advance.loss : 0)
            try? conversation.send(Frame(.progress, jsonBytes(words)), unless: isUnwanted)
          }
          return conversation.failure == nil && !isUnwanted()
        }
      }
      if order.rank == 0 { try give(model, conversation) }
      try conversation.send(Frame(.done, "\(made.sentBytes)"), unless: isUnwanted)
      waitForFarewell(conversation)
      return model.rounds
    } catch {
      var error = error
      if let failure = conversation.failure {
        error = failure
        error.summary = "the step is gone: \(failure.summary)"
      } else if isUnwanted() {
        error = TeamError(.unwanted, "this worker was stopped")
      }
      tell(error, mesh?.culprit, conversation)
      throw error
    }
  }

  private func check(_ order: Order, features: Int) throws(TeamError) {
    let wanted = order.memory(features: features)
    guard wanted <= settings.memory else {
      throw TeamError(
        .training,
        "its \(order.trainRows + (order.validationRows ?? 0)) rows of \(features) features need about "
          + "\(wanted / 1_000_000) MB, and it may use \(settings.memory / 1_000_000) MB",
        solutions: ["let more workers share the rows", "start the worker with a larger `--memory`"])
    }
  }

  private func takeRows(
    for order: Order, _ shared: SharedTraining, _ conversation: Conversation
  ) throws(TeamError) -> (train: TrainingRows, validation: TrainingRows?) {
    var arrived = ArrivedRows(columns: shared.training.encoder.libraryNames, for: order)
    while true {
      let frame = try conversation.next(unless: isUnwanted)
      if frame.kind == .ready { break }
      try arrived.take(frame)
    }
    let rows = try arrived.finish(
      for: shared.target, hasValidation: order.validationRows != nil)
    try conversation.send(Frame(.ready), unless: isUnwanted)
    return rows
  }

  /// Connects to the colleagues before this one, and waits for those behind it.
  private func meet(_ order: Order, _ conversation: Conversation) throws(TeamError) -> Mesh {
    let frame = try conversation.next(unless: isUnwanted)
    guard frame.kind == .link else { throw TeamError(.damaged, "the step named no colleagues") }
    let links = try Links.read(frame.payload, count: order.count)
    let deadline = ContinuousClock.now + .seconds(order.silence)
    let isOver = { conversation.failure != nil || isUnwanted() }
    var lines: [Int: Line] = [:]
    let own = Introduction(
      role: .colleague, washi: settings.version,
      lightGBM: try engineVersion(), training: order.id, rank: order.rank)
    for rank in 0..<order.rank {
      do throws(TeamError) {
        let line = try Line.connect(to: links.addresses[rank], until: deadline, unless: isOver)
        _ = try Greeting(token: settings.token).open(line, as: own)
        lines[rank] = line
      } catch {
        throw TeamError(
          .training, "it cannot reach its colleague `\(links.addresses[rank])`: \(error)",
          solutions: [
            "let workers reach each other at the addresses that the step names, or that they were "
              + "started with"
          ])
      }
    }
    var pause = Pause()
    for rank in (order.rank + 1)..<max(order.rank + 1, order.count) {
      while lines[rank] == nil {
        lines[rank] = colleague(order.id, rank)
        if lines[rank] != nil { break }
        if isOver() { throw TeamError.unwanted }
        guard ContinuousClock.now < deadline else {
          throw TeamError(
            .training, "its colleague `\(links.addresses[rank])` does not come",
            solutions: ["let workers reach each other"])
        }
        pause.take()
      }
    }
    try conversation.send(Frame(.linked), unless: isUnwanted)
    return Mesh(rank: order.rank, count: order.count, lines, unless: isOver)
  }

  private func engineVersion() throws(TeamError) -> String {
    do throws(LightGBMError) {
      return try Library.load(settings.lightGBM).description.version
    } catch {
      throw TeamError(.training, error.message, solutions: error.solutions)
    }
  }

  /// Sends the model's files, in pieces that fit into messages.
  private func give(_ model: Model, _ conversation: Conversation) throws(TeamError) {
    let files = try TeamError.learning { () throws(LearningError) in try model.files() }
    let bytes = jsonBytes(files.map { [$0.name, $0.contents] })
    for start in stride(from: 0, to: bytes.count, by: 1 << 22) {
      let piece = Array(bytes[start..<min(start + (1 << 22), bytes.count)])
      try conversation.send(Frame(.model, piece), unless: isUnwanted)
    }
  }

  /// The step ends the conversation when it has what it wants; ending it here first would look like a
  /// failure there.
  private func waitForFarewell(_ conversation: Conversation) {
    var pause = Pause()
    let limit = ContinuousClock.now + .seconds(10)
    while conversation.failure == nil, !isUnwanted(), ContinuousClock.now < limit { pause.take() }
  }

  private func tell(_ error: TeamError, _ culprit: Int?, _ conversation: Conversation) {
    let words = Trouble(
      summary: error.description, solutions: error.solutions, culprit: culprit)
    try? conversation.send(Frame(.failed, jsonBytes(words)), unless: { false })
    // The message must leave before the line ends.
    var pause = Pause()
    let limit = ContinuousClock.now + .seconds(2)
    while conversation.failure == nil, ContinuousClock.now < limit { pause.take() }
  }

  private static func seconds(_ duration: Duration) -> String {
    let seconds =
      Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    return "\((seconds * 10).rounded() / 10) s"
  }
}
