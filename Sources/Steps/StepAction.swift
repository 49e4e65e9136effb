internal import Parsing

/// What a step does: one case per kind, so that a new kind makes the compiler list who must learn it.
public enum StepAction: Sendable, Hashable {
  /// A SELECT whose result is a table.
  case sql(SQLStep)
  /// A formatted table.
  case table(TableStep)
  /// Number tiles.
  case metric(MetricStep)
  /// A chart.
  case chart(ChartStep)
  /// Types, missing values and distributions of a table.
  case profile(ProfileStep)
  /// Expectations on a table.
  case validate(ValidateStep)
  /// Train, validation and test parts.
  case split(SplitStep)
  /// A fitted model.
  case train(TrainStep)
  /// Several algorithms, and the best as a model.
  case compare(CompareStep)
  /// Metrics and curves of a model.
  case evaluate(EvaluateStep)
  /// What a model's scores rest on.
  case explain(ExplainStep)
  /// How far data and scores have moved.
  case drift(DriftStep)
  /// How a model treats groups of rows.
  case fairness(FairnessStep)
  /// Expectations on figures, which decide about publication and promotion.
  case gate(GateStep)
  /// A model kept in the registry.
  case register(RegisterStep)
  /// Scores of a model on a table.
  case predict(PredictStep)
  /// A file made of a table.
  case export(ExportStep)
  /// A program of the author's own.
  case process(ProcessStep)
  /// A model from a folder.
  case model(ModelStep)
  /// Another notebook.
  case notebook(NotebookStep)

  /// The kinds that `uses:` can name, in the order of the documentation.
  public static let kinds: [any StepKind.Type] = [
    TableStep.self, MetricStep.self, ChartStep.self, ProfileStep.self, ValidateStep.self,
    SplitStep.self, TrainStep.self, CompareStep.self, EvaluateStep.self, ExplainStep.self,
    DriftStep.self, FairnessStep.self, GateStep.self, RegisterStep.self, PredictStep.self,
    ExportStep.self,
    ProcessStep.self, ModelStep.self, NotebookStep.self,
  ]

  /// The step behind the case.
  public var kind: any StepKind {
    switch self {
    case .sql(let step): step
    case .table(let step): step
    case .metric(let step): step
    case .chart(let step): step
    case .profile(let step): step
    case .validate(let step): step
    case .split(let step): step
    case .train(let step): step
    case .compare(let step): step
    case .evaluate(let step): step
    case .explain(let step): step
    case .drift(let step): step
    case .fairness(let step): step
    case .gate(let step): step
    case .register(let step): step
    case .predict(let step): step
    case .export(let step): step
    case .process(let step): step
    case .model(let step): step
    case .notebook(let step): step
    }
  }
}
