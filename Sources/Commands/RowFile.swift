internal import DuckDB
internal import Learning
internal import Steps
internal import Vocabulary

/// A file of rows that a command reads: how the engine reads it, and with which types.
struct RowFile {
  /// Where the bytes are, absolute.
  let path: String
  /// The path as the user wrote it.
  let name: String
  let format: ExportStep.Format
  /// The columns of the file, as the engine found them.
  let columns: [ColumnDescription]

  /// Looks into the file.
  init(
    _ path: String, named name: String, as format: ExportStep.Format, using connection: Connection
  ) throws(Refusal) {
    self.path = path
    self.name = name
    self.format = format
    do throws(DuckDBError) {
      columns = try connection.columns(of: "SELECT * FROM \(Self.reading(path, format))")
    } catch {
      throw Self.refusal(error, name, format)
    }
  }

  /// Makes a table of the columns that a model and its result need.
  ///
  /// In CSV, columns whose type the model or the result settles are taken as the text that they are:
  /// `007` stays `007`, and a value that is no number becomes one missing value, not the end of all.
  func makeTable(
    _ table: String, for scoring: TableScoring, using connection: Connection
  ) throws(Refusal) {
    let kept = Set(scoring.keep)
    var seen = kept
    let needed =
      scoring.keep
      + scoring.model.encoder.columns.map(\.name).filter { seen.insert($0).inserted }
    let isText: (String) -> Bool = { name in
      if kept.contains(name), scoring.format != .csv { return false }
      let feature = scoring.model.encoder.columns.first { $0.name == name }
      switch feature?.kind {
      case .category, .number, .boolean: return true
      case nil: return scoring.format == .csv
      case .date, .time: return false
      }
    }
    let texts = format == .csv ? needed.filter(isText) : []
    let list = needed.isEmpty ? "1 AS row" : needed.map(SQLText.identifier).joined(separator: ", ")
    do throws(DuckDBError) {
      try connection.execute(
        """
        CREATE TABLE \(SQLText.identifier(table)) AS
        SELECT \(list) FROM \(Self.reading(path, format, texts: texts))
        """)
    } catch {
      throw Self.refusal(error, name, format)
    }
  }

  private static func reading(
    _ path: String, _ format: ExportStep.Format, texts: [String] = []
  ) -> String {
    let file = SQLText.literal(path)
    switch format {
    case .csv:
      let types = texts.map { "\(SQLText.literal($0)): 'VARCHAR'" }.joined(separator: ", ")
      return "read_csv(\(file), header = true\(texts.isEmpty ? "" : ", types = {\(types)}"))"
    case .jsonl: return "read_json(\(file), format = 'newline_delimited')"
    case .parquet: return "read_parquet(\(file))"
    }
  }

  private static func refusal(
    _ error: DuckDBError, _ name: String, _ format: ExportStep.Format
  ) -> Refusal {
    Refusal([
      .error(
        "unreadable-input", "\(name) cannot be read as \(format.title)", at: nil,
        explanation: error.summary,
        solutions: ["check the file, or name its format with `--format`"])
    ])
  }
}

extension ExportStep.Format {
  /// The format that a path's ending names, a `.gz` behind it aside; nil when it names none.
  init?(endingOf path: String) {
    var words =
      path.lowercased().split(separator: "/").last?.split(separator: ".").dropFirst() ?? []
    if words.last == "gz" { words = words.dropLast() }
    switch words.last {
    case "csv", "tsv", "txt": self = .csv
    case "jsonl", "ndjson", "json": self = .jsonl
    case "parquet", "pq": self = .parquet
    default: return nil
    }
  }

  /// The format's name for people.
  var title: String {
    switch self {
    case .csv: "CSV"
    case .jsonl: "JSON Lines"
    case .parquet: "Parquet"
    }
  }
}
