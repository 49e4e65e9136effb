internal import DuckDB
internal import Planning
internal import Steps

/// The memory that steps are taken to need beside the engine's, which has a limit of its own.
///
/// A learning library holds the rows that it reads as numbers of eight bytes, twice: as they come, and
/// in its own form. How many there are, the engine knows of its tables; of files that are read as they
/// lie, their size tells.
struct MemoryEstimate {
  private let context: RunContext

  init(_ context: RunContext) {
    self.context = context
  }

  /// The bytes for a step whose sources are there, among all steps of the plan.
  func bytes(for step: PlannedStep, after steps: [PlannedStep]) -> Int {
    guard step.action.concernsModels else { return 0 }
    let width = step.action.learnedColumns
    return max(rows(of: step.upstream, width), files(of: step, among: steps))
  }

  /// Two copies of the largest of the tables, of `width` columns when that is known.
  private func rows(of tables: [String], _ width: Int?) -> Int {
    guard !tables.isEmpty, let connection = try? context.database.connect() else { return 0 }
    let names = tables.map(SQLText.literal).joined(separator: ", ")
    let columns = width.map { "least(column_count, \($0))" } ?? "column_count"
    let cells = try? connection.count(
      """
      SELECT CAST(coalesce(max(estimated_size * \(columns)), 0) AS BIGINT)
      FROM duckdb_tables() WHERE table_name IN (\(names))
      """)
    return Self.bytesPerCell * (cells ?? 0)
  }

  /// The files that the step reads itself or through steps that only look at them.
  private func files(of step: PlannedStep, among steps: [PlannedStep]) -> Int {
    let looked = steps.filter { step.upstream.contains($0.name) && !isTable($0.name) }
    let entries = Set(step.inputs + looked.flatMap(\.inputs))
    var bytes = 0
    for entry in entries {
      for file in context.keys.files[entry] ?? [] {
        let path = file.path.hasPrefix("/") ? file.path : "\(context.keys.directory)/\(file.path)"
        bytes += Int(FileStamp(of: path)?.size ?? 0)
      }
    }
    return bytes * Self.bytesPerCell / Self.textPerCell
  }

  private func isTable(_ name: String) -> Bool {
    guard let connection = try? context.database.connect() else { return true }
    let count = try? connection.count(
      "SELECT count(*) FROM duckdb_tables() WHERE table_name = \(SQLText.literal(name))")
    return count != 0
  }

  /// Eight bytes, twice.
  private static let bytesPerCell = 16
  /// What a cell takes in a file of text, with its comma.
  private static let textPerCell = 4
}

extension StepAction {
  /// How many columns a model reads of its table, where the step says so.
  fileprivate var learnedColumns: Int? {
    switch self {
    case .train(let train) where !train.features.isEmpty: train.features.count + 1
    default: nil
    }
  }
}
