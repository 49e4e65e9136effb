public import Learning
public import Vocabulary

/// A model that a `train` step left, with the rows that it was trained and is judged on.
///
/// While a notebook is checked there is a description of the columns only.
public struct TrainedModel: Sendable, Hashable {
  /// The model; nil while checking.
  public var model: Model?
  /// What turns columns into features; without levels while checking.
  public var encoder: FeatureEncoder
  /// What it predicts.
  public var target: Model.Target
  /// The engine's table or view of the rows, in their original order: the columns that the model
  /// reads, the target, and `partColumn`.
  public var frame: String
  /// The parts that may have rows.
  public var parts: [Part]
  /// The column of `frame` that tells rows apart, when the author named one.
  public var id: String?
  /// The column of `frame` that says how much rows count, when the author named one.
  public var weight: String?
  /// What kind of answer the model gives; nil while checking when only the rows decide.
  public var task: Model.Task?

  /// The column of `frame` that says what a row is for: a part's `code`, or NULL for a row without
  /// target. The space keeps it apart from the names of ordinary columns.
  static let partColumn = "washi part"

  /// The fingerprint of what later steps can read of the model; nil when it has none yet.
  public var content: Fingerprint? {
    guard let files = try? model?.files() else { return nil }
    return Fingerprint(combining: files.flatMap { [$0.name, $0.contents] })
  }
}

extension Part {
  /// The number that stands for the part in the engine.
  var code: Int {
    switch self {
    case .train: 0
    case .validation: 1
    case .test: 2
    }
  }
}
