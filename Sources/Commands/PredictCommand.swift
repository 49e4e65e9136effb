internal import Archiving
internal import ArgumentParser
internal import DuckDB
internal import Learning
internal import Parsing
internal import Steps
internal import Vocabulary

/// `washi predict`: scores of the rows of a file, by a model that a notebook left.
struct PredictCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Score the rows of a file with a trained model.",
    discussion: """
      MODEL is the folder that an `export` step wrote (`model: NAME`), the path or address of a version \
      that holds it, or a folder above it. Scores are those of the notebook's `predict` step, to the \
      last bit. The result has the kept columns, then `score` and `label` (of several classes one \
      `score_CLASS` each before them, of a number `prediction` alone), in the order of the rows; it \
      replaces the output file at once when everything is done, and nothing is written when anything \
      fails. A missing column is an error; values that the model cannot use (a level that training did \
      not see, a text where a number is meant) count as missing, and are counted on standard error.

      Formats go by the ending: .csv, .jsonl, .parquet, for input also with .gz behind. `--format` says \
      it for files without one, and for standard input and output. Rows are worked on in pieces, so a \
      file may be larger than the memory.

      EXAMPLES:
        washi predict loans --input new.csv --output scores.csv --keep loan_id
        washi predict exported/model --input new.parquet --output scores.parquet --threshold 0.2
        zcat new.csv.gz | washi predict loans@2021-01 --keep '*' | gzip > scores.csv.gz
      """)

  @Argument(help: ArgumentHelp("The model: a folder or a version.", valueName: "model"))
  var address: String

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("The file with the rows, - for standard input.", valueName: "file"))
  var input: String = "-"

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("The file for the scores, - for standard output.", valueName: "file"))
  var output: String = "-"

  @Option(
    help: ArgumentHelp(
      "csv, jsonl or parquet, where no ending says it (default: csv).", valueName: "format"))
  var format: String?

  @Option(
    name: [.short, .long], parsing: .singleValue,
    help: ArgumentHelp(
      "A column of the input to keep, again for more, '*' for all.", valueName: "column"))
  var keep: [String] = []

  @Option(
    help: "From this score on the label is the positive class (of two; default: 0.5).")
  var threshold: Double?

  @Option(
    help: ArgumentHelp("Which model, when the version holds several.", valueName: "name"))
  var model: String?

  @Flag(
    help: "Keep text that a spreadsheet would take for a formula as it is (CSV output).")
  var keepFormulas = false

  func perform(at desk: Desk) async throws -> ExitStatus {
    let project = desk.project
    let (given, made) = try (format(of: input, "input"), format(of: output, "output"))
    guard threshold?.isFinite ?? true else {
      throw Refusal([.error("bad-threshold", "`--threshold` must be a number", at: nil)])
    }
    let source = ModelSource(archive: try Archive(at: nil, of: project), project: project)
    let folder = try source.folder(address, named: model)
    let trained = try read(folder)
    if threshold != nil, trained.target.task != .binary {
      throw Refusal([
        .error(
          "wrong-value",
          "`--threshold` does nothing for a model of a \(trained.target.task.rawValue) target",
          at: nil,
          solutions: ["leave it out"])
      ])
    }
    var scoring = TableScoring(
      trained, threshold: threshold ?? 0.5, format: made, guardsFormulas: !keepFormulas)

    let target = output == "-" ? nil : Paths.absolute(output, in: project.workingDirectory)
    let staging = try Files.makeTemporaryFolder(near: target, in: desk.circumstances.environment)
    defer { Files.removeFolder(staging) }
    let path = try inputFile(in: staging, as: given, of: desk)
    let engine = try OpenEngine(for: project, in: desk.circumstances)
    try engine.connection.confine(
      directories: [staging], files: [path], threads: desk.circumstances.threads,
      memoryLimit: try memoryLimit(of: project), temporaryDirectory: staging + "/spill")

    let cancellation = Cancellation()
    let signals = SignalWatch { [connection = engine.connection] in
      cancellation.cancel(.interrupted)
      connection.interrupt()
    }
    do {
      let rows = try RowFile(
        path, named: shownInput, as: given, using: engine.connection)
      try complete(&scoring, for: rows)
      try rows.makeTable("rows", for: scoring, using: engine.connection)
      let workspace = self.workspace(engine, staging, cancellation, at: desk)
      let outcome = try scoring.outcome(of: "rows", in: workspace) { done, count in
        desk.console.status(
          "scored \(Amounts.grouped(done)) of \(Amounts.rows(count))")
      }
      desk.console.status("")
      try deliver(outcome.file.stagedAt, to: target, at: desk)
      report(outcome, of: scoring.model, in: project.shown(folder), at: desk)
    } catch {
      desk.console.status("")
      if let status = signals.received { return status }
      throw error
    }
    return .done
  }

  /// The format of a file by its ending, else the one that the call names.
  private func format(of file: String, _ role: String) throws(Refusal) -> ExportStep.Format {
    let named = try format.map { text throws(Refusal) -> ExportStep.Format in
      guard let known = ExportStep.Format(rawValue: text) else {
        throw Refusal([
          .error(
            "unknown-format", "there is no format `\(visibleText(text))`", at: nil,
            solutions: solutions(
              forUnknown: text, among: ExportStep.Format.allCases.map(\.rawValue)))
        ])
      }
      return known
    }
    if file == "-" { return named ?? .csv }
    if let known = ExportStep.Format(endingOf: file) { return known }
    guard let named else {
      throw Refusal([
        .error(
          "unknown-format",
          "the ending of the \(role) `\(visibleText(file))` names no format", at: nil,
          solutions: ["say which it is: `--format csv`, `jsonl` or `parquet`"])
      ])
    }
    return named
  }

  private func read(_ folder: String) throws(Refusal) -> Model {
    do throws(LearningError) {
      return try Model(contentsOf: folder)
    } catch {
      throw Refusal([
        .error(
          "bad-model", error.summary, at: nil, explanation: error.explanation,
          solutions: error.solutions)
      ])
    }
  }

  /// The path of the rows: the file itself, or what comes on standard input as a file.
  private func inputFile(
    in staging: String, as format: ExportStep.Format, of desk: Desk
  ) throws(Refusal) -> String {
    guard input == "-" else {
      let path = Paths.absolute(input, in: desk.circumstances.workingDirectory)
      guard Files.kind(path) == .file else {
        let problem = Files.kind(path) == nil ? "there is no file" : "it is no file:"
        throw Refusal([
          .error(
            "missing-input", "\(problem) \(visibleText(input))", at: nil,
            solutions: solutions(
              forUnknown: input,
              among: Files.names(in: Paths.folder(of: path)).map { name in
                input.contains("/") ? "\(Paths.folder(of: input))/\(name)" : name
              }))
        ])
      }
      return path
    }
    // A file, because a format is found out by looking twice.
    let path = "\(staging)/input.\(format.rawValue)"
    try Files.fill(path, pieces: desk.circumstances.nextInput)
    return path
  }

  /// Finds all columns, those of the model and those to keep.
  private func complete(_ scoring: inout TableScoring, for rows: RowFile) throws(Refusal) {
    let known = rows.columns.map(\.name)
    scoring.keep =
      keep.contains("*") ? known : keep.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    var findings: [Diagnostic] = []
    for name in scoring.keep where !known.contains(name) {
      findings.append(
        .error(
          "unknown-column", "\(shownInput) has no column `\(visibleText(name))` to keep", at: nil,
          solutions: solutions(forUnknown: name, among: known)))
    }
    let made = Set(scoring.answerColumns.map { $0.lowercased() })
    for name in scoring.keep where made.contains(name.lowercased()) {
      findings.append(
        .error(
          "taken-column",
          "`\(visibleText(name))` cannot be kept: the result makes a column of that name", at: nil,
          solutions: ["rename it in \(shownInput)", "name the columns to keep without it"]))
    }
    let missing = scoring.model.encoder.columns.map(\.name).filter { !known.contains($0) }
    for name in missing.prefix(20) {
      findings.append(
        .error(
          "missing-column",
          "\(shownInput) has no column `\(visibleText(name))`, which the model "
            + "reads", at: nil, solutions: solutions(forUnknown: name, among: known)))
    }
    if missing.count > 20 {
      findings.append(
        .error("missing-column", "and \(missing.count - 20) more columns are missing", at: nil))
    }
    if !findings.isEmpty { throw Refusal(findings) }
  }

  private var shownInput: String { input == "-" ? "standard input" : visibleText(input) }

  private func memoryLimit(of project: Project) throws(Refusal) -> String {
    try project.file(environment: nil).file.memoryLimit ?? "1GB"
  }

  private func workspace(
    _ engine: OpenEngine, _ staging: String, _ cancellation: Cancellation, at desk: Desk
  ) -> Workspace {
    let workspace = Workspace(
      connection: engine.connection, parameters: [:], stagingDirectory: staging,
      projectDirectory: staging, threads: desk.circumstances.threads, cancellation: cancellation)
    workspace.libraries.lightGBM = .lightGBM(for: desk.project, in: desk.circumstances)
    workspace.libraries.liblinear = .liblinear(for: desk.project, in: desk.circumstances)
    workspace.libraries.openBLAS = .openBLAS(for: desk.project, in: desk.circumstances)
    return workspace
  }

  /// Puts the finished file where it belongs.
  private func deliver(_ file: String, to target: String?, at desk: Desk) throws(Refusal) {
    guard let target else { return try desk.console.pass(file) }
    try Files.move(file, to: target)
    desk.console.say(desk.project.shown(target))
  }

  /// Tells on standard error what was done and what the model could not use.
  private func report(
    _ outcome: TableScoring.Outcome, of model: Model, in folder: String, at desk: Desk
  ) {
    var words = "scored \(Amounts.rows(outcome.rows)) with \(visibleText(folder))"
    words += " (\(model.algorithm.rawValue))"
    if !outcome.labels.isEmpty {
      let labels = outcome.labels.map { "\(visibleText($0.text)) \(Amounts.grouped($0.count))" }
      words += ": " + labels.joined(separator: ", ")
    }
    desk.console.note(words)
    for remark in outcome.remarks { desk.console.note(visibleText(remark)) }
  }
}
