public import Parsing
internal import Vocabulary

/// The values that a caller gives to a notebook's parameters, in the order given: later ones win.
///
/// For example: `arguments.add(.text("target_date", "2021-01"), from: "command line")`.
public struct Arguments: Sendable, Hashable {
  /// One source of values.
  public enum Source: Sendable, Hashable {
    /// `-p NAME VALUE`: text, converted by the declared type.
    case text(String, String)
    /// `-r NAME VALUE`: text that is one value, also for a list.
    case raw(String, String)
    /// A mapping of names to values, from a YAML or JSON text.
    case values(YAMLNode)
  }

  /// A source and where it came from.
  public struct Given: Sendable, Hashable {
    /// The values.
    public var source: Source
    /// Where they came from, for messages: `command line`, `form`.
    public var origin: String

    /// A source and where it came from.
    public init(_ source: Source, from origin: String) {
      self.source = source
      self.origin = origin
    }
  }

  /// The sources in the order given.
  public var sources: [Given] = []
  /// Whether every required parameter must have a value. A check without a caller says no: what
  /// depends on a missing value is then left open instead of being an error.
  public var isComplete = true

  /// No arguments.
  public init() {}

  /// Adds a source; it wins over those added before.
  public mutating func add(_ source: Source, from origin: String) {
    sources.append(Given(source, from: origin))
  }
}

/// One value as given, before its declared type is known.
struct GivenValue {
  enum Content {
    case text(String)
    case raw(String)
    case node(YAMLNode)
  }

  var content: Content
  /// Where it came from, for messages.
  var origin: String
  /// The place in a file, when it is in one.
  var range: SourceRange?

  /// The value as a message quotes it.
  var shown: String {
    switch content {
    case .text(let text), .raw(let text): "`\(abbreviated(text))`"
    case .node(let node): Planning.shown(node)
    }
  }
}

extension Arguments {
  /// The sources taken apart into named values, in order.
  func given() -> (values: [(name: String, value: GivenValue)], diagnostics: [Diagnostic]) {
    var values: [(name: String, value: GivenValue)] = []
    var diagnostics: [Diagnostic] = []
    for given in sources {
      switch given.source {
      case .text(let name, let text):
        values.append((name, GivenValue(content: .text(text), origin: given.origin)))
      case .raw(let name, let text):
        values.append((name, GivenValue(content: .raw(text), origin: given.origin)))
      case .values(let node):
        if case .scalar(let scalar) = node.content, scalar.isNull { continue }
        guard case .mapping(let entries) = node.content else {
          diagnostics.append(
            .error(
              "bad-arguments", "parameters must be given as `name: value`, not as \(shown(node))",
              at: node.range))
          continue
        }
        for entry in entries {
          values.append(
            (
              entry.key,
              GivenValue(
                content: .node(entry.value.withoutTemplates), origin: given.origin,
                range: entry.keyRange)
            ))
        }
      }
    }
    return (values, diagnostics)
  }
}

extension YAMLNode {
  /// The node with every `{{` as plain text: a caller's value is data and never evaluated.
  var withoutTemplates: YAMLNode {
    var copy = self
    switch content {
    case .scalar(let scalar):
      copy.content = .scalar(YAMLScalar(scalar.text, isPlain: scalar.isPlain))
    case .sequence(let items): copy.content = .sequence(items.map(\.withoutTemplates))
    case .value, .pending, .mapping: break
    }
    return copy
  }
}
