internal import Parsing
public import Planning
public import Vocabulary

/// A parameter that a run of the workflow can be given.
public struct WorkflowParameter: Sendable, Hashable {
  /// The name.
  public var name: String
  /// The declared type.
  public var type: ParameterType
  /// The type of a list's items.
  public var itemType: ParameterType?
  /// What it means.
  public var description: String?
  /// The notebook's own default; nil where only the notebook or its project can tell.
  public var `default`: Value?
  /// Whether a run must give it.
  public var isRequired: Bool
  /// Whether it is the run's date unless it is given.
  public var isDate = false
  /// The only values allowed, when not empty.
  public var choices: [Value]
  /// The least value allowed.
  public var minimum: Value?
  /// The greatest value allowed.
  public var maximum: Value?
  /// A regular expression that the whole text must match.
  public var pattern: String?
  /// Where it is declared first.
  public var range: SourceRange

  /// The parameters of all notebooks, each once.
  static func merged(
    _ plans: [PlacedPlan], date: String?, _ findings: inout [Diagnostic]
  ) -> [WorkflowParameter] {
    var merged: [WorkflowParameter] = []
    for plan in plans.map(\.plan) {
      let declarations = ParameterDeclaration.decoding(plan.notebook.parameters).declarations
      for declaration in declarations where !declaration.isSecret {
        let value = plan.parameters.first { $0.name == declaration.name }
        var parameter = WorkflowParameter(declaration, value)
        if declaration.name == date {
          parameter.becomeDate(&findings)
        }
        guard let known = merged.first(where: { $0.name == parameter.name }) else {
          merged.append(parameter)
          continue
        }
        if let difference = known.difference(from: parameter) {
          findings.append(
            .error(
              "parameter-conflict",
              "parameter `\(parameter.name)` has another \(difference) at \(known.range)",
              at: parameter.range,
              explanation: "A workflow has each parameter once, for all its notebooks.",
              solutions: ["declare it alike in both", "export the notebooks one by one"]))
        }
      }
    }
    if let date, !merged.contains(where: { $0.name == date }) {
      findings.append(
        .error(
          "unknown-parameter", "no notebook has a parameter `\(date)`", at: nil,
          explanation: "The call says `--date \(date)`.",
          solutions: solutions(forUnknown: date, among: merged.map(\.name))))
    }
    return merged
  }

  /// The environment variables of a notebook's secrets; one without is a mistake here.
  static func secrets(of plan: Plan, _ findings: inout [Diagnostic]) -> [String] {
    ParameterDeclaration.decoding(plan.notebook.parameters).declarations.filter(\.isSecret)
      .compactMap { secret in
        if secret.environmentVariable == nil, secret.isRequired, secret.default == .none {
          findings.append(
            .error(
              "secret-without-source",
              "secret `\(secret.name)` comes from no environment variable", at: secret.range,
              explanation: "A scheduler shows the parameters of its runs, so a secret is none.",
              solutions: ["add `from: env:NAME`"]))
        }
        return secret.environmentVariable
      }
  }

  private init(_ declaration: ParameterDeclaration, _ value: Parameter?) {
    name = declaration.name
    type = declaration.type
    itemType = declaration.itemType
    description = declaration.description
    choices = declaration.choices
    minimum = declaration.minimum
    maximum = declaration.maximum
    pattern = declaration.pattern
    range = declaration.nameRange
    isRequired = declaration.isRequired && declaration.default == .none
    // The project file has its say when the task runs, where another environment may be meant.
    if value?.origin == .project {
      isRequired = false
    } else if case .value(let value) = declaration.default, !value.isNull,
      Literal(value, asMonth: false) != nil
    {
      self.default = value
    }
  }

  private mutating func becomeDate(_ findings: inout [Diagnostic]) {
    guard type == .month || type == .date else {
      findings.append(
        .error(
          "wrong-type", "`\(name)` is a \(type.rawValue), not a date or a month", at: range,
          explanation: "The call says `--date \(name)`."))
      return
    }
    isDate = true
    isRequired = false
    self.default = nil
  }

  private func difference(from other: WorkflowParameter) -> String? {
    if type != other.type || itemType != other.itemType { return "type" }
    if choices != other.choices { return "choice of values" }
    if minimum != other.minimum || maximum != other.maximum { return "range" }
    if pattern != other.pattern { return "pattern" }
    if self.default != other.default || isRequired != other.isRequired { return "default" }
    return nil
  }

  // MARK: As JSON Schema

  /// The default as a literal; nil when there is none.
  var literalDefault: Literal? {
    self.default.flatMap { Literal($0, asMonth: isMonth) }
  }

  /// What JSON Schema can say of the values; what it cannot, the run checks.
  var schema: [Literal.Entry] {
    var entries: [Literal.Entry] = []
    let isOptional = !isRequired && self.default == nil
    let name = Self.typeName(of: type)
    entries.append(
      .init(
        key: "type", value: isOptional ? .list([.text("null"), .text(name)]) : .text(name)))
    if type == .list {
      var items: [Literal.Entry] = []
      if let itemType {
        items.append(.init(key: "type", value: .text(Self.typeName(of: itemType))))
        items += constraints(of: itemType, isOptional: false)
      } else if !choices.isEmpty {
        items += constraints(of: .string, isOptional: false)
      }
      if !items.isEmpty { entries.append(.init(key: "items", value: .map(items))) }
    } else {
      entries += constraints(of: type, isOptional: isOptional)
    }
    return entries
  }

  private var isMonth: Bool { (itemType ?? type) == .month }

  private func constraints(of type: ParameterType, isOptional: Bool) -> [Literal.Entry] {
    var entries: [Literal.Entry] = []
    let allowed = choices.compactMap { Literal($0, asMonth: isMonth) }
    if !allowed.isEmpty {
      entries.append(
        .init(key: "enum", value: .list(isOptional ? [Literal.none] + allowed : allowed)))
    }
    for (key, bound) in [("minimum", minimum), ("maximum", maximum)] {
      guard bound?.number != nil, let bound = bound.flatMap({ Literal($0, asMonth: false) }) else {
        continue
      }
      entries.append(.init(key: key, value: bound))
    }
    switch type {
    case .date: entries.append(.init(key: "format", value: .text("date")))
    case .month:
      entries.append(.init(key: "pattern", value: .text("^[0-9]{4}-(0[1-9]|1[0-2])(-01)?$")))
    case .datetime:
      entries.append(
        .init(
          key: "pattern",
          value: .text(
            "^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?Z?)?$")))
    case .path: entries.append(.init(key: "minLength", value: .int(1)))
    case .string, .int, .float, .bool, .list, .secret: break
    }
    if let pattern, type == .string || type == .path, Self.isPortable(pattern) {
      entries.append(.init(key: "pattern", value: .text("^(?:\(pattern))$")))
    }
    return entries
  }

  /// Whether a pattern of RE2 means the same to other engines; else the run alone checks it.
  private static func isPortable(_ pattern: String) -> Bool {
    let own = ["\\p", "\\P", "\\Q", "\\C", "\\z", "[[:", "(?"]
    return own.allSatisfy { !pattern.contains($0) }
  }

  private static func typeName(of type: ParameterType) -> String {
    switch type {
    case .string, .date, .month, .datetime, .path, .secret: "string"
    case .int: "integer"
    case .float: "number"
    case .bool: "boolean"
    case .list: "array"
    }
  }

  /// What people read beside the field: the meaning, and the bounds that a schema cannot state.
  var note: String? {
    var parts = [description].compactMap(\.self)
    if minimum != nil || maximum != nil, minimum?.number == nil, maximum?.number == nil {
      let low = minimum.map { "from \(text(of: $0))" }
      let high = maximum.map { "to \(text(of: $0))" }
      parts.append([low, high].compactMap(\.self).joined(separator: " "))
    }
    if isDate {
      parts.append("the \(type == .month ? "month" : "day") of the run unless given")
    } else if !isRequired, self.default == nil {
      parts.append("left to the notebook unless given")
    }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  private func text(of value: Value) -> String {
    if case .date(let day) = value, isMonth { return day.monthDescription }
    return value.plainText
  }
}
