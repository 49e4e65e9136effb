internal import DuckDB
internal import Learning
internal import Parsing
internal import Vocabulary

/// The two values of a target, and which of them counts as 1.
struct TargetClasses {
  let target: Model.Target
  private(set) var remarks: [String] = []

  init(
    of step: TrainStep, in table: String, _ columns: [ColumnDescription], _ workspace: Workspace
  ) throws(StepFailure) {
    let name = SQLText.identifier(step.target.name)
    let type = columns.first { $0.name == step.target.name }?.engineType ?? ""
    let source = SQLText.identifier(table)
    let classes = try workspace.rows(
      """
      SELECT CAST(\(name) AS VARCHAR) AS value FROM \(source)
      WHERE \(name) IS NOT NULL GROUP BY \(name) ORDER BY \(name)
      """, limit: 3)
    let values = classes.columns.first?.values.map(\.plainText) ?? []
    guard values.count == 2 else {
      throw StepFailure(Self.notBinary(step, values))
    }
    let positive = try Self.positive(step, values)
    target = Model.Target(
      column: step.target.name, type: type, negative: values[positive == 0 ? 1 : 0],
      positive: values[positive])
    if step.positive == nil, FeatureColumn.Kind(typeName: type) == .category {
      remarks.append("`\(target.positive)` of `\(target.column)` counts as 1.")
    }
    let missing = try workspace.engine { engine throws(DuckDBError) in
      try engine.count("SELECT count(*) FROM \(source) WHERE \(name) IS NULL")
    }
    if missing > 0 {
      remarks.append(
        "\(NumberFormat.thousands(0).string(Double(missing))) rows have no `\(target.column)` and "
          + "are left out.")
    }
  }

  /// The place of the value that counts as 1.
  private static func positive(
    _ step: TrainStep, _ values: [String]
  ) throws(StepFailure) -> Int {
    guard let wanted = step.positive else { return values.count - 1 }
    let place = values.firstIndex { value in
      value == wanted.name || Double(value).map { $0 == Double(wanted.name) } ?? false
    }
    guard let place else {
      throw StepFailure(
        .error(
          "unknown-class", "`\(step.target.name)` is never `\(wanted.name)`", at: wanted.range,
          solutions: solutions(forUnknown: wanted.name, among: values)))
    }
    return place
  }

  private static func notBinary(_ step: TrainStep, _ values: [String]) -> Diagnostic {
    let shown = values.map { "`\($0)`" }.joined(separator: ", ")
    let words =
      switch values.count {
      case 0: "holds no values"
      case 1: "holds \(shown) only"
      default: "holds more than two values (\(shown), ...)"
      }
    return .error(
      "target-not-binary", "the target `\(step.target.name)` \(words)", at: step.target.range,
      explanation: "this version learns to tell two classes apart",
      solutions: values.count > 2 ? ["make two classes in SQL"] : [])
  }
}
