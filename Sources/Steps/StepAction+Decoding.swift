public import Parsing
public import Vocabulary

extension StepAction {
  /// Decodes a step whose options have their expressions evaluated, or pending.
  ///
  /// The action is nil when the kind is unknown; every mistake is among the diagnostics.
  public static func decoding(
    _ source: StepSource, options: YAMLNode
  ) -> (action: StepAction?, settings: StepSettings, diagnostics: [Diagnostic]) {
    switch source.language {
    case "sql":
      var reader = OptionReader(options, of: "step `\(source.name)` (sql)")
      let settings = StepSettings(from: &reader)
      let step = SQLStep(from: &reader, of: source)
      return (.sql(step), settings, reader.finish())
    case "python", "sh":
      var reader = OptionReader(options, of: "step `\(source.name)` (\(source.language))")
      var settings = StepSettings(from: &reader)
      let action = StepAction.process(ProcessStep(from: &reader, of: source))
      if !action.isKept { settings.isCached = false }
      return (action, settings, reader.finish())
    case "yaml":
      return decodingYAML(source, options: options)
    default:
      return (nil, StepSettings(), [unknownLanguage(of: source)])
    }
  }

  private static func decodingYAML(
    _ source: StepSource, options: YAMLNode
  ) -> (action: StepAction?, settings: StepSettings, diagnostics: [Diagnostic]) {
    guard let uses = options["uses"] else {
      return (
        nil, StepSettings(),
        [
          .error(
            "missing-uses", "step `\(source.name)` does not say what it does", at: source.nameRange,
            solutions: ["add `uses:` with one of \(kindNames.joined(separator: ", "))"])
        ]
      )
    }
    guard case .scalar(let scalar) = uses.content,
      let kind = kinds.first(where: { $0.name == scalar.text })
    else { return (nil, StepSettings(), [unknownKind(uses)]) }
    var reader = OptionReader(options, of: "step `\(source.name)` (\(kind.name))")
    reader.allow(["uses"])
    var settings = StepSettings(from: &reader)
    let action = decode(kind, from: &reader, of: source)
    if action?.isKept == false { settings.isCached = false }
    return (action, settings, reader.finish())
  }

  private static func decode(
    _ kind: any StepKind.Type, from reader: inout OptionReader, of source: StepSource
  ) -> StepAction? {
    switch kind.init(from: &reader, of: source) {
    case let step as TableStep: .table(step)
    case let step as MetricStep: .metric(step)
    case let step as ChartStep: .chart(step)
    case let step as ProfileStep: .profile(step)
    case let step as ValidateStep: .validate(step)
    case let step as SplitStep: .split(step)
    case let step as TrainStep: .train(step)
    case let step as CompareStep: .compare(step)
    case let step as EvaluateStep: .evaluate(step)
    case let step as ExplainStep: .explain(step)
    case let step as DriftStep: .drift(step)
    case let step as FairnessStep: .fairness(step)
    case let step as GateStep: .gate(step)
    case let step as RegisterStep: .register(step)
    case let step as PredictStep: .predict(step)
    case let step as ExportStep: .export(step)
    case let step as ProcessStep: .process(step)
    case let step as ModelStep: .model(step)
    case let step as NotebookStep: .notebook(step)
    default: nil
    }
  }

  private static var kindNames: [String] { kinds.map { $0.name } }

  private static func unknownKind(_ uses: YAMLNode) -> Diagnostic {
    guard case .scalar(let scalar) = uses.content else {
      return .error(
        "unknown-kind", "`uses:` must be the name of a kind of step", at: uses.range,
        solutions: ["valid names: " + kindNames.joined(separator: ", ")])
    }
    return .error(
      "unknown-kind", "there is no kind of step called `\(scalar.text)`", at: uses.range,
      solutions: scalar.text == "sql"
        ? ["write SQL in a ```sql step NAME fence"]
        : solutions(forUnknown: scalar.text, among: kindNames)
    )
  }

  private static func unknownLanguage(of source: StepSource) -> Diagnostic {
    .error(
      "unknown-language", "a step cannot be written in `\(source.language)`",
      at: source.nameRange, solutions: ["use a `sql`, `yaml`, `python` or `sh` fence"])
  }
}
