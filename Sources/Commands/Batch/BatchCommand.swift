internal import Archiving
internal import ArgumentParser
internal import Logging
internal import Parsing
internal import Planning
internal import Reporting
internal import Vocabulary

/// `washi batch`: one notebook for many parameter sets.
struct BatchCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "batch",
    abstract: "Run a notebook for many sets of parameters.",
    discussion: """
      Several --each are a product. All sets are checked before the first one runs; each is a process of \
      its own, and one that fails does not stop the others. Exit code 1 when one failed, 99 when there \
      was nothing to do. Runs at the same time share the processors and the memory between them. A page with every figure over the sets, and what failed, is left in \
      .washi/batches/; --resume runs what an earlier batch of the same notebook has not finished.

      EXAMPLES:
        washi batch monthly.md --each target_date=2020-10..2021-01
        washi batch shop.md --each shop=Kanda,Ueno --each days=7,28
        washi batch shop.md --rows shops.csv --jobs 4 --missing
        washi batch shop.md --rows shops.csv --resume
      """)

  @Argument(help: "The notebook, a Markdown file.", completion: .file())
  var notebook: String

  @Option(
    help: ArgumentHelp(
      "Values for a parameter: a,b, or first..last of a month, date or int; several times.",
      valueName: "name=values"))
  var each: [String] = []

  @Option(
    help: ArgumentHelp(
      "A CSV file with a set in each row; the header names parameters, an empty cell gives none.",
      valueName: "file"), completion: .file())
  var rows: String?

  @OptionGroup(title: "Parameters of every set")
  var parameters: ParameterOptions

  @Option(help: ArgumentHelp("Runs at the same time (default: half of the processors)."))
  var jobs: Int?

  @Flag(help: "Start no further run once one has failed.")
  var failFast = false

  @Flag(help: "Leave out editions that have a version.")
  var missing = false

  @Flag(help: "Leave out sets that an earlier batch of this notebook has finished.")
  var resume = false

  @Option(
    help: ArgumentHelp("A metric to show in the table; several times.", valueName: "step.metric"))
  var metric: [String] = []

  @Option(help: ArgumentHelp("Publish below this folder (default: output).", valueName: "dir"))
  var output: String?

  @Option(
    name: .customLong("env"),
    help: ArgumentHelp("Read washi.<name>.yaml over washi.yaml.", valueName: "name"))
  var environment: String?

  @Option(help: ArgumentHelp("Where relative paths of data start.", valueName: "dir"))
  var cwd: String?

  @Flag(name: .customLong("no-notify"), help: "Tell nobody: no notifications.")
  var noNotify = false

  @Flag(name: .customLong("no-track"), help: "Do not send the runs to the tracking server.")
  var noTrack = false

  @Flag(help: "Print one JSON object instead of the table.")
  var json = false

  @Flag(name: .shortAndLong, help: "Say nothing but the table and what failed.")
  var quiet = false

  func validate() throws {
    if notebook == "-" {
      throw ValidationError("A batch reads its notebook many times; name a file.")
    }
    if each.isEmpty, rows == nil {
      throw ValidationError("Say what changes: --each NAME=VALUES or --rows FILE.")
    }
    if let jobs, !(1...64).contains(jobs) { throw ValidationError("--jobs must be 1 to 64.") }
    if parameters.files.contains(where: { $0.values.first == "-" }) {
      throw ValidationError("Every run reads its parameters; give -f a file instead of -.")
    }
  }

  func perform(at desk: Desk) async throws -> ExitStatus {
    let file = try NotebookFile(notebook, environment: environment, in: desk.circumstances)
    var sources = file.sources
    do {
      if let refusal = file.refusal { throw refusal }
      let (declarations, _) = ParameterDeclaration.decoding(file.notebook.parameters)
      var sets = BatchSets(of: declarations)
      if let rows {
        let path = Paths.absolute(rows, in: desk.circumstances.workingDirectory)
        try sets.add(rows: String(decoding: try Files.bytes(of: path), as: UTF8.self), from: rows)
      }
      for text in each { try sets.add(each: text) }
      let (given, texts) = try parameters.arguments(in: desk.circumstances)
      sources.merge(texts) { first, _ in first }
      let tasks = try tasks(for: sets, given, of: file, at: desk)
      let record = BatchRecord(of: file, at: desk)
      let (outcomes, signal) = try await run(tasks, of: file, noting: record, at: desk)
      let secrets = Set(declarations.filter(\.isSecret).map(\.name))
      let page = keep(
        outcomes, sets.names.filter { !secrets.contains($0) }, in: record, of: file, at: desk)
      let status = tell(outcomes, sets.names, secrets, page, of: file, at: desk)
      return signal ?? status
    } catch let refusal as Refusal {
      desk.show(refusal.diagnostics, in: sources)
      desk.console.note("\(file.notebook.path): \(refusal.diagnostics.tally); nothing was run")
      if json { desk.console.say(JSONText.encode(RunFacts(refused: refusal.diagnostics))) }
      return .wrong
    }
  }

  // MARK: - Before

  /// Every set with its edition; all that is wrong with any of them is said at once.
  private func tasks(
    for sets: BatchSets, _ given: Arguments, of file: NotebookFile, at desk: Desk
  ) throws -> [Batch.Task] {
    let engine = try OpenEngine(for: file.project, in: desk.circumstances)
    let press = Press(desk: desk, file: file, settings: Press.Settings(), log: desk.logger(.error))
    var tasks: [Batch.Task] = []
    var wrong: [Diagnostic] = []
    for set in sets.sets {
      var arguments = given
      for assignment in set {
        arguments.add(.text(assignment.name, assignment.text), from: "command line")
      }
      do throws(Refusal) {
        let plan = try press.plan(with: arguments, on: engine)
        tasks.append(
          Batch.Task(
            assignments: set, edition: plan.edition, looksBack: plan.looksBack,
            arguments: self.arguments(of: set)))
      } catch {
        for diagnostic in error.diagnostics
        where diagnostic.severity == .error && !wrong.contains(diagnostic) {
          wrong.append(diagnostic)
        }
      }
    }
    guard wrong.isEmpty else { throw Refusal(wrong) }
    let editions = Dictionary(grouping: tasks, by: \.edition).filter { $0.value.count > 1 }
    if let edition = editions.keys.min(), !quiet {
      desk.show([
        .warning(
          "shared-edition",
          "\(Amounts.count(editions[edition]?.count ?? 0, "set")) are of the edition `\(edition)`",
          at: file.notebook.frontMatter.range,
          explanation: "They become versions of one edition, in the order in which they end.",
          solutions: ["let `edition:` name every parameter that changes"])
      ])
    }
    return tasks
  }

  /// The command line of a set's run.
  private func arguments(of set: [BatchSets.Assignment]) -> [String] {
    var arguments = ["run", Paths.argument(notebook)] + given
    for assignment in set { arguments += ["-p", assignment.name, assignment.text] }
    if noNotify { arguments.append("--no-notify") }
    if noTrack { arguments.append("--no-track") }
    return arguments + places + ["--leashed", "--json", "--quiet"]
  }

  /// The parameters of every set as they were given.
  private var given: [String] {
    let options = [
      ("-p", parameters.parameters), ("-r", parameters.raw), ("-f", parameters.files),
      ("-y", parameters.yaml), ("-b", parameters.base64),
    ]
    return options.flatMap { name, values in values.map { (name, $0) } }
      .sorted { $0.1.order < $1.1.order }
      .flatMap { name, value in [name] + value.values }
  }

  private var places: [String] {
    [("--output", output), ("--env", environment), ("--cwd", cwd)].flatMap { name, value in
      value.map { [name, $0] } ?? []
    }
  }

  /// The command that runs what this batch has not finished; nil where it would hold a secret.
  private func resumption(hiding secrets: Set<String>) -> String? {
    let words = given + each.flatMap { ["--each", $0] }
    let isOpen = secrets.contains { name in
      !parameters.base64.isEmpty
        || words.contains { $0 == name || $0.hasPrefix("\(name)=") || $0.contains("\(name):") }
    }
    guard !isOpen else { return nil }
    var command = ["washi", "batch", Paths.argument(notebook)] + words
    if let rows { command += ["--rows", rows] }
    if let jobs { command += ["--jobs", "\(jobs)"] }
    return (command + places + ["--resume"]).map(quotedForShell).joined(separator: " ")
  }

  // MARK: - During

  private func run(
    _ tasks: [Batch.Task], of file: NotebookFile, noting record: BatchRecord, at desk: Desk
  ) async throws -> (outcomes: [Batch.Outcome], stoppedBy: ExitStatus?) {
    guard let program = desk.circumstances.executable else {
      throw Refusal([
        .error("process", "the system does not tell where the program `washi` lies", at: nil)
      ])
    }
    let press = Press(
      desk: desk, file: file, settings: Press.Settings(output: output), log: desk.logger(.error))
    let archive = try press.archive()
    var published: Set<String> = []
    if missing {
      let series = seriesName(ofNotebookAt: file.notebook.path)
      published = Set(
        archive.editions().filter { $0.place.notebook == series }.map(\.place.edition))
    }
    let workspace = try archive.workspace()
    defer { workspace.discard() }
    let known =
      resume ? record.ended(among: tasks, seenFrom: desk.circumstances.workingDirectory) : [:]
    func isLeftOut(_ index: Int) -> Bool {
      known[index] != nil || published.contains(tasks[index].edition)
    }
    let wanted = tasks.indices.filter { !isLeftOut($0) }.map { tasks[$0] }
    let circumstances = desk.circumstances
    let atOnce = max(1, min(jobs ?? circumstances.threads / 2, wanted.count))
    let share = MachineShare(of: circumstances.threads, circumstances.memory, among: atOnce)
    let batch = Batch(
      running: program, in: workspace.path, on: desk.console, isQuiet: quiet, noting: record,
      variables: share.variables(jobs: press.jobs(for: file.projectFile)))
    let signals = SignalWatch { batch.cancel() }
    var ended = await batch.run(wanted, jobs: atOnce, failsFast: failFast)[...]
    // The watch lives until the last process has ended.
    let signal = signals.received
    let outcomes = tasks.indices.map { index in
      isLeftOut(index)
        ? Batch.Outcome(task: tasks[index], state: .skipped, facts: known[index])
        : ended.popFirst() ?? Batch.Outcome(task: tasks[index], state: .notRun)
    }
    return (outcomes, signal)
  }

  // MARK: - After

  /// Leaves the page of the batch; tells its path, nil when it could not be left.
  private func keep(
    _ outcomes: [Batch.Outcome], _ names: [String], in record: BatchRecord, of file: NotebookFile,
    at desk: Desk
  ) -> String? {
    let here = desk.circumstances.workingDirectory
    let entries = outcomes.map { outcome in
      let path = outcome.facts?.path.map { Paths.absolute($0, in: here) }
      let isFine = [.done, .unchanged, .skipped].contains(outcome.state)
      return BatchPage.Entry(
        values: names.map { name in outcome.task.assignments.last { $0.name == name }?.text ?? "" },
        edition: outcome.task.edition, state: outcome.state.rawValue, isFine: isFine,
        version: outcome.facts?.version.map { "v\($0)" },
        link: path.map { Paths.relative($0, from: record.folder) },
        duration: outcome.duration.map { Amounts.duration($0) },
        metrics: (outcome.facts?.metrics ?? [:]).filter { $0.value.isFinite },
        message: isFine || outcome.errors.isEmpty ? nil : outcome.errors)
    }
    let page = BatchPage(
      title: file.notebook.frontMatter.title?.plainText
        ?? seriesName(ofNotebookAt: file.notebook.path),
      notebook: seriesName(ofNotebookAt: file.notebook.path), names: names, sets: entries,
      metrics: metric, language: file.notebook.frontMatter.language)
    do throws(Refusal) {
      if let remark = record.remark { throw Refusal([remark]) }
      let templates = try file.project.templates()
      let path = file.project.shown(try record.keep(page: page.html(templates: templates)))
      if !quiet { desk.console.note("page of the batch: \(path)") }
      return path
    } catch {
      desk.console.note("the batch left no page: \(error.diagnostics.first?.summary ?? "")")
      return nil
    }
  }

  private func tell(
    _ outcomes: [Batch.Outcome], _ names: [String], _ secrets: Set<String>, _ page: String?,
    of file: NotebookFile, at desk: Desk
  ) -> ExitStatus {
    let console = desk.console
    if json {
      console.say(JSONText.encode(BatchFacts(notebook, outcomes, hiding: secrets, page: page)))
    } else if !outcomes.isEmpty {
      for line in table(of: outcomes, names.filter { !secrets.contains($0) }) {
        console.say(line)
      }
    }
    let states = outcomes.map(\.state)
    let order: [Batch.State] = [
      .done, .unchanged, .skipped, .refused, .failed, .interrupted, .notRun,
    ]
    if !quiet {
      let counts = order.compactMap { state in
        let count = states.count { $0 == state }
        return count > 0 ? "\(count) \(state.rawValue)" : nil
      }
      console.note(
        "\(Amounts.count(outcomes.count, "set")): \(counts.isEmpty ? "nothing to do" : counts.joined(separator: ", "))"
      )
      let isUnfinished = states.contains { [.failed, .interrupted, .notRun].contains($0) }
      if isUnfinished, let command = resumption(hiding: secrets) {
        console.note("resume it: \(command)")
      }
    }
    if states.contains(.interrupted) { return .interrupted }
    if states.contains(.failed) || states.contains(.notRun) { return .failed }
    if states.contains(.refused) { return .refused }
    return states.allSatisfy { $0 == .skipped } ? .idle : .done
  }

  /// A line for every set, parameters that change in front.
  private func table(of outcomes: [Batch.Outcome], _ names: [String]) -> [String] {
    let header =
      names.map { $0.uppercased() } + ["EDITION", "STATE", "VERSION", "TIME"] + metric + ["REPORT"]
    var rows = [header]
    for outcome in outcomes {
      let facts = outcome.facts
      var row = names.map { name in
        outcome.task.assignments.last { $0.name == name }?.text ?? ""
      }
      row += [outcome.task.edition, outcome.state.rawValue]
      row.append(facts?.version.map { "v\($0)" } ?? "")
      row.append(outcome.duration.map { Amounts.duration($0) } ?? "")
      for name in metric { row.append(facts?.metrics?[name].map { shortestText($0) } ?? "") }
      row.append(facts?.path ?? "")
      rows.append(row)
    }
    return TextTable(rows: rows, numeric: Set((names.count + 3)..<(header.count - 1))).lines
  }
}
