import Foundation
import Testing

/// Three real workers on loopback, and what becomes of a run when one of them dies or stands still.
@Suite(.serialized) struct WorkersTests {
  static let secret = "a secret of enough letters"

  /// A worker's process with what it says.
  final class Worker {
    let process = Process()
    let log: URL
    private(set) var address = ""

    init(in folder: URL, listen: String = "127.0.0.1:0") throws {
      log = folder.appending(path: ".worker-\(UUID().uuidString)")
      try Data().write(to: log)
      process.executableURL = Workshop.executable
      process.arguments = ["train-worker", "--listen", listen, "--threads", "1"]
      process.currentDirectoryURL = folder
      process.environment = [
        "PATH": "/usr/bin:/bin", "HOME": folder.path,
        "WASHI_LIGHTGBM": Workshop.library("lightgbm"), "WASHI_WORKER_TOKEN": WorkersTests.secret,
      ]
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = FileHandle.nullDevice
      process.standardError = try FileHandle(forWritingTo: log)
      try process.run()
      try wait(for: "listening on ")
      let words = try #require(text.split(separator: "\n").first)
      address = String(words.dropFirst("listening on ".count).prefix { $0 != " " }.dropLast())
    }

    deinit {
      kill(process.processIdentifier, SIGCONT)
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }

    var text: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    /// Waits until it has said something so many times.
    func wait(for words: String, times: Int = 1) throws {
      let limit = Date.now + 60
      while text.components(separatedBy: words).count <= times {
        try #require(Date.now < limit, "it did not say `\(words)` but: \(text)")
        usleep(20_000)
      }
    }
  }

  static func notebook(_ workers: String, rounds: Int = 40) -> String {
    """
    ---
    title: Together
    edition: one
    ---

    ```sql step rows
    SELECT i AS id, (i * 7919 % 1000) / 1000.0 AS a, CASE WHEN i % 9 = 0 THEN NULL ELSE (i * 104729 % 97) END AS b,
      CASE i * 31 % 4 WHEN 0 THEN 'red' WHEN 1 THEN 'green' WHEN 2 THEN 'blue' END AS c,
      (i * 7919 % 1000 + i * 15485863 % 499 + 150 * (i * 31 % 4 % 2) > 900)::INT AS y
    FROM range(3000) AS t(i)
    ```

    ```yaml step model
    uses: train
    table: rows
    target: y
    id: id
    split: { test: 0.3, validation: 0.2 }
    params: { num_leaves: 7 }
    rounds: \(rounds)
    \(workers)
    ```

    ```yaml step quality
    uses: evaluate
    model: model
    on: test
    ```
    """
  }

  static let environment = ["WASHI_WORKER_TOKEN": secret]

  static func workers(_ crew: [Worker], _ more: String = "") -> String {
    let list = crew.map { "\"\($0.address)\"" }.joined(separator: ", ")
    return "workers: { addresses: [\(list)], join_timeout: 60s\(more) }"
  }

  @Test func threeWorkersTrainNearlyTheSameModelAndItIsReused() throws {
    let workshop = try Workshop()
    let crew = try (0..<3).map { _ in try Worker(in: workshop.folder) }
    try workshop.write("alone.md", Self.notebook(""))
    try workshop.write("together.md", Self.notebook(Self.workers(crew)))
    let alone = try workshop.washi("run", "alone.md", "--json")
    #expect(alone.status == 0, "\(alone.errors)")
    let together = try workshop.washi(
      "run", "together.md", "--json", environment: Self.environment)
    #expect(together.status == 0, "\(together.errors)")
    let one = try Self.metrics(alone.lastLine)
    let three = try Self.metrics(together.lastLine)
    #expect(three["model.workers"] == 3)
    let auc = try #require(one["quality.auc"])
    #expect(abs(try #require(three["quality.auc"]) - auc) < 0.01)
    for worker in crew { try worker.wait(for: "done: 40 rounds") }
    // No machine's name is in what is published beside the notebook itself.
    let files = try workshop.files(below: "output/together/one/v1")
    for (name, data) in files where name.hasPrefix("artifacts/") || name == "report.json" {
      let text = String(decoding: data, as: UTF8.self)
      #expect(name == "report.json" || !text.contains("127.0.0.1"))
    }
    // The same elsewhere is the same: nobody is asked.
    try workshop.write(
      "together.md", Self.notebook("workers: [\"a:1\", \"b:1\", \"c:1\"]"))
    let again = try workshop.washi("run", "together.md", "--json")
    #expect(again.status == 0, "\(again.errors)")
    let plan = try workshop.washi("plan", "together.md")
    #expect(plan.output.contains("train on 3 workers"))
    #expect(plan.output.contains("cached"))
  }

  @Test func aKilledWorkerEndsTheStepWithItsNameAndTheRestGoesOn() throws {
    let workshop = try Workshop()
    var crew = try (0..<3).map { _ in try Worker(in: workshop.folder) }
    let address = crew[1].address
    try workshop.write("n.md", Self.notebook(Self.workers(crew), rounds: 100_000))
    let killed = Task.detached { [worker = Handle(crew[1])] in
      try worker.value.wait(for: "round 10 ")
      kill(worker.value.process.processIdentifier, SIGKILL)
    }
    let run = try workshop.washi("run", "n.md", environment: Self.environment)
    _ = killed
    #expect(run.status == 1)
    #expect(run.errors.contains("worker `\(address)` is gone"), "\(run.errors)")
    #expect(run.errors.contains("--resume"))
    // The others listen again; another one takes the place.
    for place in [0, 2] { try crew[place].wait(for: "ended: ") }
    crew[1] = try Worker(in: workshop.folder, listen: address)
    try workshop.write("n.md", Self.notebook(Self.workers(crew), rounds: 12))
    let next = try workshop.washi("run", "n.md", "--resume", environment: Self.environment)
    #expect(next.status == 0, "\(next.errors)")
    #expect(next.errors.contains("rows     cached") || next.errors.contains("cached"))
  }

  @Test func aWorkerThatStandsStillIsNoticed() throws {
    let workshop = try Workshop()
    let crew = try (0..<2).map { _ in try Worker(in: workshop.folder) }
    try workshop.write("n.md", Self.notebook(Self.workers(crew, ", silence: 3s"), rounds: 100_000))
    let stopped = Task.detached { [worker = Handle(crew[1])] in
      try worker.value.wait(for: "round 10 ")
      kill(worker.value.process.processIdentifier, SIGSTOP)
    }
    let run = try workshop.washi("run", "n.md", environment: Self.environment)
    _ = stopped
    #expect(run.status == 1)
    #expect(
      run.errors.contains(
        "worker `\(crew[1].address)` is gone: nothing has been heard for 3 s"), "\(run.errors)")
    try crew[0].wait(for: "ended: ")
  }

  @Test func theStepsTimeLimitEndsItOnAllMachines() throws {
    let workshop = try Workshop()
    let crew = try (0..<2).map { _ in try Worker(in: workshop.folder) }
    try workshop.write(
      "n.md", Self.notebook(Self.workers(crew) + "\ntimeout: 5s", rounds: 100_000))
    let run = try workshop.washi("run", "n.md", environment: Self.environment)
    #expect(run.status == 1)
    #expect(run.errors.contains("its time limit of 5 s was reached"), "\(run.errors)")
    for worker in crew { try worker.wait(for: "ended: ") }
  }

  @Test func aWorkerEndsWhenItIsAskedTo() throws {
    let workshop = try Workshop()
    let worker = try Worker(in: workshop.folder)
    kill(worker.process.processIdentifier, SIGINT)
    worker.process.waitUntilExit()
    #expect(worker.process.terminationStatus == 130)
    let run = try workshop.washi("train-worker", environment: ["WASHI_WORKER_TOKEN": "short"])
    #expect(run.status == 2)
    #expect(run.errors.contains("shorter than 16 characters"))
    let none = try workshop.washi("train-worker")
    #expect(none.status == 2)
    #expect(none.errors.contains("there is no secret for workers"))
  }

  private static func metrics(_ line: String) throws -> [String: Double] {
    struct Facts: Decodable { var metrics: [String: Double] }
    return try JSONDecoder().decode(Facts.self, from: Data(line.utf8)).metrics
  }

  /// Another thread only waits for what the worker says and ends its process.
  private struct Handle: @unchecked Sendable {
    let value: Worker
    init(_ value: Worker) { self.value = value }
  }
}
