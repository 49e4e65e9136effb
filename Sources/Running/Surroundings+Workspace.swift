internal import Connecting
internal import DuckDB
internal import Parsing
internal import Planning
internal import Steps
internal import Vocabulary

extension Session.Surroundings {
  /// A workspace for one step, or for a rehearsal.
  func workspace(
    on connection: Connection, for plan: Plan, threads: Int, _ cancellation: Cancellation
  ) -> Workspace {
    let workspace = Workspace(
      connection: connection, parameters: plan.bindings, stagingDirectory: stagingDirectory,
      projectDirectory: projectDirectory, threads: threads, cancellation: cancellation)
    workspace.past = past
    workspace.edition = plan.notebook.frontMatter.edition == nil ? nil : plan.edition
    workspace.language = plan.notebook.frontMatter.language
    workspace.lightGBM = lightGBM
    workspace.liblinear = liblinear
    workspace.openBLAS = openBLAS
    workspace.models = models.mapValues(\.trained)
    workspace.given = allGiven
    workspace.processes = processes(for: plan)
    workspace.workers.environment = environment
    workspace.workers.version = version
    workspace.notebooks = notebooks
    workspace.elsewhere = elsewhere
    workspace.suppliedModels = handover?.models ?? [:]
    workspace.evaluate = {
      [unowned workspace, connection] (expression) throws(StepFailure) -> Value in
      try plan.value(
        of: expression, metrics: workspace.metrics, given: workspace.given, using: connection)
    }
    return workspace
  }

  /// The connections that a plan's steps use, none of them open yet.
  func desks(of plan: Plan) -> RemoteDesks {
    RemoteDesks(of: plan, opener: opener, in: connections)
  }

  /// The figures from outside, those of the edition before among them.
  var allGiven: GivenFigures {
    var given = given
    given.previous = past.editions.last?.metrics
    return given
  }

  /// A message without the folders of this machine.
  func relative(_ message: String) -> String {
    var message = message
    for folder in [stagingDirectory, projectDirectory] {
      message = message.replacing(folder + "/", with: "").replacing(folder, with: ".")
    }
    return message
  }
}
