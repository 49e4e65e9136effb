internal import DuckDB
internal import Parsing
internal import Vocabulary

/// The expectations of a `validate` step beside what was observed.
struct Validation {
  /// An expectation with what was observed.
  struct Finding {
    var column: String?
    var expected: String
    var observed: String
    var severity: Severity
    var holds: Bool
    /// The rows that do not fit, as a condition over the table.
    var condition: String?
    /// Whether the condition counts within partitions.
    var hasWindow = false
    /// The share of rows that may not fit; nil when none may.
    var shareLimit: Double?
    /// Another table whose rows do not fit.
    var otherTable: String?
    /// How many rows do not fit, when rows are what does not.
    var rows: Int?
    var examples: [String] = []

    func name(_ words: Words) -> String {
      (column.map { words("`\($0)` ", "`\($0)`：") } ?? "") + expected
    }
  }

  let step: ValidateStep
  private(set) var rowCount = 0
  private(set) var remarks: [String] = []
  private(set) var findings: [Finding] = []
  private let workspace: Workspace
  private let schema: TableSchema
  private var exampleRows: [(expectation: String, rows: Table)] = []

  /// How many rows and values are shown of each expectation that is not met.
  private static let exampleLimit = 3
  private static let count = NumberFormat.thousands(0)
  private var words: Words { workspace.words }

  init(of step: ValidateStep, in workspace: Workspace) throws(StepFailure) {
    self.step = step
    self.workspace = workspace
    schema = try step.wholeSchema(in: workspace)
  }

  mutating func perform() throws(StepFailure) {
    let there = try workspace.columns(of: step.table.name)
    let table = try workspace.settled(step.table.name, columns: there.map(\.name))
    rowCount = try workspace.rowCount(of: table)
    expectRows()
    let names = there.map(\.name)
    for rule in schema.columns {
      guard let column = there.first(where: { $0.name == rule.name }) else {
        let near =
          nearest(to: rule.name, among: names)
          .map { words(", but there is `\($0)`", "（`\($0)`ならあります）") } ?? ""
        note(
          rule, words("is there", "列がある"), observed: words("missing", "列がない") + near, holds: false)
        continue
      }
      expect(rule, of: column)
    }
    if schema.isExact {
      let known = Set(schema.columns.map(\.name))
      let others = names.filter { !known.contains($0) }
      findings.append(
        Finding(
          expected: words("no other columns", "ほかの列がない"),
          observed: others.isEmpty ? words("none", "なし") : words.list(Array(others.prefix(6))),
          severity: step.severity, holds: others.isEmpty))
    }
    if !step.unique.isEmpty {
      let list = step.unique.map { SQLText.identifier($0.name) }.joined(separator: ", ")
      findings.append(
        Finding(
          expected: words(
            words.list(step.unique.map(\.name)) + " come once together",
            words.list(step.unique.map(\.name)) + "の組み合わせが重複しない"),
          observed: "", severity: step.severity, holds: true,
          condition: "count(*) OVER (PARTITION BY \(list)) > 1", hasWindow: true))
    }
    try judgeConditions(on: table)
    for other in step.empty {
      let rows = try workspace.rowCount(of: other.name)
      findings.append(
        Finding(
          expected: words("`\(other.name)` has no row", "`\(other.name)`に行がない"),
          observed: Self.count.string(Double(rows)),
          severity: step.severity, holds: rows == 0, otherTable: other.name, rows: rows))
    }
    try collectExamples(on: table)
    try workspace.release(table, of: step.table.name)
  }

  private mutating func note(
    _ rule: TableSchema.ColumnRule, _ expected: String, observed: String, holds: Bool,
    condition: String? = nil, hasWindow: Bool = false, shareLimit: Double? = nil
  ) {
    findings.append(
      Finding(
        column: rule.name, expected: expected, observed: observed,
        severity: rule.severity ?? step.severity, holds: holds, condition: condition,
        hasWindow: hasWindow, shareLimit: shareLimit))
  }

  // MARK: Expectations

  private mutating func expectRows() {
    let observed = Self.count.string(Double(rowCount))
    func note(_ expected: String, _ holds: Bool, _ observed: String) {
      findings.append(
        Finding(expected: expected, observed: observed, severity: step.severity, holds: holds))
    }
    if let least = step.leastRows {
      let count = words.count(least)
      note(words("at least \(count) rows", "\(count)行以上"), rowCount >= least, observed)
    }
    if let most = step.mostRows {
      let count = words.count(most)
      note(words("at most \(count) rows", "\(count)行以下"), rowCount <= most, observed)
    }
    guard let change = step.rowChange else { return }
    let limit = NumberFormat.significant(3).string(change * 100) + "%"
    let name = words("rows within \(limit) of the edition before", "行数が前の版から\(limit)以内")
    guard let before = workspace.past.figures(of: "\(workspace.stepName).rows").last else {
      return note(name, true, words("\(observed), no edition before", "\(observed)（前の版なし）"))
    }
    note(
      name, abs(Double(rowCount) - before.value) <= change * before.value,
      words(
        "\(observed), \(before.edition) had \(Self.count.string(before.value))",
        "\(observed)（\(before.edition)は\(Self.count.string(before.value))）"))
  }

  private mutating func expect(
    _ rule: TableSchema.ColumnRule, of column: ColumnDescription
  ) {
    let name = SQLText.identifier(rule.name)
    if let type = rule.type {
      note(
        rule, words("is \(type)", "型が\(type)"), observed: column.engineType,
        holds: rule.accepts(column.engineType))
    }
    if let missing = rule.missing {
      let limit = NumberFormat.significant(3).string(missing * 100) + "%"
      note(
        rule,
        missing == 0
          ? words("is never missing", "欠損がない")
          : words("is missing in at most \(limit)", "欠損率が\(limit)以下"), observed: "",
        holds: true, condition: "\(name) IS NULL", shareLimit: missing)
    }
    let type = column.engineType
    if let low = rule.minimum {
      note(
        rule, words("is at least \(low.plainText)", "\(low.plainText)以上"), observed: "",
        holds: true,
        condition: "\(name) < \(Self.literal(low, as: type))")
    }
    if let high = rule.maximum {
      note(
        rule, words("is at most \(high.plainText)", "\(high.plainText)以下"), observed: "",
        holds: true,
        condition: "\(name) > \(Self.literal(high, as: type))")
    }
    if let values = rule.values {
      let list = values.map { SQLText.literal($0) }.joined(separator: ", ")
      let shown =
        words.list(Array(values.prefix(5))) + (values.count > 5 ? words(", ...", "など") : "")
      note(
        rule, words("is one of \(shown)", "値が\(shown)のいずれか"), observed: "", holds: true,
        condition: values.isEmpty
          ? "\(name) IS NOT NULL"
          : "\(name) IS NOT NULL AND CAST(\(name) AS VARCHAR) NOT IN (\(list))")
    }
    if let pattern = rule.pattern {
      note(
        rule, words("matches \(pattern)", "\(pattern)に一致"), observed: "", holds: true,
        condition: "\(name) IS NOT NULL AND NOT regexp_full_match(CAST(\(name) AS VARCHAR), "
          + "\(SQLText.literal(pattern)))")
    }
    if rule.isUnique {
      note(
        rule, words("comes once", "重複しない"), observed: "", holds: true,
        condition: "\(name) IS NOT NULL AND count(*) OVER (PARTITION BY \(name)) > 1",
        hasWindow: true)
    }
  }

  /// Numbers are compared as numbers, days and times as the column's own type.
  private static func literal(_ value: Value, as type: String) -> String {
    switch value {
    case .text(let text): "CAST(\(SQLText.literal(text)) AS \(type))"
    default: "CAST('\(value.plainText)' AS DOUBLE)"
    }
  }

  // MARK: Rows that do not fit

  private mutating func judgeConditions(on table: String) throws(StepFailure) {
    for index in findings.indices {
      let finding = findings[index]
      guard finding.condition != nil else { continue }
      try workspace.checkCancellation()
      let rows: Int
      do throws(StepFailure) {
        rows = try workspace.engine { engine throws(DuckDBError) in
          try engine.count(
            "SELECT count(*) FROM \(Self.selection(finding, table)) AS rows")
        }
      } catch {
        // A bound or a pattern that does not fit the column's type.
        findings[index].observed = error.diagnostic.summary
        findings[index].holds = false
        findings[index].condition = nil
        continue
      }
      findings[index].rows = rows
      let share = rowCount > 0 ? Double(rows) / Double(rowCount) : 0
      findings[index].holds = share <= finding.shareLimit ?? 0
      findings[index].observed =
        finding.shareLimit != nil
        ? NumberFormat.percent(2).string(share)
        : rows == 0
          ? words("all do", "全行が適合")
          : words("\(words.count(rows)) rows do not", "\(words.count(rows))行が不適合")
    }
  }

  /// The rows of the table that do not fit, in its order.
  private static func selection(_ finding: Finding, _ table: String) -> String {
    let (table, condition) = (SQLText.identifier(table), finding.condition ?? "false")
    return finding.hasWindow
      ? "(SELECT * FROM \(table) WHERE rowid IN "
        + "(SELECT rowid FROM \(table) QUALIFY \(condition)) ORDER BY rowid)"
      : "(SELECT * FROM \(table) WHERE \(condition) ORDER BY rowid)"
  }

  private mutating func collectExamples(on table: String) throws(StepFailure) {
    for index in findings.indices where !findings[index].holds && (findings[index].rows ?? 0) > 0 {
      let finding = findings[index]
      let source: String
      if finding.condition != nil {
        source = Self.selection(finding, table)
      } else if let other = finding.otherTable {
        source = SQLText.identifier(other)
      } else {
        continue
      }
      if let column = finding.column, finding.shareLimit == nil {
        let name = SQLText.identifier(column)
        let values = try workspace.rows(
          """
          SELECT CAST(\(name) AS VARCHAR) AS value, count(*) AS n FROM \(source) AS rows
          GROUP BY value ORDER BY n DESC, value LIMIT \(Self.exampleLimit)
          """)
        findings[index].examples = values.columns[0].values.map { clippedExample($0.plainText) }
      }
      let rows = try workspace.rows(
        "SELECT * FROM \(source) AS rows", limit: Self.exampleLimit)
      exampleRows.append((finding.name(words), rows))
    }
  }

  // MARK: What is said

  /// One sentence for each expectation of this severity that is not met.
  func sentences(_ severity: Severity) -> [String] {
    findings.filter { !$0.holds && $0.severity == severity }.map { finding in
      finding.name(words) + words.colon + finding.observed
    }
  }

  var metrics: [Metric] {
    let failed = findings.count { !$0.holds && $0.severity == .fail }
    let warned = findings.count { !$0.holds && $0.severity == .warn }
    return [
      Metric("rows", Double(rowCount), label: words.rows, format: .thousands(0)),
      Metric(
        "expectations", Double(findings.count), label: words.orName("期待の数"),
        format: .thousands(0)),
      Metric("passed", failed == 0 ? 1 : 0, label: words.orName("合格"), format: .fixed(0)),
      Metric("failed", Double(failed), label: words.orName("不適合の数"), format: .thousands(0)),
      Metric("warned", Double(warned), label: words.orName("警告の数"), format: .thousands(0)),
    ]
  }

  var exhibits: [Exhibit] {
    // What does not fit first, then in the order of the notebook.
    let ordered =
      findings.filter { !$0.holds && $0.severity == .fail }
      + findings.filter { !$0.holds && $0.severity == .warn } + findings.filter(\.holds)
    let bad = ordered.count { !$0.holds }
    let table = Table(columns: [
      Column("column", texts: ordered.map { $0.column }),
      Column("expected", texts: ordered.map(\.expected)),
      Column("observed", texts: ordered.map(\.observed)),
      Column(
        "examples",
        texts: ordered.map { $0.examples.isEmpty ? nil : words.list($0.examples) }),
      Column(
        "verdict",
        texts: ordered.map {
          $0.holds ? words.held : $0.severity == .fail ? words.refused : words.warned
        }),
    ])
    let held = Self.count.string(Double(ordered.count - bad))
    var exhibits: [Exhibit] = [
      .table(
        TableExhibit(
          id: workspace.stepName, title: workspace.settings.title,
          caption: words(
            "\(held) of \(words.count(ordered.count)) expectations on \(step.table.name) are met.",
            "\(step.table.name)に対する期待\(words.count(ordered.count))件のうち\(held)件を満たしています。")
            + (schemaNote ?? ""),
          table: table, shownRows: min(ordered.count, max(bad, 10)),
          labels: [
            "column": words.column, "expected": words("Expected", "期待"),
            "observed": words("Observed", "実測"), "examples": words("For example", "例"),
            "verdict": words.verdict,
          ], emphasized: Set(0..<bad)))
    ]
    if let examples { exhibits.append(.table(examples)) }
    return exhibits
  }

  private var schemaNote: String? {
    step.file.map { file in
      let digest = Fingerprint(of: schema.yaml()).short
      return words(
        " Those of \(file.name) are among them (what it expects: \(digest)).",
        "\(file.name)の期待を含みます（内容の識別子：\(digest)）。")
    }
  }

  /// Whole rows that do not fit, their first columns as text.
  private var examples: TableExhibit? {
    var names: [String] = []
    for (_, rows) in exampleRows {
      for column in rows.columns where !names.contains(column.name) && names.count < 10 {
        names.append(column.name)
      }
    }
    guard !names.isEmpty else { return nil }
    var cells: [[String?]] = Array(repeating: [], count: names.count)
    var expectations: [String?] = []
    for (expectation, rows) in exampleRows {
      for index in 0..<rows.rowCount {
        expectations.append(expectation.replacing("`", with: ""))
        for (place, name) in names.enumerated() {
          let value = rows[name]?[index] ?? .null
          cells[place].append(value.isNull ? nil : clippedExample(value.plainText))
        }
      }
    }
    // A column of the data may bear the name of ours.
    let own = names.contains("expectation") ? "not met" : "expectation"
    return TableExhibit(
      id: "\(workspace.stepName)-examples", title: words("Rows that do not fit", "期待に合わない行"),
      table: Table(
        columns: [Column(own, texts: expectations)]
          + zip(names, cells).map { Column($0, texts: $1) }),
      labels: [own: words("Not met", "満たさない期待")])
  }
}

private func clippedExample(_ text: String) -> String {
  text.count > 40 ? text.prefix(39) + "…" : text
}
