internal import SwiftProtobuf
public import Vocabulary

/// A query in Spark's SQL, with the values of its `:name`s.
public struct SparkQuery: Sendable, Hashable {
  /// The SELECT.
  public var sql: String
  /// The values by name.
  public var values: [String: Value]

  /// A query.
  public init(_ sql: String, binding values: [String: Value] = [:]) {
    self.sql = sql
    self.values = values
  }

  var relation: SparkRelation {
    .with { relation in
      relation.common.planID = 0
      relation.sql.query = sql
      relation.sql.namedArguments = values.mapValues(SparkExpression.init)
    }
  }
}
