internal import DuckDB
internal import Learning
internal import Parsing
internal import Vocabulary

/// What a target's values say: whether they are classes or numbers, and which classes.
///
/// Text and booleans are classes. Numbers are classes when there are two of them, or when they are
/// whole and there are at most ten; otherwise they are learned as numbers. `task` overrules that.
struct TargetReading {
  let target: Model.Target
  private(set) var remarks: [String] = []

  /// The most classes that are learned.
  static let classLimit = 100
  /// The most different whole numbers that are taken for classes.
  static let wholeClassLimit = 10

  init(
    of step: TrainStep, in table: String, _ columns: [ColumnDescription], _ workspace: Workspace
  ) throws(StepFailure) {
    let name = SQLText.identifier(step.target.name)
    let type = columns.first { $0.name == step.target.name }?.engineType ?? ""
    let source = SQLText.identifier(table)
    let kind = FeatureColumn.Kind(typeName: type)
    if step.task == .regression {
      guard kind == .number else { throw StepFailure(Self.noNumber(step, type)) }
    }
    let classes = try workspace.rows(
      """
      SELECT CAST(\(name) AS VARCHAR) AS value FROM \(source)
      WHERE \(name) IS NOT NULL GROUP BY \(name) ORDER BY \(name)
      """, limit: Self.classLimit + 1)
    let values = classes.columns.first?.values.map(\.plainText) ?? []
    guard values.count > 1 else { throw StepFailure(Self.tooFew(step, values)) }
    let task = step.task ?? Self.task(of: values, kind)
    switch task {
    case .regression:
      target = Model.Target(column: step.target.name, type: type, task: task)
      if let positive = step.positive { throw StepFailure(Self.noPositive(positive, task)) }
      if step.task == nil, kind == .number, values.count <= Self.classLimit {
        remarks.append(
          "`\(step.target.name)` holds numbers and is learned as one; `task: multiclass` would make "
            + "classes of its \(values.count) values.")
      }
    case .multiclass:
      guard values.count <= Self.classLimit else {
        throw StepFailure(Self.tooMany(step, values, limit: Self.classLimit, kind))
      }
      if let positive = step.positive { throw StepFailure(Self.noPositive(positive, task)) }
      // Of two values, too, when the author asks for it.
      target = Model.Target(column: step.target.name, type: type, task: task, classes: values)
      if step.task == nil, kind == .number {
        remarks.append(
          "`\(step.target.name)` holds \(values.count) whole numbers, which are taken for classes; "
            + "`task: regression` would learn them as numbers.")
      }
    case .binary:
      guard values.count == 2 else {
        throw StepFailure(Self.tooMany(step, values, limit: 2, kind))
      }
      let positive = try Self.positive(step, values)
      target = Model.Target(
        column: step.target.name, type: type, negative: values[positive == 0 ? 1 : 0],
        positive: values[positive])
      if step.positive == nil, kind == .category {
        remarks.append("`\(target.positive)` of `\(target.column)` counts as 1.")
      }
    }
    let missing = try workspace.engine { engine throws(DuckDBError) in
      try engine.count("SELECT count(*) FROM \(source) WHERE NOT (\(target.isKnownSQL()))")
    }
    if missing > 0 {
      remarks.append(
        "\(NumberFormat.thousands(0).string(Double(missing))) rows have no `\(target.column)` and "
          + "are left out.")
    }
  }

  private static func task(of values: [String], _ kind: FeatureColumn.Kind?) -> Model.Task {
    if values.count == 2 { return .binary }
    guard kind == .number else { return .multiclass }
    let areWhole = values.allSatisfy { text in
      Double(text).map { $0 == $0.rounded() && $0.isFinite } ?? false
    }
    return areWhole && values.count <= wholeClassLimit ? .multiclass : .regression
  }

  /// What the type alone says, before there are rows; nil when the values decide.
  static func task(of type: String) -> Model.Task? {
    FeatureColumn.Kind(typeName: type) == .boolean ? .binary : nil
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

  private static func tooFew(_ step: TrainStep, _ values: [String]) -> Diagnostic {
    let words = values.first.map { "holds `\($0)` only" } ?? "holds no values"
    return .error(
      "one-valued-target", "the target `\(step.target.name)` \(words)", at: step.target.range,
      explanation: "there is nothing to tell apart")
  }

  private static func tooMany(
    _ step: TrainStep, _ values: [String], limit: Int, _ kind: FeatureColumn.Kind?
  ) -> Diagnostic {
    let shown = values.prefix(3).map { "`\($0)`" }.joined(separator: ", ")
    let number = limit == 2 ? "two" : String(limit)
    return .error(
      "too-many-classes",
      "the target `\(step.target.name)` holds more than \(number) values (\(shown), ...)",
      at: step.target.range,
      explanation: limit == 2 ? "`task: binary` tells two classes apart" : nil,
      solutions: (limit == 2 ? ["leave `task` out, or set it to `multiclass`"] : [])
        + (kind == .number ? ["set `task: regression`"] : [])
        + ["put values together in SQL"])
  }

  private static func noNumber(_ step: TrainStep, _ type: String) -> Diagnostic {
    .error(
      "target-is-no-number",
      "`task: regression` needs numbers, and `\(step.target.name)` is \(type)",
      at: step.target.range, solutions: ["make a number of it in SQL"])
  }

  private static func noPositive(_ positive: NamedPlace, _ task: Model.Task) -> Diagnostic {
    .error(
      "wrong-value", "`positive` does nothing for a \(task.rawValue) target", at: positive.range,
      solutions: ["leave it out"])
  }
}
