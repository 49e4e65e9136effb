internal import Archiving
internal import Parsing
internal import Planning
internal import Reporting
internal import Vocabulary

/// A run that failed or was stopped, to be taken up again with the parameters that it had.
struct UnfinishedRun {
  /// What the history says of it.
  let record: RunRecord
  /// The values that its caller gave.
  let arguments: Arguments

  /// The run of this name, else the newest of the notebook that did not come to its end and whose
  /// edition was not made since; nil when there is none.
  init?(
    named id: String?, of file: NotebookFile, in circumstances: Circumstances
  ) throws {
    let series = seriesName(ofNotebookAt: file.notebook.path)
    guard let history = try History.existing(in: file.project.path(".washi")) else { return nil }
    try history.markInterruptedRuns(onHost: circumstances.host)
    let runs = try history.runs(of: series, limit: 1000)
    guard let record = Self.choose(from: runs, id) else { return nil }
    self.record = record
    var arguments = Arguments()
    for parameter in try history.details(of: record.id).parameters
    where parameter.origin == Parameter.Origin.injected.word
      && parameter.type != ParameterType.secret.rawValue
    {
      arguments.add(.text(parameter.name, parameter.value), from: "run \(record.id)")
    }
    self.arguments = arguments
  }

  private static func choose(from runs: [RunRecord], _ id: String?) -> RunRecord? {
    if let id { return runs.first { $0.id.hasPrefix(id) } }
    var made: Set<String> = []
    for run in runs {
      switch run.status {
      case .failed, .interrupted:
        if !made.contains(run.edition ?? "") { return run }
      case .done where run.version == nil: continue
      case .done, .refused: made.insert(run.edition ?? "")
      case .running: continue
      }
    }
    return nil
  }
}

/// A word as a POSIX shell reads it back.
///
/// For example: `it's` becomes `'it'\\''s'`.
func shellQuoted(_ word: String) -> String {
  let plain = word.utf8.allSatisfy { byte in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "_-./:=@%+,".utf8.contains(byte)
    }
  }
  return plain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
}
