public import Parsing
public import Vocabulary

/// Expectations on figures, which decide whether the report is published and a model promoted.
///
/// For example: `expect: [evaluation.auc >= 0.70, evaluation.auc >= champion.auc - 0.01]`. An
/// expectation is a SQL condition over the metrics of this run, `previous.step.metric` of the
/// edition before and `champion.metric` of the registered model. All are evaluated and shown; a
/// refusal is an outcome (exit code 3), not a failure.
public struct GateStep: StepKind {
  /// The word behind `uses:`.
  public static let name = "gate"
  /// One sentence for the documentation.
  public static let summary =
    "Holds figures against what is expected; a refusal withholds publication or promotion."

  /// What is expected, in order; the budget comes last.
  public var rules: [Rule]
  /// The registered model whose champion `champion.metric` speaks of, when no step says it.
  public var champion: String?
  /// What a refusal means.
  public var consequence: Verdict.Consequence

  /// One expectation.
  public struct Rule: Sendable, Hashable {
    /// The condition.
    public var condition: GateCondition
    /// By how much the limit may be missed.
    public var tolerance: Tolerance?
    /// Whether missing it counts.
    public var severity: Severity
    /// What people call it; the condition itself when nil.
    public var label: String?
    /// Where it is written.
    public var range: SourceRange
  }

  /// By how much a limit may be missed.
  public enum Tolerance: Sendable, Hashable {
    /// In the unit of the figure.
    case absolute(Double)
    /// As a share of the limit.
    case relative(Double)

    func amount(of limit: Double) -> Double {
      switch self {
      case .absolute(let amount): amount
      case .relative(let share): abs(limit) * share
      }
    }
  }

  /// Reads the options; mistakes go into the reader.
  public init(from options: inout OptionReader, of source: StepSource) {
    consequence =
      options.choice("on_refusal", as: Verdict.Consequence.self) ?? .withholdPublication
    champion = options.string("champion")
    if let champion, let fault = RegistryName.fault(in: champion) {
      options.reject("champion", fault)
    }
    rules = []
    guard Self.isWithoutBraces(source.options["expect"], &options) else {
      options.allow(["expect", "budget"])
      return
    }
    let items = options.list("expect") ?? []
    let readers = options.readers("expect") ?? []
    for (index, item) in items.enumerated() {
      if case .mapping = item.content, readers.indices.contains(index) {
        var reader = readers[index]
        if let rule = Rule(from: &reader) { rules.append(rule) }
        options.absorb(&reader)
      } else if let condition = Self.condition(item, &options) {
        rules.append(
          Rule(condition: GateCondition(condition), severity: .fail, range: item.range))
      }
    }
    readBudget(&options)
    if !options.has("expect"), !options.has("budget") {
      options.report(
        .error(
          "missing-option", "\(options.subject) expects nothing", at: options.range,
          solutions: ["add expect: [evaluation.auc >= 0.7]"]))
    }
  }

  /// `budget: { evaluation.cost: 120000 }` reads `evaluation.cost <= 120000`.
  private mutating func readBudget(_ options: inout OptionReader) {
    guard var limits = options.reader("budget") else { return }
    for entry in options.mapping("budget") ?? [] {
      guard let limit = limits.double(entry.key) else { continue }
      let text = "\(entry.key) <= \(shortestText(limit))"
      rules.append(
        Rule(
          condition: GateCondition(Expression(sql: text, range: entry.keyRange)), severity: .fail,
          label: "budget: \(text)", range: entry.keyRange))
    }
    options.absorb(&limits)
  }

  /// Values would get into the SQL as text: a condition names parameters itself.
  private static func isWithoutBraces(_ node: YAMLNode?, _ options: inout OptionReader) -> Bool {
    var nodes = node.map { [$0] } ?? []
    if case .sequence(let items)? = node?.content { nodes = items }
    nodes = nodes.map { $0["that"] ?? $0 }
    let wrong = nodes.first {
      if case .scalar(let scalar) = $0.content { scalar.hasExpressions } else { false }
    }
    guard let wrong else { return true }
    options.reject(
      "expect", "is an expression itself, without `{{ }}`", at: wrong.range,
      solutions: ["name a parameter as it is: `evaluation.auc >= $limit`"])
    return false
  }

  /// An expectation as an expression at its place.
  fileprivate static func condition(
    _ node: YAMLNode, _ options: inout OptionReader
  ) -> Expression? {
    guard case .scalar(let scalar) = node.content else {
      options.reject(
        "expect", "holds something that is no condition", at: node.range,
        solutions: ["write a condition such as `evaluation.auc >= 0.7`"])
      return nil
    }
    return Expression(sql: scalar.text, range: node.range)
  }

  /// The names that the step takes from others; those in its conditions are found by planning.
  public var references: [Reference] { [] }

  /// The conditions, which are SQL without braces.
  public var expressions: [Expression] { rules.map(\.condition.whole) }

  /// Finds what is wrong beside the options themselves, on empty tables.
  public func check(in workspace: Workspace) -> [Diagnostic] {
    var findings: [Diagnostic] = []
    for rule in rules {
      let whole = rule.condition.whole
      do throws(StepFailure) {
        let type = try workspace.evaluate(
          Expression(sql: "typeof(\(whole.sql)\n)", range: whole.range))
        guard type.plainText != "BOOLEAN" else { continue }
        findings.append(
          .error(
            "no-condition", "`\(whole.sql)` is no condition but a value of type \(type.plainText)",
            at: rule.range, solutions: ["compare it, such as `\(whole.sql) >= 0.7`"]))
      } catch {
        findings.append(error.diagnostic)
      }
    }
    return findings
  }

  /// Does the work.
  public func run(in workspace: Workspace) throws(StepFailure) -> StepResult {
    var judged: [JudgedRule] = []
    for rule in rules { judged.append(try JudgedRule(rule, in: workspace)) }
    let words = workspace.words
    var result = StepResult()
    result.verdict = Verdict(
      refusals: judged.filter { $0.outcome == .refused }.map { $0.sentence(words) },
      warnings: judged.filter { $0.outcome == .warned }.map { $0.sentence(words) },
      consequence: consequence)
    result.metrics = [
      Metric(
        "passed", judged.contains { $0.outcome == .refused } ? 0 : 1, label: words.orName("合格"),
        format: .fixed(0)),
      Metric(
        "refused", Double(judged.count { $0.outcome == .refused }), label: words.orName("却下の数"),
        format: .fixed(0)),
      Metric(
        "warned", Double(judged.count { $0.outcome == .warned }), label: words.orName("警告の数"),
        format: .fixed(0)),
    ]
    result.exhibits = [
      .table(
        table(
          of: judged, id: workspace.stepName, title: workspace.settings.title,
          words: words))
    ]
    return result
  }

  private func table(
    of judged: [JudgedRule], id: String, title: String?, words: Words
  ) -> TableExhibit {
    var columns = [
      Column("expectation", texts: judged.map(\.name)),
      Column("observed", texts: judged.map(\.observedText)),
      Column("limit", texts: judged.map(\.limitText)),
    ]
    if judged.contains(where: { $0.toleranceText != nil }) {
      columns.append(Column("tolerance", texts: judged.map(\.toleranceText)))
    }
    columns.append(Column("verdict", texts: judged.map { $0.verdictText(words) }))
    var exhibit = TableExhibit(
      id: id, title: title, table: Table(columns: columns),
      labels: [
        "expectation": words("Expected", "期待"), "observed": words("Observed", "実測"),
        "limit": words("Limit", "基準"), "tolerance": words("Tolerance", "許容差"),
        "verdict": words.verdict,
      ],
      emphasized: Set(
        judged.indices.filter { [.refused, .warned].contains(judged[$0].outcome) }))
    exhibit.figures = ["observed", "limit", "tolerance"]
    return exhibit
  }
}

extension GateStep.Rule {
  init?(from options: inout OptionReader) {
    range = options.range
    severity = options.choice("severity", as: Severity.self) ?? .fail
    label = options.string("label")
    let node = options.requiredNode("that")
    if options.has("tolerance"), let text = options.string("tolerance") {
      if text.hasSuffix("%"),
        let share = YAMLScalar(String(text.dropLast()), isPlain: true).value
          .number, share >= 0
      {
        tolerance = .relative(share / 100)
      } else {
        tolerance = options.double("tolerance", in: 0 ... .infinity).map {
          GateStep.Tolerance.absolute($0)
        }
      }
    }
    guard options.has("that"), let expression = GateStep.condition(node, &options) else {
      return nil
    }
    condition = GateCondition(expression)
    if tolerance != nil, condition.sides == nil {
      options.reject(
        "tolerance", "needs a condition that is one comparison, such as `evaluation.auc >= 0.7`")
    }
  }
}
