internal import SwiftProtobuf
internal import Vocabulary

extension SparkExpression {
  /// A value as Spark binds it to a `:name` of a query: whole numbers are BIGINT, times have no zone,
  /// lists are ARRAYs.
  init(_ value: Value) {
    self.init()
    switch value {
    case .null: literal.null = .with { $0.null = SparkDataType.NULL() }
    case .bool(let value): literal.boolean = value
    case .int(let value): literal.long = value
    case .double(let value): literal.double = value
    case .text(let value): literal.string = value
    case .date(let value): literal.date = value.daysSinceEpoch
    case .timestamp(let value): literal.timestampNtz = value.microsecondsSinceEpoch
    case .list(let values):
      unresolvedFunction.functionName = "array"
      unresolvedFunction.arguments = values.map(SparkExpression.init)
    }
  }
}
