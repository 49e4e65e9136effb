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

  /// The run of this name, else the newest of the notebook that did not come to its end and that none
  /// has made good since; nil when there is none. With `given`, only a run counts that was given the
  /// same.
  init?(
    named id: String?, given: Arguments? = nil, of file: NotebookFile,
    in circumstances: Circumstances
  ) throws {
    let series = seriesName(ofNotebookAt: file.notebook.path)
    guard let history = try History.existing(in: file.project.path(".washi")) else { return nil }
    try history.markInterruptedRuns(onHost: circumstances.host)
    let wanted = given.map { given in
      Self.injected(given.injected(into: file.notebook).map(RunDetails.Parameter.init))
    }
    let runs = try history.runs(of: series, limit: 1000)
    guard let record = try Self.choose(from: runs, id, wanted, in: history) else { return nil }
    self.record = record
    var arguments = Arguments()
    for (name, value) in try Self.injected(history.details(of: record.id).parameters) {
      let origin = "run \(record.id)"
      if let value {
        arguments.add(.text(name, value), from: origin)
      } else if let node = YAMLNode.parse("\(name): null", file: origin).0 {
        arguments.add(.values(node), from: origin)
      }
    }
    self.arguments = arguments
  }

  private static func choose(
    from runs: [RunRecord], _ id: String?, _ wanted: [String: String?]?, in history: History
  ) throws -> RunRecord? {
    if let id { return runs.first { $0.id.hasPrefix(id) } }
    func given(_ run: RunRecord) throws -> [String: String?] {
      injected(try history.details(of: run.id).parameters)
    }
    var made: [RunRecord] = []
    for run in runs {
      switch run.status {
      case .failed, .interrupted:
        if let wanted, try given(run) != wanted { continue }
        // One that was killed before its edition was known is told by what it was given.
        let isMade =
          if let edition = run.edition {
            made.contains { $0.edition == edition }
          } else {
            try made.contains { try given($0) == given(run) }
          }
        if !isMade { return run }
      case .done where run.version == nil: continue
      case .done, .refused: made.append(run)
      case .running: continue
      }
    }
    return nil
  }

  /// What a run was given, by name, without secrets; nil is no value.
  private static func injected(_ parameters: [RunDetails.Parameter]) -> [String: String?] {
    let given = parameters.filter {
      $0.origin == Parameter.Origin.injected.word && $0.type != ParameterType.secret.rawValue
    }
    return Dictionary(given.map { ($0.name, $0.isNull ? nil : $0.value) }) { first, _ in first }
  }
}
