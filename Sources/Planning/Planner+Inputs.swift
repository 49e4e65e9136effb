internal import DuckDB
internal import Parsing
internal import Steps
internal import Vocabulary

extension Planner {
  /// The catalog entries that something reads, with their paths known.
  ///
  /// All entries of the notebook are checked, those of the project only when they are read.
  mutating func planInputs() -> [PlannedInput] {
    let own = Set(notebook.frontMatter.catalog.map { $0.name.lowercased() })
    var inputs: [PlannedInput] = []
    for entry in scope.entries {
      let isUsed = usedEntries.contains(entry.name.lowercased())
      guard isUsed || own.contains(entry.name.lowercased()) else { continue }
      guard var input = plan(entry), isUsed else { continue }
      if supplied.contains(entry.name.lowercased()) {
        // The notebook around this one says where, when it runs.
        (input.format, input.paths, input.columns, input.read) = (.parquet, [], [], [])
        input.keepsSnapshot = false
      }
      inputs.append(input)
    }
    if readsHistory {
      let start = SourcePosition(line: 1, column: 1)
      let place = SourceRange(file: notebook.path, start: start, end: start)
      inputs.append(
        PlannedInput(
          name: PastEditions.tableName, paths: [], format: .parquet, columns: [], read: [],
          parameters: [], isHistory: true, range: notebook.frontMatter.range ?? place))
    }
    return inputs
  }

  private mutating func plan(_ entry: CatalogEntry) -> PlannedInput? {
    var parameters: Set<String> = []
    let count = diagnostics.count
    var isKnown = true
    var paths: [String] = []
    for template in entry.paths {
      if let found = self.paths(of: template, in: entry, &parameters) {
        paths += found
      } else {
        isKnown = false
      }
    }
    let read = pairs(entry.read, of: entry, &parameters)
    let columns = columns(of: entry)
    guard diagnostics.count == count else { return nil }
    if isKnown, paths.isEmpty {
      report(
        "empty-path", "the path of `\(entry.name)` names no file", at: entry.pathRange,
        explanation: because(parameters))
    }
    guard let format = format(of: entry, paths) else { return nil }
    checkNames(entry.read, for: format, of: entry)
    guard diagnostics.count == count else { return nil }
    return PlannedInput(
      name: entry.name, paths: paths, format: format, columns: columns, read: read,
      parameters: parameters.sorted(), keepsSnapshot: entry.snapshot || keepsSnapshots,
      range: entry.pathRange)
  }

  // MARK: Paths

  /// The paths of one template; nil when it is wrong or not known yet.
  private mutating func paths(
    of template: Template, in entry: CatalogEntry, _ parameters: inout Set<String>
  ) -> [String]? {
    let use = Use.parameters("the path of `\(entry.name)`")
    var found: [String]? = []
    if let sole = template.soleExpression {
      let (value, reads) = examine(sole, for: use)
      parameters.formUnion(reads.parameters)
      switch value {
      case nil: return nil
      case .text(let path)?: found = [path]
      case .list(let items)?:
        found = items.compactMap { if case .text(let path) = $0 { path } else { nil } }
        if found?.count != items.count { found = nil }
      default: found = nil
      }
      if found == nil {
        report(
          "bad-path",
          "the path of `\(entry.name)` must be text or a list of texts, not "
            + (value.map {
              $0.isNull ? "NULL" : "the \($0.typeName) `\(abbreviated($0.plainText))`"
            }
              ?? "nothing"),
          at: sole.range, explanation: because(parameters))
      }
    } else {
      var reads = Reads()
      let text = template.text { expression -> Value? in
        let (value, read) = examine(expression, for: use)
        reads.formUnion(read)
        return value
      }
      parameters.formUnion(reads.parameters)
      guard let text else { return nil }
      found = [text]
    }
    for path in found ?? [] { check(path, of: entry, parameters) }
    return found
  }

  private mutating func check(_ path: String, of entry: CatalogEntry, _ parameters: Set<String>) {
    if path.isEmpty {
      report(
        "empty-path", "the path of `\(entry.name)` is empty", at: entry.pathRange,
        explanation: because(parameters))
    } else if path.contains("://") {
      report(
        "bad-path", "`\(abbreviated(path))` is no path of a file", at: entry.pathRange,
        explanation: "The catalog reads files; a run makes no connection.",
        solutions: ["fetch it into the project first"])
    } else if path.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) {
      report(
        "bad-path", "the path of `\(entry.name)` holds a control character", at: entry.pathRange,
        explanation: because(parameters))
    }
  }

  /// The values that led to a path.
  private func because(_ parameters: Set<String>) -> String? {
    let known = parameters.sorted().compactMap { name in
      declaration(of: name).flatMap { declaration in
        values[name].map { "$\(name) is `\(declaration.text(of: $0))`" }
      }
    }
    return known.isEmpty ? nil : known.joined(separator: ", ") + "."
  }

  // MARK: Format, columns and reader options

  private mutating func format(of entry: CatalogEntry, _ paths: [String]) -> PlannedInput.Format? {
    if let name = entry.format {
      if let format = PlannedInput.Format(rawValue: name) { return format }
      report(
        "unknown-format", "there is no format `\(name)`", at: entry.nameRange,
        solutions: solutions(
          forUnknown: name, among: PlannedInput.Format.allCases.map(\.rawValue)))
      return nil
    }
    // Without paths, because a parameter has no value yet, any format will do.
    var formats: Set<PlannedInput.Format> = []
    for path in paths {
      guard let format = PlannedInput.Format(endingOf: path) else {
        report(
          "unknown-format", "the ending of `\(abbreviated(path))` does not tell its format",
          at: entry.pathRange,
          solutions: ["add `format:` with one of csv, jsonl, parquet"])
        return nil
      }
      formats.insert(format)
    }
    guard formats.count <= 1 else {
      report(
        "mixed-formats", "the files of `\(entry.name)` are of several formats",
        at: entry.pathRange, solutions: ["make one entry for each format"])
      return nil
    }
    return formats.first ?? .csv
  }

  private mutating func columns(of entry: CatalogEntry) -> [PlannedInput.Pair] {
    var pairs: [PlannedInput.Pair] = []
    for column in entry.columns {
      guard case .scalar(let scalar) = column.value.content, !scalar.text.isEmpty else {
        report(
          "bad-type", "column `\(column.key)` needs a SQL type", at: column.value.range,
          solutions: ["write `\(column.key): INTEGER`, DOUBLE, VARCHAR, DATE, ..."])
        continue
      }
      if let fault = fault(inType: scalar.text) {
        report(
          "bad-type", "`\(abbreviated(scalar.text))` is no SQL type: \(fault)",
          at: column.value.range,
          solutions: nearest(to: scalar.text.uppercased(), among: Self.commonTypes).map {
            ["did you mean `\($0)`?"]
          } ?? [])
        continue
      }
      pairs.append(PlannedInput.Pair(column.key, .text(scalar.text)))
    }
    return pairs
  }

  private static let commonTypes = [
    "BIGINT", "BOOLEAN", "DATE", "DECIMAL", "DOUBLE", "FLOAT", "INTEGER", "SMALLINT", "TIME",
    "TIMESTAMP", "TINYINT", "UUID", "VARCHAR",
  ]

  /// What is wrong with a SQL type; the engine decides about types that are not common.
  private func fault(inType text: String) -> String? {
    if Self.commonTypes.contains(text.uppercased()) { return nil }
    guard
      text.utf8.allSatisfy({
        (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
          || " _(),[]\"".utf8.contains($0)
      }), text.filter({ $0 == "(" }).count == text.filter({ $0 == ")" }).count
    else { return "it holds characters that no type has" }
    do throws(DuckDBError) {
      _ = try connection.scalar("SELECT CAST(NULL AS \(text)) IS NULL")
      return nil
    } catch {
      return error.summary
    }
  }

  private mutating func pairs(
    _ entries: [YAMLEntry], of entry: CatalogEntry, _ parameters: inout Set<String>
  ) -> [PlannedInput.Pair] {
    var pairs: [PlannedInput.Pair] = []
    for option in entries {
      var reads = Reads()
      let node = option.value.resolved { expression -> Value? in
        let (value, read) = examine(
          expression, for: .parameters("a reader option of `\(entry.name)`"))
        reads.formUnion(read)
        return value
      }
      parameters.formUnion(reads.parameters)
      if let value = node.plainValue {
        pairs.append(PlannedInput.Pair(option.key, value))
      } else if node.content != .pending {
        report(
          "bad-option", "reader option `\(option.key)` must be a value or a list of values",
          at: option.value.range,
          solutions: ["columns", "types", "dtypes", "column_types"].contains(option.key)
            ? ["give the types of columns under `columns:`"] : [])
      }
    }
    return pairs
  }

  private mutating func checkNames(
    _ entries: [YAMLEntry], for format: PlannedInput.Format, of entry: CatalogEntry
  ) {
    for option in entries where !format.readerOptions.contains(option.key) {
      report(
        "unknown-option", "the reader of \(format.rawValue) files has no option `\(option.key)`",
        at: option.keyRange,
        solutions: nearest(to: option.key, among: format.readerOptions).map {
          ["did you mean `\($0)`?"]
        } ?? ["valid options: " + format.readerOptions.joined(separator: ", ")])
    }
  }
}

extension YAMLNode {
  /// The node as a value: a scalar by YAML's core schema, or a list of such; nil for anything else.
  var plainValue: Value? {
    switch content {
    case .scalar(let scalar): return scalar.value
    case .value(let value): return value
    case .pending, .mapping: return nil
    case .sequence(let items):
      let values = items.compactMap(\.plainValue)
      return values.count == items.count ? .list(values) : nil
    }
  }
}

extension PlannedInput.Format {
  /// The format that a path's ending tells, compression looked through.
  init?(endingOf path: String) {
    var name = path.lowercased()
    for compression in [".gz", ".zst"] where name.hasSuffix(compression) {
      name.removeLast(compression.count)
    }
    switch name.split(separator: "/").last?.split(separator: ".").last {
    case "csv", "tsv", "txt": self = .csv
    case "jsonl", "ndjson", "json": self = .jsonl
    case "parquet", "pq": self = .parquet
    default: return nil
    }
  }

  /// The options of DuckDB's reader that a catalog entry can give under `read:`.
  var readerOptions: [String] {
    let common = ["compression", "filename", "hive_partitioning", "union_by_name"]
    switch self {
    case .csv:
      return [
        "all_varchar", "allow_quoted_nulls", "auto_detect", "auto_type_candidates", "comment",
        "dateformat", "decimal_separator", "delim", "encoding", "escape", "files_to_sniff",
        "force_not_null", "header", "ignore_errors", "max_line_size", "names", "new_line",
        "normalize_names", "null_padding", "nullstr", "parallel", "quote", "sample_size", "sep",
        "skip", "strict_mode", "thousands", "timestampformat",
      ] + common
    case .jsonl:
      return [
        "auto_detect", "convert_strings_to_integers", "dateformat", "field_appearance_threshold",
        "ignore_errors", "map_inference_threshold", "maximum_depth", "maximum_object_size",
        "maximum_sample_files", "sample_size", "timestampformat",
      ] + common
    case .parquet:
      return ["binary_as_string", "file_row_number"] + common.filter { $0 != "compression" }
    }
  }
}
