internal import Learning
public import Parsing
public import Vocabulary

/// Keeps a model in the registry when the report is published.
///
/// For example: `{ uses: register, model: model, name: credit-default, metrics: evaluation, promote: champion }`.
/// The step says what is to be kept; whoever publishes the report does it afterwards, so that a
/// run that fails or is refused leaves nothing.
public struct RegisterStep: StepKind {
  /// The word behind `uses:`.
  public static let name = "register"
  /// One sentence for the documentation.
  public static let summary =
    "Keeps a model in the registry, with its metrics, and promotes it unless a gate refused."

  /// The model.
  public var model: NamedPlace
  /// Its name in the registry.
  public var registered: NamedPlace
  /// The step whose metrics are kept with it.
  public var metrics: NamedPlace
  /// The alias that it gets unless a gate refused.
  public var promote: String?
  /// Aliases that it gets in any case.
  public var aliases: [String]

  /// Reads the options; mistakes go into the reader.
  public init(from options: inout OptionReader, of source: StepSource) {
    model = options.requiredPlace("model")
    registered = options.requiredPlace("name")
    metrics = options.requiredPlace("metrics")
    promote = options.string("promote")
    aliases = options.strings("aliases") ?? []
    if !registered.name.isEmpty, let fault = RegistryName.fault(in: registered.name) {
      options.reject("name", fault)
    }
    if let promote, let fault = RegistryName.fault(inAlias: promote) {
      options.reject("promote", fault)
    }
    for alias in aliases {
      if let fault = RegistryName.fault(inAlias: alias) { options.reject("aliases", fault) }
    }
  }

  /// The names that the step takes from others.
  public var references: [Reference] {
    [
      Reference(model.name, .model, at: model.range),
      Reference(metrics.name, .step, at: metrics.range),
    ]
  }

  /// Finds what is wrong beside the options themselves, on empty tables.
  public func check(in workspace: Workspace) -> [Diagnostic] { [] }

  /// Does the work.
  public func run(in workspace: Workspace) throws(StepFailure) -> StepResult {
    guard let model = workspace.models[model.name]?.model else {
      throw StepFailure(
        .error("no-model", "there is no model `\(self.model.name)`", at: self.model.range))
    }
    let files = try workspace.learning(at: self.model.range) { () throws(LearningError) in
      try model.files()
    }
    let figures = (workspace.metrics[metrics.name] ?? []).compactMap { metric in
      metric.value.flatMap { $0.isFinite ? (metric.name, $0) : nil }
    }
    let registration = Registration(
      name: registered.name, model: self.model.name,
      files: files.map { Registration.File(name: $0.name, text: $0.contents) },
      metrics: Dictionary(figures) { first, _ in first }, promote: promote, aliases: aliases)
    var result = StepResult()
    result.registration = registration
    let words = workspace.words
    let (positive, column) = (model.target.positive, model.target.column)
    let facts: [(String, String)] = [
      (words("Name", "登録名"), registration.name),
      (words("Model", "モデル"), words.list([self.model.name, model.algorithm.rawValue])),
      (words("Predicts", "予測対象"), words("\(positive) of \(column)", "\(column)が\(positive)")),
      (words("Content", "内容の識別子"), registration.digest.short),
      (
        words("Alias when no gate refuses", "ゲートが却下しない場合のエイリアス"), promote ?? words("none", "なし")
      ),
    ]
    result.exhibits = [
      .table(
        TableExhibit(
          id: workspace.stepName, title: workspace.settings.title,
          table: Table(columns: [
            Column("fact", texts: facts.map(\.0)), Column("value", texts: facts.map(\.1)),
          ]),
          labels: [
            "fact": words("Registered when published", "公開時に登録"),
            "value": words("Value", "値"),
          ]))
    ]
    return result
  }
}
