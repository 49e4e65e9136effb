internal import Archiving
internal import Logging
internal import Parsing
internal import Planning
internal import Reporting
internal import Synchronization
internal import Vocabulary

/// Writes one run into the history from its first moment on; the run goes on whatever the history
/// says.
final class RunBook: Sendable {
  private struct State {
    var record: RunRecord
    var isOpen = true
    var isComplaining = true
  }

  private let desk: Desk
  private let log: Logger
  private let state: Mutex<State>
  private let opening: Task<Result<History, ArchiveError>, Never>

  /// Notes that a run has begun with these arguments, without waiting for the disk: whatever happens
  /// to it from now on, it can be resumed.
  init(for file: NotebookFile, _ arguments: Arguments, at desk: Desk, log: Logger) {
    let project = file.project
    let circumstances = desk.circumstances
    let now = circumstances.now()
    let tail = String(UInt32.random(in: 0x1000_0000 ... .max), radix: 36).suffix(5)
    let record = RunRecord(
      id: "\(Amounts.utcStamp(now))-\(tail)",
      notebook: seriesName(ofNotebookAt: file.notebook.path), startedAt: now,
      user: circumstances.user, host: circumstances.host)
    let parameters = arguments.injected(into: file.notebook).map(RunDetails.Parameter.init)
    state = Mutex(State(record: record))
    self.desk = desk
    self.log = log
    opening = Task.detached {
      do throws(ArchiveError) {
        let history = try History(in: project.path(".washi"))
        try history.begin(record, parameters)
        return .success(history)
      } catch {
        return .failure(error)
      }
    }
  }

  /// The run as far as it is known.
  var record: RunRecord { state.withLock { $0.record } }

  /// Notes what will be done, before any of it is.
  func note(_ plan: Plan) async {
    let record = state.withLock { state in
      state.record.edition = plan.edition
      return state.record
    }
    let parameters = plan.recordedParameters
    await write("this run") { history throws(ArchiveError) in
      if let remark = history.remark { log.warning("\(remark)") }
      try history.update(record, parameters)
    }
  }

  /// Notes how the run ended.
  @discardableResult
  func close(_ record: RunRecord, _ details: RunDetails, status: ExitStatus) async -> RunRecord {
    var record = record
    // A clock that was set back in between makes no run that ended before it began.
    record.endedAt = max(record.startedAt, desk.circumstances.now())
    record.exitCode = Int(status.rawValue)
    let finished = record
    state.withLock { $0.isOpen = false }
    await write("this run's end") { history throws(ArchiveError) in
      try history.finish(finished, details)
    }
    return record
  }

  /// Takes the run out again when nothing has run; does nothing once it was closed.
  func forget() async {
    guard state.withLock({ $0.isOpen }), case .success(let history) = await opening.value else {
      return
    }
    try? history.forget(record.id)
  }

  /// Writes when there is a history; says once why there is none.
  private func write(
    _ what: String, _ body: (History) throws(ArchiveError) -> Void
  ) async {
    do throws(ArchiveError) {
      try body(await opening.value.get())
    } catch {
      let isNews = state.withLock { state in
        defer { state.isComplaining = false }
        return state.isComplaining
      }
      if isNews { log.warning("\(what) is not in the history: \(error.description)") }
    }
  }
}
