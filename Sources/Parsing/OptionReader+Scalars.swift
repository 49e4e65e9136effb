internal import Vocabulary

extension OptionReader {
  /// Text; numbers and the like are taken as they are written.
  public mutating func string(_ key: String) -> String? {
    guard let node = node(key), !node.isUnknownYet else { return nil }
    guard let text = node.text else {
      wrongType(key, "text", node)
      return nil
    }
    return text
  }

  /// Text that must be given; empty otherwise.
  public mutating func requiredString(_ key: String) -> String {
    require(key)
    return string(key) ?? ""
  }

  /// Text that may hold expressions, evaluated later.
  public mutating func template(_ key: String) -> Template? {
    guard let node = node(key), node.content != .pending else { return nil }
    if case .scalar(let scalar) = node.content { return scalar.template }
    guard let text = node.text else {
      wrongType(key, "text", node)
      return nil
    }
    return .plain(text)
  }

  /// A whole number.
  public mutating func int(_ key: String, in bounds: ClosedRange<Int> = .min ... .max) -> Int? {
    guard let node = node(key), !node.isUnknownYet else { return nil }
    guard let number = node.wholeNumber else {
      wrongType(key, "a whole number", node)
      return nil
    }
    guard bounds.contains(number) else {
      reject(key, "must be \(phrase(bounds)), not \(number)", at: node.range)
      return nil
    }
    return number
  }

  /// A whole number that must be given; the bound nearest to zero otherwise.
  public mutating func requiredInt(
    _ key: String, in bounds: ClosedRange<Int> = .min ... .max
  ) -> Int {
    require(key)
    return int(key, in: bounds) ?? min(max(0, bounds.lowerBound), bounds.upperBound)
  }

  /// A number, not NaN; `above` excludes a lower bound, `below` an upper one.
  public mutating func double(
    _ key: String, in bounds: ClosedRange<Double> = -.infinity ... .infinity,
    above: Double? = nil, below: Double? = nil
  ) -> Double? {
    guard let node = node(key), !node.isUnknownYet else { return nil }
    guard let number = node.value?.number, !number.isNaN else {
      wrongType(key, "a number", node)
      return nil
    }
    var reason: String?
    if !bounds.contains(number) { reason = phrase(bounds) }
    if let above, number <= above { reason = "above \(shortestText(above))" }
    if let below, number >= below { reason = "below \(shortestText(below))" }
    if let reason {
      reject(key, "must be \(reason), not \(shortestText(number))", at: node.range)
      return nil
    }
    return number
  }

  /// A number that must be given; the bound nearest to zero otherwise.
  public mutating func requiredDouble(
    _ key: String, in bounds: ClosedRange<Double> = -.infinity ... .infinity
  ) -> Double {
    require(key)
    return double(key, in: bounds) ?? min(max(0, bounds.lowerBound), bounds.upperBound)
  }

  /// True or false.
  public mutating func bool(_ key: String) -> Bool? {
    guard let node = node(key), !node.isUnknownYet else { return nil }
    guard case .bool(let value) = node.value else {
      wrongType(key, "`true` or `false`", node)
      return nil
    }
    return value
  }

  /// The name of a step, a table or a metric: letters, digits and `_`, not starting with a digit.
  public mutating func name(_ key: String) -> String? {
    guard let text = string(key) else { return nil }
    guard isName(text) else {
      reject(
        key, "must be a name (letters, digits and `_`, not starting with a digit), not `\(text)`")
      return nil
    }
    return text
  }

  /// A name that must be given; empty otherwise.
  public mutating func requiredName(_ key: String) -> String {
    require(key)
    return name(key) ?? ""
  }

  /// One of the raw values of `type`.
  ///
  /// For example: `options.choice("metric", as: Metric.self)`.
  public mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, as type: Choice.Type = Choice.self
  ) -> Choice? where Choice.RawValue == String {
    guard let node = node(key), !node.isUnknownYet else { return nil }
    return choice(node, key, type)
  }

  /// One of the raw values of `type`, which must be given; nil otherwise, and reported.
  public mutating func requiredChoice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, as type: Choice.Type = Choice.self
  ) -> Choice? where Choice.RawValue == String {
    require(key)
    return choice(key, as: type)
  }

  /// A length of time in seconds: a number, or a number with `ms`, `s`, `m`, `h` or `d`.
  ///
  /// For example: `timeout: 90`, `timeout: 1.5h`.
  public mutating func seconds(_ key: String) -> Double? {
    guard let node = node(key), !node.isUnknownYet else { return nil }
    guard let number = node.value?.number ?? node.text.flatMap(seconds(in:)), number >= 0,
      number.isFinite
    else {
      wrongType(key, "a length of time such as `90`, `30s`, `10m` or `2h`", node)
      return nil
    }
    return number
  }

  mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ node: YAMLNode, _ key: String, _ type: Choice.Type
  ) -> Choice? where Choice.RawValue == String {
    let names = type.allCases.map(\.rawValue)
    guard let text = node.text else {
      let list = names.map { "`\($0)`" }.joined(separator: ", ")
      wrongType(key, "one of \(list)", node)
      return nil
    }
    guard let choice = type.init(rawValue: text) else {
      var remedies = solutions(forUnknown: text, among: names)
      if remedies.first?.hasPrefix("did you mean") == true, names.count <= 20 {
        remedies.append("valid: " + names.map { "`\($0)`" }.joined(separator: ", "))
      }
      reject(
        key, "cannot be `\(text)`", at: node.range, rule: "unknown-choice", solutions: remedies)
      return nil
    }
    return choice
  }
}

extension YAMLNode {
  /// The value as a whole number, when it is one without loss.
  public var wholeNumber: Int? {
    switch value {
    case .int(let number): Int(exactly: number)
    case .double(let number): Int(exactly: number)
    default: nil
    }
  }
}

/// Whether the text can name a step, a parameter or a table without quotes in SQL: letters (of any
/// script), digits and `_`, not starting with a digit.
public func isName(_ text: String) -> Bool {
  guard let first = text.unicodeScalars.first,
    first == "_" || first.properties.isXIDStart
  else { return false }
  return text.unicodeScalars.allSatisfy { $0 == "_" || $0.properties.isXIDContinue }
}

private func seconds(in text: String) -> Double? {
  let units: [(String, Double)] = [
    ("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86_400),
  ]
  for (unit, length) in units where text.hasSuffix(unit) {
    return YAMLScalar(String(text.dropLast(unit.count)), isPlain: true).value.number
      .map { $0 * length }
  }
  return nil
}

private func phrase(_ bounds: ClosedRange<Int>) -> String {
  if bounds.upperBound == .max { return "at least \(bounds.lowerBound)" }
  if bounds.lowerBound == .min { return "at most \(bounds.upperBound)" }
  return "from \(bounds.lowerBound) to \(bounds.upperBound)"
}

private func phrase(_ bounds: ClosedRange<Double>) -> String {
  let (low, high) = (shortestText(bounds.lowerBound), shortestText(bounds.upperBound))
  if bounds.upperBound == .infinity { return "at least \(low)" }
  if bounds.lowerBound == -.infinity { return "at most \(high)" }
  return "from \(low) to \(high)"
}
