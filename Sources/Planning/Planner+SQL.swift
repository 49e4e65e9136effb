internal import DuckDB
internal import Parsing
internal import Steps
internal import Vocabulary

extension Planner {
  /// Checks what SQL reads, and tells it. `use` says what may be read.
  mutating func check(_ analysis: SQLAnalysis, in sql: SQLPlace, for use: Use) -> Reads {
    var reads = Reads()
    checkPurity(analysis, in: sql)
    for parameter in analysis.parameters {
      let range = range(of: parameter.place, in: sql)
      if parameter.isPositional {
        report(
          "positional-parameter", "parameters have names here, not numbers", at: range,
          solutions: ["write `$name` with the name of a parameter"])
      } else if checkParameter(parameter.name, at: range, for: use) {
        reads.parameters.insert(parameter.name)
      }
    }
    for table in analysis.tables {
      let range = range(of: table.place, in: sql)
      guard !refuseFile(table, at: range) else { continue }
      if table.path.count == 2, case .step? = scope[table.path[0]] {
        let name = table.path.joined(separator: ".")
        resolve(Reference(name, .table, at: range), for: use, into: &reads)
      } else if let path = schema(of: table) {
        report(
          "unknown-table", "there is no table `\(path)`", at: range,
          solutions: ["name a catalog entry or an earlier step, without a schema"])
      } else {
        resolve(Reference(table.name, .table, at: range), for: use, into: &reads)
      }
    }
    if case .query = use { return reads }
    checkColumns(analysis, in: sql, for: use, into: &reads)
    return reads
  }

  /// Metrics, which look like columns of a table named like their step.
  private mutating func checkColumns(
    _ analysis: SQLAnalysis, in sql: SQLPlace, for use: Use, into reads: inout Reads
  ) {
    let readsTables = !analysis.tables.isEmpty || !analysis.tableFunctions.isEmpty
    for column in analysis.freeColumns {
      let range = range(of: column.place, in: sql)
      if case .step(let index)? = scope[column.path[0]] {
        resolve(Reference(column.path[0], .step, at: range), for: use, into: &reads)
        if !checkInnerMetric(column.path, of: index, at: range) {
          checkMetric(column.path[1], of: index, at: range)
        }
      } else if let relation = GivenRelation(column.path[0]) {
        reads.readsGiven = true
        checkGiven(relation, column.path, at: range, for: use)
      } else if !readsTables {
        // With tables it may be a field of a struct column, which only the engine knows.
        let metrics = scope.stepNames.map { "\($0).\(column.path[1])" }
        report(
          "unknown-metric",
          "`\(column.path.joined(separator: "."))` is no metric: there is no step `\(column.path[0])`",
          at: range,
          solutions: nearest(to: column.path.joined(separator: "."), among: metrics).map {
            ["did you mean `\($0)`?"]
          } ?? [])
      }
    }
    guard !readsTables else { return }
    for column in analysis.bareColumns
    where !Impurity.clockNames.contains(column.path[0].lowercased()) {
      let name = column.path[0]
      let names = declarations.map(\.name)
      report(
        "unknown-column", "`\(name)` is no parameter, metric or column",
        at: range(of: column.place, in: sql),
        explanation:
          "A parameter is `$name`, a metric `step.metric`, text stands in single quotes.",
        solutions: names.contains(name)
          ? ["did you mean `$\(name)`?"]
          : nearest(to: name, among: names).map { ["did you mean `$\($0)`?"] } ?? [])
    }
  }

  /// Figures from outside: which there are is known when the run begins, but the steps of the
  /// edition before are those of this notebook.
  private mutating func checkGiven(
    _ relation: GivenRelation, _ path: [String], at range: SourceRange, for use: Use
  ) {
    if case .parameters(let place) = use {
      return report(
        "not-known-yet", "\(place) can only depend on parameters, not on `\(path[0])`", at: range,
        explanation: "It is needed before anything runs.")
    }
    if relation == .champion {
      usesChampion = usesChampion ?? range
      return
    }
    guard path.count == 3 else {
      return report(
        "unknown-metric", "`\(path.joined(separator: "."))` is no metric of the edition before",
        at: range, solutions: ["write `previous.step.metric`"])
    }
    guard case .step(let index)? = scope[path[1]] else {
      return report(
        "unknown-metric",
        "`\(path.joined(separator: "."))` is no metric: there is no step `\(path[1])`",
        at: range,
        solutions: nearest(to: path[1], among: scope.stepNames).map {
          ["did you mean `previous.\($0).\(path[2])`?"]
        } ?? [])
    }
    checkMetric(path[2], of: index, at: range)
    // Names are matched without regard to case; the report's own spelling is looked up.
    let name = (metricNames[index] ?? []).first { $0.lowercased() == path[2].lowercased() }
    previousMetrics.insert("\(scope.stepNames[index]).\(name ?? path[2])")
  }

  mutating func checkMetric(_ name: String, of step: Int, at range: SourceRange) {
    guard let names = metricNames[step] else { return }
    guard !names.contains(where: { $0.lowercased() == name.lowercased() }) else { return }
    let stepName = scope.stepNames[step]
    report(
      "unknown-metric", "step `\(stepName)` has no metric `\(name)`", at: range,
      solutions: names.isEmpty
        ? ["a table's figures come by a query: `(SELECT count(*) FROM \(stepName))`"]
        : solutions(forUnknown: name, among: names).map {
          $0.replacing("did you mean `", with: "did you mean `\(stepName).")
        })
  }

  // MARK: What would make a report depend on more than its inputs

  private mutating func checkPurity(_ analysis: SQLAnalysis, in sql: SQLPlace) {
    // A column may well be called `uuid` or `today`; only SQL's clock is read without parentheses.
    for call in analysis.impureCalls
    where analysis.functions.contains(call) || Impurity.clockNames.contains(call.name) {
      report(
        "impure-function", "`\(call.name)` gives another value at every run",
        at: range(of: call.place, in: sql),
        explanation: "A report is a pure function of its inputs, so that a run can be repeated.",
        solutions: Impurity.advice(for: call.name))
    }
    for call in analysis.tableFunctions where !Impurity.pureTableFunctions.contains(call.name) {
      report(
        "forbidden-table-function", "`\(call.name)` cannot be used in a notebook",
        at: range(of: call.place, in: sql), explanation: Impurity.reason(against: call.name),
        solutions: Impurity.advice(against: call))
    }
    if analysis.hasSample,
      !sql.text.lowercased().contains("repeatable")
    {
      report(
        "impure-function", "a sample without a seed gives other rows at every run", at: sql.range,
        explanation: "A report is a pure function of its inputs, so that a run can be repeated.",
        solutions: ["add `REPEATABLE (1)` behind the sample"])
    }
  }

  private mutating func refuseFile(
    _ table: SQLAnalysis.TableReference, at range: SourceRange
  ) -> Bool {
    let name = table.name
    let isPath = name.contains("/") || name.contains("*") || Impurity.isFileName(name)
    guard table.isFile || (isPath && scope[name] == nil) else { return false }
    if table.isFile, scope[name] != nil {
      report(
        "file-in-sql", "`'\(name)'` in single quotes is a file, not the table", at: range,
        solutions: ["write `\(name)` without quotes"])
    } else {
      report(
        "file-in-sql", "SQL cannot name the file `\(abbreviated(name))` itself", at: range,
        explanation: "Files are named in the catalog, so that their content is recorded.",
        solutions: Impurity.catalogAdvice(for: name))
    }
    return true
  }

  /// `schema.table`, unless the schema is the one that everything is in.
  private func schema(of table: SQLAnalysis.TableReference) -> String? {
    guard table.path.count > 1, table.path != ["main", table.name] else { return nil }
    return table.path.joined(separator: ".")
  }

  /// Where a stretch of the SQL that the engine saw stands in the notebook.
  mutating func range(of place: SQLAnalysis.Place?, in sql: SQLPlace) -> SourceRange {
    guard let place, place.offset >= sql.shift, place.offset - sql.shift <= sql.text.utf8.count
    else { return sql.range }
    return alignment(of: sql).range(of: place.offset - sql.shift, length: place.length)
  }
}

/// Functions that would make a report depend on the clock, on chance or on undeclared files.
enum Impurity {
  /// The functions that give tables from nothing but their arguments.
  static let pureTableFunctions: Set<String> = [
    "generate_series", "histogram", "histogram_values", "json_each", "json_tree", "range", "repeat",
    "repeat_row", "summary", "unnest",
  ]

  /// The names by which SQL reads the clock without parentheses.
  static let clockNames: Set<String> = [
    "current_date", "current_time", "current_timestamp", "localtime", "localtimestamp",
  ]

  static func advice(for name: String) -> [String] {
    if ["random", "setseed", "uuid", "uuidv4", "uuidv7", "gen_random_uuid"].contains(name) {
      return [
        "derive it from the data, such as `hash(id, $seed) % 100`",
        "take a `split` step with a seed",
      ]
    }
    if ["nextval", "currval", "txid_current", "getenv", "pg_backend_pid"].contains(name) {
      return ["declare a parameter, and use `$name`"]
    }
    return ["declare a parameter, such as `run_date: { type: date }`, and use `$run_date`"]
  }

  static func reason(against function: String) -> String {
    readsFiles(function)
      ? "Files are named in the catalog, so that their content is recorded."
      : "What it gives is not decided by the notebook's inputs, or hides which tables are read."
  }

  static func advice(against call: SQLAnalysis.FunctionReference) -> [String] {
    readsFiles(call.name) ? catalogAdvice(for: call.literals.first ?? "data/file.csv") : []
  }

  static func catalogAdvice(for path: String) -> [String] {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    let stem = String(file.prefix { $0 != "." })
    let name = isName(stem) ? stem : "name"
    return [
      "add `\(name): { path: \(abbreviated(path)) }` under `catalog:` in the front matter, and use `\(name)`"
    ]
  }

  /// Whether a name ends like a data file.
  static func isFileName(_ name: String) -> Bool {
    let lowered = name.lowercased()
    return [
      ".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".parquet", ".gz", ".zst", ".db",
      ".duckdb", ".xlsx",
    ].contains { lowered.hasSuffix($0) }
  }

  private static func readsFiles(_ function: String) -> Bool {
    function.hasPrefix("read_") || function.hasSuffix("_scan") || function.hasPrefix("parquet_")
      || function == "glob" || function == "sniff_csv"
  }
}
