public import Parsing

/// What a run has to tell the outside, gathered when it is over: the one value that messages and
/// tracked runs are made of.
///
/// Secrets are not in it: secret parameters are left out by whoever makes it.
public struct RunNews: Sendable, Hashable, Codable {
  /// How a run ended.
  public enum Status: String, Sendable, Hashable, Codable {
    /// It came to its end.
    case done
    /// It failed.
    case failed
    /// A gate said no.
    case refused
    /// It was stopped.
    case interrupted
  }

  /// A parameter with its value as text.
  public struct Parameter: Sendable, Hashable, Codable {
    /// The name.
    public var name: String
    /// The value as the author or caller would write it.
    public var value: String

    /// A parameter with its value.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// A figure.
  public struct Figure: Sendable, Hashable, Codable {
    /// `step.metric`.
    public var name: String
    /// What people call it.
    public var label: String?
    /// The value at full precision.
    public var value: Double?
    /// The value as the report shows it, with its unit.
    public var text: String
    /// Whether the report shows it on its first screen.
    public var isTile: Bool

    /// A figure.
    public init(
      _ name: String, _ value: Double?, label: String? = nil, text: String? = nil,
      isTile: Bool = false
    ) {
      self.name = name
      self.label = label
      self.value = value
      self.text = text ?? value.map { "\($0)" } ?? "–"
      self.isTile = isTile
    }
  }

  /// A figure that changes from round to round.
  public struct Curve: Sendable, Hashable, Codable {
    /// `step.part.metric`, such as `model.validation.auc`.
    public var name: String
    /// The rounds.
    public var steps: [Int]
    /// The value at each of them.
    public var values: [Double]

    /// A curve.
    public init(_ name: String, steps: [Int], values: [Double]) {
      self.name = name
      self.steps = steps
      self.values = values
    }
  }

  /// A model that the run registered.
  public struct Model: Sendable, Hashable, Codable {
    /// Its name in the registry.
    public var name: String
    /// Its version there.
    public var number: Int
    /// The step that trained it.
    public var step: String
    /// The figures that it was judged by.
    public var metrics: [String: Double]

    /// Its address in the registry, such as `credit-default@v3`.
    public var address: String { "\(name)@v\(number)" }

    /// A registered model.
    public init(name: String, number: Int, step: String, metrics: [String: Double]) {
      self.name = name
      self.number = number
      self.step = step
      self.metrics = metrics
    }
  }

  /// A file that was read.
  public struct Input: Sendable, Hashable, Codable {
    /// The catalog entry.
    public var entry: String
    /// The path as the report has it.
    public var path: String
    /// The digest of its bytes.
    public var sha256: String

    /// A file with its digest.
    public init(entry: String, path: String, sha256: String) {
      self.entry = entry
      self.path = path
      self.sha256 = sha256
    }
  }

  /// A library that took part.
  public struct Engine: Sendable, Hashable, Codable {
    /// Its name.
    public var name: String
    /// Its version.
    public var version: String

    /// A library with its version.
    public init(_ name: String, _ version: String) {
      self.name = name
      self.version = version
    }
  }

  /// The run's own name.
  public var run: String
  /// The notebook's name, such as `credit/monthly`.
  public var notebook: String
  /// The notebook's path in the project.
  public var path: String
  /// The series slot; nil when the run ended before it was known.
  public var edition: String?
  /// The report's title.
  public var title: String
  /// What the report is for.
  public var description: String?
  /// Who answers for it.
  public var owner: String?
  /// The author's tags.
  public var tags: [String] = []
  /// The language of the report's fixed words.
  public var language = FrontMatter.Language.english
  /// How it ended.
  public var status: Status
  /// Why it did not end well, in one line.
  public var message: String?
  /// The number of the version that holds its report.
  public var version: Int?
  /// Whether that version was made for it.
  public var isNew = false
  /// The digest of the version's files.
  public var digest: String?
  /// Milliseconds since 1970 in UTC.
  public var startedAt: Int64
  /// Milliseconds since 1970 in UTC.
  public var endedAt: Int64
  /// Who ran it.
  public var user: String
  /// The parameters in declaration order, without secrets.
  public var parameters: [Parameter] = []
  /// The figures in report order.
  public var figures: [Figure] = []
  /// The curves of trainings.
  public var curves: [Curve] = []
  /// What went wrong, with places, worst first.
  public var problems: [String] = []
  /// Why gates refused.
  public var refusals: [String] = []
  /// What has moved, or is not as expected.
  public var drifts: [String] = []
  /// The models that were registered.
  public var models: [Model] = []
  /// The files that were read.
  public var inputs: [Input] = []
  /// The libraries that took part.
  public var engines: [Engine] = []
  /// The folder of the report, relative to the project when it lies in it; nil when there is none.
  public var folder: String?

  /// The news of a run that ended.
  public init(
    run: String, notebook: String, path: String, edition: String?, title: String, status: Status,
    startedAt: Int64, endedAt: Int64, user: String
  ) {
    self.run = run
    self.notebook = notebook
    self.path = path
    self.edition = edition
    self.title = title
    self.status = status
    self.startedAt = startedAt
    self.endedAt = endedAt
    self.user = user
  }

  /// The report's address, such as `credit/monthly@2021-01/v3`.
  public var address: String {
    notebook + (edition.map { "@\($0)" } ?? "") + (version.map { "/v\($0)" } ?? "")
  }

  /// What there is to tell of it; nothing of a run that a person stopped.
  public var events: [NotifyRule.Event] {
    var events: [NotifyRule.Event] = []
    switch status {
    case .done: events.append(.success)
    case .failed: events.append(.failure)
    case .refused: events.append(.refusal)
    case .interrupted: break
    }
    if !drifts.isEmpty { events.append(.drift) }
    return events
  }

  /// The version's page below the address that published reports have; nil when nothing was published.
  public func link(below site: String) -> String? {
    guard let version, let edition else { return nil }
    let path = (notebook.split(separator: "/").map(String.init) + [edition, "v\(version)"])
      .map(percentEncoded).joined(separator: "/")
    return "\(site)/\(path)/index.html"
  }
}

/// The text as one component of an address: all but letters, digits and `-._~` as `%XX`.
func percentEncoded(_ text: String) -> String {
  let digits = Array("0123456789ABCDEF")
  var result = ""
  for byte in text.utf8 {
    let scalar = Unicode.Scalar(byte)
    let isPlain =
      (scalar.isASCII && scalar.properties.isAlphabetic) || (48...57).contains(byte)
      || "-._~".unicodeScalars.contains(scalar)
    if isPlain {
      result.unicodeScalars.append(scalar)
    } else {
      result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
    }
  }
  return result
}
