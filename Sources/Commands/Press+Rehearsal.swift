internal import Archiving
internal import Comparing
internal import DuckDB
internal import Planning
internal import Reporting
internal import Running
internal import Steps
internal import Vocabulary

extension Press {
  /// What a rehearsal gives.
  struct Rehearsal: Sendable {
    /// The files that the report would have.
    var folder: ReportFolder
    /// What went wrong, when something did.
    var failure: Diagnostic?
  }

  /// Makes a report in a clean place and takes it apart again: nothing is published, nothing is
  /// written into the history.
  func rehearse(with arguments: Arguments, named name: String) async throws -> Rehearsal {
    if let refusal = file.refusal { throw refusal }
    let engine = try OpenEngine(for: file.project, in: desk.circumstances)
    let plan = try plan(with: arguments, on: engine)
    let archive = try archive()
    let workspace = try archive.workspace()
    defer { workspace.discard() }
    // Without a cache: what is proved is that the whole work gives the same bytes.
    var surroundings = surroundings(stagingIn: workspace.path, for: plan)
    surroundings.past = past(of: plan, in: archive)
    surroundings.recorded = settings.recorded
    try adoptModels(for: plan, into: &surroundings)
    try plan.openLearningEngines(in: &surroundings)
    let session = Running.Session(on: engine.connection, in: surroundings)
    let signals = SignalWatch { session.cancel() }
    var run = try await session.run(plan)
    if let signal = signals.received { throw signal }
    if !run.isPublished { run.dropSnapshots() }
    let report = Report(of: run, templates: try file.project.templates())
    var folder = ReportFolder(name: name, files: [:])
    for file in report.files {
      switch file.content {
      case .text(let text): folder.files[file.path] = .text(Array(text.utf8))
      case .bytes(let bytes):
        // As a version's folder is read.
        folder.files[file.path] =
          ReportFolder.isCompared(file.path)
          ? .text(bytes) : .digest(Fingerprint(of: bytes), size: bytes.count)
      case .staged(let artifact):
        folder.files[file.path] = .digest(artifact.digest, size: artifact.size)
      }
    }
    return Rehearsal(folder: folder, failure: run.firstError)
  }
}
