internal import Learning
internal import LightGBM
internal import Vocabulary

/// A model that is ready to score.
final class ServedModel: Sendable {
  let model: Model
  let encoder: RowEncoder
  /// How what it says is written.
  let writer: ScoreWriter
  private let trees: TreeWorker?
  private let rows: RowScorer?
  private let featureColumns: [String]

  /// A score with its reasons.
  struct Reason: Sendable, Hashable {
    var column: String
    /// How far the column moved the raw score of the row, or of its likeliest class.
    var contribution: Double
  }

  /// So many rows of a model without trees are scored where they are asked for.
  private static let few = 64

  /// Makes a model ready.
  init(_ model: Model, with search: LibrarySearch) async throws {
    self.model = model
    encoder = RowEncoder(model.encoder)
    writer = ScoreWriter(model.target)
    featureColumns = encoder.columnOfFeature
    guard let text = model.text else {
      (trees, rows) = (nil, nil)
      return
    }
    rows = try await blocking {
      try RowScorer(Library.load(search), model: text, predictors: 4)
    }
    trees = try await TreeWorker(text, with: search, threads: 2)
  }

  /// The scores of encoded rows, and for each of them the `count` columns that moved it most.
  func score(
    _ matrix: [Double], reasons count: Int
  ) async throws -> (scores: [Double], reasons: [[Reason]]?) {
    guard let trees, let rows else {
      let model = model
      guard count == 0 else {
        throw Problem(
          .wrongValues, "`\(model.algorithm.rawValue)` has no reasons; ask for scores only.",
          "`\(model.algorithm.rawValue)` は理由を出せません。")
      }
      if matrix.count <= Self.few * max(1, encoder.width) {
        return (try model.scores(ofEncoded: matrix), nil)
      }
      return (try await blocking { try model.scores(ofEncoded: matrix) }, nil)
    }
    // One row costs less than handing it to another thread.
    let scored =
      count == 0 && matrix.count == rows.featureCount
      ? TreeWorker.Scored(scores: try rows.prediction(for: matrix))
      : try await trees.score(matrix, wantsReasons: count > 0)
    let scores = shares(scored.scores)
    guard let contributions = scored.contributions else { return (scores, nil) }
    return (scores, reasons(in: contributions, scores, count))
  }

  /// The numbers of trees as probabilities, where they are no quantities.
  private func shares(_ scores: [Double]) -> [Double] {
    guard model.algorithm != .lightgbm, model.target.task != .regression else { return scores }
    // The mean of a forest's shares can leave their range by a rounding.
    let shares = scores.map { min(max($0, 0), 1) }
    return model.target.task == .multiclass ? normalized(shares) : shares
  }

  /// The shares of every row, adding up to one.
  private func normalized(_ shares: [Double]) -> [Double] {
    let width = max(1, model.target.classes.count)
    return stride(from: 0, to: shares.count - width + 1, by: width).flatMap { start in
      let row = shares[start..<(start + width)]
      let sum = row.reduce(0, +)
      return row.map { sum > 0 ? $0 / sum : 1 / Double(width) }
    }
  }

  private func reasons(
    in contributions: [Double], _ scores: [Double], _ count: Int
  ) -> [[Reason]] {
    let width = featureColumns.count + 1
    let classes = model.target.outputCount
    // LightGBM averages a forest's predictions but adds up their contributions.
    let scale = model.algorithm == .randomForest ? 1 / Double(max(1, model.bestRound)) : 1
    return stride(from: 0, to: contributions.count, by: width * classes).map { start in
      let row = start / width
      let best = scores[row..<(row + classes)].indices.max { scores[$0] < scores[$1] } ?? row
      let first = start + (best - row) * width
      var sums: [String: Double] = [:]
      for (index, column) in featureColumns.enumerated() {
        sums[column, default: 0] += contributions[first + index] * scale
      }
      let sorted = sums.sorted {
        abs($0.value) == abs($1.value) ? $0.key < $1.key : abs($0.value) > abs($1.value)
      }
      return sorted.prefix(count).map { Reason(column: $0.key, contribution: $0.value) }
    }
  }
}
