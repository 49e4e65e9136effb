internal import LightGBM
internal import LinearAlgebra
public import Vocabulary

extension Model {
  /// The scores of every row of encoded features, in row order: the probability of the positive
  /// class, or the value of a regression; of several classes one probability each, so that there are
  /// `target.outputCount` numbers for each row.
  ///
  /// The stream's columns are those of `encoder.selectList`. Only trees need the library.
  public func scores(
    of features: ColumnStream, with search: LibrarySearch, threads: Int = 1
  ) throws(LearningError) -> [Double] {
    guard algorithm.isOfTrees else {
      return try scores(
        of: try linear { () throws(LinearAlgebraError) in try DenseMatrix(reading: features) })
    }
    return try scored(with: search) { booster throws(LightGBMError) in
      try booster.predict(features, parameters: ["num_threads": String(max(1, threads))])
    }
  }

  /// The scores of every row of `table`, which has the columns that the model reads, in any order and
  /// among others.
  public func scores(
    of table: Table, with search: LibrarySearch, threads: Int = 1
  ) throws(LearningError) -> [Double] {
    let matrix = try encoder.matrix(of: table)
    guard algorithm.isOfTrees else {
      return try scores(of: DenseMatrix(columnCount: encoder.featureCount, values: matrix))
    }
    return try scored(with: search) { booster throws(LightGBMError) in
      try booster.predict(matrix: matrix, parameters: ["num_threads": String(max(1, threads))])
    }
  }

  /// The probability of the positive class for encoded rows, stored row after row; of a model that
  /// needs no library.
  public func scores(ofEncoded matrix: [Double]) throws(LearningError) -> [Double] {
    try scores(of: DenseMatrix(columnCount: encoder.featureCount, values: matrix))
  }

  /// The scores of encoded rows, by a core that needs no library.
  private func scores(of matrix: DenseMatrix) throws(LearningError) -> [Double] {
    switch core {
    case .linear(let linear): return try linear.scores(of: matrix)
    case .network(let network): return try network.scores(of: matrix)
    case .trees: throw LearningError(.bundle, "trees are scored by LightGBM")
    }
  }

  private func scored(
    with search: LibrarySearch, _ predict: (Booster) throws(LightGBMError) -> [Double]
  ) throws(LearningError) -> [Double] {
    guard case .trees(let text) = core else {
      throw LearningError(.bundle, "`\(algorithm.rawValue)` is no model of LightGBM's")
    }
    do throws(LightGBMError) {
      let scores = try Session.run(Library.load(search)) { session throws(LightGBMError) in
        try predict(Booster(session, model: text))
      }
      guard algorithm != .lightgbm else { return scores }
      switch target.task {
      case .regression: return scores
      // The mean of a forest's shares can leave their range by a rounding.
      case .binary: return scores.map { min(max($0, 0), 1) }
      case .multiclass: return Self.normalized(scores, target.outputCount)
      }
    } catch {
      throw LearningError(lightGBM: error)
    }
  }
}
