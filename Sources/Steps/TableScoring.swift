internal import DuckDB
public import Learning
internal import Parsing
internal import Vocabulary

/// Scores a table of any length with a model that was read from its files, and writes the result to
/// a file: what a `predict` and an `export` step do, piece by piece.
///
/// A score depends on its row alone, so pieces give what the whole gives, to the last bit.
public struct TableScoring: Sendable, Hashable {
  /// The model.
  public var model: Model
  /// Columns of the table that the result keeps, in order.
  public var keep: [String]
  /// From this score on the label is the positive class.
  public var threshold: Double
  /// The format of the file.
  public var format: ExportStep.Format
  /// Whether text that a spreadsheet would take for a formula gets an apostrophe in front (CSV).
  public var guardsFormulas: Bool
  /// How many features of how many rows are scored at once: about 64 MB of numbers.
  public var pieceSize = 8_000_000

  /// A scoring with these settings.
  public init(
    _ model: Model, keep: [String] = [], threshold: Double = 0.5,
    format: ExportStep.Format = .csv, guardsFormulas: Bool = true
  ) {
    self.model = model
    self.keep = keep
    self.threshold = threshold
    self.format = format
    self.guardsFormulas = guardsFormulas
  }

  /// The columns that the result has behind those that are kept.
  public var answerColumns: [String] {
    switch model.target.task {
    case .binary: ["score", "label"]
    case .multiclass: model.target.scoreColumns + ["score", "label"]
    case .regression: ["prediction"]
    }
  }

  /// What a scoring leaves.
  public struct Outcome: Sendable, Hashable {
    /// The rows scored.
    public var rows: Int
    /// How often each label was given, by the label's text.
    public var labels: [Label]
    /// Sentences on values that the model cannot use.
    public var remarks: [String]
    /// The file, in the workspace's staging folder.
    public var file: Artifact

    /// A label and how often it was given.
    public struct Label: Sendable, Hashable {
      /// The target's value.
      public var text: String
      /// The rows that got it.
      public var count: Int
    }
  }

  /// Scores the table `rows`; its columns must include those of the model and those kept.
  ///
  /// `progress` is told how many rows are done. What fails has no place in a notebook.
  public func outcome(
    of rows: String, in workspace: Workspace, progress: (Int, Int) -> Void = { _, _ in }
  ) throws(StepFailure) -> Outcome {
    do throws(StepFailure) {
      return try placeless(of: rows, in: workspace, progress)
    } catch {
      var diagnostic = error.diagnostic
      diagnostic.range = nil
      diagnostic.explanation = nil
      throw StepFailure(diagnostic)
    }
  }

  private static let scores = "scores"
  private static let piece = "piece"
  private static let result = "result"

  private func placeless(
    of rows: String, in workspace: Workspace, _ progress: (Int, Int) -> Void
  ) throws(StepFailure) -> Outcome {
    workspace.current = StepSource(unwritten: Self.scores)
    workspace.models["model"] = TrainedModel(
      model: model, encoder: model.encoder, target: model.target, frame: rows, parts: [])
    let types = try workspace.types(of: rows)
    let count = try workspace.rowCount(of: rows)
    let size = max(10_000, pieceSize / max(1, model.encoder.featureCount))
    let result: String
    if count <= size {
      _ = try PredictStep(self, of: rows).run(in: workspace)
      result = Self.scores
    } else {
      try makeResult(of: rows, count, piecesOf: size, in: workspace, progress)
      result = Self.result
    }
    let export = try ExportStep(self, of: result).run(in: workspace)
    guard let file = export.artifacts.first else {
      throw StepFailure(.error("export-failed", "the scores were not written", at: nil))
    }
    return Outcome(
      rows: count, labels: try labels(in: result, workspace),
      remarks: try workspace.unusableValues(
        of: model.encoder, in: SQLText.identifier(rows), types: types),
      file: file)
  }

  private func makeResult(
    of rows: String, _ count: Int, piecesOf size: Int, in workspace: Workspace,
    _ progress: (Int, Int) -> Void
  ) throws(StepFailure) {
    let (scores, piece, result) = (Self.scores, Self.piece, Self.result)
    for start in stride(from: 0, to: count, by: size) {
      try workspace.checkCancellation()
      try workspace.engine { engine throws(DuckDBError) in
        try engine.execute(
          """
          CREATE OR REPLACE VIEW \(piece) AS SELECT * FROM \(SQLText.identifier(rows))
          WHERE rowid >= \(start) AND rowid < \(start + size)
          """)
      }
      _ = try PredictStep(self, of: piece).run(in: workspace)
      try workspace.engine { engine throws(DuckDBError) in
        let verb = start == 0 ? "CREATE TABLE \(result) AS" : "INSERT INTO \(result)"
        try engine.execute("\(verb) SELECT * FROM \(scores); DROP TABLE \(scores)")
      }
      progress(min(count, start + size), count)
    }
  }

  private func labels(
    in table: String, _ workspace: Workspace
  ) throws(StepFailure) -> [Outcome.Label] {
    guard try workspace.types(of: table)["label"] != nil else { return [] }
    let counts = try workspace.rows(
      "SELECT CAST(label AS VARCHAR), count(*) FROM \(table) GROUP BY ALL ORDER BY ALL")
    return (0..<counts.rowCount).compactMap { row in
      guard case .int(let count) = counts.columns[1][row] else { return nil }
      return Outcome.Label(text: counts.columns[0][row].plainText, count: Int(count))
    }
  }
}

extension StepSource {
  /// A step that no notebook has.
  fileprivate init(unwritten name: String) {
    let start = SourcePosition(line: 1, column: 1)
    let place = SourceRange(file: "", start: start, end: start)
    self.init(
      name: name, nameRange: place, language: "yaml",
      options: YAMLNode(.mapping([]), at: place), body: "", bodyRange: place, range: place)
  }
}

extension PredictStep {
  fileprivate init(_ scoring: TableScoring, of table: String) {
    model = NamedPlace("model", at: nil)
    self.table = NamedPlace(table, at: nil)
    keep = scoring.keep.map { NamedPlace($0, at: nil) }
    threshold = scoring.threshold
  }
}

extension ExportStep {
  fileprivate init(_ scoring: TableScoring, of table: String) {
    self.table = NamedPlace(table, at: nil)
    path = NamedPlace("scores", at: nil)
    format = scoring.format
    destination = .artifacts
    guardsFormulas = scoring.guardsFormulas
  }
}
