internal import DuckDB
internal import Planning
internal import Steps
public import Vocabulary

/// The rows of catalog entries that a published version keeps.
extension Session {
  /// Errors for entries with `snapshot: true` that have a column which no Parquet file gives back
  /// exactly; their views are there.
  func unkeepable(_ inputs: [PlannedInput]) throws(DuckDBError) -> [Diagnostic] {
    var findings: [Diagnostic] = []
    for input in inputs where input.keepsSnapshot {
      let view = "SELECT * FROM \(SQLText.identifier(input.name))"
      for column in SnapshotFile.foreign(among: try connection.columns(of: view)) {
        findings.append(
          .error(
            "no-snapshot",
            "the rows of `\(input.name)` cannot be kept: no Parquet file gives `\(column.name)` of "
              + "type \(column.engineType) back exactly", at: input.range,
            solutions: [
              "give the column another type: `columns: { \(column.name): VARCHAR }`",
              "leave `snapshot: true` out",
            ]))
      }
    }
    return findings
  }

  /// The rows that a version of this run keeps: those that the folder has already, and new ones that
  /// lie in the staging folder.
  ///
  /// `open` makes the views; it is called when rows have to be read.
  func takeSnapshots(
    of plan: Plan, _ inputs: [RecordedInput], opening open: () throws(Refusal) -> Void
  ) throws(Refusal) -> [Snapshot] {
    var taken: [Snapshot] = []
    for input in plan.inputs where input.keepsSnapshot {
      if let recorded = surroundings.recorded[input.name.lowercased()] {
        taken += recorded.snapshots
        continue
      }
      let files = inputs.filter { $0.entry == input.name }
      guard let folder = surroundings.snapshotFolder, !files.isEmpty else { continue }
      let taking = SnapshotTaking(
        input: input, files: files, folder: folder, surroundings: surroundings,
        connection: connection)
      if let known = taking.known {
        taken += known
        continue
      }
      try open()
      do throws(DuckDBError) {
        taken += try taking.snapshots()
      } catch {
        throw Refusal([
          .error(
            cancellation.reason?.rule ?? "no-snapshot",
            cancellation.reason?.sentence
              ?? "the rows of `\(input.name)` cannot be kept: \(relative(error.summary))",
            at: input.range)
        ])
      }
    }
    return taken
  }
}

extension Session {
  /// Writes the table of a step that has run into a file that `SnapshotFile` reads, in the staging
  /// folder.
  public func write(tableOf step: String, to path: String) throws(Refusal) {
    do throws(DuckDBError) {
      _ = try SnapshotFile.write(
        "SELECT * FROM \(SQLText.identifier(step))", to: path, using: connection)
    } catch {
      throw Refusal([
        .error(
          "no-rows", "the rows of `\(step)` cannot be had: \(relative(error.summary))", at: nil)
      ])
    }
  }
}
