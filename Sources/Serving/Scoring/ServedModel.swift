internal import Learning
internal import LightGBM
internal import Vocabulary

/// A model that is ready to score.
final class ServedModel: Sendable {
  let model: Model
  let encoder: RowEncoder
  private let trees: TreeWorker?
  private let featureColumns: [String]

  /// A score with its reasons.
  struct Reason: Sendable, Hashable, Codable {
    var column: String
    /// How far the column moved the raw score of the row.
    var contribution: Double
  }

  /// Reads the model in a folder and makes it ready.
  init(contentsOf folder: String, with search: LibrarySearch) async throws {
    let model = try await blocking { try Model(contentsOf: folder) }
    self.model = model
    encoder = RowEncoder(model.encoder)
    featureColumns = encoder.columnOfFeature
    trees =
      if let text = model.text {
        try await TreeWorker(text, with: search, threads: 2)
      } else {
        nil
      }
  }

  /// The scores of encoded rows, and for each of them the `count` columns that moved it most.
  func score(
    _ matrix: [Double], reasons count: Int
  ) async throws -> (scores: [Double], reasons: [[Reason]]?) {
    if count > 0, model.target.task == .multiclass {
      throw Problem(
        .wrongValues, "A model of several classes has no reasons; ask for scores only.",
        "3 つ以上のクラスのモデルは理由を出せません。")
    }
    guard let trees else {
      let model = model
      guard count == 0 else {
        throw Problem(
          .wrongValues, "`\(model.algorithm.rawValue)` has no reasons; ask for scores only.",
          "`\(model.algorithm.rawValue)` は理由を出せません。")
      }
      return (try await blocking { try model.scores(ofEncoded: matrix) }, nil)
    }
    let scored = try await trees.score(matrix, wantsReasons: count > 0)
    // The mean of a forest's shares can leave their range by a rounding.
    let isShare = model.algorithm != .lightgbm && model.target.task != .regression
    let shares = isShare ? scored.scores.map { min(max($0, 0), 1) } : scored.scores
    let scores = isShare && model.target.task == .multiclass ? normalized(shares) : shares
    guard let contributions = scored.contributions else { return (scores, nil) }
    return (scores, reasons(in: contributions, count))
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

  private func reasons(in contributions: [Double], _ count: Int) -> [[Reason]] {
    let width = featureColumns.count + 1
    // LightGBM averages a forest's predictions but adds up their contributions.
    let scale = model.algorithm == .randomForest ? 1 / Double(max(1, model.bestRound)) : 1
    return stride(from: 0, to: contributions.count, by: width).map { start in
      var sums: [String: Double] = [:]
      for (index, column) in featureColumns.enumerated() {
        sums[column, default: 0] += contributions[start + index] * scale
      }
      let sorted = sums.sorted {
        abs($0.value) == abs($1.value) ? $0.key < $1.key : abs($0.value) > abs($1.value)
      }
      return sorted.prefix(count).map { Reason(column: $0.key, contribution: $0.value) }
    }
  }

  /// What is said of a row.
  struct Verdict: Sendable, Hashable {
    /// The probability of the positive class, or of the likeliest of several; or the number.
    var score: Double
    /// The target's value by the threshold, or the likeliest class, or the number as text.
    var label: String
    /// Of several classes, the probability of each.
    var probabilities: [String: Double]?
  }

  /// What a model's numbers say of every row.
  func verdicts(of scores: [Double], threshold: Double) -> [Verdict] {
    let target = model.target
    switch target.task {
    case .binary:
      return scores.map {
        Verdict(score: $0, label: $0 >= threshold ? target.positive : target.negative)
      }
    case .regression: return scores.map { Verdict(score: $0, label: shortestText($0)) }
    case .multiclass:
      let width = max(1, target.classes.count)
      return stride(from: 0, to: scores.count - width + 1, by: width).map { start in
        let shares = scores[start..<(start + width)]
        let best = shares.indices.max { shares[$0] < shares[$1] } ?? start
        return Verdict(
          score: shares[best], label: target.classes[best - start],
          probabilities: Dictionary(zip(target.classes, shares)) { first, _ in first })
      }
    }
  }
}
