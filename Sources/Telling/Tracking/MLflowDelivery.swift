internal import Learning
public import Parsing

/// Brings a run to an MLflow server, one request after the other, and notes after each how far it has
/// got: whoever takes it up later goes on there, and never makes a second run.
public struct MLflowDelivery: Sendable {
  /// How far it has got.
  public struct Progress: Sendable, Hashable, Codable {
    /// The server that it concerns.
    public var url: String
    /// Whether the request that makes the run may have reached the server.
    public var isBegun = false
    /// The experiment's identifier.
    public var experiment: String?
    /// The run's identifier.
    public var run: String?
    /// Where the run's files belong.
    public var root: String?
    /// How many batches are logged.
    public var batches = 0
    /// Whether the inputs are logged.
    public var hasInputs = false
    /// How many files are sent.
    public var files = 0
    /// How far each model is, by its address in the registry.
    public var models: [String: ModelProgress] = [:]
    /// Whether everything is sent.
    public var isEnded = false

    /// Nothing is sent to this server yet.
    public init(url: String) {
      self.url = url
    }
  }

  /// How far a model has got.
  public struct ModelProgress: Sendable, Hashable, Codable {
    /// The logged model's identifier; nil on servers before MLflow 3.
    public var id: String?
    /// Where its files belong; nil when the server takes none.
    public var root: String?
    /// What a version is made of.
    public var source: String?
    /// Whether all of its files are there.
    public var hasFiles = false
    /// Whether it is there in the registry.
    public var version: String?
  }

  /// What became of it.
  public struct Outcome: Sendable, Hashable {
    /// The run's page in MLflow.
    public var page: String
    /// What was left out, in sentences.
    public var remarks: [String] = []
  }

  private let news: RunNews
  private let options: TrackingOptions
  private let run: MLflowRun
  private let server: MLflowServer
  private let matter: any TrackedMatter
  private let note: @Sendable (Progress) -> Void
  private var progress: Progress
  private var remarks: [String] = []

  /// A delivery that goes on from `progress`; `note` is given each further one.
  public init(
    of news: RunNews, to options: TrackingOptions, site: String?, over exchange: any Exchange,
    from matter: any TrackedMatter, goingOnFrom progress: Progress?,
    noting note: @escaping @Sendable (Progress) -> Void
  ) {
    self.news = news
    self.options = options
    run = MLflowRun(news: news, options: options, site: site)
    server = MLflowServer(exchange: exchange)
    self.matter = matter
    self.note = note
    // What another server was told does not count here.
    self.progress =
      progress.flatMap { $0.url == options.url ? $0 : nil } ?? Progress(url: options.url)
  }

  /// Sends everything that is not sent yet.
  public mutating func deliver() async throws(SendingError) -> Outcome {
    let (id, experiment) = try await makeRun()
    for batch in run.batches(of: id).dropFirst(progress.batches) {
      try await server.tell("mlflow/runs/log-batch", batch)
      advance { $0.batches += 1 }
    }
    if !progress.hasInputs {
      let inputs = run.inputs(of: id)
      if !inputs.datasets.isEmpty { try await server.tell("mlflow/runs/log-inputs", inputs) }
      advance { $0.hasInputs = true }
    }
    try await sendFiles()
    if options.parts.contains(.models) {
      for model in news.models { try await deliver(model, of: id, in: experiment) }
    }
    if !progress.isEnded {
      if !remarks.isEmpty {
        let tag = MLflowRun.Pair(
          key: "washi.left_out",
          value: MLflowName.cut(remarks.joined(separator: "\n"), to: MLflowRun.tagLimit))
        try await server.tell(
          "mlflow/runs/log-batch", MLflowRun.Batch(runId: id, tags: [tag]))
      }
      try await server.tell("mlflow/runs/update", run.ending(of: id))
      advance { $0.isEnded = true }
    }
    return Outcome(page: "\(options.url)/#/experiments/\(experiment)/runs/\(id)", remarks: remarks)
  }

  /// Gives the aliases of a registered model to the versions that have them in Washi's registry.
  public static func settleAliases(
    of name: String, from matter: any TrackedMatter, over exchange: any Exchange
  ) async throws(SendingError) {
    try await MLflowServer(exchange: exchange)
      .settleAliases(of: name, as: matter.aliases(of: name))
  }

  private mutating func advance(_ change: (inout Progress) -> Void) {
    change(&progress)
    note(progress)
  }

  // MARK: The run and its files

  private mutating func makeRun() async throws(SendingError) -> (run: String, experiment: String) {
    let experiment: String
    if let known = progress.experiment {
      experiment = known
    } else {
      experiment = try await server.experiment(run.experiment)
      advance { $0.experiment = experiment }
    }
    if let id = progress.run { return (id, experiment) }
    // An answer may have been lost: then the run is there, and has our tag.
    let known =
      progress.isBegun
      ? try await server.run(tagged: MLflowRun.runTag, news.run, in: experiment) : nil
    advance { $0.isBegun = true }
    let place: MLflowServer.RunPlace
    if let known {
      place = known
    } else {
      place = try await server.make(run.creation(in: experiment))
    }
    advance {
      $0.run = place.runId
      $0.root = place.artifactUri.flatMap(MLflowServer.proxied)
    }
    return (place.runId, experiment)
  }

  private mutating func sendFiles() async throws(SendingError) {
    let files = matter.reportFiles()
    let chosen = TrackedFiles(of: files, options)
    guard let root = progress.root else {
      if !chosen.sent.isEmpty {
        remarks.append(
          "the server takes no files (`mlflow server --no-serve-artifacts`), so none were sent")
      }
      return
    }
    if files.isEmpty, news.folder != nil {
      remarks.append("the report's files are gone")
    }
    for path in chosen.sent.dropFirst(progress.files) {
      if let bytes = matter.bytes(ofReportFile: path) {
        do {
          try await server.put(bytes, at: path, below: root)
        } catch  where error.kind == .rejected {
          remarks.append("\(path): \(error.reason)")
        }
      }
      advance { $0.files += 1 }
    }
    if !chosen.leftOut.isEmpty {
      remarks.append("too large to be sent: " + chosen.leftOut.joined(separator: ", "))
    }
  }

  // MARK: Models

  private static let versionTag = "washi.version"

  private struct LoggedModelMaking: Encodable {
    var experimentId: String
    var name: String
    var modelType: String
    var sourceRunId: String
    var params: [MLflowRun.Pair]
    var tags: [MLflowRun.Pair]
  }

  private struct Outputs: Encodable {
    struct Output: Encodable {
      var modelId: String
      var step = 0
    }
    var runId: String
    var models: [Output]
  }

  private struct VersionMaking: Encodable {
    var name: String
    var source: String
    var runId: String
    var modelId: String?
    var tags: [MLflowRun.Pair]
  }

  private mutating func deliver(
    _ model: RunNews.Model, of run: String, in experiment: String
  ) async throws(SendingError) {
    var state = progress.models[model.address] ?? ModelProgress()
    if state.version == nil {
      try await server.makeRegistered(model.name)
      // A model that was registered before, by another run, is there already.
      state.version = try await server.versions(of: model.name).first {
        ($0.tags ?? []).contains { $0.key == Self.versionTag && $0.value == "v\(model.number)" }
      }?.version
    }
    if state.version == nil, let bundle = matter.bundle(of: model.name, model.number) {
      try await makeVersion(&state, model, bundle, of: run, in: experiment)
    } else if state.version == nil {
      remarks.append("the files of \(model.address) are gone from the registry")
    }
    let known = state
    advance { $0.models[model.address] = known }
    try await server.settleAliases(of: model.name, as: matter.aliases(of: model.name))
  }

  private mutating func makeVersion(
    _ state: inout ModelProgress, _ model: RunNews.Model, _ bundle: [Model.File], of run: String,
    in experiment: String
  ) async throws(SendingError) {
    let folder: MLflowModel
    do throws(LearningError) {
      let lightGBM = news.engines.first { $0.name == "LightGBM" }?.version
      folder = try MLflowModel(bundle, lightGBMVersion: lightGBM)
    } catch {
      remarks.append("\(model.address): \(error.summary)")
      return
    }
    let name = MLflowName.modelName(model.step)
    if state.source == nil {
      if let logged = try await server.makeModel(
        LoggedModelMaking(
          experimentId: experiment, name: name,
          modelType: folder.model.algorithm.rawValue, sourceRunId: run,
          params: folder.params, tags: [MLflowRun.Pair(key: "washi.model", value: model.name)]))
      {
        state.id = logged.modelId
        state.root = logged.artifactUri.flatMap(MLflowServer.proxied)
        state.source = "models:/\(logged.modelId)"
      } else {
        state.root = progress.root.map { "\($0)/\(name)" }
        state.source = "runs:/\(run)/\(name)"
      }
      let known = state
      advance { $0.models[model.address] = known }
    }
    guard let root = state.root, let source = state.source else {
      remarks.append("the server takes no files, so \(model.address) was not sent")
      return
    }
    if !state.hasFiles {
      let time = UTCTime.text(news.endedAt)
      for file in folder.files(id: state.id, run: run, name: name, at: time) {
        try await server.put(Array(file.contents.utf8), at: file.name, below: root)
      }
      if let id = state.id {
        try await server.finishModel(id)
        try await server.tell(
          "mlflow/runs/outputs", Outputs(runId: run, models: [Outputs.Output(modelId: id)]))
      }
      state.hasFiles = true
      let known = state
      advance { $0.models[model.address] = known }
    }
    let tags = [
      (Self.versionTag, "v\(model.number)"), ("washi.notebook", news.notebook),
      ("washi.edition", news.edition ?? ""),
    ].map { MLflowRun.Pair(key: $0, value: $1) }
    state.version = try await server.makeVersion(
      VersionMaking(
        name: model.name, source: source, runId: run, modelId: state.id,
        tags: tags
          + model.metrics.sorted { $0.key < $1.key }.prefix(50).map {
            MLflowRun.Pair(key: MLflowName.mapped("washi.metric.\($0.key)"), value: "\($0.value)")
          }))
  }
}

extension MLflowServer {
  /// Gives the aliases of a registered model to the versions that have them in Washi's registry. Those
  /// that somebody gave to versions of other origin stay.
  func settleAliases(of name: String, as wanted: [String: Int]) async throws(SendingError) {
    guard let there = try await aliases(of: name) else { return }
    let versions = try await self.versions(of: name)
    var numbers: [String: String] = [:]
    for version in versions {
      for tag in version.tags ?? [] where tag.key == "washi.version" {
        numbers[tag.value] = version.version
      }
    }
    let ours = Set(numbers.values)
    let mapped = Dictionary(
      wanted.map { (MLflowName.alias($0.key), $0.value) }
    ) { first, _ in first }
    for (alias, number) in mapped.sorted(by: { $0.key < $1.key }) {
      guard let version = numbers["v\(number)"], there[alias] != version else { continue }
      try await tell(
        "mlflow/registered-models/alias", ["name": name, "alias": alias, "version": version])
    }
    for (alias, version) in there.sorted(by: { $0.key < $1.key })
    where mapped[alias] == nil && ours.contains(version) {
      try await removeAlias(alias, of: name)
    }
  }
}

extension MLflowModel {
  /// The parameters of the training, as a logged model shows them.
  var params: [MLflowRun.Pair] {
    let all =
      [("algorithm", model.algorithm.rawValue), ("target", model.target.column)]
      + model.parameters.all.map { ($0.name, $0.value) }
    return zip(MLflowName.unique(all.map(\.0)), all).prefix(MLflowRun.pairLimit).map {
      MLflowRun.Pair(key: $0, value: MLflowName.cut($1.1, to: MLflowRun.paramLimit))
    }
  }
}

extension MLflowName {
  /// The name of a logged model: without what MLflow refuses there.
  static func modelName(_ step: String) -> String {
    let text = String(step.map { "/:.%\"'".contains($0) ? "_" : $0 })
    return text.isEmpty ? "model" : text
  }

  /// An alias as MLflow takes it: letters, digits, `_` and `-`, and no name of a version.
  static func alias(_ name: String) -> String {
    let plain = name.replacing(".", with: "_")
    let isVersion =
      plain.lowercased().hasPrefix("v") && plain.count > 1
      && plain.dropFirst().utf8.allSatisfy { (48...57).contains($0) }
    return isVersion ? "_" + plain : plain
  }
}
