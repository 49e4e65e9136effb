internal import LightGBM
public import Vocabulary

/// What turns a table's columns into the numbers that a model reads; fitted once, at training.
///
/// For example: `encoder.matrix(of: rows)` gives row-major doubles, NaN where a value is missing.
/// The same encoding is available as SQL (`selectList`), so that large tables never leave the engine.
public struct FeatureEncoder: Sendable, Hashable, Codable {
  /// How categories become numbers.
  public enum Categorical: String, Sendable, Hashable, Codable, CaseIterable {
    /// One column of level codes that the algorithm treats as a category.
    case native
    /// One column of 0 and 1 per level.
    case oneHot = "one_hot"
  }

  /// How categories become numbers.
  public var categorical: Categorical
  /// Whether the first level of each category has no column of its own (one-hot only).
  public var dropsFirst: Bool
  /// The number that stands for a missing number, boolean, date or time; nil leaves it missing.
  public var missingNumber: Double?
  /// The text that stands for a missing category; nil leaves it missing.
  public var missingText: String?
  /// The columns in the order the model was given them.
  public var columns: [FeatureColumn]

  /// An encoder with these settings.
  public init(
    columns: [FeatureColumn], categorical: Categorical = .native, dropsFirst: Bool = false,
    missingNumber: Double? = nil, missingText: String? = nil
  ) {
    self.columns = columns
    self.categorical = categorical
    self.dropsFirst = dropsFirst
    self.missingNumber = missingNumber
    self.missingText = missingText
  }

  private enum CodingKeys: String, CodingKey {
    case categorical, columns
    case dropsFirst = "drop_first"
    case missingNumber = "missing_number"
    case missingText = "missing_text"
  }

  /// One number that the model reads.
  public struct Feature: Sendable, Hashable {
    /// The column's name, with `_level` behind it when it is one level of a category.
    public var name: String
    /// The place of the column among `columns`.
    public var column: Int
    /// The place of the level, when the feature is one level of a category.
    public var level: Int?
    /// Whether the number is a level's code.
    public var isCategorical: Bool
  }

  /// The features in the order of the model.
  public var features: [Feature] {
    columns.enumerated().flatMap { index, column -> [Feature] in
      guard column.kind == .category else {
        return [Feature(name: column.name, column: index, level: nil, isCategorical: false)]
      }
      switch categorical {
      case .native:
        return [Feature(name: column.name, column: index, level: nil, isCategorical: true)]
      case .oneHot:
        return column.levels.enumerated().dropFirst(dropsFirst ? 1 : 0).map { level, text in
          Feature(
            name: "\(column.name)_\(text)", column: index, level: level, isCategorical: false)
        }
      }
    }
  }

  /// How many features there are, without naming them.
  public var featureCount: Int {
    columns.reduce(0) { count, column in
      guard column.kind == .category, categorical == .oneHot else { return count + 1 }
      return count + max(0, column.levels.count - (dropsFirst ? 1 : 0))
    }
  }

  /// The features' names as LightGBM's model text can hold them, all different.
  public var libraryNames: [String] { FeatureNames.safe(features.map(\.name)) }
}

extension FeatureEncoder {
  /// The features of every row, row-major, NaN where a value is missing or a level unseen.
  ///
  /// A column that `table` does not have is an error with the nearest name.
  public func matrix(of table: Table) throws(LearningError) -> [Double] {
    var sources: [Column] = []
    for column in columns {
      guard let source = table[column.name] else {
        throw LearningError(
          .column(column.name), "the rows have no column `\(column.name)`",
          solutions: solutions(
            forUnknown: column.name, among: table.columns.map(\.name)))
      }
      sources.append(source)
    }
    let codes = columns.map { column in
      Dictionary(uniqueKeysWithValues: column.levels.enumerated().map { (ExactText($1), $0) })
    }
    var matrix: [Double] = []
    matrix.reserveCapacity(table.rowCount * featureCount)
    for row in 0..<table.rowCount {
      for index in columns.indices {
        append(sources[index][row], of: columns[index], codes[index], to: &matrix)
      }
    }
    return matrix
  }

  private func append(
    _ value: Value, of column: FeatureColumn, _ codes: [ExactText: Int], to matrix: inout [Double]
  ) {
    guard column.kind == .category else {
      let number = Self.number(value, column.kind)
      matrix.append(number.flatMap { $0.isNaN ? nil : $0 } ?? missingNumber ?? .nan)
      return
    }
    let text = value.isNull ? missingText : value.plainText
    let code = text.flatMap { codes[ExactText($0)] }
    switch categorical {
    case .native:
      matrix.append(code.map(Double.init) ?? .nan)
    case .oneHot:
      for level in column.levels.indices.dropFirst(dropsFirst ? 1 : 0) {
        matrix.append(level == code ? 1 : 0)
      }
    }
  }

  private static func number(_ value: Value, _ kind: FeatureColumn.Kind) -> Double? {
    switch (value, kind) {
    case (.bool(let flag), _): flag ? 1 : 0
    case (.int(let number), _): Double(number)
    case (.double(let number), _): number
    case (.date(let day), .time): Double(day.daysSinceEpoch) * 86_400
    case (.date(let day), _): Double(day.daysSinceEpoch)
    case (.timestamp(let time), .date):
      (Double(time.microsecondsSinceEpoch) / 86_400_000_000).rounded(.down)
    case (.timestamp(let time), _): Double(time.microsecondsSinceEpoch) / 1_000_000
    case (.text(let text), .number): Double(text)
    case (.text(let text), .date): CalendarDate(parsing: text).map { Double($0.daysSinceEpoch) }
    case (.text(let text), .time):
      Timestamp(parsing: text).map { Double($0.microsecondsSinceEpoch) / 1_000_000 }
    case (.text, _), (.null, _), (.list, _): nil
    }
  }
}
