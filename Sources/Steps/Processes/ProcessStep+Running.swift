internal import DuckDB
internal import Parsing
public import Vocabulary

extension ProcessStep {
  /// Finds what is wrong beside the options themselves, on empty tables: a file or program that is
  /// not there, a script that is no Python or shell.
  public func check(in workspace: Workspace) -> [Diagnostic] {
    var findings: [Diagnostic] = []
    for file in files where !isFile("\(workspace.projectDirectory)/\(file.name)") {
      findings.append(
        .error(
          "missing-file", "there is no file `\(file.name)` in the project", at: file.range))
    }
    let all = workspace.processes.parameters
    let names = Set(parameterNames(among: all.map(\.name)) + secrets.map(\.name))
    for parameter in all where names.contains(parameter.name) {
      guard let fault = parameter.fault else { continue }
      findings.append(
        .error(
          "bad-variable", "a process cannot get the parameter `\(parameter.name)`: \(fault)",
          at: workspace.current?.nameRange, solutions: ["give the parameter another name"]))
    }
    do throws(StepFailure) {
      let words = try words(in: workspace)
      if let problem = try syntaxProblem(words, in: workspace) { findings.append(problem) }
    } catch {
      findings.append(error.diagnostic)
    }
    if findings.isEmpty { findings = makeEmptyTables(in: workspace) }
    return findings
  }

  /// Does the work.
  public func run(in workspace: Workspace) throws(StepFailure) -> StepResult {
    let words = try words(in: workspace)
    let folder = try ProcessFolder(for: self, in: workspace)
    defer { folder.remove() }
    var result = StepResult()
    result.rowsIn = try folder.fill()
    let log = try run(words, in: folder, workspace)
    result.rowsOut = try folder.readTables()
    if outputs.count > 1 { result.content = try folder.contentOfOutputs() }
    result.metrics = try folder.readMetrics()
    result.exhibits = result.metrics.map { .tile(metric: $0.name) }
    let pictures = try folder.readPictures()
    result.exhibits += pictures.exhibits
    result.remarks = pictures.remarks
    if logLines > 0 {
      result.exhibits.append(
        .text(
          TextExhibit(
            id: workspace.stepName, lines: log.lastLines(logLines), totalLines: log.lineCount)))
    }
    if let problem = log.problem {
      result.remarks.append(
        workspace.words(
          "What the process wrote could not be kept: \(problem.reason).",
          "プロセスの出力を保存できませんでした（\(problem.reason)）。"))
    }
    return result
  }

  // MARK: - The program

  /// The program with its arguments, found.
  private func words(in workspace: Workspace) throws(StepFailure) -> [String] {
    let surroundings = workspace.processes
    guard surroundings.isAllowed else {
      throw StepFailure(Self.denied(at: workspace.current?.nameRange))
    }
    switch program {
    case .python:
      return [try interpreter(in: workspace).path, "main.py"]
    case .shell: return ["/bin/sh", "-eu", "main.sh"]
    case .command(var words, let range):
      guard let name = words.first, !name.isEmpty else {
        throw StepFailure(.error("no-program", "`run` names no program", at: range))
      }
      if name == "python" || name == "python3" {
        words[0] = try interpreter(in: workspace).path
      } else if name.contains("/") {
        // A file of the project, copied to the same place below the step's folder.
        guard name.hasPrefix("/") || files.contains(where: { $0.name == name }) else {
          throw StepFailure(
            .error(
              "no-program", "`\(name)` is not among the step's `files`", at: range,
              solutions: ["add `files: [\(name)]`"]))
        }
      } else if let found = Interpreter.program(name, in: surroundings.searchPath) {
        words[0] = found
      } else {
        throw StepFailure(
          .error(
            "no-program", "there is no program `\(name)` where programs are looked for", at: range,
            explanation: "They are looked for in \(surroundings.searchPath)."))
      }
      return words
    }
  }

  /// What is said where processes may not run.
  public static func denied(at range: SourceRange?) -> Diagnostic {
    .error(
      "processes-denied", "this project lets no processes run", at: range,
      explanation: "A `python` or `sh` step can do whatever its user can do.",
      solutions: ["if you trust this notebook, write `processes: allow` in washi.yaml"])
  }

  private func interpreter(in workspace: Workspace) throws(StepFailure) -> Interpreter {
    do throws(StepFailure) {
      return try Interpreter.python(
        workspace.processes.python, project: workspace.projectDirectory,
        searchPath: workspace.processes.searchPath)
    } catch {
      var failure = error
      failure.diagnostic.range = workspace.current?.nameRange
      throw failure
    }
  }

  /// What is wrong with the script as a text; nothing of it runs.
  private func syntaxProblem(
    _ words: [String], in workspace: Workspace
  ) throws(StepFailure) -> Diagnostic? {
    let searchPath = workspace.processes.searchPath
    let complaint: String?
    switch program {
    case .command: return nil
    case .python(let script):
      complaint = try Interpreter(path: words[0]).syntaxError(
        in: script.text, workspace.stagingDirectory, searchPath: searchPath)
    case .shell(let script):
      // Read from the words instead of a file, so that a check writes none.
      let (ending, text) = try output(
        of: ["/bin/sh", "-n", "-c", script.text, "main.sh"], in: workspace.stagingDirectory,
        searchPath: searchPath, unless: { false })
      complaint = ending == .exit(0) ? nil : text
    }
    guard let complaint else { return nil }
    let lines = complaint.split(separator: "\n").map(String.init)
    return .error(
      "bad-script",
      "the script of step `\(workspace.stepName)` cannot be read: "
        + (lines.last.map(shortened) ?? "it is no program"),
      at: place(in: lines) ?? workspace.current?.nameRange)
  }

  /// `main.sh: 3: Syntax error: ...` without its place.
  private func shortened(_ line: String) -> String {
    guard line.hasPrefix("main.sh: ") || line.hasPrefix("/bin/sh: ") else { return line }
    let parts = line.split(separator: ": ", maxSplits: 2)
    return parts.count == 3 ? String(parts[2]) : line
  }

  // MARK: - Running it

  private func run(
    _ words: [String], in folder: ProcessFolder, _ workspace: Workspace
  ) throws(StepFailure) -> ProcessLog {
    let handed = folder.handedOver
    let kept = workspace.processes.logDirectory.map { "\($0)/\(workspace.stepName).log" }
    var log = ProcessLog(at: kept, hiding: handed.filter(\.isSecret).map(\.text))
    var searchPath = workspace.processes.searchPath
    if case .python = program, let cut = words[0].lastIndex(of: "/") {
      searchPath = words[0][..<cut] + ":" + searchPath
    }
    let ending: ProcessGroup.Ending
    do throws(FileError) {
      let group = try ProcessGroup(
        words, in: folder.path, environment: folder.environment(searchPath: searchPath),
        memory: memory)
      var told = ContinuousClock.now
      ending = group.finish(unless: { workspace.cancellation.reason != nil }) { bytes in
        log.append(bytes)
        guard ContinuousClock.now - told > .milliseconds(500) else { return }
        told = .now
        if let line = log.lastLines(1).first { workspace.report(line) }
      }
    } catch {
      throw StepFailure(
        .error(
          "no-process", "`\(words[0])` cannot be started: \(error.reason)",
          at: workspace.current?.nameRange))
    }
    log.end()
    try workspace.checkCancellation()
    guard ending == .exit(0) else { throw failure(ending, log, kept, in: workspace) }
    return log
  }

  private func failure(
    _ ending: ProcessGroup.Ending, _ log: borrowing ProcessLog, _ kept: String?,
    in workspace: Workspace
  ) -> StepFailure {
    let lines = log.lastLines(20)
    var how =
      switch ending {
      case .exit(let code): "ended with status \(code)"
      case .signal(let number): "was ended by signal \(number)"
      }
    let last = lines.last { $0.contains { !$0.isWhitespace } }
    if let last { how += ": \(shortened(last.trimmed))" }
    var solutions: [String] = []
    if let memory, ending == .signal(9) || lines.contains(where: { $0.contains("MemoryError") }) {
      solutions.append("it may need more memory than \(memory / 1_000_000) MB: raise `memory`")
    }
    if let kept, log.problem == nil, log.lineCount > lines.count {
      solutions.append("read all \(log.lineCount) lines that it wrote: \(kept)")
    }
    return StepFailure(
      .error(
        "process-failed", "the process of step `\(workspace.stepName)` \(how)",
        at: place(in: lines) ?? workspace.current?.nameRange,
        explanation: lines.isEmpty
          ? "It wrote nothing." : "The end of what it wrote:\n" + lines.joined(separator: "\n"),
        solutions: solutions))
  }

  /// The line of the notebook that the last mention of the script's file leads to:
  /// `File "main.py", line 3` of Python, `main.sh: 3:` of the shell.
  private func place(in lines: [String]) -> SourceRange? {
    guard let script, let name = scriptName else { return nil }
    let number = lines.reversed().lazy.compactMap { line -> Int? in
      for mark in ["\(name)\", line ", "\(name): line ", "\(name): "] {
        guard let found = line.firstRange(of: mark) else { continue }
        if let number = Int(line[found.upperBound...].prefix { $0.isASCII && $0.isNumber }) {
          return number
        }
      }
      return nil
    }.first
    let count = script.text.split(separator: "\n", omittingEmptySubsequences: false).count
    guard let number, (1...max(1, count)).contains(number) else { return nil }
    var range = script.range
    range.start.line += number - 1
    range.end = SourcePosition(line: range.start.line + 1, column: 1)
    return range
  }

  // MARK: - Empty tables

  /// Leaves the empty tables of outputs whose columns are declared; what reads another one cannot be
  /// checked.
  private func makeEmptyTables(in workspace: Workspace) -> [Diagnostic] {
    for (output, name) in zip(outputs, tableNames(of: workspace.stepName)) {
      guard !output.columns.isEmpty else {
        workspace.unknown.insert(workspace.stepName)
        continue
      }
      do throws(DuckDBError) {
        let list = output.columns.map { column in
          "\(SQLText.identifier(column.column.name)) \(SQLText.typeName(column.text))"
        }
        try workspace.connection.execute(
          "CREATE TABLE \(SQLText.identifier(name)) (\(list.joined(separator: ", ")))")
        try workspace.connection.showInSchema(name)
      } catch {
        return [
          .error(
            "bad-type", "the columns of `\(output.file.name)` are wrong: \(error.summary)",
            at: output.columns.first?.column.range ?? output.file.range)
        ]
      }
    }
    return []
  }
}

extension String {
  fileprivate var trimmed: String {
    var text = self[...]
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
