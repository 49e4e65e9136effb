internal import DuckDB
internal import Learning
public import Parsing
public import Vocabulary

/// Puts every row of a table into the train, validation or test part.
///
/// The result is the table with a column `part`. Shares are of all rows; the same seed and ids give
/// the same parts, whatever the order of the rows.
public struct SplitStep: StepKind {
  /// The word behind `uses:`.
  public static let name = "split"
  /// One sentence for the documentation.
  public static let summary =
    "Adds a column `part`: train, validation or test, at random, by class, by group or by time."

  /// The column that the step adds.
  static let partColumn = "part"

  /// The table split.
  public var table: NamedPlace
  /// How rows are put into parts.
  public var method: Method
  /// Share of the test part.
  public var test: Double
  /// Share of the validation part.
  public var validation: Double
  /// The column whose values have the same shares in all parts.
  public var stratify: NamedPlace?
  /// The column whose values stay in one part.
  public var group: NamedPlace?
  /// The column that orders rows by time.
  public var time: NamedPlace?
  /// The column that tells rows apart.
  public var id: NamedPlace?
  /// What the random order depends on.
  public var seed: Int

  /// How rows are put into parts.
  public enum Method: String, Sendable, Hashable, CaseIterable {
    /// Every class in the same shares.
    case stratified
    /// Any row into any part.
    case random
    /// The latest rows into the test part.
    case time
    /// All rows of one group into one part.
    case group
  }

  /// Reads the options; mistakes go into the reader.
  public init(from options: inout OptionReader, of source: StepSource) {
    table = options.requiredPlace("table")
    test = options.double("test", in: 0...1) ?? 0.2
    validation = options.double("validation", in: 0...1) ?? 0
    stratify = options.place("stratify")
    group = options.place("group")
    time = options.place("time")
    id = options.place("id")
    seed = options.int("seed") ?? 0
    let fitting: Method =
      stratify != nil ? .stratified : group != nil ? .group : time != nil ? .time : .random
    method = options.choice("method", as: Method.self) ?? fitting
    let needs: [(Method, String, NamedPlace?)] = [
      (.stratified, "stratify", stratify), (.group, "group", group), (.time, "time", time),
    ]
    for (needing, option, place) in needs {
      if method == needing, place == nil, !options.isPending(option) {
        options.reject("method", "needs the option `\(option)`")
      } else if method != needing, place != nil {
        options.reject(option, "does nothing with `method: \(method.rawValue)`")
      }
    }
    do throws(LearningError) {
      _ = try Split(test: test, validation: validation)
    } catch {
      options.report(Diagnostic(error, at: options.range(of: "test")))
    }
  }

  /// The names that the step takes from others.
  public var references: [Reference] { [Reference(table.name, .table, at: table.range)] }

  /// Finds what is wrong beside the options themselves, on empty tables.
  public func check(in workspace: Workspace) -> [Diagnostic] {
    let named = [stratify, group, time, id].compactMap { $0 }
    var findings = workspace.unknownColumns(named.map { ($0.name, $0.range) }, of: table.name)
    if let columns = try? workspace.columns(of: table.name),
      columns.contains(where: { $0.name.lowercased() == Self.partColumn })
    {
      findings.append(
        .error(
          "column-exists", "table `\(table.name)` has a column `part` already", at: table.range,
          solutions: ["leave it out: `SELECT * EXCLUDE (part) FROM \(table.name)`"]))
    }
    guard findings.isEmpty else { return findings }
    do throws(StepFailure) {
      try workspace.make(
        workspace.stepName, "CREATE TABLE",
        as: "SELECT *, CAST(NULL AS VARCHAR) AS part FROM \(SQLText.identifier(table.name))",
        binding: [:], suffix: " WITH NO DATA", reporting: workspace.failure)
      return []
    } catch {
      return [error.diagnostic]
    }
  }

  /// Does the work.
  public func run(in workspace: Workspace) throws(StepFailure) -> StepResult {
    var result = StepResult()
    let parts = try parts(in: workspace, remarks: &result.remarks)
    let helper = "\(workspace.stepName) parts"
    try workspace.engine { engine throws(DuckDBError) in
      try engine.createTable(
        helper, columns: [(Self.partColumn, .texts(parts.map(\.rawValue)))], replacing: true)
    }
    try workspace.make(
      workspace.stepName, "CREATE TABLE",
      as: """
        SELECT source.*, parts.part
        FROM \(SQLText.identifier(table.name)) AS source
        POSITIONAL JOIN \(SQLText.identifier(helper)) AS parts
        """, binding: [:], reporting: workspace.failure)
    try workspace.engine { engine throws(DuckDBError) in
      try engine.execute("DROP TABLE \(SQLText.identifier(helper))")
    }
    result.rowsIn = parts.count
    result.rowsOut = parts.count
    for part in Part.allCases {
      let count = parts.reduce(into: 0) { $0 += $1 == part ? 1 : 0 }
      result.metrics.append(
        Metric("\(part.rawValue)_rows", Double(count), format: .thousands(0)))
    }
    if let shown = workspace.settings.show, shown != .nothing {
      result.exhibits = try [.table(classCounts(in: workspace))]
    }
    return result
  }

  private func parts(
    in workspace: Workspace, remarks: inout [String]
  ) throws(StepFailure) -> [Part] {
    let split = try workspace.learning(at: nil) { () throws(LearningError) in
      try Split(test: test, validation: validation, seed: UInt64(bitPattern: Int64(seed)))
    }
    let keys: RowKeys
    if let id {
      keys = RowKeys(ids: try texts(id, in: workspace).map { $0 ?? "" })
      if keys.repeatedCount > 0 {
        remarks.append(
          "\(NumberFormat.thousands(0).string(Double(keys.repeatedCount))) rows share their "
            + "`\(id.name)` with another row; the order of the rows decides between them.")
      }
    } else {
      keys = RowKeys(count: try workspace.rowCount(of: table.name))
    }
    switch (method, stratify ?? group ?? time) {
    case (.stratified, let column?):
      return split.stratified(by: numbered(try texts(column, in: workspace)), keys)
    case (.group, let column?):
      // A missing group is a group, told apart from an empty text.
      return split.grouped(by: try texts(column, in: workspace).map { $0.map { "=" + $0 } ?? "" })
    case (.time, let column?):
      return split.ordered(by: try times(column, in: workspace))
    default:
      return split.random(keys)
    }
  }

  private func texts(
    _ column: NamedPlace, in workspace: Workspace
  ) throws(StepFailure) -> [String?] {
    let rows = try workspace.rows(
      "SELECT CAST(\(SQLText.identifier(column.name)) AS VARCHAR) "
        + "FROM \(SQLText.identifier(table.name))")
    guard case .texts(let texts) = rows.columns.first?.cells else { return [] }
    return texts
  }

  /// Numbers that order as the column does: the places of its values.
  private func times(
    _ column: NamedPlace, in workspace: Workspace
  ) throws(StepFailure) -> [Double] {
    let name = SQLText.identifier(column.name)
    let source = SQLText.identifier(table.name)
    let places = try workspace.engine { engine throws(DuckDBError) in
      try engine.doubles(
        """
        SELECT place FROM (
          SELECT CASE WHEN \(name) IS NOT NULL THEN rank() OVER (ORDER BY \(name)) END AS place, row
          FROM (SELECT \(name), row_number() OVER () AS row FROM \(source))
        ) ORDER BY row
        """)
    }
    let missing = places.reduce(into: 0) { $0 += $1.isNaN ? 1 : 0 }
    guard missing == 0 else {
      throw StepFailure(
        .error(
          "missing-time",
          "\(NumberFormat.thousands(0).string(Double(missing))) rows have no `\(column.name)`, so "
            + "they are neither early nor late", at: column.range,
          solutions: ["leave them out: `WHERE \(column.name) IS NOT NULL`"]))
    }
    return places
  }

  /// The class of each row as a number, classes in the order of their first row.
  private func numbered(_ texts: [String?]) -> [Int] {
    var numbers: [[UInt8]?: Int] = [:]
    return texts.map { text in
      // Bytes, because Swift takes different spellings of one letter for the same text.
      let key = text.map { Array($0.utf8) }
      if let number = numbers[key] { return number }
      numbers[key] = numbers.count
      return numbers.count - 1
    }
  }

  private func classCounts(in workspace: Workspace) throws(StepFailure) -> TableExhibit {
    let name = stratify.map { SQLText.identifier($0.name) + ", " } ?? ""
    let table = try workspace.rows(
      """
      SELECT \(name)count(*) FILTER (part = 'train') AS train,
        count(*) FILTER (part = 'validation') AS validation,
        count(*) FILTER (part = 'test') AS test
      FROM \(SQLText.identifier(workspace.stepName))
      \(name.isEmpty ? "" : "GROUP BY 1 ORDER BY 1")
      """, limit: 100)
    return TableExhibit(
      id: "\(workspace.stepName)-parts", title: "Rows by part", table: table,
      formats: ["train": .thousands(0), "validation": .thousands(0), "test": .thousands(0)])
  }
}
