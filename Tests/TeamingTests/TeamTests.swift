import Foundation
import Learning
import LightGBM
import Synchronization
import Testing
import Vocabulary

@testable import Teaming

/// Workers and steps within this process, over loopback.
@Suite(.serialized) struct TeamTests {
  static let search: LibrarySearch = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
    return LibrarySearch(
      explicit: ProcessInfo.processInfo.environment["WASHI_LIGHTGBM"],
      folders: ["\(root)/.deps/lib"])
  }()
  static let token = "0123456789abcdef-a-secret"

  /// Workers that run until the crew is let go.
  final class Crew: Sendable {
    let workers: [TrainWorker]
    private let isOver = Mutex(false)
    private let lines = Mutex<[String]>([])

    init(
      _ count: Int, token: String = TeamTests.token, memory: Int = 1 << 30,
      joining meeting: WorkerAddress? = nil
    ) throws {
      workers = try (0..<count).map { _ in
        try TrainWorker(
          TrainWorker.Settings(
            address: WorkerAddress(host: "127.0.0.1", port: 0), meeting: meeting,
            token: try WorkerToken(token), threads: 1, memory: memory,
            lightGBM: TeamTests.search, version: "0"))
      }
      for worker in workers {
        BackgroundThread.start { [self] in
          worker.run(unless: { self.isOver.withLock { $0 } }) { line in
            self.lines.withLock { $0.append(line) }
          }
        }
      }
    }

    func end() { isOver.withLock { $0 = true } }
    var addresses: [WorkerAddress] { workers.map(\.address) }
    var log: [String] { lines.withLock { $0 } }
  }

  /// Rows of which the answer can be learned: 1,800 to learn from, 600 to judge by.
  struct Rows {
    let table: Table
    let encoder: FeatureEncoder
    let target: Model.Target
    let machines: [Int32]
    let isValidation: [Bool]

    init(_ count: Int, task: Model.Task = .binary) throws {
      let rows = 2400
      func mix(_ row: Int, _ salt: UInt64) -> Double {
        var bits = UInt64(row) &* 0x9E37_79B9_7F4A_7C15 ^ salt &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
        return Double((bits ^ bits >> 31) >> 11) / 9_007_199_254_740_992
      }
      let a = (0..<rows).map { mix($0, 1) }
      let b = (0..<rows).map { mix($0, 2) }
      let c = (0..<rows).map { Int(mix($0, 3) * 6) }
      let sum = (0..<rows).map { a[$0] + b[$0] * (c[$0] == 2 ? 2 : 1) + 0.3 * mix($0, 4) }
      let answer: Column =
        switch task {
        case .binary: Column("y", integers: sum.map { $0 > 1.2 ? 1 : 0 })
        case .multiclass: Column("y", integers: sum.map { Int64($0 > 1.5 ? 2 : $0 > 0.9 ? 1 : 0) })
        case .regression: Column("y", reals: sum)
        }
      table = Table(columns: [
        Column("a", reals: a.enumerated().map { $0 % 13 == 0 ? nil : $1 }), Column("b", reals: b),
        Column("c", texts: c.map { "k\($0)" }), answer,
      ])
      encoder = FeatureEncoder(fitting: table, except: ["y"])
      target = try Model.Target("y", in: table, task: task)
      machines = RowKeys(ids: (0..<rows).map { "row \($0)" }).machines(count)
      isValidation = (0..<rows).map { $0 % 4 == 3 }
    }

    func rows(_ part: Part, of machine: Int? = nil) throws(LearningError) -> TrainingRows {
      let chosen = machines.indices.filter {
        (machine == nil || machines[$0] == Int32(machine ?? 0))
          && isValidation[$0] == (part == .validation)
      }
      return try TrainingRows(of: table.taking(chosen), encoder, target)
    }

    func labels(_ part: Part) throws -> RowLabels {
      RowLabels(labels: try rows(part).labels, weights: nil)
    }

    func sizes(_ count: Int) throws -> Team.Sizes {
      Team.Sizes(
        train: try (0..<count).map { try rows(.train, of: $0).labels.count },
        validation: try (0..<count).map { try rows(.validation, of: $0).labels.count })
    }

    func training(_ algorithm: Model.Algorithm, _ set: (inout AlgorithmParameters) throws -> Void)
      throws -> Training
    {
      var parameters = AlgorithmParameters(of: algorithm)
      try set(&parameters)
      return Training(
        encoder: encoder, parameters: parameters, rounds: algorithm == .decisionTree ? nil : 30,
        earlyStopping: algorithm == .lightgbm ? 10 : nil, seed: 3, threads: 1)
    }
  }

  func team(_ addresses: [WorkerAddress], token: String = TeamTests.token) throws -> Team {
    var team = Team(
      at: .addresses(addresses), token: try WorkerToken(token), lightGBM: Self.search, version: "0")
    team.joinTimeout = 20
    return team
  }

  func train(
    _ rows: Rows, _ training: Training, by team: Team,
    unless isUnwanted: @escaping () -> Bool = { false },
    report: (Team.Event) -> Void = { _ in }
  ) throws -> Model {
    let count = team.meeting.count
    let shared = try SharedTraining(
      training, of: rows.target, train: try rows.labels(.train),
      validation: try rows.labels(.validation))
    return try team.train(
      shared, sizes: try rows.sizes(count),
      sample: { () throws(LearningError) in try rows.rows(.train).features },
      rows: { machine, part throws(LearningError) in try rows.rows(part, of: machine) },
      unless: isUnwanted, report: report)
  }

  @Test func trainsNearlyTheModelOfOneMachineAndTheSameEachTime() throws {
    let crew = try Crew(3)
    defer { crew.end() }
    let rows = try Rows(3)
    let training = try rows.training(.lightgbm) {
      try $0.set("num_leaves", to: .int(15))
      try $0.set("min_data_in_leaf", to: .int(5))
    }
    let alone = try training.model(
      of: rows.target, train: try rows.rows(.train), validation: try rows.rows(.validation),
      with: LearningLibraries(lightGBM: Self.search))
    var events: [Team.Event] = []
    let together = try train(
      rows, training, by: try team(crew.addresses), report: { events.append($0) })
    let auc = try #require(alone.metrics["validation_auc"])
    #expect(abs(try #require(together.metrics["validation_auc"]) - auc) < 0.01)
    #expect(together.curve.validation.count == together.rounds)
    #expect(together.text?.contains("[num_machines: 3]") == true)
    #expect(
      events.contains { if case .sent(rows: 2400, let bytes) = $0 { bytes > 0 } else { false } })
    #expect(
      events.contains { if case .round(together.rounds, _, _) = $0 { true } else { false } })
    // The same three again, in another order.
    let again = try train(rows, training, by: try team(crew.addresses.reversed()))
    #expect(try again.files() == together.files())
  }

  @Test(
    arguments: [Model.Task.multiclass, .regression],
    [
      Model.Algorithm.lightgbm, .randomForest, .decisionTree,
    ])
  func trainsEveryTaskByEveryAlgorithmOfTrees(
    _ task: Model.Task, _ algorithm: Model.Algorithm
  ) throws {
    let crew = try Crew(2)
    defer { crew.end() }
    let rows = try Rows(2, task: task)
    let training = try rows.training(algorithm) { try $0.set("num_leaves", to: .int(15)) }
    let alone = try training.model(
      of: rows.target, train: try rows.rows(.train), validation: try rows.rows(.validation),
      with: LearningLibraries(lightGBM: Self.search))
    let together = try train(rows, training, by: try team(crew.addresses))
    let loss = try #require(alone.metrics["validation_loss"])
    #expect(abs(try #require(together.metrics["validation_loss"]) - loss) < 0.15 * loss)
  }

  @Test func weighsClassesAsOneMachineDoes() throws {
    let crew = try Crew(2)
    defer { crew.end() }
    let rows = try Rows(2)
    var training = try rows.training(.lightgbm) { _ in }
    training.classWeights = .balanced
    let alone = try training.model(
      of: rows.target, train: try rows.rows(.train), validation: try rows.rows(.validation),
      with: LearningLibraries(lightGBM: Self.search))
    let together = try train(rows, training, by: try team(crew.addresses))
    let loss = try #require(alone.metrics["validation_loss"])
    #expect(abs(try #require(together.metrics["validation_loss"]) - loss) < 0.1 * loss)
  }

  @Test func letsWorkersComeToTheStep() throws {
    // A port that was free a moment ago.
    let place = try LineListener(at: WorkerAddress(host: "127.0.0.1", port: 0)).address
    let crew = try Crew(2, joining: place)
    defer { crew.end() }
    var team = try team([])
    team.meeting = .waiting(count: 2, at: place)
    let rows = try Rows(2)
    let model = try train(rows, try rows.training(.lightgbm) { _ in }, by: team)
    #expect(model.rounds > 0)
  }

  @Test func refusesAnotherSecretAndAnotherVersion() throws {
    let crew = try Crew(2)
    defer { crew.end() }
    let rows = try Rows(2)
    let training = try rows.training(.lightgbm) { _ in }
    let error = #expect(throws: TeamError.self) {
      try train(
        rows, training, by: try team(crew.addresses, token: "another secret of enough letters"))
    }
    #expect(error?.summary == "worker `\(crew.addresses[0])` did not join")
    #expect(error?.explanation?.contains("the secrets differ") == true)
    let greeting = Greeting(token: try WorkerToken(Self.token))
    let line = try Line.connect(to: crew.addresses[0], until: .now + .seconds(10)) { false }
    let mismatch = #expect(throws: TeamError.self) {
      try greeting.open(line, as: Introduction(role: .step, washi: "0", lightGBM: "3.3"))
    }
    #expect(mismatch?.description.contains("3.3") == true)
    #expect(mismatch?.description.contains(crew.workers[0].engineVersion) == true)
    // Both are free for others still.
    #expect(try train(rows, training, by: try team(crew.addresses)).rounds > 0)
  }

  @Test func survivesStrangers() throws {
    let crew = try Crew(2)
    defer { crew.end() }
    var state: UInt64 = 1
    for length in [0, 1, 5, 40, 4000] {
      let line = try Line.connect(to: crew.addresses[0], until: .now + .seconds(10)) { false }
      let bytes = (0..<length).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 33)
      }
      _ = line.write(bytes, 0)
      line.end()
    }
    let line = try Line.connect(to: crew.addresses[0], until: .now + .seconds(10)) { false }
    _ = line.write(Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8), 0)
    let rows = try Rows(2)
    let model = try train(
      rows, try rows.training(.lightgbm) { _ in }, by: try team(crew.addresses))
    #expect(model.rounds > 0)
  }

  @Test func saysWhoDidNotCome() throws {
    let crew = try Crew(1)
    defer { crew.end() }
    let nobody = try LineListener(at: WorkerAddress(host: "127.0.0.1", port: 0)).address
    var team = try team(crew.addresses + [nobody])
    team.joinTimeout = 0.5
    let rows = try Rows(2)
    let error = #expect(throws: TeamError.self) {
      try train(rows, try rows.training(.lightgbm) { _ in }, by: team)
    }
    #expect(error?.summary == "worker `\(nobody)` did not join within 0.5 s")
    #expect(error?.solutions.first == "start `washi train-worker --listen \(nobody)` there")
  }

  @Test func stopsWhenItIsNotWantedAnyMoreAndLeavesWorkersFree() throws {
    let crew = try Crew(2)
    defer { crew.end() }
    let rows = try Rows(2)
    var training = try rows.training(.lightgbm) { _ in }
    training.rounds = 100_000
    training.earlyStopping = nil
    let isOver = Mutex(false)
    let error = #expect(throws: TeamError.self) {
      try train(rows, training, by: try team(crew.addresses), unless: { isOver.withLock { $0 } }) {
        if case .round(3, _, _) = $0 { isOver.withLock { $0 = true } }
      }
    }
    #expect(error?.kind == .unwanted)
    training.rounds = 5
    #expect(try train(rows, training, by: try team(crew.addresses)).rounds == 5)
  }

  @Test func refusesRowsThatNeedMoreMemoryThanThereIs() throws {
    let crew = try Crew(2, memory: 1000)
    defer { crew.end() }
    let rows = try Rows(2)
    let error = #expect(throws: TeamError.self) {
      try train(rows, try rows.training(.lightgbm) { _ in }, by: try team(crew.addresses))
    }
    #expect(error?.summary.contains("cannot train: its") == true)
    #expect(error?.solutions.contains("start the worker with a larger `--memory`") == true)
  }

  @Test func isBusyForOthersWhileItTrains() throws {
    let crew = try Crew(2)
    defer { crew.end() }
    let rows = try Rows(2)
    var training = try rows.training(.lightgbm) { _ in }
    training.rounds = 100_000
    training.earlyStopping = nil
    let isOver = Mutex(false)
    var second: TeamError?
    _ = #expect(throws: TeamError.self) {
      try train(rows, training, by: try team(crew.addresses), unless: { isOver.withLock { $0 } }) {
        guard case .round(3, _, _) = $0 else { return }
        do {
          var other = try team(crew.addresses)
          other.joinTimeout = 0.3
          _ = try train(rows, training, by: other)
        } catch {
          second = error as? TeamError
        }
        isOver.withLock { $0 = true }
      }
    }
    #expect(second?.explanation?.contains("this worker trains for another step") == true)
  }

  @Test(arguments: [
    ("linear_tree", Value.bool(true)), ("use_quantized_grad", .bool(true)),
    ("monotone_constraints_method", .text("advanced")),
  ])
  func refusesWhatComesOutWrongOnSeveralMachines(_ name: String, _ value: Value) throws {
    let rows = try Rows(2)
    let training = try rows.training(.lightgbm) { try $0.set(name, to: value) }
    #expect(throws: LearningError.self) {
      try SharedTraining(
        training, of: rows.target, train: try rows.labels(.train), validation: nil)
    }
  }

  @Test func readsATrainingBackAndRefusesWhatMakesNoSense() throws {
    let rows = try Rows(2)
    var training = try rows.training(.lightgbm) { try $0.set("num_leaves", to: .int(7)) }
    training.monotone = ["a": 1]
    training.classWeights = .balanced
    let shared = try SharedTraining(
      training, of: rows.target, train: try rows.labels(.train),
      validation: try rows.labels(.validation))
    let text = try shared.text()
    let read = try SharedTraining(text: text, threads: 1)
    #expect(read == shared)
    for (old, new) in [
      ("\"num_leaves\"", "\"num_leavs\""), ("\"7\"", "\"7 output_model=x\""),
      ("\"lightgbm\"", "\"mlp\""),
      ("\"seed\" : 3", "\"seed\" : \"a\""), ("\"a\" : 1", "\"a\" : 4"), (text, "{}"), (text, ""),
    ] {
      #expect(text.contains(old))
      #expect(throws: LearningError.self) {
        try SharedTraining(text: text.replacing(old, with: new), threads: 1)
      }
    }
  }

  @Test func partitionsByIdAlone() {
    let ids = (0..<3000).map { "row \($0)" }
    let whole = RowKeys(ids: ids).machines(3)
    #expect(Set(whole) == [0, 1, 2])
    for machine in 0..<3 as Range<Int32> {
      #expect(abs(whole.count { $0 == machine } - 1000) < 120)
    }
    // The order of rows does not matter, nor do rows that are added.
    #expect(Array(RowKeys(ids: ids.reversed()).machines(3).reversed()) == whole)
    #expect(Array(RowKeys(ids: ids + ["another"]).machines(3).prefix(3000)) == whole)
    // By an independent computation of FNV-1a and SplitMix64.
    #expect(RowKeys(ids: ["a", "b", "c", "d", "e"]).machines(5) == [1, 0, 0, 3, 4])
  }
}
