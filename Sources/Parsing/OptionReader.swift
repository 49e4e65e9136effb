public import Vocabulary

/// Takes typed options out of a mapping and collects everything wrong with them.
///
/// For example:
///
///     var options = OptionReader(node, of: "step `model` (train)")
///     let table = options.requiredName("table")
///     let rounds = options.int("rounds", in: 1...100_000) ?? 100
///     diagnostics += options.finish()
///
/// A value that is only known at run time (`.pending`, or text with `{{ }}` in it) fits every type:
/// the reader says nothing about it and gives nil, or the placeholder of a required option. `null`
/// counts as not given.
public struct OptionReader: Sendable {
  /// What the options belong to, for messages: "step `model` (train)".
  public let subject: String
  /// Where a missing option is reported.
  public let range: SourceRange
  /// What was found so far.
  public internal(set) var diagnostics: [Diagnostic] = []

  let entries: [YAMLEntry]
  private let places: [String: Int]
  /// The options asked for, in order; the only valid ones.
  private var known: [String] = []
  private var isKnown: Set<String> = []

  /// A reader of `node`, which must be a mapping; `range` is where missing options are reported, the
  /// node's own place unless said.
  public init(_ node: YAMLNode, of subject: String, at range: SourceRange? = nil) {
    self.subject = subject
    self.range = range ?? node.range
    entries = node.entries
    places = Dictionary(
      entries.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
    switch node.content {
    case .mapping, .pending: break
    case .scalar(let scalar) where scalar.isPlain && scalar.value.isNull: break
    default:
      diagnostics.append(
        .error(
          "wrong-type", "\(subject) must be a mapping of options, not \(node.found)",
          at: node.range))
    }
  }

  /// Whether the option is given, `null` included.
  public func has(_ key: String) -> Bool { places[key] != nil }

  /// Whether the option is given and its value is only known at run time.
  public func isPending(_ key: String) -> Bool {
    places[key].map { entries[$0].value.isUnknownYet } ?? false
  }

  /// The place of an option's value, or of the whole when it is not given.
  public func range(of key: String) -> SourceRange {
    places[key].map { entries[$0].value.range } ?? range
  }

  /// The option's node as it stands.
  public mutating func node(_ key: String) -> YAMLNode? {
    if isKnown.insert(key).inserted { known.append(key) }
    guard let place = places[key], !entries[place].value.isNull else { return nil }
    return entries[place].value
  }

  /// The entry with its key's place.
  public mutating func entry(_ key: String) -> YAMLEntry? {
    node(key) == nil ? nil : places[key].map { entries[$0] }
  }

  /// The option's node, which must be there; a null node otherwise.
  public mutating func requiredNode(_ key: String) -> YAMLNode {
    require(key)
    return node(key) ?? YAMLNode(.value(.null), at: range)
  }

  /// Declares options that something else reads, so that they are not unknown.
  public mutating func allow(_ keys: [String]) {
    for key in keys where isKnown.insert(key).inserted { known.append(key) }
  }

  /// Everything found, options that nobody asked for included.
  public mutating func finish() -> [Diagnostic] {
    for entry in entries where !isKnown.contains(entry.key) {
      diagnostics.append(
        .error(
          "unknown-option", "\(subject) has no option `\(entry.key)`", at: entry.keyRange,
          solutions: solutions(forUnknown: entry.key, among: known)))
    }
    return diagnostics
  }

  /// Adds a finding of the caller, such as two options that exclude each other.
  public mutating func report(_ diagnostic: Diagnostic) {
    diagnostics.append(diagnostic)
  }

  /// Reports an option's value as wrong: "`rounds` of step `model` (train) must be ...".
  public mutating func reject(
    _ key: String, _ reason: String, at place: SourceRange? = nil, rule: String = "wrong-value",
    solutions: [String] = []
  ) {
    diagnostics.append(
      .error(
        rule, "`\(key)` of \(subject) \(reason)", at: place ?? range(of: key),
        solutions: solutions))
  }

  /// Reports a missing option, once.
  mutating func require(_ key: String) {
    if node(key) == nil {
      diagnostics.append(
        .error(
          "missing-option", "\(subject) needs the option `\(key)`", at: range,
          solutions: ["add `\(key): ...`"]))
    }
  }

  mutating func wrongType(_ key: String, _ expected: String, _ node: YAMLNode) {
    reject(key, "must be \(expected), not \(node.found)", at: node.range, rule: "wrong-type")
  }
}

extension YAMLNode {
  /// Whether the value is null or nothing.
  public var isNull: Bool {
    switch content {
    case .scalar(let scalar): scalar.isPlain && scalar.value.isNull
    case .value(let value): value.isNull
    default: false
    }
  }

  /// Whether the value is an expression that is not evaluated yet.
  public var isUnknownYet: Bool {
    switch content {
    case .pending: true
    case .scalar(let scalar): scalar.hasExpressions
    default: false
    }
  }

  /// The scalar or list of scalars as a value by the core schema, nil for a mapping, a list with
  /// collections in it, or what is only known at run time.
  public var value: Value? {
    switch content {
    case .scalar(let scalar):
      if scalar.hasExpressions { return nil }
      return scalar.parsedTemplate?.plainText.map { .text($0) } ?? scalar.value
    case .value(let value): return value
    case .sequence(let nodes):
      let values = nodes.compactMap(\.value)
      return values.count == nodes.count ? .list(values) : nil
    case .pending, .mapping: return nil
    }
  }

  /// The scalar's text as written, whatever type it looks like; nil for collections and null.
  public var text: String? {
    switch content {
    case .scalar(let scalar):
      if scalar.hasExpressions { return nil }
      return isNull ? nil : scalar.parsedTemplate?.plainText ?? scalar.text
    case .value(.null), .value(.list): return nil
    case .value(let value): return value.plainText
    default: return nil
    }
  }

  /// What the node is, for messages: "the string `abc`", "a list".
  public var found: String {
    switch content {
    case .scalar(let scalar): Self.describe(scalar.value, written: scalar.text)
    case .value(let value): Self.describe(value, written: value.plainText)
    case .pending: "an expression"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }

  private static func describe(_ value: Value, written text: String) -> String {
    let short = text.count > 40 ? text.prefix(40) + "…" : text[...]
    switch value {
    case .null: return "nothing"
    case .bool, .int, .double, .date, .timestamp: return "`\(short)`"
    case .text: return text.isEmpty ? "an empty text" : "the text `\(short)`"
    case .list: return "a list"
    }
  }
}
