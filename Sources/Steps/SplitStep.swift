internal import DuckDB
internal import Learning
public import Parsing
public import Vocabulary

/// Puts every row of a table into the train, validation or test part, or into one of several folds.
///
/// The result is the table with a column `part`, or `fold` (from 1) with `folds: 5`. Shares are of
/// all rows; the same seed and ids give the same parts, whatever the order of the rows.
public struct SplitStep: StepKind {
  /// The word behind `uses:`.
  public static let name = "split"
  /// One sentence for the documentation.
  public static let summary =
    "Adds a column `part` (train, validation, test) or `fold`: at random, by class, group or time."

  /// The column that the step adds.
  var addedColumn: String { folds == nil ? "part" : "fold" }

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
  /// How many folds there are instead of parts.
  public var folds: Int?
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
    /// All rows of one group into one part; with `stratify` every class in nearly the same shares.
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
    folds = options.int("folds", in: 2...1000)
    seed = options.int("seed") ?? 0
    let fitting: Method =
      group != nil ? .group : stratify != nil ? .stratified : time != nil ? .time : .random
    method = options.choice("method", as: Method.self) ?? fitting
    let needs: [(Method, String, NamedPlace?)] = [
      (.stratified, "stratify", stratify), (.group, "group", group), (.time, "time", time),
    ]
    for (needing, option, place) in needs {
      if method == needing, place == nil, !options.isPending(option) {
        options.reject("method", "needs the option `\(option)`")
      } else if method != needing, place != nil, !(method == .group && needing == .stratified) {
        options.reject(option, "does nothing with `method: \(method.rawValue)`")
      }
    }
    if folds != nil {
      for option in ["test", "validation"] where options.has(option) {
        options.reject(option, "does nothing beside `folds`")
      }
      if method == .time {
        options.reject("folds", "cannot be made by time: each fold would be judged by the future")
      }
      return
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
      columns.contains(where: { $0.name.lowercased() == addedColumn })
    {
      findings.append(
        .error(
          "column-exists", "table `\(table.name)` has a column `\(addedColumn)` already",
          at: table.range,
          solutions: ["leave it out: `SELECT * EXCLUDE (\(addedColumn)) FROM \(table.name)`"]))
    }
    guard findings.isEmpty else { return findings }
    do throws(StepFailure) {
      try workspace.make(
        workspace.stepName, "CREATE TABLE",
        as: "SELECT *, CAST(NULL AS \(folds == nil ? "VARCHAR" : "INTEGER")) AS \(addedColumn) "
          + "FROM \(SQLText.identifier(table.name))",
        binding: [:], suffix: " WITH NO DATA", reporting: workspace.failure)
      return []
    } catch {
      return [error.diagnostic]
    }
  }

  /// Does the work.
  public func run(in workspace: Workspace) throws(StepFailure) -> StepResult {
    var result = StepResult()
    let helper = "\(workspace.stepName) parts"
    let count: Int
    let cells: ColumnSource
    if let folds {
      let numbers = try folded(into: folds, in: workspace, remarks: &result.remarks)
      count = numbers.count
      cells = .integers32(numbers.map { Int32(clamping: $0 + 1) })
      result.metrics = [
        Metric(
          "folds", Double(folds), label: workspace.words("Folds", "分割数"), format: .thousands(0)),
        Metric("rows", Double(count), label: workspace.words.rows, format: .thousands(0)),
      ]
    } else {
      let parts = try parts(in: workspace, remarks: &result.remarks)
      count = parts.count
      cells = .texts(parts.map(\.rawValue))
      result.metrics = Part.allCases.map { part in
        Metric(
          "\(part.rawValue)_rows", Double(parts.count { $0 == part }),
          label: workspace.words.figure(workspace.words.rows, of: workspace.words.part(part)),
          format: .thousands(0))
      }
    }
    try workspace.engine { engine throws(DuckDBError) in
      try engine.createTable(helper, columns: [(addedColumn, cells)], replacing: true)
    }
    try workspace.make(
      workspace.stepName, "CREATE TABLE",
      as: """
        SELECT source.*, parts.\(addedColumn)
        FROM \(SQLText.identifier(table.name)) AS source
        POSITIONAL JOIN \(SQLText.identifier(helper)) AS parts
        """, binding: [:], reporting: workspace.failure)
    try workspace.engine { engine throws(DuckDBError) in
      try engine.execute("DROP TABLE \(SQLText.identifier(helper))")
    }
    result.rowsIn = count
    result.rowsOut = count
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
    let keys = try keys(in: workspace, remarks: &remarks)
    switch (method, stratify ?? group ?? time) {
    case (.group, _):
      guard let group else { return [] }
      // A missing group is a group, told apart from an empty text.
      let groups = try names(of: group, in: workspace)
      guard let stratify else { return split.grouped(by: groups) }
      return split.grouped(
        by: groups, stratifiedBy: numbered(try texts(stratify, in: workspace)))
    case (.stratified, let column?):
      return split.stratified(by: numbered(try texts(column, in: workspace)), keys)
    case (.time, let column?):
      return split.ordered(by: try times(column, in: workspace))
    default:
      return split.random(keys)
    }
  }

  /// The fold of each row, from 0.
  private func folded(
    into count: Int, in workspace: Workspace, remarks: inout [String]
  ) throws(StepFailure) -> [Int] {
    let folds = StratifiedFolds(count, seed: UInt64(bitPattern: Int64(seed)))
    let keys = try keys(in: workspace, remarks: &remarks)
    let classes =
      try stratify.map { place throws(StepFailure) in
        numbered(try texts(place, in: workspace))
      } ?? Array(repeating: 0, count: keys.count)
    guard let group else { return folds.assigned(to: classes, keys) }
    return folds.assigned(to: classes, groups: try names(of: group, in: workspace))
  }

  private func names(of group: NamedPlace, in workspace: Workspace) throws(StepFailure) -> [String]
  {
    try texts(group, in: workspace).map { $0.map { "=" + $0 } ?? "" }
  }

  private func keys(
    in workspace: Workspace, remarks: inout [String]
  ) throws(StepFailure) -> RowKeys {
    let keys: RowKeys
    if let id {
      keys = RowKeys(ids: try texts(id, in: workspace).map { $0 ?? "" })
      if keys.repeatedCount > 0 {
        remarks.append(workspace.words.sharedIds(keys.repeatedCount, id.name))
      }
    } else {
      keys = RowKeys(count: try workspace.rowCount(of: table.name))
    }
    return keys
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
    let parts = folds.map { (1...$0).map(String.init) } ?? Part.allCases.map(\.rawValue)
    let shown = Array(parts.prefix(20))
    let counts = shown.map { part in
      let label = folds == nil ? part : "fold \(part)"
      return "count(*) FILTER (CAST(\(addedColumn) AS VARCHAR) = \(SQLText.literal(part))) "
        + "AS \(SQLText.identifier(label))"
    }
    let table = try workspace.rows(
      """
      SELECT \(name)\(counts.joined(separator: ",\n"))
      FROM \(SQLText.identifier(workspace.stepName))
      \(name.isEmpty ? "" : "GROUP BY 1 ORDER BY 1")
      """, limit: 100)
    let formats = table.columns.dropFirst(stratify == nil ? 0 : 1).map {
      ($0.name, NumberFormat.thousands(0))
    }
    let words = workspace.words
    let named = folds == nil ? Part.allCases.map { ($0.rawValue, words.part($0)) } : []
    let numbered = (folds == nil ? [] : shown).map {
      ("fold \($0)", words("fold \($0)", "分割\($0)"))
    }
    return TableExhibit(
      id: "\(workspace.stepName)-parts",
      title: folds == nil
        ? workspace.words("Rows by part", "区分別の件数")
        : workspace.words("Rows by fold", "分割別の件数"),
      table: table, formats: Dictionary(formats) { first, _ in first },
      labels: Dictionary(named + numbered) { first, _ in first })
  }
}
