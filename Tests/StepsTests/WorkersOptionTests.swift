import Learning
import Parsing
import Teaming
import Testing
import Vocabulary

@testable import Steps

/// `workers` of a `train` step: what it may say, and what is found wrong before anything runs.
@Suite(.serialized) struct WorkersOptionTests {
  private func findings(_ options: String, uses kind: String = "train") throws -> [Diagnostic] {
    let bench = try People.bench()
    try bench.make("people", "SELECT * FROM (\(People.rows)) LIMIT 0")
    return try bench.check(
      "```yaml step model\nuses: \(kind)\ntable: people\ntarget: returns\n\(options)\n```")
  }

  private func step(_ options: String) throws -> TrainStep.Workers? {
    let notebook = Notebook(
      parsing: "```yaml step model\nuses: train\ntable: t\ntarget: y\nid: i\n\(options)\n```",
      at: "n.md")
    let source = try #require(notebook.steps.first)
    let (action, _, found) = StepAction.decoding(source, options: source.options)
    #expect(found.isEmpty, "\(found)")
    guard case .train(let step) = action else { return nil }
    return step.workers
  }

  @Test func readsEveryForm() throws {
    let list = try #require(try step("workers: [\"a:1\", b, \"[::1]:2\"]"))
    #expect(list.count == 3)
    #expect(list.addresses.map(\.name) == ["a:1", "b", "[::1]:2"])
    #expect((list.joinTimeout, list.silence) == (30, 30))
    #expect(try step("workers: 4")?.count == 4)
    let mapping = try #require(
      try step("workers: { count: 3, listen: \"10.0.0.1\", join_timeout: 2m, silence: 5s }"))
    #expect(mapping.listen == WorkerAddress(host: "10.0.0.1", port: 7170))
    #expect((mapping.count, mapping.joinTimeout, mapping.silence) == (3, 120, 5))
    #expect(try step("workers: { addresses: [\"a:1\", \"b:1\"] }")?.count == 2)
    #expect(try step("rounds: 5") == nil)
  }

  @Test(arguments: [
    ("id: person\nworkers: [\"a:1\", \"a:1\"]", "twice"),
    ("id: person\nworkers: [\"a\", \"a:7171\"]", "twice"),
    ("id: person\nworkers: [\"a:1\"]", "one machine"), ("id: person\nworkers: 1", "one machine"),
    ("id: person\nworkers: 0", "from 2 to 64"), ("id: person\nworkers: 65", "from 2 to 64"),
    ("id: person\nworkers: -3", "from 2 to 64"), ("id: person\nworkers: []", "from 2 to 64"),
    ("id: person\nworkers: [\"a:b\", \"c:1\"]", "addresses such as"),
    ("id: person\nworkers: [\"http://a:1\", \"c:1\"]", "addresses such as"),
    ("id: person\nworkers: [\"a:0\", \"c:1\"]", "0 is none"),
    ("id: person\nworkers: many", "one machine"),
    ("id: person\nworkers: { cuont: 3 }", "needs `addresses` or `count`"),
    ("id: person\nworkers: { count: 3, addresses: [\"a:1\", \"b:1\"] }", "2 addresses"),
    (
      "id: person\nworkers: { addresses: [\"a:1\", \"b:1\"], listen: \"c:1\" }",
      "beside `addresses`"
    ),
    ("id: person\nworkers: { count: 3, listen: \"c:x\" }", "must be an address"),
    ("id: person\nworkers: { count: 3, join_timeout: 0 }", "1 s to 1 day"),
    ("id: person\nworkers: { count: 3, silence: 1s }", "2 s to 1 h"),
    ("workers: 3", "needs `id`"),
    ("id: person\nworkers: 3\nalgorithm: mlp", "does nothing for `mlp`"),
    ("id: person\nworkers: 3\nparams: { linear_tree: true }", "cannot be used with `workers`"),
    ("id: person\nworkers: 3\nparams: { mc_method: advanced }", "cannot be used with `workers`"),
    (
      "id: person\nworkers: 3\nparams: { use_quantized_grad: true }",
      "cannot be used with `workers`"
    ),
    (
      "id: person\nworkers: 3\nsplit: { validation: 0.2 }\n"
        + "tune: { trials: 3, search: { num_leaves: { int: [2, 9] } } }", "searches on one machine"
    ),
  ])
  func findsMistakes(_ options: String, _ words: String) throws {
    let found = try findings(options)
    #expect(found.contains { $0.summary.contains(words) && $0.range != nil }, "\(found)")
  }

  @Test func isNotForComparisons() throws {
    let found = try findings("id: person\nworkers: 3", uses: "compare")
    #expect(found.contains { $0.summary.contains("a comparison runs on one machine") })
  }

  @Test func findsNothingWhereAllIsWell() throws {
    #expect(try findings("id: person\nworkers: [\"a:1\", \"b:1\"]").isEmpty)
    #expect(try findings("id: person\nworkers: 3\nalgorithm: random_forest").isEmpty)
  }

  @Test func asksTheEnvironmentWhereWorkersAre() throws {
    var surroundings = WorkerSurroundings()
    let three = try #require(try step("workers: 3"))
    #expect(
      try surroundings.meeting(of: three)
        == .waiting(count: 3, at: WorkerAddress(host: "127.0.0.1", port: 7170)))
    surroundings.environment["WASHI_WORKERS_LISTEN"] = "10.0.0.1:7200"
    #expect(
      try surroundings.meeting(of: three)
        == .waiting(count: 3, at: WorkerAddress(host: "10.0.0.1", port: 7200)))
    surroundings.environment["WASHI_WORKERS"] = "a:1, b:2,c,d:4"
    #expect(
      try surroundings.meeting(of: three)
        == .addresses([
          WorkerAddress(host: "a", port: 1), WorkerAddress(host: "b", port: 2),
          WorkerAddress(host: "c", port: 7171),
        ]))
    for wrong in ["a:1,b:1", "a:1,b:1,a:1", "a:1,b:1,:"] {
      surroundings.environment["WASHI_WORKERS"] = wrong
      #expect(throws: TeamError.self) { try surroundings.meeting(of: three) }
    }
  }

  @Test func saysThatASecretIsMissing() throws {
    let error = #expect(throws: StepFailure.self) { try People.trained("workers: 3") }
    #expect(error?.diagnostic.summary == "there is no secret for workers")
    #expect(error?.diagnostic.rule == "workers")
    #expect(error?.diagnostic.range != nil)
  }
}
