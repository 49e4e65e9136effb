internal import Parsing

/// A run as MLflow sees it: the bodies of the requests that tell it, within the limits of its REST
/// API 2.0. Nothing here is sent; equal news give equal bytes.
struct MLflowRun: Sendable, Hashable {
  let news: RunNews
  let options: TrackingOptions
  /// The address of the published reports.
  let site: String?

  /// A key with a text, as parameters and tags are.
  struct Pair: Sendable, Hashable, Codable {
    var key: String
    var value: String
  }

  /// A figure at a step.
  struct Metric: Sendable, Hashable, Codable {
    var key: String
    var value: Double
    var timestamp: Int64
    var step: Int
  }

  /// The body of `runs/create`.
  struct Creation: Codable {
    var experimentId: String
    var runName: String
    var userId: String?
    var startTime: Int64
    var tags: [Pair]
  }

  /// The body of `runs/log-batch`.
  struct Batch: Sendable, Hashable, Codable {
    var runId: String
    var metrics: [Metric] = []
    var params: [Pair] = []
    var tags: [Pair] = []

    var count: Int { metrics.count + params.count + tags.count }
  }

  /// The body of `runs/log-inputs`.
  struct Inputs: Codable {
    var runId: String
    var datasets: [Input]
  }

  /// A data set that was read.
  struct Input: Codable {
    var tags: [Pair]
    var dataset: Dataset

    struct Dataset: Codable {
      var name: String
      var digest: String
      var sourceType: String
      var source: String
    }
  }

  /// The body of `runs/update`.
  struct Ending: Codable {
    var runId: String
    var status: String
    var endTime: Int64
  }

  /// The most entries of one request.
  static let entityLimit = 1000
  /// The most parameters, and the most tags, of one request.
  static let pairLimit = 100
  /// The most bytes of one request, below MLflow's million.
  static let bodyLimit = 900_000
  /// The most characters of a parameter's value.
  static let paramLimit = 6000
  /// The most characters of a tag's value.
  static let tagLimit = 8000
  /// The tag that a run is found again by.
  static let runTag = "washi.run"

  /// The experiment that the run belongs to.
  var experiment: String { MLflowName.cut(options.experiment ?? news.notebook, to: 500) }

  /// The run's name: edition and version.
  var name: String {
    let edition = news.edition ?? "unknown edition"
    if let version = news.version { return "\(edition)/v\(version)" }
    return "\(edition) (\(news.status.rawValue))"
  }

  /// The body that makes the run.
  func creation(in experiment: String) -> Creation {
    Creation(
      experimentId: experiment, runName: MLflowName.cut(name, to: 250),
      userId: news.user.isEmpty ? nil : news.user, startTime: news.startedAt,
      tags: Array(tags.prefix(Self.pairLimit)))
  }

  /// The body that ends the run.
  func ending(of run: String) -> Ending {
    let status =
      switch news.status {
      case .done, .refused: "FINISHED"
      case .failed: "FAILED"
      case .interrupted: "KILLED"
      }
    return Ending(runId: run, status: status, endTime: news.endedAt)
  }

  /// The parameters.
  var params: [Pair] {
    zip(MLflowName.unique(news.parameters.map(\.name)), news.parameters).map { key, parameter in
      Pair(key: key, value: MLflowName.cut(parameter.value, to: Self.paramLimit))
    }
  }

  /// The figures, and every point of the curves.
  var metrics: [Metric] {
    let figures = news.figures.filter { $0.value != nil }
    let keys = MLflowName.unique(figures.map(\.name) + news.curves.map(\.name))
    var metrics = zip(keys, figures).map { key, figure in
      Metric(key: key, value: figure.value ?? 0, timestamp: news.endedAt, step: 0)
    }
    for (key, curve) in zip(keys.dropFirst(figures.count), news.curves) {
      metrics += zip(curve.steps, curve.values).filter { $0.1.isFinite }.map { step, value in
        Metric(key: key, value: value, timestamp: news.endedAt, step: step)
      }
    }
    return metrics
  }

  /// The tags, those first by which the run is found again.
  var tags: [Pair] {
    let link = site.flatMap { news.link(below: $0) }
    var tags: [(String, String?)] = [
      (Self.runTag, news.run), ("mlflow.source.name", news.path), ("mlflow.source.type", "LOCAL"),
      ("mlflow.user", news.user.isEmpty ? nil : news.user), ("mlflow.note.content", note(link)),
      ("washi.notebook", news.notebook), ("washi.edition", news.edition),
      ("washi.version", news.version.map { "v\($0)" }), ("washi.status", news.status.rawValue),
      ("washi.digest", news.digest), ("washi.report", link), ("washi.owner", news.owner),
      ("washi.tags", news.tags.isEmpty ? nil : news.tags.joined(separator: ", ")),
      ("washi.message", news.message),
      ("washi.refusals", news.refusals.isEmpty ? nil : news.refusals.joined(separator: "\n")),
      ("washi.drift", news.drifts.isEmpty ? nil : news.drifts.joined(separator: "\n")),
      ("washi.renamed", renamed),
    ]
    tags += news.engines.map { ("washi.engine.\($0.name)", $0.version) }
    tags += options.tags.map { ($0.key, $0.value) }
    let given = tags.compactMap { key, value in value.map { (key, $0) } }
    return zip(MLflowName.unique(given.map(\.0)), given).map { key, tag in
      Pair(key: key, value: MLflowName.cut(tag.1, to: Self.tagLimit))
    }
  }

  /// The requests that log everything else than what the run was made with.
  func batches(of run: String) -> [Batch] {
    var batches: [Batch] = []
    var batch = Batch(runId: run)
    var size = 0
    func flush() {
      if batch.count > 0 { batches.append(batch) }
      batch = Batch(runId: run)
      size = 200
    }
    func makeRoom(for entry: some Encodable) {
      let bytes = JSONCoding.encode(entry).count + 1
      if batch.count == Self.entityLimit || size + bytes > Self.bodyLimit { flush() }
      size += bytes
    }
    flush()
    for pair in params {
      if batch.params.count == Self.pairLimit { flush() }
      makeRoom(for: pair)
      batch.params.append(pair)
    }
    for pair in tags.dropFirst(Self.pairLimit) {
      if batch.tags.count == Self.pairLimit { flush() }
      makeRoom(for: pair)
      batch.tags.append(pair)
    }
    for metric in metrics {
      makeRoom(for: metric)
      batch.metrics.append(metric)
    }
    flush()
    return batches
  }

  /// The files that were read, as data sets.
  func inputs(of run: String) -> Inputs {
    Inputs(
      runId: run,
      datasets: news.inputs.prefix(Self.entityLimit).map { input in
        let source = String(
          decoding: JSONCoding.encode(["uri": input.path]), as: UTF8.self)
        return Input(
          tags: [Pair(key: "mlflow.data.context", value: MLflowName.cut(input.entry, to: 500))],
          dataset: Input.Dataset(
            name: MLflowName.cut(input.entry, to: 500), digest: String(input.sha256.prefix(36)),
            sourceType: "local", source: source))
      })
  }

  /// What the run's page in MLflow says, in Markdown.
  private func note(_ link: String?) -> String {
    var lines = ["**\(news.title)**"]
    if let description = news.description, !description.isEmpty { lines.append(description) }
    if let message = news.message { lines.append("\(news.status.rawValue): \(message)") }
    if let link { lines.append("[Report](\(link))") }
    return lines.joined(separator: "\n\n")
  }

  /// The names that MLflow does not take as they are.
  private var renamed: String? {
    let names =
      news.parameters.map(\.name) + news.figures.map(\.name) + news.curves.map(\.name)
    let changed = names.filter { MLflowName.mapped($0) != $0 }
    guard !changed.isEmpty else { return nil }
    return changed.map { "\($0): \(MLflowName.mapped($0))" }.joined(separator: "\n")
  }
}
