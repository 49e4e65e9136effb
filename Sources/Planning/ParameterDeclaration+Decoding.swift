public import Parsing
public import Vocabulary

extension ParameterDeclaration {
  /// Reads a notebook's parameters block. A declaration that cannot be used is left out.
  ///
  /// Patterns are checked when a value is, because that takes an engine.
  public static func decoding(
    _ block: ParametersBlock?
  ) -> (declarations: [ParameterDeclaration], diagnostics: [Diagnostic]) {
    guard let block else { return ([], []) }
    var declarations: [ParameterDeclaration] = []
    var diagnostics: [Diagnostic] = []
    var seen: [String: SourceRange] = [:]
    for entry in block.declarations.entries {
      if let first = seen[entry.key.lowercased()] {
        diagnostics.append(
          .error(
            "duplicate-parameter", "parameter `\(entry.key)` is declared twice",
            at: entry.keyRange,
            explanation: "SQL does not tell upper from lower case; the other one is at \(first)."))
        continue
      }
      seen[entry.key.lowercased()] = entry.keyRange
      var decoder = DeclarationDecoder(entry)
      if let declaration = decoder.declaration() { declarations.append(declaration) }
      diagnostics += decoder.diagnostics
    }
    return (declarations, diagnostics)
  }
}

/// Reads one entry of the parameters block.
private struct DeclarationDecoder {
  let entry: YAMLEntry
  var diagnostics: [Diagnostic] = []

  private static let keys = [
    "type", "default", "description", "required", "choices", "min", "max", "pattern", "from",
    "items",
  ]
  private var name: String { entry.key }

  init(_ entry: YAMLEntry) {
    self.entry = entry
  }

  mutating func declaration() -> ParameterDeclaration? {
    guard isName(entry.key) else {
      report(
        "bad-parameter-name", "`\(entry.key)` cannot be the name of a parameter",
        at: entry.keyRange,
        explanation: "A name is made of letters, digits and `_` and starts with a letter or `_`.",
        solutions: validName(near: entry.key).map { ["write `\($0)`"] } ?? [])
      return nil
    }
    guard case .mapping(let options) = entry.value.content else { return short() }
    for option in options where !Self.keys.contains(option.key) {
      report(
        "unknown-key", "a parameter has no key `\(option.key)`", at: option.keyRange,
        solutions: solutions(forUnknown: option.key, among: Self.keys))
    }
    return long()
  }

  // MARK: `name: value`

  private mutating func short() -> ParameterDeclaration? {
    guard let type = inferredType(of: entry.value) else { return nil }
    var declaration = empty(type)
    readDefault(entry.value, into: &declaration)
    return declaration
  }

  /// The type that a default shows: YAML 1.2 decides, so a date is text.
  private mutating func inferredType(of node: YAMLNode) -> ParameterType? {
    switch node.content {
    case .sequence: return .list
    case .mapping, .value, .pending:
      report(
        "bad-default", "the default of `\(name)` must be a single value or a list", at: node.range)
      return nil
    case .scalar(let scalar):
      if scalar.hasExpressions {
        if scalar.template.soleExpression == nil { return .string }
        report(
          "missing-type", "parameter `\(name)` is derived, so its type must be declared",
          at: node.range,
          solutions: ["write `\(name): { type: ..., default: \"\(scalar.text)\" }`"])
        return nil
      }
      switch scalar.value {
      case .bool: return .bool
      case .int: return .int
      case .double: return .float
      case .null:
        report(
          "missing-type", "parameter `\(name)` has neither a type nor a value", at: entry.keyRange,
          solutions: ["write `\(name): { type: string }`, or give a default"])
        return nil
      default: return .string
      }
    }
  }

  // MARK: `name: { type: ..., default: ... }`

  private mutating func long() -> ParameterDeclaration? {
    let node = entry.value
    let type: ParameterType
    if let typeNode = node["type"] {
      guard let known = parameterType(typeNode, among: ParameterType.allCases) else { return nil }
      type = known
    } else if let given = node["default"] {
      guard let inferred = inferredType(of: given) else { return nil }
      type = inferred
    } else {
      report(
        "missing-type", "parameter `\(name)` has neither a type nor a default",
        at: entry.keyRange,
        solutions: ["add `type:` with one of \(names(ParameterType.allCases))"])
      return nil
    }
    var declaration = empty(type)
    declaration.description = text("description")
    if let items = node["items"] { readItems(items, into: &declaration) }
    readFrom(into: &declaration)
    if let given = node["default"] { readDefault(given, into: &declaration) }
    readRequired(into: &declaration)
    readConstraints(into: &declaration)
    return declaration
  }

  private mutating func readItems(_ node: YAMLNode, into declaration: inout ParameterDeclaration) {
    guard declaration.type == .list else {
      report(
        "bad-constraint", "`items` is for lists; `\(name)` is \(declaration.type.phrase)",
        at: node.range, solutions: ["write `type: list`"])
      return
    }
    let types = ParameterType.allCases.filter { $0 != .list && $0 != .secret }
    declaration.itemType = parameterType(node, among: types)
  }

  private mutating func readFrom(into declaration: inout ParameterDeclaration) {
    guard let node = entry.value["from"] else { return }
    guard declaration.type == .secret else {
      report(
        "bad-constraint", "`from` is for secrets; `\(name)` is \(declaration.type.phrase)",
        at: node.range, explanation: "Everything else that a run reads is said by its caller.",
        solutions: ["write `type: secret`"])
      return
    }
    guard case .scalar(let scalar) = node.content, scalar.text.hasPrefix("env:"),
      isName(String(scalar.text.dropFirst(4)))
    else {
      report(
        "bad-source", "`from` must name an environment variable", at: node.range,
        solutions: ["write `from: env:\(name.uppercased())`"])
      return
    }
    declaration.environmentVariable = String(scalar.text.dropFirst(4))
  }

  private mutating func readRequired(into declaration: inout ParameterDeclaration) {
    guard let node = entry.value["required"] else { return }
    guard case .scalar(let scalar) = node.content, case .bool(let isRequired) = scalar.value else {
      report("bad-constraint", "`required` must be true or false", at: node.range)
      return
    }
    declaration.isRequired = isRequired
    if isRequired, declaration.default != .none {
      report(
        "required-with-default", "parameter `\(name)` is required, so its default is never used",
        at: node.range, solutions: ["remove `required`", "remove `default`"])
    }
  }

  private mutating func readDefault(
    _ node: YAMLNode, into declaration: inout ParameterDeclaration
  ) {
    if declaration.type == .secret {
      report(
        "secret-default", "a secret has no default: its value would stand in the notebook",
        at: node.range,
        solutions: ["write `\(name): { type: secret, from: env:\(name.uppercased()) }`"])
      return
    }
    if case .scalar(let scalar) = node.content {
      if scalar.isNull {
        if entry.value["default"] != nil { declaration.isRequired = false }
        return
      }
      if scalar.hasExpressions {
        declaration.default = .derived(scalar.template)
        return
      }
    }
    if case .sequence(let items) = node.content {
      for item in items {
        guard case .scalar(let scalar) = item.content, scalar.hasExpressions else { continue }
        report(
          "bad-default", "an expression cannot stand for one item of a list", at: item.range,
          solutions: ["derive the whole list: \"{{ [$a, $b] }}\""])
        return
      }
      if declaration.itemType == nil { declaration.itemType = sharedType(of: items) }
    }
    do throws(Misfit) {
      declaration.default = .value(try declaration.value(reading: node))
    } catch {
      report(
        "bad-default", "the default of `\(name)` must be \(error.expected), not \(shown(node))",
        at: node.range, solutions: error.advice.map { [$0] } ?? [])
    }
  }

  /// The type that all items of a default list have; the caller's items are then read as such.
  private func sharedType(of items: [YAMLNode]) -> ParameterType? {
    var types: Set<String> = []
    for item in items {
      guard case .scalar(let scalar) = item.content else { return nil }
      types.insert(scalar.value.typeName)
    }
    switch types {
    case ["string"]: return .string
    case ["int"]: return .int
    case ["float"], ["int", "float"]: return .float
    case ["bool"]: return .bool
    default: return nil
    }
  }

  // MARK: Constraints

  private mutating func readConstraints(into declaration: inout ParameterDeclaration) {
    if let node = entry.value["choices"] { readChoices(node, into: &declaration) }
    declaration.minimum = bound("min", of: declaration)
    declaration.maximum = bound("max", of: declaration)
    if let low = declaration.minimum, let high = declaration.maximum, high.isLess(than: low) {
      report(
        "bad-constraint", "`min` of `\(name)` is greater than its `max`",
        at: entry.value["min"]?.range ?? entry.keyRange)
    }
    if let node = entry.value["pattern"] {
      let type = declaration.itemType ?? declaration.type
      if [.string, .path, .secret, .list].contains(type) {
        declaration.pattern = text("pattern")
      } else {
        report(
          "bad-constraint", "`pattern` is for text; `\(name)` is \(declaration.type.phrase)",
          at: node.range)
      }
    }
    guard case .value(let value) = declaration.default else { return }
    if let violation = declaration.violation(by: value) {
      report(
        "bad-default", "the default of `\(name)` \(violation)",
        at: entry.value["default"]?.range ?? entry.keyRange)
    }
  }

  private mutating func readChoices(
    _ node: YAMLNode, into declaration: inout ParameterDeclaration
  ) {
    guard declaration.type != .secret else {
      report("bad-constraint", "a secret has no choices: they would tell it", at: node.range)
      return
    }
    guard case .sequence(let items) = node.content, !items.isEmpty else {
      report(
        "bad-constraint", "`choices` must be a list of values", at: node.range,
        solutions: ["write `choices: [a, b]`"])
      return
    }
    for item in items {
      if let value = single(item, for: declaration, as: "a choice") {
        declaration.choices.append(value)
      }
    }
  }

  private mutating func bound(_ key: String, of declaration: ParameterDeclaration) -> Value? {
    guard let node = entry.value[key] else { return nil }
    let type = declaration.itemType ?? declaration.type
    guard [.int, .float, .date, .month, .datetime, .list].contains(type) else {
      report(
        "bad-constraint",
        "`\(key)` is for numbers and times; `\(name)` is \(declaration.type.phrase)",
        at: node.range,
        solutions: type == .string || type == .path ? ["use `pattern` or `choices`"] : [])
      return nil
    }
    return single(node, for: declaration, as: "`\(key)`")
  }

  /// A constraint's value, which is of the type of a list's items.
  private mutating func single(
    _ node: YAMLNode, for declaration: ParameterDeclaration, as what: String
  ) -> Value? {
    guard case .scalar(let scalar) = node.content, !scalar.hasExpressions else {
      report("bad-constraint", "\(what) of `\(name)` must be a plain value", at: node.range)
      return nil
    }
    let type = declaration.itemType ?? declaration.type
    if type == .list { return scalar.value }
    do throws(Misfit) {
      return try type.value(reading: scalar.literalText)
    } catch {
      report(
        "bad-constraint", "\(what) of `\(name)` must be \(error.expected), not \(shown(node))",
        at: node.range, solutions: error.advice.map { [$0] } ?? [])
      return nil
    }
  }

  // MARK: Reading

  private func empty(_ type: ParameterType) -> ParameterDeclaration {
    ParameterDeclaration(
      name: name, nameRange: entry.keyRange, type: type, isRequired: true, default: .none,
      choices: [],
      range: SourceRange(
        file: entry.keyRange.file, start: entry.keyRange.start,
        end: max(entry.keyRange.end, entry.value.range.end)))
  }

  private mutating func parameterType(
    _ node: YAMLNode, among types: [ParameterType]
  ) -> ParameterType? {
    guard case .scalar(let scalar) = node.content else {
      report("unknown-type", "a type is one word", at: node.range, solutions: [names(types)])
      return nil
    }
    if let type = types.first(where: { $0.rawValue == scalar.text }) { return type }
    let familiar: [String: ParameterType] = [
      "str": .string, "text": .string, "varchar": .string, "integer": .int, "bigint": .int,
      "number": .float, "double": .float, "real": .float, "boolean": .bool, "timestamp": .datetime,
      "array": .list, "file": .path, "password": .secret,
    ]
    let known = familiar[scalar.text.lowercased()].flatMap { types.contains($0) ? $0 : nil }
    report(
      "unknown-type", "there is no parameter type `\(scalar.text)`", at: node.range,
      solutions: known.map { ["did you mean `\($0.rawValue)`?"] }
        ?? solutions(forUnknown: scalar.text, among: types.map(\.rawValue)))
    return nil
  }

  private mutating func text(_ key: String) -> String? {
    guard let node = entry.value[key] else { return nil }
    guard case .scalar(let scalar) = node.content else {
      report("bad-constraint", "`\(key)` must be text", at: node.range)
      return nil
    }
    return key == "pattern" ? scalar.text : scalar.literalText
  }

  private mutating func report(
    _ rule: String, _ summary: String, at range: SourceRange, explanation: String? = nil,
    solutions: [String] = []
  ) {
    diagnostics.append(
      .error(rule, summary, at: range, explanation: explanation, solutions: solutions))
  }
}

private func names(_ types: [ParameterType]) -> String {
  types.map(\.rawValue).joined(separator: ", ")
}

/// Whether this is a name that SQL takes after `$`: letters, digits and `_`, no digit first.
func isName(_ text: String) -> Bool {
  guard let first = text.utf8.first, !(48...57).contains(first), text.utf8.count <= 128 else {
    return false
  }
  return text.utf8.allSatisfy {
    (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 95
  }
}

/// The text with `_` for everything that a name cannot hold, when that makes a name.
private func validName(near text: String) -> String? {
  let name = String(text.map { isName("_\($0)") ? $0 : "_" })
  return isName(name) && name.contains { $0 != "_" } ? name : nil
}

/// A node as a message quotes it.
func shown(_ node: YAMLNode) -> String {
  switch node.content {
  case .scalar(let scalar) where scalar.isNull: "empty"
  case .scalar(let scalar): "`\(abbreviated(scalar.text))`"
  case .value(let value): "`\(abbreviated(value.plainText))`"
  case .pending: "an expression"
  case .sequence: "a list"
  case .mapping: "a mapping"
  }
}

/// Text short enough for a message, on one line.
func abbreviated(_ text: String) -> String {
  let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
  return line.count <= 60 ? line : "\(line.prefix(57))..."
}

extension ParameterType {
  /// `a list`, `an int`.
  var phrase: String {
    self == .int ? "an int" : "a \(rawValue)"
  }
}
