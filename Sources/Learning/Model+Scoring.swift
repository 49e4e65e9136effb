internal import LightGBM
public import Vocabulary

extension Model {
  /// The probability of the positive class for every row of encoded features, in row order.
  ///
  /// The stream's columns are those of `encoder.selectList`.
  public func scores(
    of features: ColumnStream, with search: LibrarySearch, threads: Int = 1
  ) throws(LearningError) -> [Double] {
    try scored(with: search) { booster throws(LightGBMError) in
      try booster.predict(features, parameters: ["num_threads": String(max(1, threads))])
    }
  }

  /// The probability of the positive class for every row of `table`, which has the columns that the
  /// model reads, in any order and among others.
  public func scores(
    of table: Table, with search: LibrarySearch, threads: Int = 1
  ) throws(LearningError) -> [Double] {
    let matrix = try encoder.matrix(of: table)
    return try scored(with: search) { booster throws(LightGBMError) in
      try booster.predict(matrix: matrix, parameters: ["num_threads": String(max(1, threads))])
    }
  }

  private func scored(
    with search: LibrarySearch, _ predict: (Booster) throws(LightGBMError) -> [Double]
  ) throws(LearningError) -> [Double] {
    do throws(LightGBMError) {
      let scores = try Session.run(Library.load(search)) { session throws(LightGBMError) in
        try predict(Booster(session, model: text))
      }
      // The mean of a forest's shares can leave their range by a rounding.
      return algorithm == .lightgbm ? scores : scores.map { min(max($0, 0), 1) }
    } catch {
      throw LearningError(lightGBM: error)
    }
  }
}
