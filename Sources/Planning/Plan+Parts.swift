public import Parsing
internal import Steps
internal import Vocabulary

extension Plan {
  /// A notebook that a step runs, planned.
  public struct Part: Sendable, Hashable {
    /// The step that runs it.
    public var step: String
    /// Its plan, made of what is known before anything runs.
    public var plan: Plan
    /// The steps of it whose tables are read here.
    public var tables: [String] = []
    /// The steps of it whose models are used here.
    public var models: [String] = []
  }

  /// The plan of the notebook that a step runs.
  public func part(of step: String) -> Part? {
    parts.first { $0.step == step }
  }

  /// The steps of this notebook and of those within it.
  public var stepsAtAnyDepth: [PlannedStep] {
    steps + parts.flatMap(\.plan.stepsAtAnyDepth)
  }

  /// The notebook, this one or one within it, that a place lies in.
  public func notebook(at path: String) -> Notebook? {
    if notebook.path == path { return notebook }
    return parts.lazy.compactMap { $0.plan.notebook(at: path) }.first
  }
}

/// A notebook that another one names, read before planning.
public struct ShelvedNotebook: Sendable, Hashable {
  /// The notebook, under the path that leads to it from the one that names it.
  public var notebook: Notebook
  /// Where it lies, relative to the project.
  public var place: String

  /// A notebook at its place.
  public init(_ notebook: Notebook, at place: String) {
    self.notebook = notebook
    self.place = place
  }
}
