internal import LightGBM
public import Vocabulary

/// How far each feature moved the raw score of each row: SHAP values.
///
/// For example: `try model.contributions(of: features, with: search).row(0)`.
///
/// For every row, `expected` plus the sum of its values is the model's raw score (for a binary
/// model the log odds). Source: S. Lundberg, G. Erion, S.-I. Lee, "Consistent individualized feature
/// attribution for tree ensembles" (2018), as LightGBM computes it (`predict_type` 3).
public struct Contributions: Sendable, Hashable {
  /// The features, in the order of the encoder.
  public let features: [String]
  /// What the model gives on average over its training rows, in the unit of the raw score.
  public let expected: Double
  /// How many rows there are.
  public let rowCount: Int
  /// Row after row, one value for each feature.
  private let values: [Double]

  /// Contributions of LightGBM: per row and output one number for each feature and last the expected
  /// value.
  init(features: [String], predictions: [Double], output: Int = 0, of count: Int = 1) {
    let width = features.count + 1
    let rows = predictions.count / (width * max(1, count))
    self.features = features
    rowCount = rows
    expected = rows > 0 ? predictions[(output + 1) * width - 1] : .nan
    var values: [Double] = []
    values.reserveCapacity(rows * features.count)
    for row in 0..<rows {
      let start = (row * count + output) * width
      values += predictions[start..<start + width - 1]
    }
    self.values = values
  }

  /// The values of one row, in the order of `features`.
  public func row(_ index: Int) -> [Double] {
    Array(values[index * features.count..<(index + 1) * features.count])
  }

  /// The values of one feature in all rows.
  public func feature(_ index: Int) -> [Double] {
    (0..<rowCount).map { values[$0 * features.count + index] }
  }

  /// The raw score of one row.
  public func rawScore(_ index: Int) -> Double { row(index).reduce(expected, +) }

  /// The mean of the absolute values of each feature, in the order of `features`.
  public var meanAbsolute: [Double] {
    features.indices.map { index in
      let sum = feature(index).reduce(0) { $0 + abs($1) }
      return rowCount > 0 ? sum / Double(rowCount) : 0
    }
  }
}

extension Contributions {
  /// The contributions of the columns that features were made of: those of the levels of a one-hot
  /// encoded category added up, in the order of the encoder's columns.
  public func byColumn(of encoder: FeatureEncoder) -> Contributions {
    let sources = encoder.features.map(\.column)
    guard encoder.categorical == .oneHot, sources.count == features.count else { return self }
    let width = encoder.columns.count + 1
    var predictions = [Double](repeating: 0, count: rowCount * width)
    for index in 0..<rowCount {
      for (column, value) in zip(sources, row(index)) {
        predictions[index * width + column] += value
      }
      predictions[(index + 1) * width - 1] = expected
    }
    return Contributions(features: encoder.columns.map(\.name), predictions: predictions)
  }
}

extension Model {
  /// Whether the algorithm can say what each feature contributes to a row's score.
  public var hasContributions: Bool {
    switch core {
    case .trees: true
    case .linear, .network: false
    }
  }

  /// The contributions of every row of encoded features, in row order; those to the first class when
  /// there are several.
  ///
  /// The stream's columns are those of `encoder.selectList`.
  public func contributions(
    of features: ColumnStream, with search: LibrarySearch, threads: Int = 1
  ) throws(LearningError) -> Contributions {
    try allContributions(of: features, with: search, threads: threads)[0]
  }

  /// The contributions to each output: one, or one for each of several classes.
  public func allContributions(
    of features: ColumnStream, with search: LibrarySearch, threads: Int = 1
  ) throws(LearningError) -> [Contributions] {
    split(
      try contributed(with: search) { booster throws(LightGBMError) in
        try booster.predict(
          features, .contributions, parameters: ["num_threads": String(max(1, threads))])
      })
  }

  /// The contributions of every row of `table`, which has the columns that the model reads; those to
  /// the first class when there are several.
  public func contributions(
    of table: Table, with search: LibrarySearch, threads: Int = 1
  ) throws(LearningError) -> Contributions {
    let matrix = try encoder.matrix(of: table)
    return split(
      try contributed(with: search) { booster throws(LightGBMError) in
        try booster.predict(
          matrix: matrix, .contributions, parameters: ["num_threads": String(max(1, threads))])
      })[0]
  }

  private func split(_ predictions: [Double]) -> [Contributions] {
    let names = encoder.features.map(\.name)
    let count = target.outputCount
    return (0..<max(1, count)).map {
      Contributions(features: names, predictions: predictions, output: $0, of: count)
    }
  }

  private func contributed(
    with search: LibrarySearch, _ predict: (Booster) throws(LightGBMError) -> [Double]
  ) throws(LearningError) -> [Double] {
    guard case .trees(let text) = core else {
      throw LearningError(.library, "`\(algorithm.rawValue)` has no SHAP values")
    }
    do throws(LightGBMError) {
      let sums = try Session.run(Library.load(search)) { session throws(LightGBMError) in
        try predict(Booster(session, model: text))
      }
      // LightGBM averages a forest's predictions but adds up their contributions.
      guard algorithm == .randomForest else { return sums }
      return sums.map { $0 / Double(max(1, bestRound)) }
    } catch {
      throw LearningError(lightGBM: error)
    }
  }
}
