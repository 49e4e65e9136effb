public import Vocabulary

/// A notebook as its author wrote it: front matter, prose, one block of parameters, steps.
///
/// Parsing never fails: what is wrong is in `diagnostics`, in source order, and the rest is kept.
public struct Notebook: Sendable, Hashable {
  /// The file as the user named it; diagnostics show it.
  public var path: String
  /// The whole source, line ends normalised to `\n`.
  public var source: String
  /// Title, catalog and the like.
  public var frontMatter: FrontMatter
  /// The parameters block, nil when there is none.
  public var parameters: ParametersBlock?
  /// Prose and steps in document order.
  public var elements: [Element]
  /// Everything wrong with the text.
  public var diagnostics: [Diagnostic]
  /// The `yaml injected-parameters` fence of an executed notebook, which is inert.
  public var injectedRange: SourceRange?
  /// The comments that silence rules of the checker, in source order.
  public var silences: [Silence] = []

  /// A piece of the document.
  public enum Element: Sendable, Hashable {
    /// Prose.
    case prose(Block)
    /// The place of the parameters block.
    case parameters
    /// A step.
    case step(StepSource)
  }

  /// The steps in document order.
  public var steps: [StepSource] {
    elements.compactMap { if case .step(let step) = $0 { step } else { nil } }
  }
}

/// The `yaml parameters` fence.
public struct ParametersBlock: Sendable, Hashable {
  /// The mapping of names to declarations; an empty mapping when the block is empty.
  public var declarations: YAMLNode
  /// The fence with its opening and closing lines.
  public var range: SourceRange

  /// A block at a place.
  public init(declarations: YAMLNode, range: SourceRange) {
    self.declarations = declarations
    self.range = range
  }
}

/// One step fence as written.
public struct StepSource: Sendable, Hashable {
  /// The step's name: letters, digits and `_`, not starting with a digit.
  public var name: String
  /// Where the name stands.
  public var nameRange: SourceRange
  /// The fence's first word: `sql`, `yaml`, `python` or `sh`.
  public var language: String
  /// The options: for `yaml` the body's mapping with the fence's own `option=value` entries added, for
  /// other languages the fence's entries alone. Keys are unique.
  public var options: YAMLNode
  /// The text inside the fence, without container indentation, ends with a line end unless empty.
  public var body: String
  /// The place of the body: its first line starts at `bodyRange.start`.
  public var bodyRange: SourceRange
  /// The fence with its opening and closing lines.
  public var range: SourceRange

  /// A step as written.
  public init(
    name: String, nameRange: SourceRange, language: String, options: YAMLNode, body: String,
    bodyRange: SourceRange, range: SourceRange
  ) {
    self.name = name
    self.nameRange = nameRange
    self.language = language
    self.options = options
    self.body = body
    self.bodyRange = bodyRange
    self.range = range
  }
}

/// The front matter, decoded.
public struct FrontMatter: Sendable, Hashable {
  /// The report's title; expressions allowed.
  public var title: Template?
  /// What the report is for.
  public var description: Template?
  /// Who answers for it.
  public var owner: String?
  /// Words to find it by.
  public var tags: [String] = []
  /// The language of the report's fixed words.
  public var language: Language = .english
  /// The series slot of a run, such as `2021-01`.
  public var edition: Template?
  /// When a server runs it.
  public var schedule: Schedule?
  /// The time a whole run may take, in seconds.
  public var timeout: Double?
  /// Data outside, by name, in source order.
  public var catalog: [CatalogEntry] = []
  /// How the report shows code.
  public var code: CodeDisplay = .folded
  /// Whether the report has a table of contents.
  public var hasTableOfContents = true
  /// Whether the report shows its key figures over the editions.
  public var showsTrend = true
  /// Whether a published version keeps the rows of every entry that it reads.
  public var snapshot = false
  /// Whom a run tells, beside those of the project; none at all when empty, nil when nothing is said.
  public var notify: [NotifyRule]?
  /// How severe the checker's rules are, by name: `off`, `warning` or `error`.
  public var lint: [YAMLEntry] = []
  /// The front matter with its `---` lines, nil when there is none.
  public var range: SourceRange?

  /// Front matter with nothing said.
  public init() {}

  /// A language of the report's fixed words.
  public enum Language: String, Sendable, Hashable, Codable, CaseIterable {
    /// English.
    case english = "en"
    /// Japanese.
    case japanese = "ja"
  }

  /// How the report shows the code of steps.
  public enum CodeDisplay: String, Sendable, Hashable, CaseIterable {
    /// Behind a small line that opens.
    case folded
    /// Open.
    case shown
    /// Not at all.
    case hidden
  }

  /// When a server runs the notebook, and with which values.
  public struct Schedule: Sendable, Hashable {
    /// Five fields: minute, hour, day, month, weekday.
    public var cron: String
    /// An IANA zone name.
    public var timezone: String
    /// What becomes of due times that were missed.
    public var catchUp: CatchUp = .last
    /// The most seconds by which a run may begin later than it is due: every notebook has its own
    /// delay below that, always the same one, so that many do not begin at the same moment.
    public var jitter = 0.0
    /// The values of the runs that it starts; their expressions read `$scheduled`, the due time.
    public var parameters: [Given] = []
    /// Where it stands.
    public var range: SourceRange?

    /// A schedule; the zone is UTC unless said.
    public init(cron: String, timezone: String = "UTC") {
      self.cron = cron
      self.timezone = timezone
    }

    /// The fields of `cron`.
    public var line: CronLine? { CronLine(parsing: cron) }

    /// What becomes of due times that were missed: because the server was down, or because an
    /// earlier run of the schedule was not over.
    public enum CatchUp: String, Sendable, Hashable, CaseIterable {
      /// They are left out.
      case none
      /// The last of them is made up for.
      case last
      /// All are, one after the other.
      case all
    }

    /// A parameter and what it is given.
    public struct Given: Sendable, Hashable {
      /// The parameter's name.
      public var name: String
      /// Where the name stands.
      public var nameRange: SourceRange
      /// The value.
      public var value: Template

      /// A parameter and what it is given.
      public init(_ name: String, at nameRange: SourceRange, value: Template) {
        self.name = name
        self.nameRange = nameRange
        self.value = value
      }
    }
  }
}

/// One name of the catalog.
public struct CatalogEntry: Sendable, Hashable {
  /// The table's name in SQL.
  public var name: String
  /// Where the name stands.
  public var nameRange: SourceRange
  /// One path, or several; each may hold expressions, and one that is nothing but an expression may
  /// give a list.
  public var paths: [Template]
  /// Where the path option stands.
  public var pathRange: SourceRange
  /// The format when the ending does not tell: `csv`, `jsonl` or `parquet`.
  public var format: String?
  /// SQL types by column name, in source order.
  public var columns: [YAMLEntry]
  /// Options of DuckDB's reader, in source order.
  public var read: [YAMLEntry]
  /// Whether the server's form offers to upload this file.
  public var upload: Bool
  /// Whether a published version keeps the rows.
  public var snapshot = false
  /// Whether the server runs the notebook when the file arrives.
  public var arrival: Arrival?

  /// What a file that arrives tells.
  public enum Arrival: Sendable, Hashable {
    /// The value of the only parameter that the path depends on, if it depends on any.
    case soleParameter
    /// The value of this parameter.
    case parameter(String, SourceRange)
  }

  /// A catalog entry.
  public init(
    name: String, nameRange: SourceRange, paths: [Template], pathRange: SourceRange,
    format: String? = nil, columns: [YAMLEntry] = [], read: [YAMLEntry] = [], upload: Bool = false,
    arrival: Arrival? = nil
  ) {
    self.name = name
    self.nameRange = nameRange
    self.paths = paths
    self.pathRange = pathRange
    self.format = format
    self.columns = columns
    self.read = read
    self.upload = upload
    self.arrival = arrival
  }
}
