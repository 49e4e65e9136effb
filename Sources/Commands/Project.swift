internal import Connecting
internal import Parsing
internal import Reporting
internal import Vocabulary

/// The folder that a notebook belongs to: catalog paths start there, `output/` and `.washi/` lie there.
struct Project: Sendable {
  /// The folder, absolute.
  let directory: String
  /// Where the user stands, absolute.
  let workingDirectory: String

  /// The project of a file or folder: the nearest folder upward with `washi.yaml`, else the nearest
  /// with `.git`, else the working directory.
  init(of folder: String, in circumstances: Circumstances) {
    workingDirectory = circumstances.workingDirectory
    let ancestors = Paths.ancestors(of: folder)
    let marked = ["washi.yaml", ".git"].lazy.compactMap { mark in
      ancestors.first { Files.kind(Paths.absolute(mark, in: $0)) != nil }
    }
    directory = marked.first ?? circumstances.workingDirectory
  }

  /// A project that begins in a folder.
  init(startingAt folder: String, in circumstances: Circumstances) {
    workingDirectory = circumstances.workingDirectory
    directory = folder
  }

  /// The absolute path of a path in the project.
  func path(_ name: String) -> String {
    Paths.absolute(name, in: directory)
  }

  /// A path as people like to read it: relative to where they stand when it lies below.
  func shown(_ path: String) -> String {
    Paths.below(workingDirectory, path) ?? path
  }

  /// The project file with the overlay of an environment, and the texts for diagnostics.
  func file(
    environment: String?
  ) throws(Refusal) -> (file: ProjectFile, sources: [String: String]) {
    var texts: [(path: String, text: String)] = []
    if Files.kind(path("washi.yaml")) != nil {
      texts.append((shown(path("washi.yaml")), try text("washi.yaml")))
    }
    if let environment {
      let overlay = "washi.\(environment).yaml"
      guard !environment.contains("/"), Files.kind(path(overlay)) != nil else {
        let names = Files.names(in: directory).filter {
          $0.hasPrefix("washi.") && $0.hasSuffix(".yaml") && $0 != "washi.yaml"
        }.map { String($0.dropFirst(6).dropLast(5)) }
        throw Refusal([
          .error(
            "unknown-environment", "there is no environment `\(environment)`", at: nil,
            explanation: "Its file would be \(shown(path(overlay))).",
            solutions: solutions(forUnknown: environment, among: names))
        ])
      }
      texts.append((shown(path(overlay)), try text(overlay)))
    }
    return (
      ProjectFile(parsing: texts),
      Dictionary(texts.map { ($0.path, $0.text) }) { first, _ in first }
    )
  }

  /// The pages' frames, the project's own where its `templates/` folder has some.
  func templates() throws(Refusal) -> Templates {
    let folder = path("templates")
    let names = Files.names(in: folder).filter { Templates.names.contains($0) }
    guard !names.isEmpty else { return .embedded }
    var texts: [String: String] = [:]
    for name in names { texts[name] = try text("templates/\(name)") }
    do throws(TemplateError) {
      return try Templates(overriding: texts)
    } catch {
      throw Refusal([
        .error(
          "template", "templates/\(error.description)", at: nil, solutions: error.solutions)
      ])
    }
  }

  private func text(_ name: String) throws(Refusal) -> String {
    String(decoding: try Files.bytes(of: path(name)), as: UTF8.self)
  }
}

extension LibrarySearch {
  /// Where an engine is looked for: where `variable` says; else what the system knows, the
  /// project's `.deps/lib`, and `.deps/lib` beside the executable and above it, so that a binary
  /// in `.build/release` finds its checkout's.
  init(_ variable: String, project: String, in circumstances: Circumstances) {
    let homes =
      [project]
      + (circumstances.executable.map { Paths.ancestors(of: Paths.folder(of: $0)) } ?? [])
    var seen: Set<String> = []
    self.init(
      explicit: circumstances.environment[variable],
      folders: homes.filter { seen.insert($0).inserted }
        .map { Paths.absolute(".deps/lib", in: $0) }
        .filter { Files.kind($0) == .folder })
  }

  static func duckDB(for project: Project, in circumstances: Circumstances) -> LibrarySearch {
    LibrarySearch("WASHI_DUCKDB", project: project.directory, in: circumstances)
  }

  static func lightGBM(for project: Project, in circumstances: Circumstances) -> LibrarySearch {
    LibrarySearch("WASHI_LIGHTGBM", project: project.directory, in: circumstances)
  }

  static func liblinear(for project: Project, in circumstances: Circumstances) -> LibrarySearch {
    LibrarySearch("WASHI_LIBLINEAR", project: project.directory, in: circumstances)
  }

  static func openBLAS(for project: Project, in circumstances: Circumstances) -> LibrarySearch {
    LibrarySearch("WASHI_OPENBLAS", project: project.directory, in: circumstances)
  }
}

extension ConnectionSurroundings {
  /// What connections of a project take from the machine: drivers are looked for where engines are.
  static func ofConnections(
    for project: Project, in circumstances: Circumstances
  ) -> ConnectionSurroundings {
    ConnectionSurroundings(
      environment: circumstances.environment,
      drivers: LibrarySearch("", project: project.directory, in: circumstances),
      duckDB: .duckDB(for: project, in: circumstances), directory: project.directory)
  }
}
