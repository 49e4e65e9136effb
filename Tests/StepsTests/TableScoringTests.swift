import DuckDB
import Foundation
import Learning
import Testing
import Vocabulary

@testable import Steps

/// Tables that are scored in pieces, for each task and format.
@Suite(.serialized) struct TableScoringTests {
  /// More flowers than a piece holds at least, none of them like those of the training.
  static let many =
    TaskStepsTests.flowers.replacing("range(1500)", with: "range(7, 25011)")

  private static func bytes(
    _ model: Model, in pieces: Int, _ format: ExportStep.Format, keeping keep: [String]
  ) throws -> (data: Data, outcome: TableScoring.Outcome, steps: [Int]) {
    let bench = try People.bench()
    try bench.make("many", many)
    var scoring = TableScoring(model, keep: keep, format: format)
    scoring.pieceSize = pieces
    var steps: [Int] = []
    let outcome = try scoring.outcome(of: "many", in: bench.workspace) { done, count in
      #expect(count == 25_004)
      steps.append(done)
    }
    return (
      try Data(contentsOf: URL(filePath: outcome.file.stagedAt)), outcome, steps
    )
  }

  @Test(
    arguments: [
      ("soil", "features: [petal, stem]\nrounds: 5"),
      ("kind", "features: [petal, stem, soil]\nrounds: 5"),
      ("kind", "features: [petal, stem, soil]\nalgorithm: svm"),
      ("size", "features: [petal, stem, soil]\nalgorithm: mlp\nrounds: 2"),
    ], ExportStep.Format.allCases)
  func doesNotDependOnThePieces(
    _ training: (String, String), _ format: ExportStep.Format
  ) throws {
    let (target, options) = training
    let bench = try People.bench()
    try bench.make("flowers", TaskStepsTests.flowers)
    _ = try bench.run(
      "```yaml step m\nuses: train\ntable: flowers\ntarget: \(target)\n\(options)\n```")
    let trained = try #require(bench.workspace.models["m"]?.model)
    let keep = ["flower", "grade"]
    let whole = try Self.bytes(trained, in: 1_000_000, format, keeping: keep)
    #expect(whole.steps.isEmpty)
    let pieces = try Self.bytes(trained, in: 1, format, keeping: keep)
    #expect(pieces.steps == [10_000, 20_000, 25_004])
    #expect(pieces.data == whole.data)
    #expect(pieces.outcome.labels == whole.outcome.labels)
    #expect(pieces.outcome.rows == 25_004)
    // In the order of the rows, with what the notebook's step gives.
    try bench.make("many", Self.many)
    _ = try bench.run(
      "```yaml step s\nuses: predict\nmodel: m\ntable: many\nkeep: [flower, grade]\n```")
    // The folder that the pieces were staged in is gone with its bench.
    let copy = FileManager.default.temporaryDirectory.appending(
      path: "scores-\(UUID().uuidString).\(format)")
    defer { try? FileManager.default.removeItem(at: copy) }
    try pieces.data.write(to: copy)
    let file = SQLText.literal(copy.path)
    let reader =
      switch format {
      case .csv: "read_csv(\(file))"
      case .jsonl: "read_json(\(file), format = 'newline_delimited')"
      case .parquet: "read_parquet(\(file))"
      }
    let answer = trained.target.task == .regression ? "prediction" : "score"
    let odd = try bench.workspace.rows(
      """
      SELECT count(*) FROM \(reader) AS f POSITIONAL JOIN s
      WHERE f.flower IS DISTINCT FROM s.flower OR f.\(answer) IS DISTINCT FROM s.\(answer)
      """)
    #expect(odd.row(0) == [.int(0)])
  }
}
