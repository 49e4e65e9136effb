public import DuckDB
internal import Learning
public import Parsing
public import Vocabulary

/// A file made of a table, CSV, JSON Lines or Parquet by the path's ending, or the folder of a model
/// that `Model(contentsOf:)` reads.
///
/// The file is an artifact of the version. With `to: project` it is written into the project instead,
/// for data that other notebooks read; the version then records its digest only.
public struct ExportStep: StepKind {
  /// The word behind `uses:`.
  public static let name = "export"
  /// One sentence for the documentation.
  public static let summary =
    "Writes a table to a CSV, JSON Lines or Parquet file, or a model to a folder."

  /// The table written; without a name when a model is.
  public var table: NamedPlace
  /// The model written, when no table is.
  public var model: NamedPlace?
  /// The path of the file, or of the model's folder, below `artifacts/`, or below the project.
  public var path: NamedPlace
  /// The format.
  public var format: Format
  /// Where the file goes.
  public var destination: Destination
  /// Whether text that a spreadsheet would take for a formula gets an apostrophe in front.
  public var guardsFormulas: Bool

  /// A file format.
  public enum Format: String, Sendable, Hashable, CaseIterable {
    /// Comma-separated values with a header.
    case csv
    /// One JSON object per line.
    case jsonl
    /// Apache Parquet.
    case parquet
  }

  /// Where an exported file goes.
  public enum Destination: String, Sendable, Hashable, CaseIterable {
    /// Into the version.
    case artifacts
    /// Into the project's folder.
    case project
  }

  /// What happens to text that a spreadsheet would take for a formula.
  enum Formulas: String, CaseIterable {
    case text
    case keep
  }

  /// Reads the options; mistakes go into the reader.
  public init(from options: inout OptionReader, of source: StepSource) {
    model = options.place("model")
    table =
      options.has("model")
      ? options.place("table") ?? NamedPlace("", at: nil) : options.requiredPlace("table")
    path = options.requiredPlace("path")
    destination = options.choice("to", as: Destination.self) ?? .artifacts
    if options.has("model") {
      for key in ["table", "format", "formulas"] where options.has(key) {
        options.reject(key, "does nothing beside `model`")
      }
      options.allow(["format", "formulas"])
      format = .jsonl
      guardsFormulas = false
      if !options.isPending("path"), path.range != nil, let reason = Self.fault(in: path.name) {
        options.report(
          .error("bad-path", "`\(path.name)` cannot be written: \(reason)", at: path.range))
      }
      return
    }
    guardsFormulas = options.choice("formulas", as: Formulas.self) != .keep
    let pending = options.isPending("path")
    let ending = path.name.split(separator: ".").last.map(String.init) ?? ""
    if let given = options.choice("format", as: Format.self) {
      format = given
    } else if let known = Format(rawValue: ending) {
      format = known
    } else {
      format = .csv
      if !pending, !path.name.isEmpty {
        options.report(
          .error(
            "unknown-format", "the ending of `\(path.name)` names no format", at: path.range,
            solutions: ["end the path with .csv, .jsonl or .parquet, or give `format:`"]))
      }
    }
    // A path that is not there has been asked for already.
    if !pending, path.range != nil, let reason = Self.fault(in: path.name) {
      options.report(
        .error("bad-path", "`\(path.name)` cannot be written: \(reason)", at: path.range))
    }
  }

  /// The names that the step takes from others.
  public var references: [Reference] {
    if let model { return [Reference(model.name, .model, at: model.range)] }
    return [Reference(table.name, .table, at: table.range)]
  }

  /// Finds what is wrong beside the options themselves, on empty tables.
  public func check(in workspace: Workspace) -> [Diagnostic] { [] }

  /// Does the work.
  public func run(in workspace: Workspace) throws(StepFailure) -> StepResult {
    if let model { return try export(model, in: workspace) }
    var result = StepResult()
    let staged = "\(workspace.stagingDirectory)/\(workspace.stepName).\(format.rawValue)"
    do throws(DuckDBError) {
      let rows = try workspace.connection.execute(
        "COPY (\(try selection(in: workspace))) TO \(SQLText.literal(staged)) (\(format.copyOptions))"
      )
      result.rowsIn = rows
    } catch {
      throw workspace.failure(error)
    }
    let (digest, size) = try file(staged)
    switch destination {
    case .artifacts:
      result.artifacts = [
        Artifact(
          path: path.name, stagedAt: staged, size: size, digest: digest, rows: result.rowsIn)
      ]
    case .project:
      let target = "\(workspace.projectDirectory)/\(path.name)"
      try move(staged, to: target)
      result.written = [Artifact(path: path.name, stagedAt: target, size: size, digest: digest)]
      result.remarks = [
        workspace.words(
          "Wrote \(result.rowsIn ?? 0) rows to \(path.name) (SHA-256 \(digest.short)).",
          "\(path.name)に\(result.rowsIn ?? 0)行を書き出しました（SHA-256 \(digest.short)）。")
      ]
    }
    return result
  }

  /// Writes the files of a model.
  private func export(
    _ name: NamedPlace, in workspace: Workspace
  ) throws(StepFailure) -> StepResult {
    guard let model = workspace.models[name.name]?.model else {
      throw StepFailure(.error("no-model", "there is no model `\(name.name)`", at: name.range))
    }
    let folder = "\(workspace.stagingDirectory)/\(workspace.stepName).model"
    let files = try workspace.learning(at: name.range) { () throws(LearningError) in
      var files = try model.files()
      if let provenance = workspace.provenance(name.name) { files.append(try provenance.file()) }
      try Model.write(files, to: folder)
      return files
    }
    var result = StepResult()
    for name in files.map(\.name) {
      let (digest, size) = try file("\(folder)/\(name)")
      switch destination {
      case .artifacts:
        result.artifacts.append(
          Artifact(
            path: "\(path.name)/\(name)", stagedAt: "\(folder)/\(name)", size: size,
            digest: digest))
      case .project:
        let target = "\(path.name)/\(name)"
        try move("\(folder)/\(name)", to: "\(workspace.projectDirectory)/\(target)")
        result.written.append(
          Artifact(
            path: target, stagedAt: "\(workspace.projectDirectory)/\(target)", size: size,
            digest: digest))
        result.remarks.append(
          workspace.words(
            "Wrote \(path.name)/\(name) (SHA-256 \(digest.short)).",
            "\(path.name)/\(name)を書き出しました（SHA-256 \(digest.short)）。"))
      }
    }
    return result
  }

  /// The SELECT to copy; in CSV, text that starts like a formula becomes plain text.
  private func selection(in workspace: Workspace) throws(DuckDBError) -> String {
    let source = "FROM \(SQLText.identifier(table.name))"
    guard format == .csv, guardsFormulas else { return "SELECT * \(source)" }
    let columns = try workspace.connection.columns(of: "SELECT * \(source)")
    return "SELECT \(columns.map(Self.guarded).joined(separator: ", ")) \(source)"
  }

  /// A column in a SELECT that writes CSV: text that starts like a formula becomes plain text.
  public static func guarded(_ column: ColumnDescription) -> String {
    let name = SQLText.identifier(column.name)
    let header = SQLText.identifier(startsFormula(column.name) ? "'" + column.name : column.name)
    guard column.engineType == "VARCHAR" else { return "\(name) AS \(header)" }
    return """
      CASE WHEN left(\(name), 1) IN ('=', '+', '-', '@', chr(9), chr(13)) \
      AND try_cast(\(name) AS DOUBLE) IS NULL \
      THEN '''' || \(name) ELSE \(name) END AS \(header)
      """
  }

  private static func startsFormula(_ text: String) -> Bool {
    text.unicodeScalars.first.map { "=+-@\t\r".unicodeScalars.contains($0) } ?? false
  }

  private func file(_ path: String) throws(StepFailure) -> (Fingerprint, Int) {
    do throws(FileError) {
      return try Fingerprint.ofFile(at: path)
    } catch {
      throw failure("cannot be read back: \(error.reason)")
    }
  }

  private func move(_ staged: String, to target: String) throws(StepFailure) {
    do throws(FileError) {
      try moveFile(staged, to: target)
    } catch {
      throw failure("cannot be written: \(error.reason)")
    }
  }

  private func failure(_ words: String) -> StepFailure {
    StepFailure(.error("export-failed", "`\(path.name)` \(words)", at: path.range))
  }

  /// Why a path cannot be used, if it cannot.
  private static func fault(in path: String) -> String? {
    if path.isEmpty { return "it is empty" }
    if path.hasPrefix("/") { return "it must be relative" }
    if path.unicodeScalars.contains(where: { $0.value < 32 || $0 == "\\" }) {
      return "it holds a control character or a backslash"
    }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    if parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) {
      return "it must not leave its folder"
    }
    return nil
  }
}
