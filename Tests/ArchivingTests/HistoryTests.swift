import Foundation
import GRDB
import Synchronization
import Testing

@testable import Archiving

@Suite struct HistoryTests {
  let scratch = try? Scratch()

  var folder: String { (scratch?.path ?? "") + "/.washi" }

  private func run(_ id: String, at time: Int64, notebook: String = "tour") -> RunRecord {
    RunRecord(id: id, notebook: notebook, startedAt: time, user: "ann", host: "here")
  }

  @Test func remembersARun() throws {
    let history = try History(in: folder)
    var record = run("r1", at: 1000)
    try history.begin(record)
    #expect(try history.runs(limit: 9).map(\.status) == [.running])
    record.edition = "2021-01"
    record.endedAt = 2500
    record.status = .done
    record.version = 3
    record.isNew = true
    var details = RunDetails()
    details.parameters = [.init(name: "token", type: "secret", value: "***", origin: "injected")]
    details.steps = [.init(name: "scores", state: "done", milliseconds: 1.5, rows: 12)]
    details.metrics = [
      .init(name: "model.auc", value: 0.75), .init(name: "model.ks", value: .nan, unit: "%"),
    ]
    try history.finish(record, details)
    #expect(try history.runs(of: "tour", limit: 9) == [record])
    let read = try history.details(of: "r1")
    #expect(read.parameters == details.parameters)
    #expect(read.steps == details.steps)
    #expect(read.metrics.map(\.value) == [0.75, nil])
    #expect(try history.metricNames(of: "tour") == ["model.auc", "model.ks"])
  }

  @Test func isBegunBySeveralRunsAtOnce() throws {
    for round in 0..<10 {
      let folder = "\(folder)-\(round)"
      let failures = Mutex<[String]>([])
      DispatchQueue.concurrentPerform(iterations: 8) { number in
        do {
          try History(in: folder).begin(run("r\(number)", at: Int64(number)))
        } catch {
          failures.withLock { $0.append("\(error)") }
        }
      }
      #expect(failures.withLock { $0 } == [])
      #expect(try History(in: folder).runs(limit: 99).count == 8)
    }
  }

  @Test func listsTheNewestRunsFirst() throws {
    let history = try History(in: folder)
    try history.begin(run("r1", at: 1))
    try history.begin(run("r2", at: 2, notebook: "other"))
    try history.begin(run("r3", at: 3))
    #expect(try history.runs(limit: 2).map(\.id) == ["r3", "r2"])
    #expect(try history.runs(of: "tour", limit: 9).map(\.id) == ["r3", "r1"])
    #expect(try history.run("r2")?.notebook == "other")
    #expect(try history.run("r") == nil)
  }

  @Test func marksARunAsInterruptedWhenItsProcessIsGone() throws {
    let history = try History(in: folder)
    var gone = run("gone", at: 1)
    gone.process = ProcessIdentity(id: 1 << 22, start: "x")
    var reused = run("reused", at: 2)
    reused.process.start = "another start"
    var elsewhere = gone
    elsewhere.id = "elsewhere"
    elsewhere.host = "there"
    for record in [gone, reused, elsewhere] { try history.begin(record) }
    try history.begin(run("now", at: 3))
    let states = try history.runs(limit: 9).map { "\($0.id) \($0.status.rawValue)" }
    #expect(
      Set(states) == [
        "gone interrupted", "reused interrupted", "elsewhere running", "now running",
      ])
  }

  @Test func movesADamagedFileAside() throws {
    try scratch?.write(String(repeating: "not a database ", count: 99), to: ".washi/history.db")
    let history = try History(in: folder)
    #expect(history.remark?.contains("history.db.damaged-1") == true)
    try history.begin(run("r1", at: 1))
    #expect(scratch?.names(".washi").contains("history.db.damaged-1") == true)
  }

  @Test func refusesTheFileOfANewerWashi() throws {
    _ = try History(in: folder)
    let queue = try DatabaseQueue(path: "\(folder)/history.db")
    try queue.write {
      try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99 later')")
    }
    let error = #expect(throws: ArchiveError.self) { try History(in: folder) }
    #expect(error?.description.contains("newer") == true)
  }

  @Test func throwsWhenItIsLockedOrCannotBeWritten() throws {
    let history = try History(in: folder)
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    let other = try DatabaseQueue(path: "\(folder)/history.db", configuration: configuration)
    try other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
    let error = #expect(throws: ArchiveError.self) { try history.begin(run("r1", at: 1)) }
    #expect(error?.summary.contains("locked") == true)
    try other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
    #expect(throws: ArchiveError.self) { try History(in: "/proc/washi") }
  }

  @Test func survivesManyWritersAtOnce() async throws {
    let folder = folder
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<12 {
        group.addTask {
          let history = try History(in: folder)
          var record = RunRecord(
            id: "r\(index)", notebook: "tour", startedAt: Int64(index), user: "ann", host: "here")
          try history.begin(record)
          record.status = .done
          try history.finish(record, RunDetails())
        }
      }
      try await group.waitForAll()
    }
    #expect(try History(in: folder).runs(limit: 99).count == 12)
  }

  @Test func opensFast() throws {
    _ = try History(in: folder)
    let took = try ContinuousClock().measure { _ = try History(in: folder) }
    #expect(took < .milliseconds(50))
  }
}
