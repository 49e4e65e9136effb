internal import Parsing
public import Steps
public import Vocabulary

extension Plan {
  /// A file of a catalog entry, as far as results depend on it.
  public struct InputFile: Sendable, Hashable {
    /// The path for people, which decides nothing unless the reader shows it.
    public var path: String
    /// The digest of its bytes.
    public var digest: Fingerprint

    /// A file with its digest.
    public init(path: String, digest: Fingerprint) {
      self.path = path
      self.digest = digest
    }
  }

  /// What the keys of a run's results have in common.
  public struct KeyContext: Sendable {
    /// The name under which an engine tells this build of Washi from others of its version.
    public static let buildName = "this build of washi"

    /// The files of each catalog entry, in the order in which they are read.
    public var files: [String: [InputFile]]
    /// The engines that take part in every step.
    public var engines: [(name: String, version: String)]
    /// The further engines of steps that make or use models.
    public var learningEngines: [(name: String, version: String)]
    /// The folder that paths start from, for readers that show it.
    public var directory: String
    /// Figures from outside that expressions can name.
    public var given: GivenFigures
    /// What earlier editions said.
    public var past: PastEditions
    /// What is known of the connections, by name.
    public var connections: [String: ConnectionState] = [:]

    /// A connection, as far as results depend on it.
    public struct ConnectionState: Sendable, Hashable {
      /// What makes it the same one elsewhere.
      public var identity: Fingerprint
      /// What tells the state of its data; nil when nothing does.
      public var version: String?

      /// A connection in a state.
      public init(identity: Fingerprint, version: String?) {
        self.identity = identity
        self.version = version
      }
    }

    /// What is known before the first step.
    public init(
      files: [String: [InputFile]], engines: [(name: String, version: String)],
      learningEngines: [(name: String, version: String)] = [], directory: String = "",
      given: GivenFigures = GivenFigures(), past: PastEditions = PastEditions()
    ) {
      self.files = files
      self.engines = engines
      self.learningEngines = learningEngines
      self.directory = directory
      self.given = given
      self.past = past
    }
  }

  /// What decides a step's result: the step as written without its comments and layout, the values
  /// of the parameters that it really uses, the digests of the files that it reads with their reader
  /// options, what the steps that it needs have left, and the engines' versions.
  ///
  /// Prose, parameters that it does not use, and where files lie do not change it. A secret's value
  /// is no part of it. `results` holds the digests of the results so far, by step name.
  public func key(
    of step: PlannedStep, after results: [String: Fingerprint], in context: KeyContext
  ) -> ResultKey {
    var key = key(
      of: step.name,
      source: sourceFingerprint(of: step),
      parameters: step.parameters, inputs: step.inputs, upstream: step.upstream, after: results,
      in: context, learns: step.action.concernsModels)
    // The files of the project that a process reads, and the model's.
    let files = context.files[step.name] ?? []
    key.parts += files.map { .init(.file, $0.path, $0.digest.description, label: $0.path) }
    // Charts and fixed words are written in the report's language.
    key.parts.append(.init(.setting, "language", notebook.frontMatter.language.rawValue))
    if step.readsGiven { key.parts.append(context.givenFigures) }
    if let remote = step.remote {
      let name = remote.connection.name
      let state = context.connections[name]
      key.parts.append(.init(.connection, name, state?.identity.description ?? "unknown"))
      if let version = version(of: step, in: context) {
        key.parts.append(.init(.data, name, version))
      }
    }
    // A model of the registry is recorded like a file, under its address.
    for reference in step.action.kind.references where reference.name.contains("@") {
      for file in context.files[reference.name] ?? [] {
        key.parts.append(
          .init(.file, reference.name, file.digest.description, label: file.path))
      }
    }
    // A model's files say where it comes from.
    if case .export(let export) = step.action, let model = export.model,
      let origin = origin(of: model.name, in: context)
    {
      key.parts.append(.init(.setting, "where the model comes from", origin.digest.description))
    }
    var past = step.action.pastMetrics.flatMap { context.past.figures(of: "\(step.name).\($0)") }
    if let table = step.action.pastTable {
      let table = PastTable(step: step.name, key: table.key, value: table.value)
      past += context.past.names(beginning: table.prefix).flatMap { name in
        [.init(edition: name, value: 0, isRefused: false)] + context.past.figures(of: name)
      }
    }
    if !past.isEmpty {
      let words = past.flatMap { [$0.edition, "\($0.value.bitPattern)", "\($0.isRefused)"] }
      key.parts.append(
        .init(.past, "earlier editions", Fingerprint(combining: [edition] + words).description))
    }
    return key
  }

  /// What tells the state of the data that a step elsewhere reads: what the step says, else its
  /// connection; nil when nothing does.
  public func version(of step: PlannedStep, in context: KeyContext) -> String? {
    guard case .sql(let sql) = step.action, let remote = step.remote else { return nil }
    return sql.version ?? context.connections[remote.connection.name]?.version
  }

  /// The step as written, without comments and layout.
  func sourceFingerprint(of step: PlannedStep) -> Fingerprint {
    Fingerprint(combining: [step.action.kindName, step.source.canonicalText])
  }

  /// What decides the value of an expression in prose or title.
  public func key(
    of expression: PlannedExpression, after results: [String: Fingerprint], in context: KeyContext
  ) -> ResultKey {
    var key = key(
      of: "{{ }}", source: Fingerprint(of: CanonicalText.sql(expression.expression.sql)),
      parameters: expression.parameters, inputs: expression.inputs, upstream: expression.upstream,
      after: results, in: context, learns: false)
    if expression.readsGiven { key.parts.append(context.givenFigures) }
    return key
  }

  /// What decides the findings of a rehearsal, which looks at all steps.
  public func rehearsalKey(in context: KeyContext) -> ResultKey {
    // Findings have places, so the whole text decides.
    var key = key(
      of: "check \(notebook.path)", source: Fingerprint(of: notebook.source),
      parameters: parameters.map(\.name).sorted(), inputs: inputs.map(\.name), upstream: [],
      after: [:], in: context, learns: true)
    key.parts.append(context.givenFigures)
    let within = shelf.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value.notebook.source] }
    let files = context.files.sorted { $0.key < $1.key }
      .flatMap { [$0.key] + $0.value.flatMap { [$0.path, $0.digest.description] } }
    key.parts.append(
      .init(.source, "notebooks and files", Fingerprint(combining: within + files).description))
    return key
  }

  private func key(
    of name: String, source: Fingerprint, parameters names: [String], inputs: [String],
    upstream: [String], after results: [String: Fingerprint], in context: KeyContext, learns: Bool
  ) -> ResultKey {
    var parts = [ResultKey.Part(.source, "", source.description)]
    for name in names {
      guard let parameter = parameters.first(where: { $0.name == name }), !parameter.isSecret else {
        continue
      }
      let value = "\(parameter.value.plainText) (\(parameter.value.typeName))"
      parts.append(.init(.parameter, name, value))
    }
    for name in inputs {
      guard let input = self.inputs.first(where: { $0.name == name }) else { continue }
      parts += self.parts(of: input, in: context)
    }
    for name in upstream.sorted() {
      parts.append(.init(.step, name, results[name]?.description ?? "no result"))
    }
    let engines = context.engines + (learns ? context.learningEngines : [])
    parts += engines.sorted { $0.name < $1.name }.map { .init(.engine, $0.name, $0.version) }
    return ResultKey(name, parts)
  }

  func parts(of input: PlannedInput, in context: KeyContext) -> [ResultKey.Part] {
    if input.isHistory {
      return [.init(.past, "earlier editions", context.past.fingerprint.description)]
    }
    var reader = [input.format.rawValue]
    for pair in input.columns + input.read {
      reader += [pair.name, pair.value.typeName, pair.value.plainText]
    }
    let files = context.files[input.name] ?? []
    // Where a file lies is nobody's business unless the reader shows it.
    let showsPaths = input.read.contains {
      ($0.name == "filename" || $0.name == "hive_partitioning") && $0.value != .bool(false)
    }
    if showsPaths { reader += [context.directory] + files.map(\.path) }
    return [.init(.reader, input.name, Fingerprint(combining: reader).description)]
      + files.enumerated().map { index, file in
        .init(.file, "\(input.name) \(index + 1)", file.digest.description, label: file.path)
      }
  }
}

extension Plan.KeyContext {
  /// All figures from outside as one part.
  fileprivate var givenFigures: ResultKey.Part {
    var words = [given.previous == nil ? "no edition before" : "an edition before"]
    for (name, value) in (given.previous ?? [:]).sorted(by: { $0.key < $1.key }) {
      words += [name, "\(value.bitPattern)"]
    }
    words.append(given.champion == nil ? "no champion" : "a champion")
    for metric in given.champion ?? [] {
      words += [metric.name, metric.value.map { "\($0.bitPattern)" } ?? ""]
    }
    return .init(
      .past, "the edition before or the champion", Fingerprint(combining: words).description)
  }
}

extension StepSource {
  /// The step without comments, layout and the options that say how it is run, not what it does.
  fileprivate var canonicalText: String {
    let manner = ["timeout", "retries", "cache", "on_error"]
    var kept = options.entries.filter { !manner.contains($0.key) }
    // A model depends on how many workers train it, not on where they are.
    for place in kept.indices where kept[place].key == "workers" {
      kept[place].value = TrainStep.withoutPlaces(kept[place].value)
    }
    let text = CanonicalText.yaml(YAMLNode(.mapping(kept), at: options.range))
    switch language {
    case "yaml": return text
    // What is a comment or a quote in another dialect is not ours to say.
    case "sql" where options["connection"] != nil: return "\(text)\n\(ForeignSQL(body).text)"
    case "sql": return "\(text)\n\(CanonicalText.sql(body))"
    // Of other languages only their programs know what says nothing.
    default: return "\(text)\n\(body)"
    }
  }
}

extension StepAction {
  /// Whether the step makes or uses a model, so that the learning libraries decide its result.
  public var concernsModels: Bool {
    switch self {
    case .sql, .table, .metric, .chart, .profile, .validate, .split, .gate, .register: false
    // Python is among the libraries of a run that needs it.
    case .train, .compare, .evaluate, .explain, .drift, .fairness, .predict, .export, .process,
      .model, .notebook:
      true
    }
  }
}

extension PlannedStep {
  /// What decides, beside what the step reads, which rows its model is judged on.
  ///
  /// How the model is made is not among it: a model that comes out the same again lets the steps
  /// that use it be reused.
  public var frameSource: Fingerprint {
    let making = [
      "title", "show", "when", "needs", "timeout", "retries", "cache", "on_error", "algorithm",
      "algorithms", "params", "layers", "class_weight", "rounds", "early_stopping", "tune", "folds",
      "sort", "threshold", "level", "workers",
    ]
    let kept = source.options.entries.filter { !making.contains($0.key) }
    return Fingerprint(of: CanonicalText.yaml(YAMLNode(.mapping(kept), at: source.options.range)))
  }
}
