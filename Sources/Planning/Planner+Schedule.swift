public import DuckDB
public import Parsing
public import Vocabulary

extension Notebook {
  /// The values that the schedule gives to parameters at a due time, as one writes them on a command
  /// line.
  ///
  /// `time` is what the clock on the wall of the schedule's zone shows then; expressions read it as
  /// `$scheduled`. For example: at 2021-02-01 06:00, `"{{ $scheduled - INTERVAL 1 MONTH }}"` gives
  /// `2021-01` to a month.
  public func scheduledValues(
    at time: Timestamp, using connection: Connection
  ) throws(Refusal) -> [(name: String, text: String)] {
    var planner = Planner(self, ProjectFile(), connection)
    let values = planner.scheduledValues(at: time)
    guard planner.diagnostics.allSatisfy({ $0.severity < .error }) else {
      throw Refusal(planner.diagnostics)
    }
    return values
  }
}

extension Planner {
  /// Tries the schedule's values at a time that is as good as any, and the entries that wait for
  /// files: what is wrong with them shows before anything is due.
  mutating func checkTriggers() {
    for case .parameter(let name, let range)? in notebook.frontMatter.catalog.map(\.arrival)
    where !declarations.contains(where: { $0.name == name }) {
      reportUnknownParameter(name, at: range)
    }
    guard notebook.frontMatter.schedule?.parameters.isEmpty == false else { return }
    var other = Planner(notebook, project, connection)
    _ = other.scheduledValues(at: Timestamp(microsecondsSinceEpoch: 1_612_159_200_000_000))
    diagnostics += other.diagnostics
  }

  fileprivate mutating func scheduledValues(at time: Timestamp) -> [(name: String, text: String)] {
    guard let schedule = notebook.frontMatter.schedule else { return [] }
    let (declared, _) = ParameterDeclaration.decoding(notebook.parameters)
    declarations = [.scheduled]
    values = [ParameterDeclaration.scheduled.name: .timestamp(time)]
    var texts: [(name: String, text: String)] = []
    var seen: Set<String> = []
    for given in schedule.parameters {
      guard let declaration = declared.first(where: { $0.name == given.name }) else {
        // One that is declared wrongly has its own message.
        let names = notebook.parameters?.declarations.entries.map(\.key) ?? []
        if !names.contains(given.name) { reportUnknownParameter(given.name, at: given.nameRange) }
        continue
      }
      guard seen.insert(given.name).inserted else { continue }
      guard !declaration.isSecret else {
        report(
          "secret-exposed", "the schedule cannot give the secret `\(given.name)`",
          at: given.nameRange, explanation: "It comes from the server's environment.")
        continue
      }
      guard readOnlyTheTime(given), let value = value(of: given.value) else { continue }
      if let text = text(of: value, for: declaration, given) { texts.append((given.name, text)) }
    }
    return texts
  }

  private mutating func reportUnknownParameter(_ name: String, at range: SourceRange) {
    let names = notebook.parameters?.declarations.entries.map(\.key) ?? []
    report(
      "unknown-parameter", "the notebook has no parameter `\(name)`", at: range,
      solutions: solutions(forUnknown: name, among: names))
  }

  /// Whether a value reads nothing but the due time; the notebook's own parameters have no values yet.
  private mutating func readOnlyTheTime(_ given: FrontMatter.Schedule.Given) -> Bool {
    let known = ParameterDeclaration.scheduled.name
    for expression in given.value.expressions {
      let names =
        expression.soleParameter.map { [$0] }
        ?? (try? analysis(of: ExpressionQuery.text(of: expression)))?.parameters.map(\.name) ?? []
      for name in names where name != known {
        report(
          "unknown-parameter", "the schedule knows `$\(known)` only, not `$\(name)`",
          at: expression.range,
          explanation: "`$\(known)` is the time at which the run is due, in the schedule's zone.")
        return false
      }
    }
    return true
  }

  private mutating func value(of template: Template) -> Value? {
    let use = Use.parameters("the schedule")
    if let sole = template.soleExpression { return evaluate(sole, for: use) }
    return template.text { evaluate($0, for: use) }.map(Value.text)
  }

  private mutating func text(
    of value: Value, for declaration: ParameterDeclaration, _ given: FrontMatter.Schedule.Given
  ) -> String? {
    let place = given.value.expressions.first?.range ?? given.nameRange
    do throws(Misfit) {
      let value =
        if case .text(let text) = value {
          try declaration.value(reading: text)
        } else {
          try declaration.value(taking: value.cut(to: declaration.type))
        }
      if let violation = declaration.violation(by: value) {
        report(
          "bad-parameter", "the schedule's value of `\(declaration.name)` \(violation)", at: place)
        return nil
      }
      return declaration.text(of: value)
    } catch {
      report(
        "bad-parameter",
        "the schedule's value of `\(declaration.name)` must be \(error.expected), not "
          + (value.isNull ? "NULL" : "the \(value.typeName) `\(abbreviated(value.plainText))`"),
        at: place, solutions: error.advice.map { [$0] } ?? [])
      return nil
    }
  }
}

extension ParameterDeclaration {
  /// What the expressions of a schedule read.
  fileprivate static let scheduled: ParameterDeclaration = {
    let start = SourcePosition(line: 1, column: 1)
    let range = SourceRange(file: "", start: start, end: start)
    return ParameterDeclaration(
      name: "scheduled", nameRange: range, type: .datetime, itemType: nil, description: nil,
      isRequired: true, default: .none, choices: [], minimum: nil, maximum: nil, pattern: nil,
      environmentVariable: nil, range: range)
  }()
}

extension Value {
  /// A time of day means its day to a day, and its month to a month.
  fileprivate func cut(to type: ParameterType) -> Value {
    let day: CalendarDate
    switch self {
    case .date(let date): day = date
    case .timestamp(let time) where type == .date || type == .month:
      let length: Int64 = 86_400_000_000
      let days = time.microsecondsSinceEpoch / length
      let rest = time.microsecondsSinceEpoch % length
      day = CalendarDate(daysSinceEpoch: Int32(clamping: rest < 0 ? days - 1 : days))
    default: return self
    }
    guard type == .month else { return .date(day) }
    let (year, month, _) = day.components
    return CalendarDate(year: year, month: month, day: 1).map(Value.date) ?? self
  }
}
