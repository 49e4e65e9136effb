public import Vocabulary

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The Python that runs the `python` steps of a project.
public struct Interpreter: Sendable, Hashable {
  /// The program, absolute.
  public var path: String

  /// Finds what the project names, an interpreter or the folder of a virtual environment, or `python3`
  /// of the search path when it names nothing. Throws one sentence that says what is missing.
  public static func python(
    _ named: String?, project: String, searchPath: String
  ) throws(StepFailure) -> Interpreter {
    guard let named, !named.isEmpty else {
      if let found = program("python3", in: searchPath) { return Interpreter(path: found) }
      throw StepFailure(
        .error(
          "no-interpreter", "there is no `python3` where programs are looked for", at: nil,
          solutions: ["install Python, or name one in the project file: `python: .venv`"]))
    }
    let place = named.hasPrefix("/") ? named : project + "/" + named
    for candidate in [place + "/bin/python3", place + "/bin/python", place]
    where isProgram(candidate) {
      return Interpreter(path: candidate)
    }
    if !named.contains("/"), let found = program(named, in: searchPath) {
      return Interpreter(path: found)
    }
    throw StepFailure(
      .error(
        "no-interpreter", "the project's `python: \(named)` is no interpreter and no environment",
        at: nil,
        explanation: "A virtual environment is a folder with `bin/python` in it.",
        solutions: ["make it: `python3 -m venv \(named)`"]))
  }

  /// What the interpreter is, for a report's provenance: its version, and the packages that a script
  /// can import, as one short digest. Two environments of equal versions give equal text.
  public func description(searchPath: String) throws(StepFailure) -> EngineDescription {
    let probe = """
      import os, sys, sysconfig
      paths = {sysconfig.get_paths()[k] for k in ("purelib", "platlib")}
      names = {n for p in paths if os.path.isdir(p) for n in os.listdir(p)}
      names = sorted(n[:-10] for n in names if n.endswith(".dist-info"))
      print("%d.%d.%d" % sys.version_info[:3], len(names), *names)
      """
    let (ending, text) = try run(
      ["-I", "-B", "-c", probe], in: "/", searchPath: searchPath)
    let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
    guard ending == .exit(0), words.count >= 2 else {
      throw StepFailure(
        .error(
          "no-interpreter", "\(path) does not answer as Python does", at: nil,
          explanation: text.isEmpty ? nil : text))
    }
    let packages = words.dropFirst(2)
    let digest = Fingerprint(combining: Array(packages)).short
    return EngineDescription(
      name: "Python",
      version: packages.isEmpty
        ? words[0] : "\(words[0]) with \(packages.count) packages (\(digest))", path: path)
  }

  /// What is wrong with a script's syntax, as Python says it; nil when nothing is. Nothing is run.
  func syntaxError(in text: String, _ folder: String, searchPath: String) throws(StepFailure)
    -> String?
  {
    let (ending, output) = try run(
      [
        "-I", "-S", "-B", "-c", "import ast, sys; ast.parse(sys.argv[1], 'main.py')", text,
      ], in: folder, searchPath: searchPath)
    return ending == .exit(0) ? nil : output
  }

  private func run(
    _ arguments: [String], in folder: String, searchPath: String
  ) throws(StepFailure) -> (ProcessGroup.Ending, String) {
    let start = ContinuousClock.now
    return try output(
      of: [path] + arguments, in: folder, searchPath: searchPath,
      unless: { ContinuousClock.now - start > .seconds(30) })
  }

  /// The program of this name in the folders of a `PATH`.
  static func program(_ name: String, in searchPath: String) -> String? {
    searchPath.split(separator: ":").lazy.map { "\($0)/\(name)" }.first(where: isProgram)
  }

  /// Whether there is a file that may be executed.
  static func isProgram(_ path: String) -> Bool {
    var status = stat()
    // The path is passed as a C string; the status is ours.
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
      && access(path, X_OK) == 0
  }
}

/// What a short program prints, and how it ends.
func output(
  of words: [String], in folder: String, searchPath: String, unless isUnwanted: () -> Bool
) throws(StepFailure) -> (ProcessGroup.Ending, String) {
  var text: [UInt8] = []
  do throws(FileError) {
    let group = try ProcessGroup(
      words, in: folder, environment: [("PATH", searchPath), ("LC_ALL", "C.UTF-8")])
    let ending = group.finish(unless: isUnwanted) { bytes in
      if text.count < 1 << 20 { text += bytes }
    }
    return (ending, String(decoding: text, as: UTF8.self))
  } catch {
    throw StepFailure(
      .error("no-process", "`\(words[0])` cannot be started: \(error.reason)", at: nil))
  }
}
