internal import Parsing
internal import Planning
internal import Steps
internal import Vocabulary

/// The tasks of one notebook.
struct NotebookTasks {
  private let notebook: PlacedPlan
  private let name: String
  private let isAlone: Bool
  private let before: [String]

  /// Seconds that a scheduler waits longer than the run's own limit, so that the run can say what it
  /// was at.
  private static let grace = 60.0

  init(_ notebook: PlacedPlan, named name: String, isAlone: Bool, after before: [String]) {
    self.notebook = notebook
    self.name = name
    self.isAlone = isAlone
    self.before = before
  }

  /// One task that does everything.
  var whole: WorkflowTask {
    task(name, timeout: plan.notebook.frontMatter.timeout, summary: title)
  }

  /// A task for each step, and one that does what is left and publishes.
  ///
  /// Steps hand over by the cache. What the cache does not keep, or what may fail without ending the
  /// run, is left to the last task, and so is everything that needs it.
  var byStep: [WorkflowTask] {
    var tasks: [WorkflowTask] = []
    var names: [String: String] = [:]
    for step in plan.steps where !isLeft(step) {
      if step.upstream.contains(where: { names[$0] == nil }) { continue }
      var task = task(
        isAlone ? step.name : "\(name).\(step.name)", timeout: step.settings.timeout,
        summary: step.settings.title ?? "\(step.name) (\(type(of: step.action.kind).name))")
      task.step = step.name
      task.follows = step.upstream.compactMap { names[$0] }
      // What writes into the project waits until nothing before it can fail any more, as in a run.
      if step.action.writesOutside { task.follows = Self.ends(of: tasks) }
      if step.action.writesOutside || step.judges { task.toleratesSkips = true }
      if task.follows.isEmpty { task.follows = before }
      names[step.name] = task.name
      tasks.append(task)
    }
    var last = task(
      isAlone ? "publish" : "\(name).publish", timeout: plan.notebook.frontMatter.timeout,
      summary: "\(title): what is left, and the report")
    while tasks.contains(where: { $0.name == last.name }) { last.name += "_" }
    if !tasks.isEmpty {
      last.follows = Self.ends(of: tasks)
      last.toleratesSkips = true
    }
    return tasks + [last]
  }

  private var plan: Plan { notebook.plan }

  private var title: String {
    plan.notebook.frontMatter.title?.plainText ?? notebook.path
  }

  private func task(_ name: String, timeout: Double?, summary: String) -> WorkflowTask {
    WorkflowTask(
      name: name, notebook: notebook.path, step: nil,
      parameters: plan.parameters.filter { !$0.isSecret }.map(\.name), follows: before,
      timeout: timeout.map { $0 + Self.grace }, summary: summary)
  }

  /// Whether only the last task can do a step.
  private func isLeft(_ step: PlannedStep) -> Bool {
    if !step.settings.isCached || !step.action.isKept || step.settings.onError == .continue {
      return true
    }
    // Such a refusal publishes, and the last task says so.
    return switch step.action {
    case .gate(let gate): gate.consequence == .withholdPromotion
    case .validate(let validate): validate.consequence == .withholdPromotion
    case .register: true
    default: false
    }
  }

  /// The tasks that no other one follows.
  private static func ends(of tasks: [WorkflowTask]) -> [String] {
    let followed = Set(tasks.flatMap(\.follows))
    return tasks.map(\.name).filter { !followed.contains($0) }
  }
}

extension PlannedStep {
  /// Whether it runs although a step that it reads was skipped.
  fileprivate var judges: Bool {
    if case .gate = action { true } else { false }
  }
}
