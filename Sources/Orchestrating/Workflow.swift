public import Parsing
internal import Vocabulary

/// What a scheduler has to know of some notebooks: which tasks there are, what follows what, which
/// parameters a run takes, and when it is due.
///
/// A workflow is made of plans and written as a file for one scheduler. For example:
/// `try Workflow(of: notebooks, with: settings).airflowFile()`.
public struct Workflow: Sendable, Hashable {
  /// The name among the scheduler's other workflows: ASCII letters, digits, `-`, `.` and `_`.
  public var name: String
  /// What people call it.
  public var title: String
  /// What it is for.
  public var description: String?
  /// Who answers for it.
  public var owner: String?
  /// Words to find it by, sorted.
  public var tags: [String]
  /// When it is due.
  public var schedule: FrontMatter.Schedule?
  /// The parameters of all notebooks, each once, in the order of their declarations.
  public var parameters: [WorkflowParameter]
  /// The environment variables that secrets come from, sorted.
  public var secrets: [String]
  /// The tasks, each behind those that it follows.
  public var tasks: [WorkflowTask]
  /// What the caller chose.
  public var settings: Settings

  /// What the caller of an export chooses.
  public struct Settings: Sendable, Hashable {
    /// The workflow's name, when it is not made of the notebooks' names.
    public var name: String?
    /// How much work one task is.
    public var grain = Grain.notebook
    /// The parameter that is the run's date unless it is given.
    public var date: String?
    /// How often a task is tried again that failed for another reason than a refusal.
    public var retries = 1
    /// The project's folder where tasks run.
    public var project = "/project"
    /// The environment that runs read, such as `prod` for `washi.prod.yaml`.
    public var environment: String?
    /// The image that holds `washi`, for tasks in containers.
    public var image = "washi:latest"
    /// The volume claim that holds the project, for tasks in containers.
    public var claim = "washi-project"
    /// The Kubernetes secret whose keys are the environment variables of secrets.
    public var secret = "washi-secrets"

    /// What is chosen when nothing is said.
    public init() {}
  }

  /// How much work one task is.
  public enum Grain: String, Sendable, Hashable, CaseIterable {
    /// One step; the last task of a notebook publishes.
    case step
    /// A whole notebook.
    case notebook
  }
}

/// One call of `washi run`.
public struct WorkflowTask: Sendable, Hashable {
  /// The name among the workflow's tasks: ASCII letters, digits, `-`, `.` and `_`.
  public var name: String
  /// The notebook, relative to the project.
  public var notebook: String
  /// The only step that it does; a task without one does what is left and publishes.
  public var step: String?
  /// The names of the parameters that the notebook takes.
  public var parameters: [String]
  /// The tasks that must be over.
  public var follows: [String] = []
  /// Whether it runs also when a task before it had nothing to do.
  public var toleratesSkips = false
  /// The seconds after which the scheduler ends it; the run's own limit comes first.
  public var timeout: Double?
  /// One line for people.
  public var summary: String
}
