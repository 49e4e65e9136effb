internal import DuckDB
internal import Parsing
internal import Vocabulary

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The folder that a process works in: what it gets is written there, what it leaves is read there.
struct ProcessFolder {
  let path: String
  private let step: ProcessStep
  private let workspace: Workspace

  /// An empty folder for the step that runs now; what a failed try left is removed.
  init(for step: ProcessStep, in workspace: Workspace) throws(StepFailure) {
    self.step = step
    self.workspace = workspace
    path = "\(workspace.stagingDirectory)/\(workspace.stepName).process"
    removeFolder(path)
    do throws(FileError) {
      try makeFolders(above: path + "/tmp/.")
    } catch {
      throw Self.failure("its folder cannot be made", error, in: workspace)
    }
  }

  /// Takes the folder away.
  func remove() { removeFolder(path) }

  // MARK: - What the process gets

  /// Writes everything that it reads; tells how many rows its tables have.
  func fill() throws(StepFailure) -> Int? {
    for file in step.files {
      do throws(FileError) {
        try makeFolders(above: "\(path)/\(file.name)")
        try copyFile("\(workspace.projectDirectory)/\(file.name)", to: "\(path)/\(file.name)")
      } catch {
        throw StepFailure(
          .error("missing-file", "`\(file.name)`: \(error.reason)", at: file.range))
      }
    }
    var rows = 0
    for input in step.inputs {
      let list = try selected(of: input)
      rows += try workspace.engine { engine throws(DuckDBError) in
        try engine.execute(
          "COPY (SELECT \(list) FROM \(SQLText.identifier(input.table))) "
            + "TO \(SQLText.literal("\(path)/\(input.file.name)")) (\(input.format.copyOptions))")
      }
    }
    let shown = handedOver.filter { !$0.isSecret }
    let members = shown.map { "  \(ProcessParameter.quoted($0.name)): \($0.json)" }
    try write("parameters.json", "{\n" + members.joined(separator: ",\n") + "\n}\n")
    // Pictures of matplotlib are the same bytes at every run, and their text stays text.
    try write("matplotlibrc", "backend: agg\nsvg.hashsalt: washi\nsvg.fonttype: none\n")
    if let script = step.script, let name = step.scriptName { try write(name, script.text) }
    return step.inputs.isEmpty ? nil : rows
  }

  /// The columns of a table as a process gets them.
  ///
  /// A decimal of Parquet is an object in pandas, with which nothing can be computed, and in SQL every
  /// `1.5` is one: up to 15 digits, which a float holds exactly as they are written, it goes as one.
  private func selected(of input: ProcessStep.TableFile) throws(StepFailure) -> String {
    guard input.format == .parquet else { return "*" }
    let casts = try workspace.columns(of: input.table).compactMap { column -> String? in
      guard column.engineType.hasPrefix("DECIMAL("),
        let width = Int(column.engineType.dropFirst("DECIMAL(".count).prefix { $0 != "," }),
        width <= 15
      else { return nil }
      let name = SQLText.identifier(column.name)
      return "CAST(\(name) AS DOUBLE) AS \(name)"
    }
    return casts.isEmpty ? "*" : "* REPLACE (\(casts.joined(separator: ", ")))"
  }

  /// The parameters and secrets that the process gets.
  var handedOver: [ProcessParameter] {
    let all = workspace.processes.parameters
    let names = Set(step.parameterNames(among: all.filter { !$0.isSecret }.map(\.name)))
    let secrets = Set(step.secrets.map(\.name))
    return all.filter { $0.isSecret ? secrets.contains($0.name) : names.contains($0.name) }
  }

  /// All that the process finds in its environment.
  func environment(searchPath: String) -> [(name: String, value: String)] {
    let threads = "\(step.threads)"
    return [
      ("PATH", searchPath), ("HOME", path), ("TMPDIR", path + "/tmp"), ("LC_ALL", "C.UTF-8"),
      ("TZ", "UTC"), ("SOURCE_DATE_EPOCH", "0"), ("MATPLOTLIBRC", path), ("MPLBACKEND", "agg"),
      ("PYTHONHASHSEED", "0"), ("PYTHONUTF8", "1"), ("PYTHONUNBUFFERED", "1"),
      ("PYTHONDONTWRITEBYTECODE", "1"), ("PYTHONNOUSERSITE", "1"), ("OMP_NUM_THREADS", threads),
      ("OPENBLAS_NUM_THREADS", threads), ("MKL_NUM_THREADS", threads),
      ("WASHI_STEP", workspace.stepName), ("WASHI_PROJECT", workspace.projectDirectory),
    ] + handedOver.map { ($0.name, $0.text) }
  }

  private func write(_ name: String, _ text: String) throws(StepFailure) {
    do throws(FileError) {
      try writeFile(Array(text.utf8), to: "\(path)/\(name)")
    } catch {
      throw Self.failure("its file \(name) cannot be written", error, in: workspace)
    }
  }

  // MARK: - What it leaves

  /// Makes the tables of its outputs; tells the rows when there is one.
  func readTables() throws(StepFailure) -> Int? {
    let names = step.tableNames(of: workspace.stepName)
    var rows: Int?
    for (output, name) in zip(step.outputs, names) {
      let file = "\(path)/\(output.file.name)"
      guard isFile(file) else { throw missing(output) }
      try refuseSecrets(in: output.file.name)
      do throws(DuckDBError) {
        try workspace.connection.execute(
          "CREATE OR REPLACE TABLE \(SQLText.identifier(name)) AS \(reading(output, file))")
        try workspace.connection.showInSchema(name)
      } catch {
        throw StepFailure(
          .error(
            "bad-output", "`\(output.file.name)` cannot be read as a table: \(error.summary)",
            at: output.file.range))
      }
      if names.count == 1 { rows = try workspace.rowCount(of: name) }
    }
    return rows
  }

  /// The SELECT over a file, with the declared types; other columns than those are refused.
  private func reading(_ output: ProcessStep.TableFile, _ file: String) -> String {
    let source =
      switch output.format {
      case .csv: "read_csv(\(SQLText.literal(file)), header = true, sample_size = -1)"
      case .jsonl: "read_ndjson(\(SQLText.literal(file)))"
      case .parquet: "read_parquet(\(SQLText.literal(file)))"
      }
    guard !output.columns.isEmpty else { return "SELECT * FROM \(source)" }
    let list = output.columns.map { column in
      let name = SQLText.identifier(column.column.name)
      return "CAST(\(name) AS \(SQLText.typeName(column.text))) AS \(name)"
    }
    return "SELECT \(list.joined(separator: ", ")) FROM \(source)"
  }

  /// The digest of all files that became tables.
  func contentOfOutputs() throws(StepFailure) -> Fingerprint {
    var parts: [String] = []
    for output in step.outputs {
      do throws(FileError) {
        let (digest, _) = try Fingerprint.ofFile(at: "\(path)/\(output.file.name)")
        parts += [output.file.name, digest.description]
      } catch {
        throw Self.failure("its file \(output.file.name) cannot be read", error, in: workspace)
      }
    }
    return Fingerprint(combining: parts)
  }

  /// The figures of `metrics.jsonl`.
  func readMetrics() throws(StepFailure) -> [Metric] {
    var metrics: [Metric] = []
    if isFile("\(path)/metrics.jsonl") {
      try refuseSecrets(in: "metrics.jsonl")
      metrics = try MetricLine.metrics(
        in: String(decoding: try read("metrics.jsonl", most: 1 << 24), as: UTF8.self))
    }
    for wanted in step.metrics where !metrics.contains(where: { $0.name == wanted.name }) {
      throw StepFailure(
        .error(
          "missing-metric", "no line of `metrics.jsonl` gives the figure `\(wanted.name)`",
          at: wanted.range,
          solutions: solutions(forUnknown: wanted.name, among: metrics.map(\.name))))
    }
    return metrics
  }

  /// The pictures, by name, and remarks on what was taken out of them.
  func readPictures() throws(StepFailure) -> (exhibits: [Exhibit], remarks: [String]) {
    let titles = Dictionary(step.figures.map { ($0.column.name, $0.text) }) { _, last in last }
    var exhibits: [Exhibit] = []
    var remarks: [String] = []
    let names = fileNames(in: path).filter { $0.hasSuffix(".svg") || $0.hasSuffix(".png") }
    for wanted in step.figures where !names.contains(wanted.column.name) {
      throw StepFailure(
        .error(
          "missing-picture", "the process left no picture `\(wanted.column.name)`",
          at: wanted.column.range,
          solutions: solutions(forUnknown: wanted.column.name, among: names)))
    }
    for name in names.prefix(Self.mostPictures) {
      try refuseSecrets(in: name)
      let bytes = try read(name, most: Picture.largestSize + 1)
      do throws(Picture.Fault) {
        let picture = try Picture(bytes, name.hasSuffix(".svg") ? .svg : .png)
        if picture.removedCount > 0 {
          remarks.append(
            workspace.words(
              "\(picture.removedCount) parts of `\(name)` that draw nothing or lead out of it were "
                + "taken out.",
              "`\(name)`から、描画しない部分や外部を参照する部分を\(picture.removedCount)か所取り除きました。"))
        }
        let stem = String(name.dropLast(4))
        exhibits.append(
          .picture(
            PictureExhibit(
              id: "\(workspace.stepName)-\(stem)", title: titles[name],
              alternative: titles[name] ?? picture.description ?? stem, picture: picture)))
      } catch {
        throw StepFailure(
          .error("bad-picture", "`\(name)` \(error.reason)", at: workspace.current?.nameRange))
      }
    }
    if names.count > Self.mostPictures {
      let more = names.count - Self.mostPictures
      remarks.append(
        workspace.words(
          "\(more) more pictures are not shown.", "このほか\(more)枚の図は表示していません。"))
    }
    return (exhibits, remarks)
  }

  private static let mostPictures = 50

  private func missing(_ output: ProcessStep.TableFile) -> StepFailure {
    let given = Set(
      step.inputs.map(\.file.name) + step.files.map(\.name) + [
        "parameters.json", "matplotlibrc", "main.py", "main.sh", "tmp",
      ])
    let left = fileNames(in: path).filter { !given.contains($0) }
    return StepFailure(
      .error(
        "missing-output", "the process did not write `\(output.file.name)`", at: output.file.range,
        explanation: left.isEmpty
          ? "It wrote no file at all."
          : "It wrote: " + left.prefix(8).map { "`\($0)`" }.joined(separator: ", ") + ".",
        solutions: solutions(forUnknown: output.file.name, among: left)))
  }

  /// A secret's value in what the report would hold is the author's mistake, and must not get there.
  private func refuseSecrets(in name: String) throws(StepFailure) {
    let secrets = handedOver.filter { $0.isSecret && $0.text.utf8.count > 2 }
    guard !secrets.isEmpty else { return }
    for secret in secrets {
      let isThere: Bool
      do throws(FileError) {
        isThere = try contains(Array(secret.text.utf8), at: "\(path)/\(name)")
      } catch {
        throw Self.failure("its file \(name) cannot be read", error, in: workspace)
      }
      guard isThere else { continue }
      throw StepFailure(
        .error(
          "secret-exposed", "`\(name)` holds the value of the secret `\(secret.name)`",
          at: step.secrets.first { $0.name == secret.name }?.range,
          explanation: "It would get into the report."))
    }
  }

  private func read(_ name: String, most: Int) throws(StepFailure) -> [UInt8] {
    do throws(FileError) {
      return try readFile("\(path)/\(name)", most: most)
    } catch {
      throw Self.failure("its file \(name) cannot be read", error, in: workspace)
    }
  }

  private static func failure(
    _ words: String, _ error: FileError, in workspace: Workspace
  ) -> StepFailure {
    StepFailure(
      .error(
        "process-files", "step `\(workspace.stepName)`: \(words): \(error.reason)",
        at: workspace.current?.nameRange))
  }
}

extension ExportStep.Format {
  /// The options of COPY for a file of this format.
  var copyOptions: String {
    switch self {
    case .csv: "FORMAT csv, HEADER true"
    case .jsonl: "FORMAT json"
    case .parquet: "FORMAT parquet, COMPRESSION zstd"
    }
  }
}
