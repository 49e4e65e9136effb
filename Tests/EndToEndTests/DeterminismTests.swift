import Foundation
import Testing

/// The same inputs give the same bytes, wherever and whenever.
@Suite struct DeterminismTests {
  @Test func givesTheSameBytesAnywhere() throws {
    let first = try Workshop()
    let second = try Workshop(
      below: URL(filePath: NSTemporaryDirectory(), directoryHint: .isDirectory))
    let notebook = try String(
      contentsOf: Workshop.package.appending(path: "notebooks/tour.md"), encoding: .utf8)
    for shop in [first.folder, second.folder] {
      let folder = shop.appending(path: "notebooks")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data(notebook.utf8).write(to: folder.appending(path: "tour.md"))
    }
    let quiet = try first.washi(
      "run", "notebooks/tour.md",
      environment: ["TZ": "UTC", "LANG": "C", "OMP_NUM_THREADS": "1", "WASHI_THREADS": "1"])
    #expect(quiet.status == 0, "\(quiet.errors)")
    let loud = try second.washi(
      "run", "notebooks/tour.md",
      environment: [
        "TZ": "Asia/Tokyo", "LANG": "de_DE.UTF-8", "LC_ALL": "de_DE.UTF-8", "HOME": "/",
        "OMP_NUM_THREADS": "3", "WASHI_THREADS": "2", "COLUMNS": "40",
      ])
    #expect(loud.status == 0, "\(loud.errors)")
    let versions = try [first.files(below: "output"), second.files(below: "output")]
    #expect(versions[0].count > 10)
    #expect(versions[0].keys.sorted() == versions[1].keys.sorted())
    for (name, data) in versions[0] {
      #expect(versions[1][name] == data, "\(name) differs")
    }
  }

  @Test func holdsNoPathOfTheMachine() throws {
    let shop = try Workshop()
    try shop.write("data.csv", "a,b\n1,2\n3,4\n")
    try shop.write(
      "notebooks/n.md",
      """
      ---
      catalog: { data: { path: data.csv } }
      ---

      ```sql step rows show=5
      SELECT * FROM data
      ```
      """)
    #expect(try shop.washi("run", "notebooks/n.md").status == 0)
    for (name, data) in try shop.files(below: "output") {
      #expect(data.range(of: Data(shop.folder.lastPathComponent.utf8)) == nil, "\(name)")
    }
  }

  @Test func letsConcurrentRunsOfOneNotebookAllSucceed() async throws {
    let shop = try Workshop()
    try shop.write("notebooks/hello.md", RunningTests.hello)
    let folder = shop.folder
    let statuses = await withTaskGroup(of: Int32.self) { group in
      for index in 0..<8 {
        group.addTask {
          start(in: folder, ["run", "notebooks/hello.md", "-p", "who", "w\(index % 2)"])
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(statuses == Array(repeating: 0, count: 8))
    let names = try shop.files(below: "output").keys.filter { $0.hasSuffix("report.json") }
    // Two editions (the parameter has two values), each with one content, so one version each.
    #expect(names.filter { !$0.contains("latest") }.count == 2)
  }
}

/// Runs `washi` without waiting in line, for tests of several processes at once.
private func start(in folder: URL, _ arguments: [String]) -> Int32 {
  let process = Process()
  process.executableURL = Workshop.executable
  process.arguments = arguments
  process.currentDirectoryURL = folder
  process.environment = [
    "PATH": "/usr/bin:/bin", "HOME": folder.path,
    "WASHI_DUCKDB": Workshop.library("duckdb"), "WASHI_LIGHTGBM": Workshop.library("lightgbm"),
  ]
  process.standardInput = FileHandle.nullDevice
  process.standardOutput = FileHandle.nullDevice
  process.standardError = FileHandle.nullDevice
  do {
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  } catch {
    return -1
  }
}
