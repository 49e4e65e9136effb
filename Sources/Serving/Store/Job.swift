internal import Archiving
public import GRDB

/// A run that somebody has ordered: it waits in the queue, runs as a process of its own, and stays
/// as a record of what became of it.
public struct Job: Sendable, Hashable, Codable {
  /// The order's name, which cannot be guessed.
  public var id: String
  /// The notebook, such as `credit/monthly`.
  public var notebook: String
  /// The series slot that the order leads to.
  public var edition: String?
  /// The values that were given, as text; the others have their defaults.
  public var parameters: [Assignment]
  /// The files that were uploaded for it.
  public var uploads: [Placement]
  /// Who ordered it.
  public var user: String
  /// Where it is.
  public var state: State
  /// Milliseconds since 1970 in UTC.
  public var orderedAt: Int64
  /// When its process was started last.
  public var startedAt: Int64?
  /// When it was over.
  public var endedAt: Int64?
  /// How often it was started.
  public var attempts = 0
  /// The process that runs it.
  public var processID: Int32?
  /// When that process started, in the system's own words.
  public var processStart: String?
  /// Who wants it stopped.
  public var cancelledBy: String?
  /// When they wanted that.
  public var cancelledAt: Int64?
  /// The caller's own name for the order, so that sending it twice orders once.
  public var key: String?
  /// The digest of what was ordered under that name.
  public var keyDigest: String?
  /// The run in the history.
  public var run: String?
  /// The version that holds its report.
  public var version: Int?
  /// Whether that version was made for it.
  public var isNew: Bool?
  /// The report's page: below the output folder, or of a failed run.
  public var path: String?
  /// Why it is not done, in one line.
  public var message: String?
  /// What ordered it when nobody did: `schedule 2021-02-01 06:00 Asia/Tokyo`, `arrival data/x.csv`.
  public var cause: String?

  /// Who has ordered what is due; nobody can be called so, as names hold no spaces.
  static let schedule = "the schedule"
  /// Who has ordered because a file came.
  static let arrival = "an arrival"

  /// A parameter's name and its value as text.
  public struct Assignment: Sendable, Hashable, Codable {
    /// The name.
    public var name: String
    /// The value as one writes it on a command line.
    public var text: String

    /// A parameter's name and its value as text.
    public init(_ name: String, _ text: String) {
      self.name = name
      self.text = text
    }
  }

  /// An uploaded file and the place in the project where the notebook looks for it.
  public struct Placement: Sendable, Hashable, Codable {
    /// The catalog entry.
    public var entry: String
    /// The SHA-256 of the file.
    public var digest: String
    /// The path relative to the project.
    public var path: String
  }

  /// Where an order is.
  public enum State: String, Sendable, Hashable, Codable, CaseIterable {
    /// It waits.
    case queued
    /// Its process runs.
    case running
    /// Its report is published.
    case done
    /// It failed.
    case failed
    /// A gate said no.
    case refused
    /// Somebody stopped it.
    case cancelled

    /// Whether nothing more will happen.
    public var isOver: Bool { self != .queued && self != .running }
  }

  /// The process that runs it.
  var process: ProcessIdentity? {
    get {
      processID.flatMap { id in processStart.map { ProcessIdentity(id: id, start: $0) } }
    }
    set {
      processID = newValue?.id
      processStart = newValue?.start
    }
  }
}

extension Job: FetchableRecord, PersistableRecord {
  /// The orders' table.
  public static let databaseTableName = "jobs"
}
