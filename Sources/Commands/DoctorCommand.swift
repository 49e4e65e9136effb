internal import ArgumentParser
internal import Connecting
internal import DuckDB
internal import LightGBM
internal import LinearAlgebra
internal import Parsing
internal import Vocabulary

/// `washi doctor`: what is there, what is missing, how to get it.
struct DoctorCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Say which engines are installed, which are missing, and how to get them.",
    discussion: """
      DuckDB does SQL and reads files; every run needs it. LightGBM trains trees, liblinear linear models; \
      only steps that learn need them. OpenBLAS makes networks several times quicker. Exit code 1 when \
      one of them is missing. Connections of washi.yaml are listed with their drivers; --connect tries \
      them, too.

      EXAMPLES:
        washi doctor
        washi doctor --connect --env prod
        WASHI_DUCKDB=/opt/libduckdb.so washi doctor
      """)

  @Flag(help: "Connect to every connection of washi.yaml, and say who answers.")
  var connect = false

  @Option(
    name: .customLong("env"),
    help: ArgumentHelp("Read washi.<name>.yaml over washi.yaml.", valueName: "name"))
  var environment: String?

  @Flag(help: "Print a JSON object.")
  var json = false

  func perform(at desk: Desk) async throws -> ExitStatus {
    let project = desk.project
    let findings = [
      look(for: "DuckDB", at: .duckDB(for: project, in: desk.circumstances)) {
        () throws(DuckDBError) in
        try DuckDB.Library.load(.duckDB(for: project, in: desk.circumstances)).description
      },
      look(for: "LightGBM", at: .lightGBM(for: project, in: desk.circumstances)) {
        () throws(LightGBMError) in
        try LightGBM.Library.load(.lightGBM(for: project, in: desk.circumstances)).description
      },
      look(for: "liblinear", at: .liblinear(for: project, in: desk.circumstances)) {
        () throws(LinearAlgebraError) in
        try Liblinear.load(.liblinear(for: project, in: desk.circumstances)).description
      },
      look(for: "OpenBLAS", at: .openBLAS(for: project, in: desk.circumstances)) {
        () throws(LinearAlgebraError) in
        try BLAS.open(.openBLAS(for: project, in: desk.circumstances)).description
          ?? EngineDescription(name: "OpenBLAS", version: "unknown", path: "")
      },
    ]
    let connections = try lookAtConnections(of: project, at: desk)
    let isComplete =
      findings.allSatisfy { $0.version != nil } && connections.allSatisfy { $0.problem == nil }
    if json {
      desk.console.say(
        JSONText.encode(
          Report(
            washi: Washi.version, project: project.directory, engines: findings,
            connections: connections.isEmpty ? nil : connections),
          isIndented: true))
    } else {
      var rows = [["washi", Washi.version, desk.circumstances.executable ?? ""]]
      rows += findings.map { [$0.name, $0.version ?? "missing", $0.path ?? ""] }
      desk.console.say(TextTable(rows: rows).lines.joined(separator: "\n"))
      for finding in findings {
        guard let problem = finding.problem else { continue }
        desk.show([
          .error("missing-engine", problem, at: nil, solutions: Self.remedies(for: finding.name))
        ])
      }
      if !connections.isEmpty {
        desk.console.say("")
        desk.console.say(
          TextTable(
            rows: connections.map { ["connection \($0.name)", $0.kind, $0.words, $0.path ?? ""] }
          ).lines.joined(separator: "\n"))
      }
      for connection in connections {
        guard let problem = connection.problem else { continue }
        desk.show([
          .error("connection", problem, at: nil, solutions: connection.remedies)
        ])
      }
    }
    return isComplete ? .done : .failed
  }

  private struct Finding: Encodable {
    var name: String
    var version: String?
    var path: String?
    var problem: String?
    /// The folders that were searched.
    var searched: [String]
  }

  private struct Report: Encodable {
    var washi: String
    var project: String
    var engines: [Finding]
    var connections: [ConnectionFinding]?
  }

  /// A connection of the project file.
  private struct ConnectionFinding: Encodable {
    var name: String
    var kind: String
    /// The driver's file, or what else speaks to the engine.
    var path: String?
    /// Who answered, with versions.
    var engines: [String]?
    /// Variables of the environment that it needs and that are not set.
    var missingVariables: [String]
    var problem: String?
    var remedies: [String] = []

    /// Its state in words for the table.
    var words: String {
      if problem != nil { return "cannot be used" }
      if let engines { return engines.joined(separator: ", ") }
      return missingVariables.isEmpty
        ? "not tried" : "needs " + missingVariables.joined(separator: ", ")
    }
  }

  private func lookAtConnections(
    of project: Project, at desk: Desk
  ) throws -> [ConnectionFinding] {
    let (file, sources) = try project.file(environment: environment)
    desk.show(file.diagnostics, in: sources)
    let surroundings = ConnectionSurroundings.ofConnections(for: project, in: desk.circumstances)
    return file.connections.map { connection in
      let missing = connection.variables.map(\.name)
        .filter { (desk.circumstances.environment[$0] ?? "").isEmpty }
      var finding = ConnectionFinding(
        name: connection.name, kind: connection.kindName, missingVariables: missing)
      do throws(RemoteError) {
        finding.path = try connection.driver(in: surroundings).path
        if connect {
          let session = try connection.open(in: surroundings)
          finding.engines = session.engines.map { "\($0.name) \($0.version)" }
          session.close()
        }
      } catch {
        finding.problem = "connection `\(connection.name)`: \(error.summary)"
        finding.remedies = error.solutions
      }
      return finding
    }
  }

  private func look<Failure: Error>(
    for name: String, at search: LibrarySearch,
    _ load: () throws(Failure) -> EngineDescription
  ) -> Finding {
    let places = search.explicit.map { [$0] } ?? (["the system"] + search.folders)
    do throws(Failure) {
      let found = try load()
      return Finding(
        name: name, version: found.version, path: found.path, searched: places)
    } catch {
      let words = Complaint(about: error).diagnostics.first?.summary ?? "\(error)"
      return Finding(name: name, problem: words, searched: places)
    }
  }

  private static func remedies(for name: String) -> [String] {
    let variable = "WASHI_\(name.uppercased())"
    #if canImport(Darwin)
      let package = "brew install \(name.lowercased())"
    #else
      let package =
        switch name {
        case "liblinear": "apt-get install liblinear4"
        case "OpenBLAS": "apt-get install libopenblas0-pthread"
        default: "run Scripts/setup in Washi's checkout, which fetches it into .deps/lib"
        }
    #endif
    return [package, "or say where it is: \(variable)=/path/to/the/library"]
  }
}
