import Connecting
import DuckDB
import Foundation
import Parsing
import Planning
import Running
import Steps
import Synchronization
import Testing
import Vocabulary

/// The package's root, found from this file.
let packageRoot = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }

private let search = LibrarySearch(folders: ["\(packageRoot)/.deps/lib"])

/// An engine elsewhere that is none: it notes what it is asked for, answers from a DuckDB of its own,
/// and breaks off when it is told to.
private final class FakeEngine: ConnectionOpening {
  private struct State {
    var asked: [String] = []
    var faults: [RemoteError] = []
    var opened = 0
    var version: String? = "v1"
    var cancels = 0
  }
  private let state = Mutex(State())

  var asked: [String] { state.withLock { $0.asked } }
  var opened: Int { state.withLock { $0.opened } }
  var cancels: Int { state.withLock { $0.cancels } }

  func set(version: String?) { state.withLock { $0.version = version } }
  func fail(with errors: [RemoteError]) { state.withLock { $0.faults = errors } }
  func forget() { state.withLock { $0.asked = [] } }

  fileprivate func note(_ sentence: String) throws(RemoteError) {
    let fault = state.withLock { state -> RemoteError? in
      state.asked.append(sentence)
      return state.faults.isEmpty ? nil : state.faults.removeFirst()
    }
    if let fault { throw fault }
  }

  fileprivate func noteCancel() { state.withLock { $0.cancels += 1 } }
  fileprivate var version: String? { state.withLock { $0.version } }

  func open(
    _ connection: ConnectionDeclaration, in surroundings: ConnectionSurroundings
  ) throws(RemoteError) -> any RemoteSession {
    state.withLock { $0.opened += 1 }
    return try FakeSession(self)
  }
}

private final class FakeSession: RemoteSession {
  let engine: FakeEngine
  private let connection: Connection
  private let isCancelled = Atomic(false)

  init(_ engine: FakeEngine) throws(RemoteError) {
    self.engine = engine
    do throws(DuckDBError) {
      connection = try Database(Library.load(search)).connect()
    } catch {
      throw RemoteError(.other, error.summary)
    }
  }

  var engines: [RemoteEngine] { [RemoteEngine("Fake", "1.0")] }

  func keep(_ query: RemoteQuery, as name: String) throws(RemoteError) {
    try engine.note("keep \(name)")
    try run("CREATE OR REPLACE TABLE \(name) AS \(text(query))")
  }

  func rows(of query: RemoteQuery) throws(RemoteError) -> RemoteRows {
    try engine.note("rows")
    if query.sql.text.contains("for ever") {
      while !isCancelled.load(ordering: .relaxed) { usleep(10_000) }
      throw RemoteError(.cancelled, "it was cancelled")
    }
    return try stream(text(query))
  }

  func rows(ofKept name: String) throws(RemoteError) -> RemoteRows {
    try engine.note("rows of \(name)")
    return try stream("SELECT * FROM \(name)")
  }

  func value(of query: RemoteQuery) throws(RemoteError) -> String? {
    try engine.note("version")
    return engine.version
  }

  func cancel() {
    engine.noteCancel()
    isCancelled.store(true, ordering: .relaxed)
  }

  func close() {}

  private func text(_ query: RemoteQuery) -> String {
    query.sql.rendered { name, _ in SQLText.literal(query.values[name] ?? .null) }.text
  }

  private func run(_ sql: String) throws(RemoteError) {
    do throws(DuckDBError) {
      try connection.execute(sql)
    } catch {
      throw RemoteError(.sql, error.summary)
    }
  }

  private func stream(_ sql: String) throws(RemoteError) -> RemoteRows {
    do throws(DuckDBError) {
      return .stream(try connection.stream(sql))
    } catch {
      throw RemoteError(.sql, error.summary)
    }
  }
}

@Suite struct RemoteStepTests {
  static let project = """
    connections:
      w: { driver: duckdb, version: "SELECT max(x) FROM loads" }
      anew: { driver: duckdb }
    """

  static let notebook = """
    ```yaml parameters
    least: 2
    ```
    ```sql step base connection=w
    SELECT i, CAST(i * 1.5 AS DECIMAL(9,1)) AS amount FROM range(6) AS t(i) WHERE i >= $least
    ```
    ```sql step sums connection=w show=5
    SELECT i % 2 AS odd, sum(amount) AS amount FROM base GROUP BY odd ORDER BY odd
    ```
    ```sql step here show=5
    SELECT sum(amount) AS total FROM sums
    ```
    """

  /// A folder for a run's files, with a cache.
  private struct Place: ~Copyable {
    let folder = FileManager.default.temporaryDirectory.path + "/washi-running-\(UUID().uuidString)"
    init() throws {
      try FileManager.default.createDirectory(
        atPath: folder + "/staging", withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(atPath: folder) }
  }

  private func run(
    _ text: String = Self.notebook, on engine: FakeEngine, in place: borrowing Place,
    cancellingAfter seconds: Double? = nil, selecting selection: StepSelection? = nil
  ) async throws -> Run {
    let connection = try Database(Library.load(search)).connect()
    let plan = try Plan(
      for: Notebook(parsing: text, at: "n.md"),
      project: ProjectFile(parsing: [("washi.yaml", Self.project)]), using: connection)
    var surroundings = Session.Surroundings(
      projectDirectory: place.folder, stagingDirectory: place.folder + "/staging", threads: 1,
      version: "1")
    surroundings.cache = ResultCache(at: place.folder + "/cache")
    surroundings.opener = engine
    surroundings.selection = selection
    let session = Session(on: connection, in: surroundings)
    if let seconds {
      Task {
        try await Task.sleep(for: .seconds(seconds))
        session.cancel()
      }
    }
    return try await session.run(plan)
  }

  private func rows(_ run: Run, _ step: String) -> [[Value]] {
    guard case .table(let table)? = run.outcome(of: step)?.result?.exhibits.first else { return [] }
    return (0..<table.table.rowCount).map { table.table.row($0) }
  }

  @Test func keepsThereWhatOnlyStepsThereRead() async throws {
    let engine = FakeEngine()
    let place = try Place()
    let first = try await run(on: engine, in: place)
    #expect(first.isSuccess, "\(first.diagnostics) \(first.outcomes)")
    #expect(rows(first, "sums") == [[.int(0), .double(9)], [.int(1), .double(12)]])
    #expect(engine.asked == ["version", "keep base", "rows"])
    #expect(engine.opened == 1)
    #expect(first.engines.contains(Engine("Fake", "1.0")))
    #expect(first.outcome(of: "base")?.result?.origin?.staysThere == true)

    // The same state: nothing is asked but that.
    engine.forget()
    let second = try await run(on: engine, in: place)
    #expect(engine.asked == ["version"])
    #expect(second.outcomes == first.outcomes)
    #expect(second.engines == first.engines)

    // Another one: all is done again.
    engine.forget()
    engine.set(version: "v2")
    _ = try await run(on: engine, in: place)
    #expect(engine.asked == ["version", "keep base", "rows"])
  }

  @Test func makesAgainThereWhatACachedStepNeeds() async throws {
    let engine = FakeEngine()
    let place = try Place()
    _ = try await run(on: engine, in: place)
    engine.forget()
    _ = try await run(
      Self.notebook.replacing("ORDER BY odd", with: "ORDER BY odd DESC"), on: engine, in: place)
    #expect(engine.asked == ["version", "keep base", "rows"])
  }

  @Test func makesThereWhatASelectedStepNeeds() async throws {
    let engine = FakeEngine()
    let place = try Place()
    let text = Self.notebook.replacing("connection=w", with: "connection=anew")
    let run = try await run(text, on: engine, in: place, selecting: .only("sums"))
    #expect(run.outcome(of: "sums")?.result?.rowsOut == 2)
    #expect(engine.asked == ["keep base", "rows"])
  }

  @Test func findsNothingAgainWithoutAState() async throws {
    let engine = FakeEngine()
    let place = try Place()
    engine.set(version: nil)
    for _ in 0..<2 {
      engine.forget()
      _ = try await run(on: engine, in: place)
      #expect(engine.asked == ["version", "keep base", "rows"])
    }
    let text = Self.notebook.replacing("connection=w", with: "connection=anew")
    for _ in 0..<2 {
      engine.forget()
      _ = try await run(text, on: engine, in: place)
      #expect(engine.asked == ["keep base", "rows"])
    }
  }

  @Test func beginsAgainAfterAConversationBrokeOff() async throws {
    let engine = FakeEngine()
    let place = try Place()
    let text = Self.notebook.replacing("show=5\nSELECT i %", with: "show=5 retries=1\nSELECT i %")
      .replacing("connection=w", with: "connection=anew")
    let lost = RemoteError(.lost, "the line was cut")
    // The first call keeps `base`; the second breaks off.
    engine.fail(with: [RemoteError(.lost, "the line was cut")])
    let failed = try await run(text, on: engine, in: place)
    #expect(failed.outcome(of: "base")?.failure?.diagnostic.rule == "connection-lost")
    engine.forget()
    let dropped = text.replacing(
      "step base connection=anew", with: "step base connection=anew retries=1")
    engine.fail(with: [lost])
    let recovered = try await run(dropped, on: engine, in: place)
    #expect(recovered.isSuccess)
    #expect(engine.asked == ["keep base", "keep base", "rows"])
    #expect(engine.opened == 3)
  }

  @Test func goesOnWhenNobodyTellsTheState() async throws {
    let engine = FakeEngine()
    let place = try Place()
    engine.fail(with: [RemoteError(.unreachable, "nobody is there")])
    let run = try await run(on: engine, in: place)
    #expect(run.isSuccess)
  }

  @Test func passesOnTheWishToStop() async throws {
    let engine = FakeEngine()
    let place = try Place()
    let text = "```sql step a connection=anew show=1\nSELECT 'for ever' AS x ORDER BY x\n```\n"
    let stopped = try await run(text, on: engine, in: place, cancellingAfter: 0.2)
    #expect(stopped.outcome(of: "a")?.failure?.diagnostic.rule == "interrupted")
    #expect(engine.cancels > 0)
    let late = try await run(
      text.replacing("show=1", with: "show=1 timeout=0.2"), on: engine, in: place)
    #expect(late.outcome(of: "a")?.failure?.diagnostic.rule == "timeout")
  }

  @Test func pointsAtTheColumnNamesThatCollide() async throws {
    let engine = FakeEngine()
    let place = try Place()
    let text = "```sql step a connection=anew show=1\nSELECT 1 AS x, 2 AS X\n```\n"
    let run = try await run(text, on: engine, in: place)
    #expect(run.outcome(of: "a")?.failure?.diagnostic.rule == "remote-sql")
  }
}
