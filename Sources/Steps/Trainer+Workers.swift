internal import DuckDB
internal import Learning
internal import Parsing
internal import Teaming
internal import Vocabulary

/// Training on several machines: each gets the rows whose id says so.
extension Trainer {
  /// Trains with the workers that the step names.
  mutating func trainTogether(
    _ training: Training, with workers: TrainStep.Workers, on frame: String
  ) throws(StepFailure) -> Model {
    guard let id = step.id else {
      throw StepFailure(.error("no-id", "`workers` needs `id`", at: workers.range))
    }
    let team = try teaming(at: workers) { () throws(TeamError) in
      var team = Team(
        at: try workspace.workers.meeting(of: workers),
        token: try WorkerToken(environment: workspace.workers.environment),
        lightGBM: workspace.lightGBM, version: workspace.workers.version)
      team.joinTimeout = workers.joinTimeout
      team.silence = workers.silence
      return team
    }
    let hasValidation = (partSizes[.validation] ?? 0) > 0
    let labels = try rowLabels(.train, of: frame)
    let validation = hasValidation ? try rowLabels(.validation, of: frame) : nil
    let target = target
    let shared = try workspace.learning(at: step.table.range) { () throws(LearningError) in
      try SharedTraining(training, of: target, train: labels, validation: validation)
    }
    let shares = try makeShares(
      of: frame, by: id, among: workers.count, sample: LightGBMTraining(training).binSampleSize)
    defer { dropShares() }
    let sizes = try sizes(of: shares, among: workers.count, hasValidation: hasValidation)
    let source = WorkerRows(of: shares, encoder, target, step.weight, in: workspace)
    let cancellation = workspace.cancellation
    do throws(TeamError) {
      let model = try team.train(
        shared, sizes: sizes, sample: source.sample, rows: source.rows,
        unless: { cancellation.reason != nil },
        report: workspace.tell)
      remarks.append(
        workspace.words(
          "Trained by \(workers.count) workers together, each with the rows that fall to it by the hash "
            + "of `\(id.name)`.",
          "\(workers.count)台のワーカーが共同で学習しました。各行の担当は`\(id.name)`のハッシュで決まります。"))
      return model
    } catch {
      try workspace.checkCancellation()
      throw source.failure ?? StepFailure(Diagnostic(error, at: workers.range))
    }
  }

  private func teaming<Success>(
    at workers: TrainStep.Workers, _ body: () throws(TeamError) -> Success
  ) throws(StepFailure) -> Success {
    do throws(TeamError) {
      return try body()
    } catch {
      throw StepFailure(Diagnostic(error, at: workers.range))
    }
  }

  private func rowLabels(_ part: Part, of frame: String) throws(StepFailure) -> RowLabels {
    let source = ScoredSource(frame: frame, part: part, encoder, target, weight: step.weight)
    return RowLabels(
      labels: try source.labels(in: workspace),
      weights: try source.weights(in: workspace)?.map(Float.init))
  }

  private var shareTable: String { "\(workspace.stepName) workers" }
  private var shareView: String { "\(workspace.stepName) shares" }

  /// The frame with the worker that each row goes to; gives the view's name.
  private func makeShares(
    of frame: String, by id: NamedPlace, among count: Int, sample size: Int
  ) throws(StepFailure) -> String {
    let table = try workspace.rows(
      "SELECT CAST(\(SQLText.identifier(id.name)) AS VARCHAR) FROM \(SQLText.identifier(frame))")
    guard case .texts(let ids) = table.columns.first?.cells, ids.count == rowCount else {
      throw StepFailure(.error("bad-id", "`\(id.name)` cannot be read as text", at: id.range))
    }
    let keys = RowKeys(ids: ids.map { $0 ?? "" })
    let machines = keys.machines(count)
    let sample = keys.sample(size, of: partSizes[.train] ?? 0)
    try workspace.engine { engine throws(DuckDBError) in
      try engine.createTable(
        shareTable,
        columns: [
          ("machine", .integers32(machines)),
          ("sample", .integers32(sample.map { $0 ? 1 : 0 })),
        ], replacing: true)
    }
    let machine = SQLText.identifier(ScoredSource.workerColumn)
    try workspace.make(
      shareView, "CREATE OR REPLACE VIEW",
      as: """
        SELECT rows.*, workers.machine AS \(machine),
          workers.sample AS \(SQLText.identifier(ScoredSource.sampleColumn)) FROM \(SQLText.identifier(frame)) AS rows
          POSITIONAL JOIN \(SQLText.identifier(shareTable)) AS workers
        """, binding: [:], reporting: workspace.failure)
    return shareView
  }

  private func dropShares() {
    for statement in [
      "DROP VIEW IF EXISTS \(SQLText.identifier(shareView))",
      "DROP TABLE IF EXISTS \(SQLText.identifier(shareTable))",
    ] {
      // What stays goes with the run's engine.
      _ = try? workspace.connection.execute(statement)
    }
  }

  private func sizes(
    of shares: String, among count: Int, hasValidation: Bool
  ) throws(StepFailure) -> Team.Sizes {
    let part = SQLText.identifier(TrainedModel.partColumn)
    let machine = SQLText.identifier(ScoredSource.workerColumn)
    func sizes(_ wanted: Part) throws(StepFailure) -> [Int] {
      let list = (0..<count).map {
        "count(*) FILTER (\(part) = \(wanted.code) AND \(machine) = \($0)) AS w\($0)"
      }
      let table = try workspace.rows(
        "SELECT \(list.joined(separator: ", ")) FROM \(SQLText.identifier(shares))")
      return table.row(0).map { $0.number.map { Int($0) } ?? 0 }
    }
    return Team.Sizes(
      train: try sizes(.train), validation: hasValidation ? try sizes(.validation) : nil)
  }
}

/// The rows of a view by worker and part. What the engine could not do is kept, for whoever reads the
/// rows knows errors of learning only.
private final class WorkerRows {
  private let view: String
  private let encoder: FeatureEncoder
  private let target: Model.Target
  private let weight: NamedPlace?
  private let workspace: Workspace
  private(set) var failure: StepFailure?

  init(
    of view: String, _ encoder: FeatureEncoder, _ target: Model.Target, _ weight: NamedPlace?,
    in workspace: Workspace
  ) {
    self.view = view
    self.encoder = encoder
    self.target = target
    self.weight = weight
    self.workspace = workspace
  }

  /// Training rows of all workers, as many as bins are found by.
  func sample() throws(LearningError) -> ColumnStream {
    do throws(StepFailure) {
      return try ScoredSource(
        frame: view, part: .train, encoder, target, isSample: true
      ).features(in: workspace)
    } catch {
      failure = failure ?? error
      throw LearningError(.data, error.diagnostic.summary)
    }
  }

  func rows(_ worker: Int, _ part: Part) throws(LearningError) -> TrainingRows {
    do throws(StepFailure) {
      return try ScoredSource(
        frame: view, part: part, encoder, target, weight: weight, worker: worker
      ).labelled(in: workspace)
    } catch {
      failure = failure ?? error
      throw LearningError(.data, error.diagnostic.summary)
    }
  }
}

extension Workspace {
  /// Says how far workers are.
  fileprivate func tell(_ event: Team.Event) {
    if let words = event.words { report(words) }
  }
}

extension Team.Event {
  /// One line of progress; nil for what nobody waits for.
  fileprivate var words: String? {
    let number = NumberFormat.thousands(0)
    switch self {
    case .joined(let name, let count, let missing):
      return missing == 0
        ? "worker \(name) joined: all \(count) are there"
        : "worker \(name) joined, \(missing) missing"
    case .sent(let rows, let bytes):
      return "sent \(number.string(Double(rows))) rows, \(Self.megabytes(bytes))"
    case .round(let round, let rounds, let loss):
      return round % 10 == 0
        ? "round \(round) of \(rounds), loss \(NumberFormat.fixed(4).string(loss))" : nil
    case .done(let exchanged): return "the workers exchanged \(Self.megabytes(exchanged))"
    }
  }

  private static func megabytes(_ bytes: Int) -> String {
    "\(NumberFormat.fixed(1).string(Double(bytes) / 1e6)) MB"
  }
}

extension Diagnostic {
  /// What machines could not do together.
  init(_ error: TeamError, at range: SourceRange?) {
    self = .error(
      error.kind == .unwanted ? "interrupted" : "workers", error.summary, at: range,
      explanation: error.explanation, solutions: error.solutions)
  }
}
