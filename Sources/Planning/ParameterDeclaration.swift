public import Parsing
public import Vocabulary

/// A parameter as its notebook declares it.
///
/// For example: `trials: { type: int, default: 10, min: 1, max: 200 }`, or in short `trials: 10`.
public struct ParameterDeclaration: Sendable, Hashable {
  /// The name, used as `$name`.
  public var name: String
  /// Where the name stands.
  public var nameRange: SourceRange
  /// The type that every given value is converted to.
  public var type: ParameterType
  /// The type of a list's items; nil keeps each as written, a number or text.
  public var itemType: ParameterType?
  /// What the parameter means.
  public var description: String?
  /// Whether the caller must give a value when there is no default; otherwise it is NULL.
  public var isRequired: Bool
  /// The value when the caller gives none.
  public var `default`: Default
  /// The only values allowed, when not empty. Like the other constraints, it holds for every item of a list.
  public var choices: [Value]
  /// The least value allowed.
  public var minimum: Value?
  /// The greatest value allowed.
  public var maximum: Value?
  /// A regular expression (RE2) that the whole text must match.
  public var pattern: String?
  /// The environment variable that a secret comes from.
  public var environmentVariable: String?
  /// The declaration, name and all.
  public var range: SourceRange

  /// What a parameter is when the caller does not say.
  public enum Default: Sendable, Hashable {
    /// There is none.
    case none
    /// A value of the declared type.
    case value(Value)
    /// An expression over other parameters, evaluated after the caller's values are known.
    case derived(Template)
  }

  /// Whether its value must not be shown anywhere.
  public var isSecret: Bool { type == .secret }

  /// How messages call the type: `int`, `list of date`.
  public var typeName: String {
    itemType.map { "list of \($0.rawValue)" } ?? type.rawValue
  }
}
