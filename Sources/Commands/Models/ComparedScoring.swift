internal import Archiving
internal import DuckDB
internal import Learning
internal import Parsing
internal import Running
internal import Steps
internal import Vocabulary

/// The scoring of the same rows with two models.
struct ComparedScoring {
  let models: (old: RegisteredModel, new: RegisteredModel)
  /// The threshold that the call names.
  let threshold: Double?
  /// The columns to tell rows by.
  let keep: [String]
  /// The file for all rows.
  let csv: String?
  let desk: Desk

  /// The columns that the comparison makes.
  static let ownColumns = [
    "row", "old_score", "new_score", "score_change", "old_rank", "new_rank", "crossed",
    "old_label", "new_label",
  ]

  /// Scores the rows that a user names.
  func difference(on text: String) async throws -> ScoreDifference {
    let (old, new) = (models.old.trained.model, models.new.trained.model)
    guard let old, let new, old.target.task == new.target.task,
      old.target.task == .regression || Set(old.target.classes) == Set(new.target.classes)
    else {
      throw Refusal([
        .error(
          "not-comparable",
          "the models predict different things: \(sentence(models.old)) and \(sentence(models.new))",
          at: nil)
      ])
    }
    let circumstances = desk.circumstances
    let target = csv.map { Paths.absolute($0, in: circumstances.workingDirectory) }
    let staging = try Files.makeTemporaryFolder(near: target, in: circumstances.environment)
    defer { Files.removeFolder(staging) }
    let rows = try await ComparedRows(text, staging: staging, at: desk)
    let engine = try OpenEngine(for: desk.project, in: circumstances).connection
    try engine.confine(
      directories: [staging], files: rows.paths, threads: circumstances.threads,
      memoryLimit: try desk.project.file(environment: nil).file.memoryLimit ?? "1GB",
      temporaryDirectory: staging + "/spill")
    let signals = SignalWatch { [engine] in engine.interrupt() }
    do {
      try makeTables(of: rows, old, new, on: engine)
      let count = try engine.count("SELECT count(*) FROM \(Self.table(0))")
      guard count > 0 else {
        throw Refusal([.error("no-rows", "\(rows.name) has no rows", at: nil)])
      }
      let scores = (try scores(of: old, 0, on: engine), try scores(of: new, 1, on: engine))
      let kept = keep.isEmpty ? Table(columns: []) : try self.kept(on: engine)
      var difference = ScoreDifference(
        rows: rows.name, task: old.target.task, kept: kept,
        threshold: threshold ?? (old.target.task == .binary ? 0.5 : nil))
      difference.judge(scores.0, scores.1, old.target.classes, new.target.classes)
      if let target { try write(difference, to: target, through: staging, on: engine) }
      return difference
    } catch {
      if let status = signals.received { throw status }
      throw error
    }
  }

  private func sentence(_ model: RegisteredModel) -> String {
    let target = model.trained.target
    return switch target.task {
    case .binary: "`\(target.positive)` of `\(target.column)`"
    case .multiclass: "\(target.classes.count) classes of `\(target.column)`"
    case .regression: "the number `\(target.column)`"
    }
  }

  private static func table(_ index: Int) -> String { SQLText.identifier("rows \(index)") }

  /// Makes the rows as each model reads them, the kept columns with the first.
  private func makeTables(
    of rows: ComparedRows, _ old: Model, _ new: Model, on engine: Connection
  ) throws {
    switch rows {
    case .kept(let paths, _):
      let selection = try SnapshotFile.selection(of: paths, using: engine)
      let columns = try engine.columns(of: selection).map(\.name)
      try check(columns, rows.name, [old, new])
      try engine.execute("CREATE TABLE \(Self.table(0)) AS \(selection)")
      try engine.execute("CREATE VIEW \(Self.table(1)) AS SELECT * FROM \(Self.table(0))")
    case .file(let path, let name, let format):
      let file = try RowFile(path, named: visibleText(name), as: format, using: engine)
      try check(file.columns.map(\.name), rows.name, [old, new])
      try file.makeTable(
        "rows 0", for: TableScoring(old, keep: keep, format: .csv), using: engine)
      try file.makeTable("rows 1", for: TableScoring(new), using: engine)
    }
  }

  /// Finds every column that is missing, of the models' and of those to keep.
  private func check(_ known: [String], _ name: String, _ models: [Model]) throws(Refusal) {
    var findings: [Diagnostic] = []
    for column in keep where !known.contains(column) {
      findings.append(
        .error(
          "unknown-column", "\(name) has no column `\(visibleText(column))` to keep", at: nil,
          solutions: solutions(forUnknown: column, among: known)))
    }
    for column in keep where Self.ownColumns.contains(column.lowercased()) {
      findings.append(
        .error(
          "taken-column",
          "`\(column)` cannot be kept: the comparison makes a column of that name", at: nil))
    }
    var seen: Set<String> = []
    for (index, model) in models.enumerated() {
      let missing = model.encoder.columns.map(\.name).filter { !known.contains($0) }
      for column in missing.prefix(20) where seen.insert(column).inserted {
        findings.append(
          .error(
            "missing-column",
            "\(name) has no column `\(visibleText(column))`, which "
              + "\(index == 0 ? "the first" : "the second") model reads", at: nil,
            solutions: solutions(forUnknown: column, among: known)))
      }
    }
    if !findings.isEmpty {
      findings.append(
        Diagnostic(
          .note, "missing-column",
          "rows that a step made are named VERSION:STEP, such as credit/retrain@2021-01:newest",
          at: nil))
      throw Refusal(findings)
    }
  }

  private func scores(
    of model: Model, _ index: Int, on engine: Connection
  ) throws -> [Double] {
    let types = Dictionary(
      try engine.columns(of: "SELECT * FROM \(Self.table(index))").map { ($0.name, $0.engineType) }
    ) { first, _ in first }
    let list = try model.encoder.selectList(for: types)
    let stream = try engine.stream("SELECT \(list) FROM \(Self.table(index))")
    return try model.scores(
      of: stream, with: .lightGBM(for: desk.project, in: desk.circumstances),
      threads: desk.circumstances.threads)
  }

  private func kept(on engine: Connection) throws(DuckDBError) -> Table {
    let list = keep.map(SQLText.identifier).joined(separator: ", ")
    return try engine.query("SELECT \(list) FROM \(Self.table(0))")
  }

  /// Writes all rows with their scores, in their order.
  private func write(
    _ difference: ScoreDifference, to target: String, through staging: String,
    on engine: Connection
  ) throws {
    try engine.createTable("shift", from: difference.table)
    let columns = try engine.columns(
      of: keep.isEmpty
        ? "SELECT 1 LIMIT 0"
        : "SELECT \(keep.map(SQLText.identifier).joined(separator: ", ")) FROM \(Self.table(0))")
    let kept = keep.isEmpty ? [] : columns.map(ExportStep.guarded)
    let list = (["shift.row"] + kept + ["shift.* EXCLUDE (row)"]).joined(separator: ", ")
    let file = "\(staging)/moved.csv"
    try engine.execute(
      """
      COPY (SELECT \(list) FROM \(Self.table(0)) POSITIONAL JOIN shift ORDER BY shift.row)
      TO \(SQLText.literal(file)) (FORMAT csv, HEADER)
      """)
    try Files.move(file, to: target)
    desk.console.note("wrote \(desk.project.shown(target))")
  }
}
