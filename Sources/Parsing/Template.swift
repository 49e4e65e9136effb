public import Vocabulary

/// A SQL scalar expression as it stands between `{{` and `}}`.
public struct Expression: Sendable, Hashable {
  /// The SQL text, outer white space removed.
  public var sql: String
  /// The place of the SQL text, braces not included.
  public var range: SourceRange

  /// An expression at a place.
  public init(sql: String, range: SourceRange) {
    self.sql = sql
    self.range = range
  }
}

/// Text with `{{ }}` expressions in it.
///
/// For example: `"pred_{{ strftime($day, '%Y%m%d') }}.csv"` has three segments.
public struct Template: Sendable, Hashable {
  /// A piece of a template.
  public enum Segment: Sendable, Hashable {
    /// Text taken as it is.
    case text(String)
    /// An expression whose value takes its place.
    case expression(Expression)
  }

  /// The pieces in order.
  public var segments: [Segment]

  /// A template of these pieces.
  public init(_ segments: [Segment]) {
    self.segments = segments
  }

  /// The expressions in order.
  public var expressions: [Expression] {
    segments.compactMap { if case .expression(let expression) = $0 { expression } else { nil } }
  }

  /// The only expression, when the template is nothing but it; its value keeps its type.
  public var soleExpression: Expression? {
    if segments.count == 1, case .expression(let expression) = segments[0] {
      expression
    } else {
      nil
    }
  }
}
