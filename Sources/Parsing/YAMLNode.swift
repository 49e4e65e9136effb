public import Vocabulary

/// One node of a YAML document, with its place and nothing resolved that YAML 1.2 leaves as text.
///
/// A notebook's options stay nodes until a step kind decodes them, so that every message can point
/// at the line it speaks of.
public struct YAMLNode: Sendable, Hashable {
  /// What the node is.
  public enum Content: Sendable, Hashable {
    /// A scalar as written.
    case scalar(YAMLScalar)
    /// A value that an expression gave, typed.
    case value(Value)
    /// An expression that cannot be evaluated before the run; fits every type until then.
    case pending
    /// A sequence in order.
    case sequence([YAMLNode])
    /// A mapping in source order, keys unique.
    case mapping([YAMLEntry])
  }

  /// What the node is.
  public var content: Content
  /// Where it stands.
  public var range: SourceRange

  /// A node at a place.
  public init(_ content: Content, at range: SourceRange) {
    self.content = content
    self.range = range
  }

  /// The value under `key` of a mapping.
  public subscript(key: String) -> YAMLNode? {
    entries.first { $0.key == key }?.value
  }

  /// The entries of a mapping, none for any other node.
  public var entries: [YAMLEntry] {
    if case .mapping(let entries) = content { entries } else { [] }
  }
}

/// One `key: value` of a mapping.
public struct YAMLEntry: Sendable, Hashable {
  /// The key's text.
  public var key: String
  /// Where the key stands.
  public var keyRange: SourceRange
  /// The value.
  public var value: YAMLNode

  /// An entry with the place of its key.
  public init(key: String, at keyRange: SourceRange, value: YAMLNode) {
    self.key = key
    self.keyRange = keyRange
    self.value = value
  }
}

/// A scalar as the author wrote it.
public struct YAMLScalar: Sendable, Hashable {
  /// The text, escapes and folding undone.
  public var text: String
  /// Whether it was written without quotes or block marks, so that the core schema applies.
  public var isPlain: Bool
  /// The text's expressions with their places, nil when it has no `{{`.
  var parsedTemplate: Template?

  /// A scalar of this text.
  public init(_ text: String, isPlain: Bool) {
    self.text = text
    self.isPlain = isPlain
  }

  /// The text with its `{{ }}` expressions told apart, each at its place in the file.
  public var template: Template { parsedTemplate ?? .plain(text) }

  /// Whether the text has an expression in it.
  public var hasExpressions: Bool { parsedTemplate.map { !$0.isPlain } ?? false }
}
