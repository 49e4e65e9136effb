internal import Comparing
internal import Logging
internal import Parsing
internal import Planning
internal import Vocabulary

/// What a version's notebook would print now: run as it lies there, in a clean place, with the
/// version's own parameters and those that are given; nothing is published.
struct WorkingRun {
  /// The word that stands for it where a version's address may stand.
  static let address = "working"

  private let version: ReportFolder
  private let given: Arguments
  private let texts: [String: String]
  private let output: String?
  private let environment: String?
  private let desk: Desk

  /// The run that a version is compared with; `texts` are those that diagnostics of what is given
  /// may point at.
  init(
    of version: ReportFolder, with given: Arguments, texts: [String: String], output: String?,
    environment: String?, at desk: Desk
  ) {
    self.version = version
    self.given = given
    self.texts = texts
    self.output = output
    self.environment = environment
    self.desk = desk
  }

  /// Runs the notebook. A failure is told and is in the report; a notebook that cannot be run is
  /// refused.
  func folder() async throws -> ReportFolder {
    let record = try VersionRecord(version)
    let file = try NotebookFile(
      desk.project.path(record.path), environment: environment, in: desk.circumstances)
    var arguments = declared(record.arguments, in: file.notebook)
    arguments.sources += given.sources
    var settings = Press.Settings()
    settings.output = output
    let press = Press(desk: desk, file: file, settings: settings, log: desk.logger(.error))
    let sources = file.sources.merging(texts) { first, _ in first }
    do {
      let rehearsal = try await press.rehearse(
        with: arguments, named: "\(desk.project.shown(desk.project.path(record.path))) now")
      if let failure = rehearsal.failure { desk.show([failure], in: sources) }
      return rehearsal.folder
    } catch let refusal as Refusal {
      desk.show(refusal.diagnostics, in: sources)
      throw ExitStatus.wrong
    }
  }

  /// The version's values without those of parameters that the notebook has no more; the difference
  /// tells that they are gone.
  private func declared(_ arguments: Arguments, in notebook: Notebook) -> Arguments {
    let names = Set(ParameterDeclaration.decoding(notebook.parameters).0.map(\.name))
    var arguments = arguments
    for index in arguments.sources.indices {
      guard case .values(var node) = arguments.sources[index].source else { continue }
      node.content = .mapping(node.entries.filter { names.contains($0.key) })
      arguments.sources[index].source = .values(node)
    }
    return arguments
  }
}
