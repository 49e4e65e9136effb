internal import Archiving

/// One line of `washi log`: a run, or a version that no run of this machine made.
struct LogEntry: Encodable {
  var run: String?
  var notebook: String
  var edition: String?
  var version: Int?
  var status: String
  var startedAt: String?
  var seconds: Double?
  var user: String?
  var host: String?
  var message: String?
  /// Milliseconds since 1970 of the start.
  var milliseconds: Int64?

  enum CodingKeys: CodingKey {
    case run, notebook, edition, version, status, startedAt, seconds, user, host, message
  }

  init(_ run: RunRecord) {
    self.run = run.id
    notebook = run.notebook
    edition = run.edition
    version = run.version
    status =
      switch run.status {
      case .done where run.version == nil: "partial"
      case .done where !run.isNew: "unchanged"
      default: run.status.rawValue
      }
    startedAt = Amounts.utcTime(run.startedAt)
    seconds = run.endedAt.map { Double($0 - run.startedAt) / 1000 }
    user = run.user
    host = run.host
    message = run.message
    milliseconds = run.startedAt
  }

  init(_ version: Version) {
    notebook = version.place.notebook
    edition = version.place.edition
    self.version = version.number
    status = "published"
  }

  /// For example: `credit/monthly@2021-01/v2`.
  var label: String {
    notebook + (edition.map { "@" + $0 } ?? "") + (version.map { "/v\($0)" } ?? "")
  }

  /// The runs, then the versions that none of them is about.
  static func entries(runs: [RunRecord], editions: [Archive.Edition]) -> [LogEntry] {
    let entries = runs.map(LogEntry.init)
    let seen = Set(entries.map(\.label))
    let others = editions.flatMap { edition in
      edition.versions.map { LogEntry(Version(place: edition.place, number: $0)) }
    }
    return entries + others.filter { !seen.contains($0.label) }
  }
}
