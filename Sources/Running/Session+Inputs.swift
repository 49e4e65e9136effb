internal import DuckDB
internal import Parsing
internal import Planning
internal import Steps
internal import Vocabulary

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The files of the catalog: found, confined to, opened as views, digested.
extension Session {
  /// Finds the files of every entry; one whose files are missing is left out and reported.
  func find(
    _ plan: Plan, reportingTo findings: inout [Diagnostic], missingIs severity: Diagnostic.Severity
  ) -> [String: [String]] {
    var files: [String: [String]] = [:]
    for input in plan.inputs {
      if input.isHistory {
        files[input.name] = []
        continue
      }
      if let recorded = surroundings.recorded[input.name.lowercased()] {
        files[input.name] = recorded.inputs.map(\.path)
        continue
      }
      switch find(input, severity) {
      case .found(let paths): files[input.name] = paths
      case .missing(let diagnostic): findings.append(diagnostic)
      }
    }
    return files
  }

  /// Confines the engine to the files that were found, and makes the views over them.
  ///
  /// Gives the files by entry; an entry that cannot be read is left out and reported.
  func open(
    _ plan: Plan, _ found: [String: [String]], reportingTo findings: inout [Diagnostic]
  ) -> [String: [String]] {
    var files = found
    do throws(DuckDBError) {
      try connection.confine(
        directories: [surroundings.projectDirectory, surroundings.stagingDirectory]
          + (surroundings.cache.map { [$0.results] } ?? [])
          + (surroundings.snapshotFolder.map { [$0] } ?? [])
          + plan.steps.compactMap { $0.remote?.connection.sharedFolder.map(absolute) },
        files: (files.values.flatMap { $0.map(absolute) }
          + surroundings.recorded.values.flatMap { $0.replacement ?? [] }).sorted(),
        memoryLimit: surroundings.memoryLimit ?? plan.project.memoryLimit,
        temporaryDirectory: surroundings.stagingDirectory)
    } catch {
      findings.append(.error("engine", "the engine cannot be confined: \(error.summary)", at: nil))
      return [:]
    }
    for input in plan.inputs {
      guard let paths = files[input.name] else { continue }
      do throws(DuckDBError) {
        if input.isHistory {
          try connection.createTable(input.name, from: surroundings.past.table)
          continue
        }
        try connection.execute(try viewText(of: input, over: paths))
      } catch {
        files[input.name] = nil
        findings.append(
          .error(
            "unreadable-input",
            "`\(input.name)` cannot be read: \(relative(error.summary))", at: input.range,
            explanation: "files: " + paths.joined(separator: ", ")))
      }
    }
    do throws(DuckDBError) {
      findings += try unkeepable(plan.inputs.filter { files[$0.name] != nil })
    } catch {
      findings.append(.error("engine", error.summary, at: nil))
    }
    return files
  }

  private enum Found {
    case found([String])
    case missing(Diagnostic)
  }

  private func find(_ input: PlannedInput, _ severity: Diagnostic.Severity) -> Found {
    var found: [String] = []
    var missing: [String] = []
    for path in input.paths {
      let matches = hasWildcard(path) ? glob(path) : (isReadable(path) ? [path] : [])
      if matches.isEmpty { missing.append(path) }
      found += matches
    }
    if missing.isEmpty, !found.isEmpty { return .found(found) }
    let names = missing.map { "`\($0)`" }.joined(separator: ", ")
    let cause =
      input.parameters.isEmpty
      ? nil
      : "the path depends on "
        + input.parameters.map { "`$\($0)`" }.joined(separator: ", ")
    let summary =
      missing.isEmpty
      ? "catalog entry `\(input.name)` names no file"
      : "catalog entry `\(input.name)`: there is no readable file \(names)"
    return .missing(
      Diagnostic(
        severity, "missing-input", summary, at: input.range, explanation: cause,
        solutions: input.parameters.isEmpty
          ? ["check the path; relative paths start at the project's folder"]
          : ["check the path, or give another value with -p"]))
  }

  /// Digests the files of every entry, reading each at most once, before any step does.
  func digests(
    of plan: Plan, _ files: [String: [String]]
  ) throws(Refusal) -> [RecordedInput] {
    var records: [RecordedInput] = []
    var known: [String: (Fingerprint, size: Int)] = [:]
    let memo = surroundings.cache?.digests ?? DigestMemo(at: nil)
    for input in plan.inputs {
      if let recorded = surroundings.recorded[input.name.lowercased()] {
        records += recorded.inputs
        continue
      }
      for path in files[input.name] ?? [] {
        do throws(FileError) {
          if known[path] == nil { known[path] = try memo.digest(of: absolute(path)) }
          guard let (digest, size) = known[path] else { continue }
          records.append(
            RecordedInput(entry: input.name, path: path, digest: digest, size: size))
        } catch {
          throw Refusal([
            .error(
              "unreadable-input", "`\(path)` of catalog entry `\(input.name)`: \(error.reason)",
              at: input.range)
          ])
        }
      }
    }
    return records
  }

  /// The registered models that the run uses, as inputs.
  var registryInputs: [RecordedInput] {
    surroundings.models.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      .map { address, model in
        RecordedInput(entry: address, path: model.path, digest: model.digest, size: model.size)
      }
  }

  func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : surroundings.projectDirectory + "/" + path
  }

  /// A message without the folders of this machine.
  func relative(_ message: String) -> String { surroundings.relative(message) }

  private func hasWildcard(_ path: String) -> Bool {
    path.contains { "*?[".contains($0) }
  }

  private func isReadable(_ path: String) -> Bool {
    var status = stat()
    // The path is passed as a C string; the status is ours.
    return unsafe stat(absolute(path), &status) == 0 && status.st_mode & S_IFMT == S_IFREG
      && access(absolute(path), R_OK) == 0
  }

  /// The files that match, as written: relative when the pattern is. Sorted by bytes.
  private func glob(_ pattern: String) -> [String] {
    do throws(DuckDBError) {
      let table = try connection.query(
        "SELECT file FROM glob(\(SQLText.literal(absolute(pattern))))")
      let prefix = surroundings.projectDirectory + "/"
      return (table["file"]?.values ?? []).map(\.plainText).map {
        !pattern.hasPrefix("/") && $0.hasPrefix(prefix) ? String($0.dropFirst(prefix.count)) : $0
      }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    } catch {
      return []
    }
  }

  /// The view over an entry's files; everything in it is a literal or a checked name.
  private func viewText(
    of input: PlannedInput, over paths: [String]
  ) throws(DuckDBError) -> String {
    let head = "CREATE VIEW \(SQLText.identifier(input.name)) AS "
    if let kept = surroundings.recorded[input.name.lowercased()]?.replacement {
      return head + (try SnapshotFile.selection(of: kept, using: connection))
    }
    return head + (try input.selecting(paths.map(absolute), using: connection))
  }
}

extension PlannedInput {
  /// A SELECT of all rows of files of the entry, at absolute paths; everything in it is a literal or a
  /// checked name.
  func selecting(
    _ files: [String], using connection: Connection
  ) throws(DuckDBError) -> String {
    if format == .csv { return try selectingCSV(files, using: connection) }
    let function = format == .jsonl ? "read_ndjson" : "read_parquet"
    var arguments = ["[" + files.map { SQLText.literal($0) }.joined(separator: ", ") + "]"]
    arguments += read.map {
      "\(SQLText.identifier($0.name)) = \(SQLText.literal($0.value))"
    }
    if files.count > 1, !read.contains(where: { $0.name == "union_by_name" }) {
      arguments.append("union_by_name = true")
    }
    var selection = "*"
    if !columns.isEmpty {
      let casts = columns.map {
        let name = SQLText.identifier($0.name)
        return "CAST(\(name) AS \(SQLText.typeName($0.value.plainText))) AS \(name)"
      }
      selection = "* REPLACE (\(casts.joined(separator: ", ")))"
    }
    return "SELECT \(selection) FROM \(function)(\(arguments.joined(separator: ", ")))"
  }
}
