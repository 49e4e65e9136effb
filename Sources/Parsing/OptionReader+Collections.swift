internal import Vocabulary

extension OptionReader {
  /// The nodes of a list; a single value counts as a list of one.
  public mutating func list(_ key: String) -> [YAMLNode]? {
    guard let node = node(key), !node.isUnknownYet else { return nil }
    switch node.content {
    case .sequence(let nodes): return nodes
    case .value(.list(let values)): return values.map { YAMLNode(.value($0), at: node.range) }
    default: return [node]
    }
  }

  /// Texts, one or a list.
  public mutating func strings(_ key: String) -> [String]? {
    elements(key, "text") { $0.text }
  }

  /// Texts of which at least one must be given; empty otherwise.
  public mutating func requiredStrings(_ key: String) -> [String] {
    require(key)
    return strings(key) ?? []
  }

  /// Names, one or a list.
  public mutating func names(_ key: String) -> [String]? {
    elements(key, "a name (letters, digits and `_`)") { node in
      node.text.flatMap { isName($0) ? $0 : nil }
    }
  }

  /// Whole numbers, one or a list.
  public mutating func ints(_ key: String) -> [Int]? {
    elements(key, "a whole number") { $0.wholeNumber }
  }

  /// Numbers, one or a list.
  public mutating func doubles(_ key: String) -> [Double]? {
    elements(key, "a number") { node in
      node.value?.number.flatMap { $0.isNaN ? nil : $0 }
    }
  }

  /// Raw values of `type`, one or a list.
  public mutating func choices<Choice: RawRepresentable & CaseIterable>(
    _ key: String, as type: Choice.Type = Choice.self
  ) -> [Choice]? where Choice.RawValue == String {
    guard let nodes = list(key) else { return nil }
    return nodes.compactMap { $0.isUnknownYet ? nil : choice($0, key, type) }
  }

  /// The entries of a mapping in source order.
  public mutating func mapping(_ key: String) -> [YAMLEntry]? {
    guard let node = node(key), !node.isUnknownYet else { return nil }
    guard case .mapping(let entries) = node.content else {
      wrongType(key, "a mapping", node)
      return nil
    }
    return entries
  }

  /// A reader of a mapping below this one; whoever takes it adds its `finish()` to the diagnostics.
  public mutating func reader(_ key: String) -> OptionReader? {
    guard let node = node(key), !node.isUnknownYet else { return nil }
    return OptionReader(node, of: "`\(key)` of \(subject)")
  }

  /// Readers of a list of mappings; whoever takes them adds their `finish()` to the diagnostics.
  public mutating func readers(_ key: String) -> [OptionReader]? {
    guard let nodes = list(key) else { return nil }
    return nodes.enumerated().compactMap { index, node in
      node.isUnknownYet
        ? nil : OptionReader(node, of: "item \(index + 1) of `\(key)` of \(subject)")
    }
  }

  /// Converts every element of a list; elements known only at run time are left out.
  private mutating func elements<Element>(
    _ key: String, _ expected: String, _ convert: (YAMLNode) -> Element?
  ) -> [Element]? {
    guard let nodes = list(key) else { return nil }
    var elements: [Element] = []
    for node in nodes where !node.isUnknownYet {
      if let element = convert(node) {
        elements.append(element)
      } else {
        wrongType(key, nodes.count == 1 ? expected : "a list, each item \(expected)", node)
      }
    }
    return elements
  }
}
