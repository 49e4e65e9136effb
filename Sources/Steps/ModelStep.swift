internal import DuckDB
internal import Learning
public import Parsing
public import Vocabulary

/// A model from a folder, as an `export` step has written it.
///
/// It is what `predict` and `explain` take; with it come no rows, so that `evaluate` needs a `table`.
/// A notebook that runs this one can give it a model of its own instead.
public struct ModelStep: StepKind {
  /// The word behind `uses:`.
  public static let name = "model"
  /// One sentence for the documentation.
  public static let summary = "Reads a model from the folder that an `export` step has written."

  /// The folder, relative to the project.
  public var path: NamedPlace

  /// Reads the options; mistakes go into the reader.
  public init(from options: inout OptionReader, of source: StepSource) {
    path = options.requiredPlace("path")
    if !options.isPending("path"), !path.name.isEmpty,
      let fault = ProcessStep.fault(inPath: path.name)
    {
      options.reject("path", "names `\(path.name)`: \(fault)", at: path.range)
    }
  }

  /// The names that the step takes from others.
  public var references: [Reference] { [] }

  /// The model's files below the project, for a report's provenance; none while they are not there.
  public func files(in project: String) -> [String] {
    fileNames(in: "\(project)/\(path.name)").map { "\(path.name)/\($0)" }
  }

  /// Finds what is wrong beside the options themselves. A folder that is not there may still come.
  public func check(in workspace: Workspace) -> [Diagnostic] {
    let name = workspace.stepName
    if let supplied = workspace.suppliedModels[name] {
      workspace.models[name] = supplied
      return []
    }
    guard !files(in: workspace.projectDirectory).isEmpty else {
      workspace.unknown.insert(name)
      return [
        .warning(
          "missing-model", "there is no model in `\(path.name)` yet", at: path.range,
          solutions: ["write it with an `export` step: `model: NAME`, `to: project`"])
      ]
    }
    do throws(StepFailure) {
      var trained = try read(in: workspace)
      trained.model = nil
      workspace.models[name] = trained
      return []
    } catch {
      return [error.diagnostic]
    }
  }

  /// Does the work.
  public func run(in workspace: Workspace) throws(StepFailure) -> StepResult {
    let name = workspace.stepName
    let trained: TrainedModel
    if let supplied = workspace.suppliedModels[name] {
      trained = supplied
    } else {
      trained = try read(in: workspace)
    }
    workspace.models[name] = trained
    var result = StepResult()
    result.content = trained.content
    return result
  }

  private func read(in workspace: Workspace) throws(StepFailure) -> TrainedModel {
    let folder = "\(workspace.projectDirectory)/\(path.name)"
    guard !fileNames(in: folder).isEmpty else {
      throw StepFailure(
        .error("missing-model", "there is no model in `\(path.name)`", at: path.range))
    }
    let model = try workspace.learning(at: path.range) { () throws(LearningError) in
      try Model(contentsOf: folder)
    }
    return TrainedModel(
      model: model, encoder: model.encoder, target: model.target, frame: "", parts: [], id: nil,
      task: model.target.task)
  }
}
