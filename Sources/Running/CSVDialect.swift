internal import DuckDB
internal import Planning
internal import Vocabulary

/// How a CSV file is written, found out once.
///
/// A view over `read_csv` without these facts looks into its files again each time that a query is
/// prepared; with 122 columns that costs more than reading one of them.
struct CSVDialect: Hashable {
  /// Options of `read_csv` as SQL: names with literals.
  private var options: [String]

  /// Options with which the author describes the columns himself; then nothing is found out.
  private static let descriptions: Set = ["columns", "auto_detect", "names", "hive_partitioning"]
  /// Other spellings of the options set here.
  private static let aliases = [
    "sep": "delim", "delimiter": "delim", "quotechar": "quote", "escapechar": "escape",
    "date_format": "dateformat", "timestamp_format": "timestampformat",
  ]

  /// Looks into the file at `path`; nil when the author's options say it all.
  init?(
    of path: String, for input: PlannedInput, using connection: Connection
  ) throws(DuckDBError) {
    let given = Set(input.read.map { Self.aliases[$0.name] ?? $0.name })
    guard given.isDisjoint(with: Self.descriptions) else { return nil }
    let arguments =
      [SQLText.literal(path)]
      + input.csvOptions
      .filter { !["filename", "union_by_name"].contains($0.name) }
      .map { "\(SQLText.identifier($0.name)) = \($0.value)" }
    let found = try connection.query(
      """
      SELECT Delimiter, Quote, Escape, NewLineDelimiter, Comment, SkipRows, HasHeader, DateFormat,
        TimestampFormat, c.name, c.type
      FROM sniff_csv(\(arguments.joined(separator: ", "))) AS s, unnest(s.Columns) AS u(c)
      """)
    guard found.rowCount > 0 else { return nil }
    let first = found.row(0)
    let names = [
      "delim", "quote", "escape", "new_line", "comment", "skip", "header", "dateformat",
      "timestampformat",
    ]
    options = ["auto_detect = false"]
    for (name, value) in zip(names, first) where !given.contains(name) && !value.isNull {
      let value = value == .text("(empty)") ? .text("") : value
      options.append("\(name) = \(SQLText.literal(value))")
    }
    let columns = (0..<found.rowCount).map { row in
      let (name, type) = (found.columns[9][row].plainText, found.columns[10][row].plainText)
      return "\(SQLText.literal(name)): \(SQLText.literal(type))"
    }
    options.append("columns = {\(columns.joined(separator: ", "))}")
  }

  /// `read_csv` of files that are all written like this.
  func reading(_ paths: [String], of input: PlannedInput) -> String {
    let list = "[" + paths.map { SQLText.literal($0) }.joined(separator: ", ") + "]"
    let given = input.read.map { "\(SQLText.identifier($0.name)) = \(SQLText.literal($0.value))" }
    return "read_csv(\(([list] + options + given).joined(separator: ", ")))"
  }
}

extension PlannedInput {
  /// The options of `read_csv` that the author gave, types of columns included, with SQL literals.
  var csvOptions: [(name: String, value: String)] {
    var options = read.map { ($0.name, SQLText.literal($0.value)) }
    if !columns.isEmpty {
      let types = columns.map {
        "\(SQLText.literal($0.name)): \(SQLText.literal($0.value.plainText))"
      }
      options.append(("types", "{\(types.joined(separator: ", "))}"))
    }
    return options
  }

  /// A SELECT of all rows of CSV files, whose dialects are found out now.
  func selectingCSV(
    _ paths: [String], using connection: Connection
  ) throws(DuckDBError) -> String {
    var dialects: [CSVDialect] = []
    for path in paths {
      guard let dialect = try CSVDialect(of: path, for: self, using: connection) else {
        return "SELECT * FROM \(plainReading(paths))"
      }
      dialects.append(dialect)
    }
    guard let first = dialects.first, dialects.contains(where: { $0 != first }) else {
      return "SELECT * FROM \(dialects.first?.reading(paths, of: self) ?? plainReading(paths))"
    }
    return zip(paths, dialects).map { "SELECT * FROM \($1.reading([$0], of: self))" }
      .joined(separator: "\nUNION ALL BY NAME\n")
  }

  private func plainReading(_ paths: [String]) -> String {
    let list = "[" + paths.map { SQLText.literal($0) }.joined(separator: ", ") + "]"
    var options = csvOptions.map { "\(SQLText.identifier($0.name)) = \($0.value)" }
    if paths.count > 1, !read.contains(where: { $0.name == "union_by_name" }) {
      options.append("union_by_name = true")
    }
    return "read_csv(\(([list] + options).joined(separator: ", ")))"
  }
}
