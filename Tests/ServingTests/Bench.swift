import Archiving
import DuckDB
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Parsing
import Planning
import Reporting
import Synchronization
import Vocabulary

@testable import Serving

/// The package's root, found from this file.
let packageRoot = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }

/// A project in a folder of its own with a workplace over it, asked as a function of a request.
final class Bench: Sendable {
  let folder: String
  let press: FakePressroom
  let workplace: Workplace
  let registry: ModelRegistry
  private let clock: Clock

  /// Time that stands still unless it is moved.
  final class Clock: Sendable {
    let milliseconds = Mutex<Int64>(1_795_000_000_000)
    func now() -> Int64 { milliseconds.withLock { $0 } }
  }

  init(
    at folder: String? = nil, press: FakePressroom? = nil,
    _ change: (inout WorkplaceSettings) -> Void = { _ in }
  ) throws {
    let made = FileManager.default.temporaryDirectory.path + "/washi-serve-\(UUID().uuidString)"
    self.folder = folder ?? made
    try FileManager.default.createDirectory(
      atPath: self.folder + "/data", withIntermediateDirectories: true)
    let press = press ?? FakePressroom(project: self.folder)
    self.press = press
    var settings = WorkplaceSettings()
    settings.isOpen = true
    change(&settings)
    let clock = Clock()
    self.clock = clock
    registry = ModelRegistry(self.folder + "/registry", shownAs: "registry")
    workplace = try Workplace(
      of: Workplace.Parts(
        project: self.folder, folder: self.folder + "/.washi/serve",
        archive: Archive(output: self.folder + "/output", state: self.folder + "/.washi"),
        registry: registry, host: "here",
        pressroom: press, templates: try WorkplaceTemplates(), reportTemplates: .embedded,
        lightGBM: LibrarySearch(folders: ["\(packageRoot)/.deps/lib"]),
        duckDB: LibrarySearch(folders: ["\(packageRoot)/.deps/lib"])),
      settings, now: { clock.now() }, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  deinit {
    press.stopAll()
    try? FileManager.default.removeItem(atPath: folder)
  }

  func write(_ text: String, to path: String) throws {
    let url = URL(fileURLWithPath: "\(folder)/\(path)")
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  func text(_ path: String) -> String? {
    try? String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8)
  }

  /// Publishes a version by hand: what a run would leave.
  func publish(
    _ place: String, title: String = "Sales", figure: Double = 0.5,
    artifacts: [String: String] = ["out.csv": "a,b\n1,2\n"]
  ) throws {
    let report = """
      {"reportVersion":1,"notebook":"sales","edition":"x","title":"\(title)","language":"en",\
      "state":"done","metrics":{"total.amount":{"value":\(figure),"label":"Amount"}},\
      "steps":[{"name":"total","kind":"metric","state":"done","metrics":["amount"]}]}
      """
    try write(report, to: "output/\(place)/report.json")
    try write("<!doctype html><title>\(title)</title><p>report", to: "output/\(place)/index.html")
    try write("# \(title)\n", to: "output/\(place)/report.md")
    try write("x,y\n1,2\n", to: "output/\(place)/tables/rows.csv")
    for (name, text) in artifacts { try write(text, to: "output/\(place)/artifacts/\(name)") }
    advance(by: 2000)
  }

  func advance(by milliseconds: Int64) {
    clock.milliseconds.withLock { $0 += milliseconds }
  }

  // MARK: - Requests

  /// What was answered.
  struct Reply: Sendable {
    var status: Int
    var headers: HTTPFields
    var bytes: [UInt8]
    var text: String { String(decoding: bytes, as: UTF8.self) }
    var json: [String: Any] {
      (try? JSONSerialization.jsonObject(with: Data(bytes))) as? [String: Any] ?? [:]
    }
    var location: String { headers[.location] ?? "" }
    /// The cookie that was set, as a browser sends it back.
    var cookie: String {
      (headers[.setCookie] ?? "").prefix { $0 != ";" }.description
    }
    /// What forms of the page carry.
    var formToken: String {
      guard let range = text.range(of: "name=\"form\" value=\"") else { return "" }
      return String(text[range.upperBound...].prefix { $0 != "\"" })
    }
  }

  func send(
    _ method: HTTPRequest.Method, _ path: String, _ headers: [String: String] = [:],
    body: [ByteBuffer] = [], from address: String? = "127.0.0.1"
  ) async -> Reply {
    var fields = HTTPFields()
    for (name, value) in headers {
      guard let name = HTTPField.Name(name) else { continue }
      fields.append(HTTPField(name: name, value: value))
    }
    let host = headers["Host"] ?? "127.0.0.1:8000"
    let request = Request(
      head: HTTPRequest(
        method: method, scheme: "http", authority: host, path: path, headerFields: fields),
      body: RequestBody(
        asyncSequence: AsyncStream<ByteBuffer> { stream in
          for buffer in body { stream.yield(buffer) }
          stream.finish()
        }))
    let context = WorkplaceContext(
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, remoteAddress: address)
    let response = await workplace.respond(to: request, context: context)
    let collected = Collected()
    try? await response.body.write(collected)
    return Reply(
      status: response.status.code, headers: response.headers,
      bytes: collected.bytes.withLock { $0 })
  }

  func get(_ path: String, _ headers: [String: String] = [:]) async -> Reply {
    await send(.get, path, headers)
  }

  /// Sends a form as the page at `path` would, its token included.
  func post(
    _ path: String, _ values: [String: String] = [:], _ headers: [String: String] = [:],
    token: String? = nil
  ) async -> Reply {
    let known: String
    if let token {
      known = token
    } else {
      known = await get("/runs", headers).formTokenOrMe(self, headers)
    }
    var all = values
    all["form"] = known
    let text = all.map { "\(Address.encoded($0.key))=\(Address.encoded($0.value))" }
      .joined(separator: "&")
    return await send(
      .post, path,
      headers.merging(["Content-Type": "application/x-www-form-urlencoded"]) { $1 },
      body: [ByteBuffer(string: text)])
  }

  /// The token of forms for whoever sends these headers.
  func formToken(_ headers: [String: String] = [:]) async -> String {
    await get("/api/v1/me", headers).json["formToken"] as? String ?? ""
  }

  /// Somebody who can sign in, and the header that is theirs afterwards.
  func session(_ name: String, _ grants: Grant...) async throws -> [String: String] {
    try await workplace.store.setUser(name, password: nil, grants: grants, now: clock.now())
    let cookie = try await workplace.store.beginSession(of: name, now: clock.now())
    return ["Cookie": "washi_session=\(cookie)"]
  }

  /// A token of somebody.
  func token(_ name: String, _ grants: Grant..., limit: Role? = nil) async throws -> [String:
    String]
  {
    try await workplace.store.setUser(name, password: nil, grants: grants, now: clock.now())
    let (_, text) = try await workplace.store.makeToken(
      for: name, label: "test", role: limit, endsAt: nil, now: clock.now())
    return ["Authorization": "Bearer \(text)"]
  }

  func now() -> Int64 { clock.now() }

  /// Sets the clock to a moment, in seconds since 1970.
  func set(to moment: Int64) { clock.milliseconds.withLock { $0 = moment * 1000 } }

  /// Lets the queue work until an order is over.
  func finish(_ id: String) async throws -> Job {
    for _ in 0..<2000 {
      try await workplace.queue.step()
      if let job = try await workplace.store.job(id), job.state.isOver { return job }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw ServingError("the order \(id) did not end")
  }
}

extension Bench.Reply {
  func formTokenOrMe(_ bench: Bench, _ headers: [String: String]) async -> String {
    await bench.formToken(headers)
  }
}

/// Collects a response's body.
struct Collected: ResponseBodyWriter {
  final class Box: Sendable {
    let bytes = Mutex<[UInt8]>([])
    func withLock<T: Sendable>(_ body: (inout [UInt8]) -> T) -> T {
      bytes.withLock { body(&$0) }
    }
  }

  let bytes = Box()

  mutating func write(_ buffer: ByteBuffer) async throws {
    bytes.withLock { $0 += Array(buffer.readableBytesView) }
  }

  consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}

/// Notebooks from memory, and runs that are small scripts.
final class FakePressroom: Pressroom {
  let project: String
  private let texts = Mutex<[String: String]>([
    "sales": FakePressroom.sales, "team/a": "# A\n\n```sql step one\nSELECT 1 AS x\n```\n",
  ])
  /// What a run does, as a shell script; `$1` is its folder.
  let script = Mutex(FakePressroom.publishes)
  private let processes = Mutex<[Process]>([])
  let started = Mutex<[String]>([])
  /// Whether the project lets steps start programs.
  let allowsProcesses = Mutex(false)

  static let sales = """
    ---
    title: Sales
    description: What was sold.
    edition: "{{ strftime($month, '%Y-%m') }}"
    catalog:
      rows: { path: "data/{{ strftime($month, '%Y%m') }}.csv", upload: true, columns: { x: BIGINT } }
    ---

    ```yaml parameters
    month:  { type: month, default: 2021-01, description: Month to report }
    region: { type: string, default: all, choices: [all, north, south] }
    limit:  { type: int, default: 10, min: 1, max: 99 }
    folder: { type: path, default: data }
    note:   { type: string, required: false }
    key:    { type: secret, from: env:KEY, required: false }
    ```

    ```sql step total
    SELECT count(*) AS n FROM rows WHERE x < $limit AND $region <> '' AND $folder <> $note
    ```
    """

  static let publishes = """
    printf '{"event":"planned","edition":"2021-01","steps":["total"],"at":1}\\n' > "$1/events.jsonl"
    printf '{"event":"started","step":"total","at":1}\\n' >> "$1/events.jsonl"
    printf '{"event":"ended","step":"total","state":"done","seconds":0.5,"rows":3}\\n' >> "$1/events.jsonl"
    printf '{"status":"done","run":"r1","edition":"2021-01","version":1,"isNew":true,"diagnostics":[]}' > "$1/result.json"
    """

  /// Runs until it is interrupted, and says so then; it does not outlive the tests.
  static let waits = """
    trap 'printf "{\\"status\\":\\"interrupted\\",\\"diagnostics\\":[]}" > "$1/result.json"; exit 130' INT
    printf '{"event":"planned","steps":["total"],"at":1}\\n{"event":"started","step":"total","at":1}\\n' > "$1/events.jsonl"
    while kill -0 $PPID 2>/dev/null; do sleep 0.05; done
    """

  init(project: String) { self.project = project }

  func set(_ name: String, _ text: String?) { texts.withLock { $0[name] = text } }

  func notebooks() -> [String] { texts.withLock { $0.keys.sorted() } }

  func notebook(_ name: String) throws(Refusal) -> OpenedNotebook? {
    guard let text = texts.withLock({ $0[name] }) else { return nil }
    var project = ProjectFile()
    project.allowsProcesses = allowsProcesses.withLock { $0 }
    return OpenedNotebook(
      name: name, notebook: Notebook(parsing: Array(text.utf8), at: "notebooks/\(name).md"),
      project: project, sources: [:])
  }

  func plan(_ notebook: OpenedNotebook, with arguments: Arguments) throws -> Plan {
    let library = try Library.load(LibrarySearch(folders: ["\(packageRoot)/.deps/lib"]))
    return try Plan(
      for: notebook.notebook, with: arguments, project: notebook.project,
      environment: ["KEY": "hush"],
      using: try Database(library, configuration: ["threads": "1"]).connect())
  }

  func scheduledValues(
    of notebook: OpenedNotebook, at time: Timestamp
  ) throws -> [Job.Assignment] {
    let library = try Library.load(LibrarySearch(folders: ["\(packageRoot)/.deps/lib"]))
    return try notebook.notebook.scheduledValues(
      at: time, using: try Database(library, configuration: ["threads": "1"]).connect()
    ).map { Job.Assignment($0.name, $0.text) }
  }

  func start(_ job: Job, in folder: RunFolder) throws(Refusal) -> ProcessIdentity {
    let process = Process()
    // What the tests' own shell ignores, a script could not trap.
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "--default-signal=INT", "bash", "-c", script.withLock { $0 }, "run", folder.path,
    ]
    try? FileManager.default.removeItem(atPath: folder.result)
    do { try process.run() } catch { throw Refusal([.error("x", "\(error)", at: nil)]) }
    processes.withLock { $0.append(process) }
    started.withLock { $0.append(job.id) }
    return ProcessIdentity(of: process.processIdentifier)
  }

  /// Ends every process at once, as a machine that goes down.
  func stopAll() {
    for process in processes.withLock({ $0 }) where process.isRunning {
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
  }
}

extension HTTPField.Name {
  static let policy = HTTPField.Name("Content-Security-Policy") ?? .contentType
}
