internal import LinearAlgebra
public import Vocabulary

extension FeatureEncoder {
  /// An encoder for the columns of a table in memory, but those that are left out; the levels of a
  /// text column are its texts.
  ///
  /// For example: `FeatureEncoder(fitting: table, except: ["price"])`. For algorithms other than trees
  /// take `categorical: .oneHot`.
  public init(
    fitting table: Table, except others: Set<String> = [],
    categorical: Categorical = .native, missingNumber: Double? = nil, missingText: String? = nil
  ) {
    let columns = table.columns.filter { !others.contains($0.name) }
      .compactMap { column -> FeatureColumn? in
        guard let kind = FeatureColumn.Kind(typeName: column.type.engineName) else { return nil }
        var levels: [String] = []
        if kind == .category {
          levels = column.values.compactMap { $0.isNull ? missingText : $0.plainText }
        }
        return FeatureColumn(
          name: column.name, type: column.type.engineName, kind: kind, levels: levels)
      }
    self.init(
      columns: columns, categorical: categorical, missingNumber: missingNumber,
      missingText: missingText)
  }
}

extension Model.Target {
  /// What a column of a table in memory is to be learned as; its classes are its values in order.
  ///
  /// Throws when there is no such column, when a regression is asked of texts, and when there are
  /// fewer than two values, or more than two for `binary`.
  public init(_ name: String, in table: Table, task: Model.Task) throws(LearningError) {
    guard let column = table[name] else {
      throw LearningError(
        .column(name), "the rows have no column `\(name)`",
        solutions: solutions(forUnknown: name, among: table.columns.map(\.name)))
    }
    let type = column.type.engineName
    let known = column.values.filter { !$0.isNull }
    guard task != .regression else {
      guard known.allSatisfy({ $0.number != nil }) else {
        throw LearningError(.column(name), "`\(name)` holds \(type), which is no number")
      }
      self.init(column: name, type: type, task: task)
      return
    }
    var seen: Set<ExactText> = []
    let values = known.filter { seen.insert(ExactText($0.plainText)).inserted }
    let areNumbers = values.allSatisfy { $0.number != nil }
    let classes = values.sorted { left, right in
      if areNumbers, let one = left.number, let other = right.number { return one < other }
      return ExactText(left.plainText) < ExactText(right.plainText)
    }.map(\.plainText)
    guard classes.count > 1, task == .multiclass || classes.count == 2 else {
      throw LearningError(
        .data,
        "`\(name)` holds \(classes.count) different values, which are no \(task.rawValue) target")
    }
    self.init(column: name, type: type, task: task, classes: classes)
  }

  /// The place of a value's class, or the value as a number; nil when it is missing or unknown.
  public func label(of value: Value) -> Float? {
    if value.isNull { return nil }
    if task == .regression {
      return value.number.flatMap { $0.isFinite ? Float($0) : nil }
    }
    let text = ExactText(value.plainText)
    return classes.firstIndex { ExactText($0) == text }.map(Float.init)
  }
}

extension TrainingRows {
  /// The rows of a table in memory whose target is known, encoded.
  ///
  /// For example: `try TrainingRows(of: table, encoder, target)`. `weight` names a column that says
  /// how much each row counts. Throws when a column is missing or a class is unknown.
  public init(
    of table: Table, _ encoder: FeatureEncoder, _ target: Model.Target, weight: String? = nil
  ) throws(LearningError) {
    func column(_ name: String) throws(LearningError) -> Column {
      if let column = table[name] { return column }
      throw LearningError(
        .column(name), "the rows have no column `\(name)`",
        solutions: solutions(forUnknown: name, among: table.columns.map(\.name)))
    }
    let values = try column(target.column)
    let known = (0..<table.rowCount).filter { !values[$0].isNull }
    var labels: [Float] = []
    labels.reserveCapacity(known.count)
    for row in known {
      guard let label = target.label(of: values[row]) else {
        throw LearningError(
          .data, "`\(values[row].plainText)` of `\(target.column)` is no value that can be learned")
      }
      labels.append(label)
    }
    var weights: [Float]?
    if let weight {
      let source = try column(weight)
      weights = known.map { source[$0].number.map(Float.init) ?? .nan }
    }
    let rows = known.count == table.rowCount ? table : table.taking(known)
    let matrix = DenseMatrix(
      columnCount: encoder.featureCount, values: try encoder.matrix(of: rows))
    self.init(
      features: matrix.stream(named: encoder.libraryNames), labels: labels, weights: weights)
  }
}

extension ColumnType {
  /// The engine's name of the type, which decides how values become numbers.
  fileprivate var engineName: String {
    switch self {
    case .boolean: "BOOLEAN"
    case .integer: "BIGINT"
    case .real, .decimal: "DOUBLE"
    case .date: "DATE"
    case .timestamp: "TIMESTAMP"
    case .text: "VARCHAR"
    }
  }
}
