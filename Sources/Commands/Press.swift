internal import Archiving
internal import Connecting
internal import DuckDB
internal import Learning
internal import LightGBM
internal import LinearAlgebra
internal import Logging
internal import Parsing
internal import Planning
internal import Reporting
internal import Running
internal import Steps
internal import Storing
internal import Vocabulary

/// The press: text falls in, a version of a report comes out. This file is the product.
struct Press: Sendable {
  let desk: Desk
  let file: NotebookFile
  let settings: Settings
  let log: Logger

  /// What a call may change about a run.
  struct Settings: Sendable {
    /// The folder of the versions, when it is not the project's own.
    var output: String?
    /// The folder that relative paths of data start from, when it is not the project's.
    var dataDirectory: String?
    /// The seconds that a step may take which says nothing itself.
    var stepTimeout: Double?
    /// What earlier editions said, when it is not to be read from the output folder.
    var past: PastEditions?
    /// Whether results of earlier runs are used and those of this one kept.
    var usesCache = true
    /// How many steps may be at work at the same time, when the call says so.
    var jobs: Int?
    /// The steps that are asked for; all when nil.
    var selection: StepSelection?
    /// The versions of registered models to use, by address, when they are not those of now.
    var pinned: [String: Int]?
    /// What a recorded run read under entries whose rows it kept, by entry in lower case.
    var recorded: [String: RecordedSource] = [:]
    /// What the watcher tells.
    var progress = Progress.Manner()
  }

  /// What came out.
  struct Printed: Sendable {
    var record: RunRecord
    var details: RunDetails
    var run: Run
    /// The folder of the report, published or not.
    var folder: String
    var status: ExitStatus
  }

  /// Prints a report: plan, run, report, version; the history is written beside it.
  func print(with arguments: Arguments) async throws -> Printed {
    if let refusal = file.refusal { throw refusal }
    let book = RunBook(for: file, arguments, at: desk, log: log)
    do {
      return try await print(with: arguments, noting: book)
    } catch {
      // Where nothing was done there is nothing to remember, nor to resume.
      await book.forget()
      throw error
    }
  }

  private func print(with arguments: Arguments, noting book: RunBook) async throws -> Printed {
    let engine = try OpenEngine(for: file.project, in: desk.circumstances)
    let plan = try plan(with: arguments, on: engine)
    await book.note(plan)

    let places = try file.projectFile.sharedPlaces()
    let archive = try archive().shared(settings.output == nil ? places : nil)
    try bring(for: plan, into: archive, from: places)
    let workspace = try archive.workspace()
    defer { workspace.discard() }
    let watch = Progress(of: plan, on: desk.console, settings.progress)
    var surroundings = surroundings(stagingIn: workspace.path, for: plan)
    surroundings.past = past(of: plan, in: archive)
    try adoptModels(for: plan, into: &surroundings)
    let expected = expectations(of: plan)
    surroundings.cache = settings.usesCache ? cache : nil
    surroundings.snapshotFolder = snapshotFolder
    if let places, places.settings.cache {
      surroundings.cache?.shared = SharedResults(places.shelf)
      // Other machines have other copies of the same build.
      surroundings.build = sharedBuild ?? surroundings.build
    }
    surroundings.processes.logDirectory = file.project.path(".washi/logs/\(book.record.id)")
    surroundings.selection = settings.selection
    try plan.openLearningEngines(in: &surroundings)
    let session = Running.Session(on: engine.connection, in: surroundings)

    let signals = SignalWatch { session.cancel() }
    var run = try await session.run(plan, observing: watch.observe)
    if !run.isPublished { run.dropSnapshots() }
    let report = Report(of: run, templates: try file.project.templates())
    watch.end()
    if let complaint = surroundings.cache?.shared?.complaint {
      log.warning("results are not shared: \(complaint)")
    }
    return try await keep(
      report, of: run, in: archive, book, watch, expecting: expected, stoppedBy: signals.received)
  }

  /// The plan of the notebook, with the call's time limit for steps that have none.
  func plan(with arguments: Arguments, on engine: OpenEngine) throws(Refusal) -> Plan {
    var plan = try Plan(
      for: file.notebook, with: arguments, project: file.projectFile,
      environment: desk.circumstances.environment, shelf: file.shelf, using: engine.connection)
    for index in plan.steps.indices where plan.steps[index].settings.timeout == nil {
      plan.steps[index].settings.timeout = settings.stepTimeout
    }
    return plan
  }

  /// What a run of the plan would do, nothing of which is done.
  func forecast(
    of plan: Plan, on engine: OpenEngine
  ) async throws(Refusal) -> (steps: [StepForecast], findings: [Diagnostic]) {
    var surroundings = surroundings(stagingIn: file.project.path(".washi"), for: plan)
    surroundings.cache = cache
    surroundings.past = past(of: plan, in: try archive())
    try adoptModels(for: plan, into: &surroundings)
    // A library that is missing is a reason to run, and the run says so.
    try? plan.openLearningEngines(in: &surroundings)
    return try await Running.Session(on: engine.connection, in: surroundings).forecast(plan)
  }

  /// The archive that this call publishes in.
  func archive() throws(Refusal) -> Archive {
    let project = file.project
    let output =
      settings.output.map { Paths.absolute($0, in: project.workingDirectory) }
      ?? project.path(file.projectFile.output ?? "output")
    return Archive(
      output: output, state: project.path(".washi"), templates: try project.templates())
  }

  /// What earlier editions said of the figures that the plan looks back on.
  func past(of plan: Plan, in archive: Archive) -> PastEditions {
    if let past = settings.past { return past }
    let notebook = seriesName(ofNotebookAt: file.notebook.path)
    if plan.readsHistory {
      return archive.history(of: notebook, before: plan.edition, tables: plan.pastTables)
    }
    return archive.past(
      of: notebook, before: plan.edition, keeping: plan.pastMetrics, tables: plan.pastTables)
  }

  /// Where a session works.
  func surroundings(stagingIn folder: String, for plan: Plan) -> Running.Session.Surroundings {
    var surroundings = Running.Session.Surroundings(
      projectDirectory: settings.dataDirectory ?? file.project.directory,
      stagingDirectory: folder, threads: desk.circumstances.threads,
      memoryLimit: plan.project.memoryLimit ?? memoryShare, version: Washi.version)
    surroundings.lightGBM = .lightGBM(for: file.project, in: desk.circumstances)
    surroundings.liblinear = .liblinear(for: file.project, in: desk.circumstances)
    surroundings.openBLAS = .openBLAS(for: file.project, in: desk.circumstances)
    surroundings.build = desk.circumstances.build
    surroundings.environment = desk.circumstances.environment
    surroundings.connections = .ofConnections(for: file.project, in: desk.circumstances)
    if let path = desk.circumstances.environment["PATH"], !path.isEmpty {
      surroundings.processes.searchPath = path
    }
    surroundings.jobs = jobs(for: plan.project)
    surroundings.memoryBudget = desk.circumstances.memory / 2
    return surroundings
  }

  /// The engine's limit where the run may not use the whole machine: one half, as the other is for
  /// what is learned.
  private var memoryShare: String? {
    let circumstances = desk.circumstances
    return circumstances.isMemoryLimited ? "\(circumstances.memory / 2_000_000)MB" : nil
  }

  /// How many steps may be at work at the same time: what the call says, else `WASHI_JOBS`, else the
  /// project, else one for each processor, at most four.
  func jobs(for project: ProjectFile) -> Int {
    let given = desk.circumstances.environment["WASHI_JOBS"].flatMap { $0.isEmpty ? nil : $0 }
    let wish = given.flatMap(Int.init).flatMap { (1...64).contains($0) ? $0 : nil }
    if wish == nil, let given {
      log.warning("WASHI_JOBS is no number from 1 to 64 but `\(given)`, and is not minded")
    }
    return settings.jobs ?? wish ?? project.jobs ?? min(4, desk.circumstances.threads)
  }

  /// The folder of the rows that versions keep.
  var snapshotFolder: String { file.project.path(file.projectFile.snapshots ?? "snapshots") }

  /// Keeps the rows that the version of a run will refer to; until the version is there too, nobody
  /// may take them away.
  private func keepRows(of run: Run) throws(ArchiveError) -> SnapshotStore.Hold? {
    guard !run.snapshots.isEmpty else { return nil }
    let store = SnapshotStore(snapshotFolder)
    let hold = try store.hold()
    for snapshot in run.snapshots {
      try store.keep(snapshot.digest, from: snapshot.stagedAt)
    }
    return hold
  }

  /// The results of earlier runs of the project.
  var cache: ResultCache { ResultCache(at: file.project.path(".washi/cache")) }

  /// Whether a step refused; of a run of one step, whether that one did or was kept from its work.
  ///
  /// Steps that a scheduler runs one by one are not answerable for what others have refused.
  private func isRefused(_ run: Run) -> Bool {
    guard case .only(let name)? = settings.selection else { return !run.refusals.isEmpty }
    let state = run.outcomes.first { $0.name == name }?.state
    if case .notRun? = state { return !run.refusals.isEmpty }
    return run.refusals.contains { $0.step == name }
  }

  /// What tells this build from others on any machine; nil when the executable cannot be read.
  private var sharedBuild: String? {
    let memo = cache.digests
    defer { memo.save() }
    return desk.circumstances.executable.flatMap { try? memo.digest(of: $0).0.description }
  }

  /// Brings what other machines have published of the notebook, and the models that it uses.
  private func bring(
    for plan: Plan, into archive: Archive, from places: SharedPlaces?
  ) throws(ArchiveError) {
    guard let places else { return }
    try archive.pull(seriesName(ofNotebookAt: file.notebook.path))
    let usesModels =
      !plan.registeredModels.isEmpty || plan.championName != nil
      || plan.stepsAtAnyDepth.contains { step in
        if case .register = step.action { true } else { false }
      }
    if usesModels, places.settings.registry { try registry.pull() }
  }

  /// Publishes the report of a run that succeeded, and puts that of one that failed aside.
  private func keep(
    _ report: Report, of run: Run, in archive: Archive, _ book: RunBook, _ watch: Progress,
    expecting expected: [String: Int?], stoppedBy signal: ExitStatus?
  ) async throws -> Printed {
    var record = book.record
    let folder: String
    var status: ExitStatus
    do throws(ArchiveError) {
      if run.isPublished {
        let hold = try keepRows(of: run)
        defer { withExtendedLifetime(hold) {} }
        let kept = try archive.keep(report)
        for remark in kept.remarks { log.warning("\(remark)") }
        record.version = kept.version.number
        record.isNew = kept.isNew
        record.digest = kept.digest.description
        folder = kept.path
        status = run.refusals.isEmpty ? .done : .refused
        let registered = try register(run, as: record, expecting: expected)
        for sentence in registered.sentences { desk.console.note(sentence) }
        if registered.isRefused { status = .refused }
      } else {
        folder = try archive.keepFailed(report, run: record.id)
        record.path = Paths.below(file.project.directory, folder) ?? folder
        status =
          signal ?? (!report.isSuccess ? .failed : isRefused(run) ? .refused : .done)
      }
    } catch {
      // What went wrong before is not lost with the report that would have told it.
      desk.show(run.outcomes.compactMap { $0.failure?.diagnostic }, in: file.sources)
      record.status = .failed
      record.message = run.firstError?.summary ?? error.summary
      await book.close(record, run.details(watch.durations, watch.reused), status: .failed)
      throw error
    }
    switch status {
    case .done: record.status = .done
    case .refused: record.status = .refused
    default: record.status = signal == nil ? .failed : .interrupted
    }
    if status == .done, record.version == nil {
      record.message = "only a part was asked for"
    }
    if status != .done { record.message = run.firstError?.summary ?? run.firstRefusal }
    let details = run.details(watch.durations, watch.reused)
    record = await book.close(record, details, status: status)
    return Printed(record: record, details: details, run: run, folder: folder, status: status)
  }
}

extension Run {
  /// Whether its report becomes a version.
  var isPublished: Bool { isSuccess && !isWithheld && isComplete }
}

extension Plan {
  /// Notes the versions of the libraries that the plan's models are made with. One that is not known
  /// yet is opened, so that a missing one is said before anything runs.
  func openLearningEngines(
    in surroundings: inout Running.Session.Surroundings
  ) throws {
    let memo = surroundings.cache?.libraries ?? LibraryMemo(at: nil)
    let (trees, linear, blas) = (
      surroundings.lightGBM, surroundings.liblinear, surroundings.openBLAS
    )
    // What trees learned is one of the files of a registered model, too.
    let hasTrees = surroundings.models.values.contains { model in
      model.files.contains { $0.name == "model.txt" }
    }
    if hasTrees || learns(by: \.isOfTrees) {
      surroundings.lightGBMVersion = try memo.library("LightGBM", by: trees) {
        try LightGBM.Library.load(trees).description
      }?.version
    }
    if learns(by: \.isLinear) {
      let library = try memo.library("liblinear", by: linear) {
        try Liblinear.load(linear).description
      }
      surroundings.learningEngines += library.map { [$0] } ?? []
    }
    if learns(by: { $0 == .mlp }) {
      let library = try memo.library("OpenBLAS", by: blas) { try BLAS.load(blas).description }
      surroundings.learningEngines += library.map { [$0] } ?? []
    }
    if project.allowsProcesses, runsPython {
      let searchPath = surroundings.processes.searchPath
      let interpreter = try Interpreter.python(
        project.python, project: surroundings.projectDirectory, searchPath: searchPath)
      surroundings.learningEngines.append(try interpreter.description(searchPath: searchPath))
    }
  }

  /// Whether a step is a script for Python, or calls it.
  private var runsPython: Bool {
    stepsAtAnyDepth.contains { step in
      guard case .process(let process) = step.action else { return false }
      return switch process.program {
      case .python: true
      case .shell: false
      case .command(let words, _): ["python", "python3"].contains(words.first)
      }
    }
  }

  /// Whether a step trains by such an algorithm.
  private func learns(by isMeant: (Model.Algorithm) -> Bool) -> Bool {
    stepsAtAnyDepth.contains { step in
      switch step.action {
      case .train(let train): isMeant(train.algorithm)
      case .compare(let compare): compare.algorithms.contains(where: isMeant)
      default: false
      }
    }
  }
}
