internal import Archiving
internal import Logging
internal import Parsing
internal import Planning
internal import Reporting
internal import Vocabulary

/// Writes one run into the history while it runs; the run goes on whatever the history says.
final class RunBook: Sendable {
  /// The run as it began.
  let record: RunRecord
  private let desk: Desk
  private let log: Logger
  private let opening: Task<History?, Never>

  /// Notes the beginning of a run, without waiting for the disk.
  init(for file: NotebookFile, _ plan: Plan, at desk: Desk, log: Logger) {
    let project = file.project
    let parameters = plan.recordedParameters
    let circumstances = desk.circumstances
    let now = circumstances.now()
    let tail = String(UInt32.random(in: 0x1000_0000 ... .max), radix: 36).suffix(5)
    let record = RunRecord(
      id: "\(Amounts.utcStamp(now))-\(tail)",
      notebook: seriesName(ofNotebookAt: file.notebook.path), edition: plan.edition,
      startedAt: now,
      user: circumstances.user, host: circumstances.host)
    self.record = record
    self.desk = desk
    self.log = log
    opening = Task.detached {
      do throws(ArchiveError) {
        let history = try History(in: project.path(".washi"))
        if let remark = history.remark { log.warning("\(remark)") }
        try history.begin(record, parameters)
        return history
      } catch {
        log.warning("this run is not in the history: \(error.description)")
        return nil
      }
    }
  }

  /// Notes how the run ended.
  @discardableResult
  func close(_ record: RunRecord, _ details: RunDetails, status: ExitStatus) async -> RunRecord {
    var record = record
    // A clock that was set back in between makes no run that ended before it began.
    record.endedAt = max(record.startedAt, desk.circumstances.now())
    record.exitCode = Int(status.rawValue)
    if let history = await opening.value {
      do throws(ArchiveError) {
        try history.finish(record, details)
      } catch {
        log.warning("this run's end is not in the history: \(error.description)")
      }
    }
    return record
  }

  /// Takes the run out again: nothing has run.
  func forget() async {
    guard let history = await opening.value else { return }
    try? history.forget(record.id)
  }
}
