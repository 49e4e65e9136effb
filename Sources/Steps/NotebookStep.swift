public import Parsing
public import Vocabulary

/// Runs another notebook, and takes its tables, models and metrics as `step.name`.
///
/// The other notebook stays one that runs alone: what it reads from files then, `inputs` can give it
/// from here instead. For example, `features.training` in SQL, `model: learn.model` and
/// `{{ learn.evaluation.auc }}` are what steps `features` and `learn` of this kind have left.
public struct NotebookStep: StepKind {
  /// The word behind `uses:`.
  public static let name = "notebook"
  /// One sentence for the documentation.
  public static let summary = "Runs another notebook and takes its tables, models and metrics."

  /// The notebook's file, relative to the folder of the one that names it.
  public var notebook: NamedPlace
  /// The values of its parameters; an expression that only the run can evaluate is pending.
  public var parameters: [YAMLEntry]
  /// What it gets instead of its own catalog entries and models.
  public var inputs: [Supply]

  /// A table or model of ours under a name of theirs.
  public struct Supply: Sendable, Hashable {
    /// The catalog entry, or the step with `uses: model`, of the other notebook.
    public var name: NamedPlace
    /// The table or model here.
    public var source: NamedPlace
  }

  /// Reads the options; mistakes go into the reader.
  public init(from options: inout OptionReader, of source: StepSource) {
    notebook = options.requiredPlace("notebook")
    parameters = options.mapping("parameters") ?? []
    inputs = options.texts("inputs").map { given in
      Supply(name: given.column, source: NamedPlace(given.text, at: given.column.range))
    }
    if options.isPending("notebook") {
      options.reject("notebook", "must be known before anything runs", rule: "not-known-yet")
    } else if let fault = Self.fault(in: notebook.name) {
      options.reject("notebook", fault, at: notebook.range)
    }
  }

  private static func fault(in path: String) -> String? {
    if path.isEmpty { return nil }
    if path.hasPrefix("/") || path.contains("\\") { return "must be a relative path" }
    return path.hasSuffix(".md") ? nil : "must name a Markdown file, `NAME.md`"
  }

  /// The names that the step takes from others.
  public var references: [Reference] {
    inputs.map { Reference($0.source.name, .tableOrModel, at: $0.source.range) }
  }

  /// Whether a parameter's value is only known when earlier steps have run.
  public var isPending: Bool { parameters.contains { $0.value.isUnknownYet } }

  /// Finds what is wrong beside the options themselves, on empty tables.
  public func check(in workspace: Workspace) -> [Diagnostic] {
    workspace.notebooks?.check(self, in: workspace) ?? []
  }

  /// Does the work.
  public func run(in workspace: Workspace) throws(StepFailure) -> StepResult {
    guard let notebooks = workspace.notebooks else {
      throw StepFailure(
        .error("no-notebook", "notebooks cannot be run here", at: workspace.current?.nameRange))
    }
    return try notebooks.run(self, in: workspace)
  }

  /// The path of a notebook that the one at `path` names: relative to its folder, as links are.
  ///
  /// For example, `../data.md` in `notebooks/credit/monthly.md` is `notebooks/data.md`.
  public static func path(of name: String, from path: String) -> String {
    var parts = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    for part in name.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != "..", !last.isEmpty {
        parts.removeLast()
      } else {
        parts.append(part)
      }
    }
    return parts.joined(separator: "/")
  }
}

/// Whoever can run a notebook within a notebook; the floors above know how.
public protocol NotebookRunning {
  /// What is wrong with the notebook that a step names, found on empty tables. Leaves the empty tables
  /// and untrained models that later steps see.
  func check(_ step: NotebookStep, in workspace: Workspace) -> [Diagnostic]

  /// Runs it, and leaves its tables and models in the workspace.
  func run(_ step: NotebookStep, in workspace: Workspace) throws(StepFailure) -> StepResult
}
