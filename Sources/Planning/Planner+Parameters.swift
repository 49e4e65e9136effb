internal import DuckDB
internal import Parsing
internal import Vocabulary

extension Planner {
  /// The parameters with their values: the notebook's, under the project's, under the caller's.
  mutating func resolveParameters(
    _ arguments: Arguments, environment: [String: String]
  ) -> [Parameter] {
    let (declarations, mistakes) = ParameterDeclaration.decoding(notebook.parameters)
    self.declarations = declarations
    diagnostics += mistakes
    let (given, problems) = arguments.given()
    diagnostics += problems
    reportUnknown(given)

    var resolved: [String: Parameter] = [:]
    for declaration in declarations {
      if let last = given.last(where: { $0.name == declaration.name })?.value {
        resolved[declaration.name] = parameter(declaration, given: last, origin: .injected)
      } else if let entry = project.parameters.last(where: { $0.key == declaration.name }) {
        let value = GivenValue(
          content: .node(entry.value.withoutTemplates), origin: "the project file",
          range: entry.value.range)
        resolved[declaration.name] = parameter(declaration, given: value, origin: .project)
      } else {
        resolved[declaration.name] = unsaid(
          declaration, environment, isRequired: arguments.isComplete)
      }
    }
    for declaration in inOrderOfDerivation(without: Set(resolved.keys)) {
      resolved[declaration.name] = derived(declaration)
    }
    for declaration in declarations where resolved[declaration.name] == nil {
      open.insert(declaration.name)
      resolved[declaration.name] = made(declaration, .null, .default)
    }
    return declarations.compactMap { resolved[$0.name] }
  }

  /// Every name that the notebook does not declare, all at once.
  private mutating func reportUnknown(_ given: [(name: String, value: GivenValue)]) {
    var seen: Set<String> = []
    // A declaration with a mistake in it is no unknown name.
    let names = notebook.parameters?.declarations.entries.map(\.key) ?? []
    for (name, value) in given where !names.contains(name) && seen.insert(name).inserted {
      let place = notebook.parameters.map { " (\($0.range))" } ?? ""
      report(
        "unknown-parameter",
        "the notebook has no parameter `\(name)`" + (value.range == nil ? from(value) : ""),
        at: value.range,
        explanation: names.isEmpty
          ? "The notebook declares no parameters."
          : "Parameters are declared in the notebook's parameters block\(place).",
        solutions: solutions(forUnknown: name, among: names))
    }
  }

  // MARK: Given values

  private mutating func parameter(
    _ declaration: ParameterDeclaration, given: GivenValue, origin: Parameter.Origin
  ) -> Parameter? {
    do throws(Misfit) {
      let value = try declaration.value(of: given)
      guard !value.isNull, let violation = violation(of: declaration, by: value) else {
        return made(declaration, value, origin)
      }
      reportBad(declaration, given, violation)
    } catch {
      let shown = declaration.isSecret ? "" : ", not \(given.shown)"
      reportBad(
        declaration, given, "must be \(error.expected)\(shown)",
        solutions: error.advice.map { [$0] } ?? [])
    }
    return nil
  }

  private mutating func violation(
    of declaration: ParameterDeclaration, by value: Value
  ) -> String? {
    declaration.violation(by: value)
      ?? declaration.patternViolation(by: value, using: connection)
  }

  private mutating func reportBad(
    _ declaration: ParameterDeclaration, _ given: GivenValue, _ reason: String,
    solutions: [String] = []
  ) {
    report(
      "bad-parameter",
      "parameter `\(declaration.name)` \(reason)" + (given.range == nil ? from(given) : ""),
      at: given.range,
      explanation: "It is declared as \(declaration.typeName) at \(declaration.range).",
      solutions: solutions)
  }

  private func from(_ given: GivenValue) -> String { " (\(given.origin))" }

  // MARK: Values that nobody gave

  /// The declared default or the environment's secret; nil for a derived one, whose turn comes later.
  private mutating func unsaid(
    _ declaration: ParameterDeclaration, _ environment: [String: String], isRequired: Bool
  ) -> Parameter? {
    switch declaration.default {
    case .value(let value):
      // Choices and bounds were checked where the default is declared.
      if let violation = declaration.patternViolation(by: value, using: connection) {
        report(
          "bad-default", "the default of `\(declaration.name)` \(violation)",
          at: declaration.range)
      }
      return made(declaration, value, .default)
    case .derived: return nil
    case .none: break
    }
    if let variable = declaration.environmentVariable, let text = environment[variable] {
      return parameter(
        declaration,
        given: GivenValue(content: .text(text), origin: "environment variable \(variable)"),
        origin: .default)
    }
    guard declaration.isRequired else { return made(declaration, .null, .default) }
    guard isRequired else {
      open.insert(declaration.name)
      return made(declaration, .null, .default)
    }
    if let variable = declaration.environmentVariable {
      report(
        "missing-parameter",
        "secret `\(declaration.name)` needs the environment variable \(variable), which is not set",
        at: declaration.nameRange, solutions: ["set \(variable) before the run"])
    } else {
      report(
        "missing-parameter",
        "parameter `\(declaration.name)` has no default and no value was given",
        at: declaration.nameRange,
        explanation: "It must be \(declaration.type.expectation).",
        solutions: ["add `-p \(declaration.name) VALUE`"])
    }
    return nil
  }

  private mutating func made(
    _ declaration: ParameterDeclaration, _ value: Value, _ origin: Parameter.Origin
  ) -> Parameter {
    if !open.contains(declaration.name) { values[declaration.name] = value }
    return Parameter(
      name: declaration.name, type: declaration.type, value: value,
      text: declaration.text(of: value), origin: origin, description: declaration.description,
      range: declaration.range)
  }

  // MARK: Derived values

  /// The derived parameters still without a value, each behind those it reads. Cycles are reported
  /// and left out.
  private mutating func inOrderOfDerivation(without known: Set<String>) -> [ParameterDeclaration] {
    var waiting: [(declaration: ParameterDeclaration, reads: Set<String>)] = []
    for declaration in declarations where !known.contains(declaration.name) {
      guard case .derived(let template) = declaration.default else { continue }
      var reads: Set<String> = []
      for expression in template.expressions {
        if let name = expression.soleParameter {
          reads.insert(name)
        } else if let analysis = try? analysis(of: ExpressionQuery.text(of: expression)) {
          reads.formUnion(analysis.parameters.map(\.name))
        }
      }
      waiting.append((declaration, reads))
    }
    var ordered: [ParameterDeclaration] = []
    while !waiting.isEmpty {
      let names = Set(waiting.map(\.declaration.name))
      let ready = waiting.filter { $0.reads.isDisjoint(with: names) }
      guard !ready.isEmpty else {
        reportCycle(of: waiting.map { ($0.declaration, $0.reads) })
        return ordered
      }
      ordered += ready.map(\.declaration)
      waiting.removeAll { $0.reads.isDisjoint(with: names) }
    }
    return ordered
  }

  private mutating func reportCycle(
    of waiting: [(declaration: ParameterDeclaration, reads: Set<String>)]
  ) {
    // Following what each reads must come back to a name that was there already.
    var path: [String] = []
    var next: String? = waiting.first?.declaration.name
    while let name = next, !path.contains(name) {
      path.append(name)
      let reads = waiting.first { $0.declaration.name == name }?.reads ?? []
      next = waiting.map(\.declaration.name).first { reads.contains($0) }
    }
    guard let closing = next, let start = path.firstIndex(of: closing) else { return }
    let names = (path[start...] + [closing]).map { "`\($0)`" }.joined(separator: " → ")
    report(
      "parameter-cycle", "the defaults of parameters go in a circle: \(names)",
      at: declaration(of: closing)?.nameRange,
      explanation: "Each default can be computed only when those it reads are known.")
    for (declaration, reads) in waiting {
      open.insert(declaration.name)
      usedParameters.formUnion(reads)
    }
  }

  private mutating func derived(_ declaration: ParameterDeclaration) -> Parameter? {
    guard case .derived(let template) = declaration.default else { return nil }
    let place = Use.parameters("the default of `\(declaration.name)`")
    let value: Value
    if let sole = template.soleExpression {
      guard let result = evaluate(sole, for: place) else { return nil }
      value = result
    } else {
      guard let text = template.text({ evaluate($0, for: place) }) else { return nil }
      value = .text(text)
    }
    let range = template.expressions.first?.range ?? declaration.range
    if value.isNull, !declaration.isRequired { return made(declaration, .null, .derived) }
    do throws(Misfit) {
      let value = try declaration.value(taking: value)
      guard let violation = violation(of: declaration, by: value) else {
        return made(declaration, value, .derived)
      }
      report(
        "bad-default", "the derived value of `\(declaration.name)` \(violation)", at: range)
    } catch {
      report(
        "bad-default",
        "the derived value of `\(declaration.name)` must be \(error.expected), not "
          + (value.isNull ? "NULL" : "the \(value.typeName) `\(abbreviated(value.plainText))`"),
        at: range, solutions: error.advice.map { [$0] } ?? [])
    }
    return nil
  }
}
