internal import Parsing
internal import Vocabulary

extension ParameterDeclaration {
  /// What a caller gave, as a value of the declared type; null where none is needed.
  func value(of given: GivenValue) throws(Misfit) -> Value {
    switch given.content {
    case .text(let text): return try value(reading: text)
    case .raw(let text): return try value(reading: text, isRaw: true)
    case .node(let node):
      guard case .scalar(let scalar) = node.content, scalar.isNull else {
        return try value(reading: node)
      }
      guard !isRequired else { throw Misfit(type.expectation) }
      return .null
    }
  }

  /// Reads text from a command line or a form as a value of the declared type.
  ///
  /// A list is `a,b` or `[a, b]`; raw text is a single item of it.
  func value(reading text: String, isRaw: Bool = false) throws(Misfit) -> Value {
    guard type == .list else { return try type.value(reading: text) }
    if isRaw { return try list(of: [YAMLScalar(text, isPlain: false)]) }
    guard let list = ListText(text) else {
      throw Misfit("a list", advice: "write a,b or [a, \"b, c\"]")
    }
    return try self.list(of: list.items)
  }

  /// Reads a YAML node as a value of the declared type. NULL is no value of any type.
  func value(reading node: YAMLNode) throws(Misfit) -> Value {
    switch node.content {
    case .value(let value): return try self.value(taking: value)
    case .pending, .mapping: throw Misfit(type.expectation)
    case .scalar(let scalar):
      guard type == .list else { return try type.value(reading: scalar.literalText) }
      return try list(of: [scalar])
    case .sequence(let nodes):
      guard type == .list else { throw Misfit(type.expectation) }
      var scalars: [YAMLScalar] = []
      for node in nodes {
        guard case .scalar(let scalar) = node.content else {
          throw Misfit("a list of single values")
        }
        scalars.append(scalar)
      }
      return try list(of: scalars)
    }
  }

  /// Takes a typed value as one of the declared type.
  func value(taking value: Value) throws(Misfit) -> Value {
    let value = try type.value(taking: value)
    guard case .list(let items) = value, let itemType else { return value }
    var converted: [Value] = []
    for item in items { converted.append(try itemType.value(taking: item)) }
    return .list(converted)
  }

  private func list(of scalars: [YAMLScalar]) throws(Misfit) -> Value {
    var items: [Value] = []
    for scalar in scalars {
      if let itemType {
        items.append(try itemType.value(reading: scalar.literalText))
      } else if scalar.isNull {
        throw Misfit("a list whose items all have a value")
      } else {
        items.append(scalar.value)
      }
    }
    return .list(itemType == nil ? Self.homogeneous(items, as: scalars) : items)
  }

  /// Lists are of one type in SQL: numbers widen to float, other mixtures are text as written.
  private static func homogeneous(_ items: [Value], as scalars: [YAMLScalar]) -> [Value] {
    let types = Set(items.map(\.typeName))
    if types.count <= 1 { return items }
    if types == ["int", "float"] { return items.map { .double($0.number ?? .nan) } }
    return scalars.map { .text($0.literalText) }
  }

  /// A value as the author or the caller would write it; `***` for a secret.
  func text(of value: Value) -> String {
    if isSecret { return "***" }
    guard type == .list, case .list(let items) = value else {
      return ParameterDeclaration.text(of: value, as: type)
    }
    return ListText.text(
      of: items.map { item in
        if case .text(let text) = item { return (text, false) }
        return (ParameterDeclaration.text(of: item, as: itemType ?? .string), true)
      })
  }

  private static func text(of value: Value, as type: ParameterType) -> String {
    switch value {
    case .date(let day) where type == .month: day.monthDescription
    case .double(let number) where number.isNaN: ".nan"
    case .double(let number) where number.isInfinite: number < 0 ? "-.inf" : ".inf"
    default: value.plainText
    }
  }
}

extension YAMLScalar {
  /// The text with `\{{` read as `{{`; expressions are not evaluated here.
  var literalText: String { template.plainText ?? text }

  /// Whether it is YAML's null.
  var isNull: Bool { value == .null }
}
