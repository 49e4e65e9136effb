internal import Archiving
internal import ArgumentParser
internal import DuckDB
internal import Logging
internal import Parsing
internal import Planning
internal import Running
internal import Vocabulary

/// `washi check`: everything that is wrong, without running.
struct CheckCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Say everything that is wrong with notebooks, without running them.",
    discussion: """
      Parses, checks types, plans, tries every step on empty tables, and applies the rules that --rules \
      lists. Each finding has its place, its reason and what was probably meant. Exit code 2 when there \
      is an error. A rule is silenced by <!-- washi-ignore: RULE --> before a step or a paragraph, or \
      by lint: { RULE: off } in the front matter or in washi.yaml, where warning and error are the \
      other words.

      --fix puts a notebook into Washi's layout; what it says stays the same. A notebook with errors \
      is left as it is.

      EXAMPLES:
        washi check notebooks/credit/monthly.md
        washi check notebooks/*.md --json
        washi check notebooks/*.md --strict --check-format
        washi check notebooks/tour.md --diff
        washi check notebooks/credit/monthly.md --infer-schema applications > schemas/applications.yaml
      """)

  @Argument(help: "Notebooks; - reads standard input.", completion: .file())
  var notebooks: [String] = []

  @Option(
    name: .customLong("env"),
    help: ArgumentHelp("Read washi.<name>.yaml over washi.yaml.", valueName: "name"))
  var environment: String?

  @Flag(help: "Format the notebooks; with - the result goes to standard output.")
  var fix = false

  @Flag(help: "Print what --fix would change.")
  var diff = false

  @Flag(help: "Take it as an error when --fix would change something.")
  var checkFormat = false

  @Flag(help: "Exit with 2 also when there are only warnings.")
  var strict = false

  @Flag(help: "List the rules and exit.")
  var rules = false

  @Option(
    name: .customLong("infer-schema"),
    help: ArgumentHelp(
      "Print a schema file for validate steps, made of this catalog entry.", valueName: "entry"))
  var inferSchema: String?

  @Flag(help: "Print the findings as a JSON array.")
  var json = false

  func validate() throws {
    if notebooks.isEmpty, !rules { throw ValidationError("Name a notebook, or - to read one.") }
    if fix, checkFormat {
      throw ValidationError("--fix leaves nothing for --check-format to find; give one of them.")
    }
    if inferSchema != nil, notebooks.count != 1 {
      throw ValidationError("--infer-schema reads one notebook.")
    }
    if json, diff { throw ValidationError("--diff and --json both print; give one of them.") }
    if json, fix, notebooks.contains("-") {
      throw ValidationError("--fix of standard input and --json both print; give one of them.")
    }
  }

  func perform(at desk: Desk) async throws -> ExitStatus {
    if rules {
      let rows = LintRule.allCases.map { [$0.rawValue, $0.summary] }
      for line in TextTable(rows: rows).lines { desk.console.say(line) }
      return .done
    }
    if let inferSchema { return try await infer(inferSchema, of: notebooks[0], at: desk) }
    var all: [Diagnostic] = []
    for path in notebooks {
      var sources: [String: String] = [:]
      var findings: [Diagnostic] = []
      var remark = ""
      do {
        var file = try NotebookFile(path, environment: environment, in: desk.circumstances)
        sources = file.sources
        let layout = layout(of: file.notebook)
        if diff, let patch = layout.patch { desk.console.say(patch) }
        if fix, path == "-" {
          desk.console.say(String(layout.text.dropLast(layout.text.hasSuffix("\n") ? 1 : 0)))
        } else if fix, layout.patch != nil {
          try Files.replace(
            Paths.absolute(path, in: desk.circumstances.workingDirectory), with: layout.text)
          file = try NotebookFile(path, environment: environment, in: desk.circumstances)
          sources = file.sources
          remark = ", formatted"
        } else if fix, file.notebook.diagnostics.contains(where: { $0.severity == .error }) {
          remark = ", not formatted"
        }
        if checkFormat, let finding = layout.finding { findings.append(finding) }
        findings += try await check(file, at: desk)
      } catch let refusal as Refusal {
        findings += refusal.diagnostics
      } catch let error as DuckDBError {
        findings += Complaint(about: error).diagnostics
      }
      all += findings
      desk.show(findings, in: sources.hiding(findings))
      if !json, !diff, !(fix && path == "-") {
        let tally = findings.tally
        desk.console.say("\(path): \(tally.isEmpty ? "ok" : tally)\(remark)")
      }
    }
    if json { desk.console.say(JSONText.encode(all.map(DiagnosticFacts.init), isIndented: true)) }
    let worst = all.map(\.severity).max() ?? .note
    return worst == .error || (strict && worst == .warning) ? .wrong : .done
  }

  /// Prints the schema of a catalog entry.
  private func infer(
    _ entry: String, of path: String, at desk: Desk
  ) async throws -> ExitStatus {
    let file = try NotebookFile(path, environment: environment, in: desk.circumstances)
    do {
      if let refusal = file.refusal { throw refusal }
      let engine = try OpenEngine(for: file.project, in: desk.circumstances)
      let press = Press(
        desk: desk, file: file, settings: Press.Settings(), log: desk.logger(.error))
      let plan = try press.plan(with: Arguments(), on: engine)
      let workspace = try press.archive().workspace()
      defer { workspace.discard() }
      let session = Running.Session(
        on: engine.connection, in: press.surroundings(stagingIn: workspace.path, for: plan))
      let text = try await session.inferSchema(of: entry, plan)
      desk.console.say(String(text.dropLast()))
      return .done
    } catch let refusal as Refusal {
      desk.show(refusal.diagnostics, in: file.sources)
      return .wrong
    }
  }

  private func check(_ file: NotebookFile, at desk: Desk) async throws -> [Diagnostic] {
    var arguments = Arguments()
    arguments.isComplete = false
    let engine = try OpenEngine(for: file.project, in: desk.circumstances)
    let press = Press(desk: desk, file: file, settings: Press.Settings(), log: desk.logger(.error))
    // Planning carries the notebook's own findings along, errors as a refusal.
    let plan = try press.plan(with: arguments, on: engine)
    let workspace = try press.archive().workspace()
    defer { workspace.discard() }
    var surroundings = press.surroundings(stagingIn: workspace.path, for: plan)
    try press.adoptModels(for: plan, into: &surroundings)
    let session = Running.Session(on: engine.connection, in: surroundings)
    return plan.linted(using: engine.connection) + (await session.check(plan))
  }

  // MARK: - Layout

  /// A notebook's text in our layout, and what of it is new.
  private struct Layout {
    var text: String
    /// What changes, nil when nothing does.
    var patch: String?
    var finding: Diagnostic?
  }

  private func layout(of notebook: Notebook) -> Layout {
    guard fix || diff || checkFormat else { return Layout(text: notebook.source) }
    let text = notebook.formattedSource
    guard text != notebook.source else { return Layout(text: text) }
    let old = notebook.source.split(separator: "\n", omittingEmptySubsequences: false)
    let new = text.split(separator: "\n", omittingEmptySubsequences: false)
    let line =
      zip(old, new).enumerated().first { $1.0 != $1.1 }?.offset ?? min(old.count, new.count)
    let start = SourcePosition(line: line + 1, column: 1)
    let end = SourcePosition(
      line: line + 1,
      column: 1 + (old.indices.contains(line) ? old[line].unicodeScalars.count : 0))
    return Layout(
      text: text,
      patch: String(
        UnifiedDiff(from: notebook.source, to: text, of: notebook.path).text.dropLast()),
      finding: .error(
        "unformatted", "the notebook is not in Washi's layout from here on",
        at: SourceRange(file: notebook.path, start: start, end: end),
        solutions: ["`washi check --fix` formats it, `--diff` shows how"]))
  }
}

extension [String: String] {
  /// The sources with what looks like a secret made unreadable, as messages show lines of them.
  fileprivate func hiding(_ findings: [Diagnostic]) -> [String: String] {
    var copy = self
    for finding in findings where finding.rule == LintRule.secretInText.rawValue {
      guard let range = finding.range, let source = copy[range.file] else { continue }
      var lines = source.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      guard lines.indices.contains(range.start.line - 1) else { continue }
      let stretch = (range.start.column - 1)..<(range.end.column - 1)
      var line = String.UnicodeScalarView()
      for (index, scalar) in lines[range.start.line - 1].unicodeScalars.enumerated() {
        line.append(stretch.contains(index) ? "*" : scalar)
      }
      lines[range.start.line - 1] = String(line)
      copy[range.file] = lines.joined(separator: "\n")
    }
    return copy
  }
}
