internal import LightGBM

/// Rows in LightGBM's bins, made once for each way of binning that the trials ask for.
final class BinnedSets {
  /// The rows of a search. LightGBM only reads them while trees grow, so trials share them.
  struct Set {
    /// One, or one for each class when there is one model of shares for each.
    var train: [Dataset]
    var trainRows: JudgedRows
    var validation: (rows: JudgedRows, data: Unseen)?
  }

  /// Rows that no tree learns from.
  enum Unseen {
    /// Their scores are kept up to date here.
    case followed(FollowedRows)
    /// LightGBM keeps their scores, in bins.
    case binned(Dataset)
  }

  /// How many ways of binning are kept at the same time.
  private static let limit = 2
  /// The parameters that decide on the bins.
  private static let binning = [
    "max_bin", "min_data_in_bin", "bin_construct_sample_cnt", "data_random_seed", "seed",
    "enable_bundle", "use_missing", "zero_as_missing", "linear_tree",
  ]

  private let rows: () throws(LearningError) -> LightGBMTuning.Rows
  private var made: [(key: [String], set: Set)] = []
  private var isFirst = true

  init(_ rows: @escaping () throws(LearningError) -> LightGBMTuning.Rows) {
    self.rows = rows
  }

  /// The rows as a training bins them, or why there are none. The first set is made with all
  /// threads, for nothing else runs then; `begins` is told when it is made.
  func set(
    for training: LightGBMTraining, in session: Session, begins: () -> Void
  ) throws(LightGBMError) -> (Set?, LearningError?) {
    let key =
      Self.binning.map { training.parameters[$0] ?? "" } + ["\(training.growsOneTreeARound)"]
    if let known = made.first(where: { $0.key == key }) { return (known.set, nil) }
    defer {
      if isFirst { begins() }
      isFirst = false
    }
    let rows: LightGBMTuning.Rows
    do throws(LearningError) {
      rows = try self.rows()
      try training.check(rows.train, rows.validation)
    } catch {
      return (nil, error)
    }
    let set = try Self.set(of: rows, training, in: session)
    made = made.suffix(Self.limit - 1) + [(key, set)]
    return (set, nil)
  }

  private static func set(
    of rows: LightGBMTuning.Rows, _ training: LightGBMTraining, in session: Session
  ) throws(LightGBMError) -> Set {
    let names = training.encoder.libraryNames
    let categorical = zip(names, training.encoder.features).filter { $1.isCategorical }.map(\.0)
    // Features that one trial cannot split may be split by another.
    let arguments = training.arguments.merging(["feature_pre_filter": "false"])
    let factors = RowFactors(training.classWeights, rows.train, training.target)
    let train = try Dataset(
      session, stream: rows.train.features, label: rows.train.labels,
      weight: factors.weights(of: rows.train)?.map(Float.init), parameters: arguments,
      categorical: categorical)
    let unseen = try rows.validation.map { rows throws(LightGBMError) -> Unseen in
      training.growsOneTreeARound
        ? .followed(try FollowedRows(reading: rows.features))
        : .binned(
          try Dataset(
            session, stream: rows.features, label: rows.labels, parameters: arguments,
            categorical: categorical, reference: train))
    }
    return Set(
      train: try training.sets(of: train, rows.train.labels, arguments),
      trainRows: JudgedRows(rows.train, factors),
      validation: rows.validation.flatMap { rows in
        unseen.map { (JudgedRows(rows, factors), $0) }
      })
  }
}
