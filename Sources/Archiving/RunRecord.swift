/// A run as the history remembers it, machine and clock included: none of this is in a version.
public struct RunRecord: Sendable, Hashable {
  /// The run's own name, which sorts by time.
  public var id: String
  /// The notebook's name, such as `credit/monthly`.
  public var notebook: String
  /// The series slot; nil when the run ended before it was known.
  public var edition: String?
  /// Milliseconds since 1970 in UTC.
  public var startedAt: Int64
  /// Milliseconds since 1970 in UTC; nil while it runs, and when nobody saw it end.
  public var endedAt: Int64?
  /// How it ended.
  public var status: Status
  /// What the process answered.
  public var exitCode: Int?
  /// The number of the version that holds its report.
  public var version: Int?
  /// Whether that version was made for it; otherwise the same bytes were there already.
  public var isNew: Bool
  /// The digest of the version's files.
  public var digest: String?
  /// Where the report of a failed run lies.
  public var path: String?
  /// Why it failed, in one line.
  public var message: String?
  /// Who ran it.
  public var user: String
  /// Where it ran.
  public var host: String
  /// The process that runs it.
  public var process: ProcessIdentity

  /// How a run ended.
  public enum Status: String, Sendable, Hashable, CaseIterable {
    /// It has not ended yet.
    case running
    /// It came to its end.
    case done
    /// It failed.
    case failed
    /// A gate said no.
    case refused
    /// It was stopped, or its process vanished.
    case interrupted
  }

  /// A run that begins.
  public init(
    id: String, notebook: String, edition: String? = nil, startedAt: Int64, user: String,
    host: String, process: ProcessIdentity = .current
  ) {
    self.id = id
    self.notebook = notebook
    self.edition = edition
    self.startedAt = startedAt
    self.status = .running
    self.isNew = false
    self.user = user
    self.host = host
    self.process = process
  }
}

/// What a run knows when it is over, beside its record.
public struct RunDetails: Sendable, Hashable {
  /// The parameters in declaration order.
  public var parameters: [Parameter] = []
  /// The steps in document order.
  public var steps: [Step] = []
  /// The figures in report order.
  public var metrics: [Figure] = []

  /// A parameter's value; `***` for a secret.
  public struct Parameter: Sendable, Hashable {
    /// The name.
    public var name: String
    /// The declared type.
    public var type: String
    /// The value as the author or caller would write it.
    public var value: String
    /// Who gave it: `default`, `derived`, `project` or `injected`.
    public var origin: String

    /// A parameter's value.
    public init(name: String, type: String, value: String, origin: String) {
      self.name = name
      self.type = type
      self.value = value
      self.origin = origin
    }
  }

  /// What became of a step.
  public struct Step: Sendable, Hashable {
    /// The name.
    public var name: String
    /// `done`, `cached`, `failed`, `skipped` or `not run`.
    public var state: String
    /// How long it took.
    public var milliseconds: Double?
    /// The rows it made.
    public var rows: Int?
    /// Why it is not done.
    public var message: String?

    /// What became of a step.
    public init(
      name: String, state: String, milliseconds: Double? = nil, rows: Int? = nil,
      message: String? = nil
    ) {
      self.name = name
      self.state = state
      self.milliseconds = milliseconds
      self.rows = rows
      self.message = message
    }
  }

  /// A figure.
  public struct Figure: Sendable, Hashable {
    /// `step.metric`.
    public var name: String
    /// The value at full precision.
    public var value: Double?
    /// The unit.
    public var unit: String?

    /// A figure.
    public init(name: String, value: Double?, unit: String? = nil) {
      self.name = name
      self.value = value
      self.unit = unit
    }
  }

  /// Nothing known.
  public init() {}
}
