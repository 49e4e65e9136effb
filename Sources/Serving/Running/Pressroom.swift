public import Archiving
public import Parsing
public import Planning
internal import Steps
public import Vocabulary

/// What the workplace needs of the floor above that knows the project: its notebooks, their plans,
/// and runs as processes of their own.
///
/// A run is a process because a library that aborts, or a run that takes all memory, must not take
/// the workplace along; because a process that was started survives the workplace and is found
/// again after a restart; and because stopping it is what Ctrl-C does.
public protocol Pressroom: Sendable {
  /// The names of the project's notebooks, such as `credit/monthly`, sorted.
  func notebooks() -> [String]

  /// The notebook of this name as it lies there now, and the project file; nil when there is none.
  func notebook(_ name: String) throws(Refusal) -> OpenedNotebook?

  /// What a run with these arguments would do. It blocks for some hundredths of a second.
  func plan(_ notebook: OpenedNotebook, with arguments: Arguments) throws(any Error) -> Plan

  /// The values that the notebook's schedule gives at a due time, which is the time on the wall of
  /// its zone.
  func scheduledValues(
    of notebook: OpenedNotebook, at time: Timestamp
  ) throws(any Error) -> [Job.Assignment]

  /// Starts the run of an order: progress into `folder.events`, its result as JSON into
  /// `folder.result`, its log into `folder.log`.
  func start(_ job: Job, in folder: RunFolder) throws(Refusal) -> ProcessIdentity
}

/// A notebook that was read, with what surrounds it.
public struct OpenedNotebook: Sendable {
  /// Its name, such as `credit/monthly`.
  public var name: String
  /// The notebook.
  public var notebook: Notebook
  /// The project file.
  public var project: ProjectFile
  /// The texts that diagnostics may point at, by their names.
  public var sources: [String: String]

  /// A notebook with its surroundings.
  public init(
    name: String, notebook: Notebook, project: ProjectFile, sources: [String: String]
  ) {
    self.name = name
    self.notebook = notebook
    self.project = project
    self.sources = sources
  }

  /// The declared parameters.
  var declarations: [ParameterDeclaration] {
    ParameterDeclaration.decoding(notebook.parameters).0
  }

  /// The catalog entries that may be uploaded, the notebook's own before the project's.
  var uploads: [CatalogEntry] {
    let own = notebook.frontMatter.catalog
    let names = Set(own.map(\.name))
    return (own + project.catalog.filter { !names.contains($0.name) }).filter(\.upload)
  }

  /// The title without its expressions, when it has any.
  var title: String {
    notebook.frontMatter.title?.plainText ?? name
  }

  /// The description, when it says something without running.
  var summary: String? { notebook.frontMatter.description?.plainText }
}

extension Plan {
  /// Whether a step starts a program, here or in a notebook that is run by a step.
  var startsProcesses: Bool {
    stepsAtAnyDepth.contains { if case .process = $0.action { true } else { false } }
  }
}

/// The files of an order while it runs and afterwards.
public struct RunFolder: Sendable, Hashable {
  /// The folder.
  public let path: String

  init(_ path: String) {
    self.path = path
  }

  /// Progress, a JSON object on every line.
  public var events: String { "\(path)/events.jsonl" }
  /// What `washi run --json` prints.
  public var result: String { "\(path)/result.json" }
  /// What it says on standard error.
  public var log: String { "\(path)/log.txt" }
}
