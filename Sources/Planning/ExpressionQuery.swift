public import DuckDB
public import Parsing
public import Steps
public import Vocabulary

/// The SELECT that evaluates a `{{ }}` expression: parameters bound, metrics as one-row relations.
///
/// For example: `evaluation.auc - $limit` becomes `SELECT (evaluation.auc - $limit) FROM (SELECT
/// CAST($metric_1 AS DOUBLE) AS "auc") AS "evaluation"`. A metric without a value is NULL; a step
/// without any metric, because it was skipped, gives NULL for each that is asked of it.
public struct ExpressionQuery: Sendable, Hashable {
  /// The expression.
  public var expression: Expression
  /// The SELECT, which gives one row with one column.
  public var sql: String
  /// The values to bind, by name without `$`.
  public var bindings: [String: Value]
  /// What looks like a metric that its step does not have.
  private var unknownMetrics: [UnknownMetric] = []

  private struct UnknownMetric: Sendable, Hashable {
    var step: String
    var name: String
    var place: SQLAnalysis.Place?
    var known: [String]
  }

  /// What stands in front of the expression in `sql`.
  static let head = "SELECT ("
  /// What closes it; the line end closes a comment.
  static let tail = "\n)"

  /// The text to hand to `Connection.analyze` for an expression.
  public static func text(of expression: Expression) -> String {
    head + expression.sql + tail
  }

  /// A query over the parameters' values and the metrics of all steps, by step name; a step that
  /// has none is there with an empty list. `given` are the figures from outside of the run.
  public init(
    _ expression: Expression, _ analysis: SQLAnalysis, parameters: [String: Value],
    metrics: [String: [Metric]] = [:], given: GivenFigures = GivenFigures()
  ) {
    self.expression = expression
    bindings = parameters
    sql = Self.text(of: expression)
    var metrics = metrics
    // A step may have the name of a relation from outside; then the name is the step's.
    func isStep(_ name: String) -> Bool { metrics.keys.contains { $0.lowercased() == name } }
    let hasPrevious = !isStep(GivenRelation.previous.rawValue)
    if !isStep(GivenRelation.champion.rawValue) {
      metrics[GivenRelation.champion.rawValue] = given.champion ?? []
    }
    var wanted: [(step: String, names: [String])] = []
    var earlier: [(step: String, names: [String])] = []
    for column in analysis.freeColumns {
      if hasPrevious, GivenRelation(column.path[0]) == .previous, column.path.count > 2 {
        earlier.note(column.path[2], of: column.path[1])
        continue
      }
      guard
        let step = metrics.keys.first(where: { $0.lowercased() == column.path[0].lowercased() })
      else { continue }
      let known = (metrics[step] ?? []).map(\.name)
      // A figure of a notebook within this one has two names: its step's and its own.
      let name = column.path[1..<min(3, column.path.count)].joined(separator: ".")
      if !known.isEmpty, !known.contains(where: { $0.lowercased() == name.lowercased() }) {
        unknownMetrics.append(
          UnknownMetric(step: step, name: name, place: column.place, known: known))
      }
      wanted.note(name, of: step)
    }
    guard !wanted.isEmpty || !earlier.isEmpty else { return }
    var prefix = "metric_"
    while parameters.keys.contains(where: { $0.lowercased().hasPrefix(prefix) }) { prefix += "_" }
    var relations: [String] = []
    var count = 0
    for (step, names) in wanted {
      var figures = (metrics[step] ?? []).map { (name: $0.name, value: $0.value) }
      if figures.isEmpty { figures = unique(names).map { ($0, nil) } }
      var columns: [String] = []
      var structs: [(step: String, names: [String])] = []
      for figure in figures {
        count += 1
        bindings["\(prefix)\(count)"] = figure.value.map(Value.double) ?? .null
        let value = "CAST($\(prefix)\(count) AS DOUBLE)"
        let parts = figure.name.split(separator: ".", maxSplits: 1).map(String.init)
        if parts.count == 2 {
          structs.note("\(SQLText.identifier(parts[1])) := \(value)", of: parts[0])
        } else {
          columns.append("\(value) AS \(SQLText.identifier(figure.name))")
        }
      }
      columns += structs.map { inner, fields in
        "struct_pack(\(fields.joined(separator: ", "))) AS \(SQLText.identifier(inner))"
      }
      relations.append(
        "(SELECT \(columns.joined(separator: ", "))) AS \(SQLText.identifier(step))")
    }
    if !earlier.isEmpty {
      let steps = earlier.map { step, names in
        let fields = unique(names).map { name in
          count += 1
          let wanted = "\(step).\(name)".lowercased()
          let figure = given.previous?.first { $0.key.lowercased() == wanted }
          bindings["\(prefix)\(count)"] = (figure?.value).map(Value.double) ?? .null
          return "\(SQLText.identifier(name)) := CAST($\(prefix)\(count) AS DOUBLE)"
        }
        return "struct_pack(\(fields.joined(separator: ", "))) AS \(SQLText.identifier(step))"
      }
      relations.append("(SELECT \(steps.joined(separator: ", "))) AS \"previous\"")
    }
    sql += " FROM " + relations.joined(separator: ", ")
  }

  /// The expression's value. What the engine says against it is placed within `source`, the whole
  /// text of the expression's file.
  public func value(
    on connection: Connection, in source: String? = nil
  ) throws(StepFailure) -> Value {
    do throws(DuckDBError) {
      return try result(on: connection)
    } catch {
      let lines = SourceLines(source ?? "", file: source == nil ? "" : expression.range.file)
      if error.kind == .binder, let unknown = unknownMetrics.first {
        throw StepFailure(diagnostic(of: unknown, lines))
      }
      throw StepFailure(Self.diagnostic(for: error, in: expression, lines: lines))
    }
  }

  /// The expression's value; a list comes as its items.
  func result(on connection: Connection) throws(DuckDBError) -> Value {
    let value = try connection.scalar(sql, binding: bindings)
    // The engine hands lists over as text, so what looks like one is asked for its type.
    guard case .text(let text) = value, text.hasPrefix("["),
      let type = try connection.columns(of: sql, binding: bindings).first?.engineType,
      type.hasSuffix("]")
    else { return value }
    let items = try connection.query("SELECT unnest(v) FROM (\(sql)) AS t(v)", binding: bindings)
    return .list(items.columns.first?.values ?? [])
  }

  private func diagnostic(of unknown: UnknownMetric, _ lines: SourceLines) -> Diagnostic {
    var place = expression.range
    if let found = unknown.place, found.offset >= Self.head.utf8.count {
      place = lines.alignment(of: expression.sql, within: expression.range)
        .range(of: found.offset - Self.head.utf8.count, length: found.length)
    }
    let owner =
      unknown.step == GivenRelation.champion.rawValue ? "the champion" : "step `\(unknown.step)`"
    return .error(
      "unknown-metric", "\(owner) has no metric `\(unknown.name)`", at: place,
      solutions: solutions(forUnknown: unknown.name, among: unknown.known).map {
        $0.replacing("did you mean `", with: "did you mean `\(unknown.step).")
      })
  }

  /// What the engine says against an expression, at the expression's place in its file.
  static func diagnostic(
    for error: DuckDBError, in expression: Expression, lines: SourceLines
  ) -> Diagnostic {
    var place = expression.range
    var summary = error.summary
    if let position = error.position {
      let offset = position - head.utf8.count
      let size = expression.sql.utf8.count
      if (0..<size).contains(offset) {
        place = lines.alignment(of: expression.sql, within: expression.range)
          .range(of: offset, length: error.length ?? error.name?.utf8.count ?? 1)
      } else if offset >= size, error.kind == .parser {
        summary = "the expression ends too early"
      }
    }
    if error.kind == .shape {
      summary = "the expression must give one value"
    }
    var solutions: [String] = []
    if let name = error.name, let match = nearest(to: name, among: error.candidates) {
      solutions = ["did you mean `\(match)`?"]
    } else if !error.candidates.isEmpty {
      let names = error.candidates.prefix(8).map { "`\($0)`" }.joined(separator: ", ")
      solutions = ["there are: \(names)"]
    }
    return .error("bad-expression", summary, at: place, solutions: solutions)
  }
}

/// The relations of figures from outside of a run.
enum GivenRelation: String, CaseIterable {
  /// `previous.step.metric`: of the edition before.
  case previous
  /// `champion.metric`: of the registered model.
  case champion

  /// The relation of this name, without regard to case.
  init?(_ name: String) {
    self.init(rawValue: name.lowercased())
  }
}

extension [(step: String, names: [String])] {
  fileprivate mutating func note(_ name: String, of step: String) {
    if let index = firstIndex(where: { $0.step == step }) {
      self[index].names.append(name)
    } else {
      append((step, [name]))
    }
  }
}

private func unique(_ names: [String]) -> [String] {
  var seen: Set<String> = []
  return names.filter { seen.insert($0.lowercased()).inserted }
}

extension Expression {
  /// The name, when the expression is nothing but `$name`: its value needs no engine.
  var soleParameter: String? {
    guard sql.utf8.first == UInt8(ascii: "$") else { return nil }
    let name = String(sql.dropFirst())
    return isName(name) ? name : nil
  }
}
