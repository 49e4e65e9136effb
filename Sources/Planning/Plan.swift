public import Parsing
public import Steps
public import Vocabulary

/// What a run will do: the notebook with its parameters resolved and its steps decoded, in order.
///
/// A plan is made without reading any data; equal notebooks and arguments make equal plans.
public struct Plan: Sendable, Hashable {
  /// The notebook.
  public var notebook: Notebook
  /// The project file, overlays applied.
  public var project: ProjectFile
  /// Every declared parameter with its value, in declaration order.
  public var parameters: [Parameter]
  /// The series slot, a single safe path component.
  public var edition: String
  /// The catalog entries that the steps or the prose read, in source order.
  public var inputs: [PlannedInput]
  /// The steps in document order, which is a valid order to run them.
  public var steps: [PlannedStep]
  /// The expressions of title, description and prose, in source order.
  public var prose: [PlannedExpression] = []
  /// The figures of the edition before that expressions read, as `step.metric`.
  public var previousMetrics: Set<String> = []
  /// The models of the registry that steps name, as `name@alias`.
  public var registeredModels: [RegisteredReference] = []
  /// The registered model whose champion's figures expressions read.
  public var championName: String?
  /// What is odd but does not hinder, in source order.
  public var warnings: [Diagnostic]
  /// The notebooks that steps run, planned, in the order of the steps.
  public var parts: [Part] = []
  /// The notebooks that this one and those within it name, by the path that leads to them.
  public var shelf: [String: ShelvedNotebook] = [:]
  /// Whether a published version keeps the rows of every entry, here and within.
  public var keepsSnapshots = false
}

/// A model of the registry that a step names.
public struct RegisteredReference: Sendable, Hashable {
  /// The address, such as `credit-default@champion`.
  public var name: String
  /// Where it is written.
  public var range: SourceRange?
  /// Whether the step may be skipped, so that the model need not be there.
  public var isOptional: Bool
}

/// A declared parameter with the value it has in this run.
public struct Parameter: Sendable, Hashable {
  /// The name.
  public var name: String
  /// The declared type.
  public var type: ParameterType
  /// The value, of the declared type.
  public var value: Value
  /// The value as the author or caller would write it; `***` for a secret.
  public var text: String
  /// Who gave the value.
  public var origin: Origin
  /// What it means.
  public var description: String?
  /// Where it is declared.
  public var range: SourceRange

  /// Who gave a parameter's value.
  public enum Origin: Sendable, Hashable {
    /// The notebook.
    case `default`
    /// The notebook, by an expression over other parameters.
    case derived
    /// The project file.
    case project
    /// The caller: command line, file or form.
    case injected
  }

  /// Whether the value must not be shown anywhere.
  public var isSecret: Bool { type == .secret }
}

/// The declared type of a parameter.
public enum ParameterType: String, Sendable, Hashable, CaseIterable {
  /// Text.
  case string
  /// A whole number.
  case int
  /// A number.
  case float
  /// True or false.
  case bool
  /// A day.
  case date
  /// A month, the date of its first day.
  case month
  /// A time.
  case datetime
  /// A file or folder, relative to the project.
  case path
  /// Several values.
  case list
  /// Text that is never shown.
  case secret
}

/// A catalog entry with its paths known.
public struct PlannedInput: Sendable, Hashable {
  /// The table's name.
  public var name: String
  /// The paths, globs not yet expanded, as written: relative ones are relative to the project.
  public var paths: [String]
  /// The reader.
  public var format: Format
  /// SQL types by column name.
  public var columns: [Pair]
  /// Further options of the reader.
  public var read: [Pair]
  /// The parameters that the paths depend on.
  public var parameters: [String]
  /// Whether a published version keeps the rows.
  public var keepsSnapshot = false
  /// Whether it is no entry of the catalog, but the table of what earlier editions said.
  public var isHistory = false
  /// Where the paths are written.
  public var range: SourceRange

  /// What people call the way it is read.
  public var formatName: String { isHistory ? "earlier editions" : format.rawValue }

  /// A file format.
  public enum Format: String, Sendable, Hashable, CaseIterable {
    /// Comma-separated values.
    case csv
    /// One JSON object per line.
    case jsonl
    /// Apache Parquet.
    case parquet
  }

  /// A name with a value.
  public struct Pair: Sendable, Hashable {
    /// The name.
    public var name: String
    /// The value.
    public var value: Value

    /// A name with a value.
    public init(_ name: String, _ value: Value) {
      self.name = name
      self.value = value
    }
  }
}

/// A step, decoded and placed.
public struct PlannedStep: Sendable, Hashable {
  /// The step as written.
  public var source: StepSource
  /// What it does; options that need the run are pending.
  public var action: StepAction
  /// The options common to all kinds.
  public var settings: StepSettings
  /// The catalog entries it reads, sorted.
  public var inputs: [String]
  /// The steps it needs, in document order.
  public var upstream: [String]
  /// The parameters it really uses, sorted; those of its inputs' paths are not among them.
  public var parameters: [String]
  /// Whether it reads figures from outside of the run.
  public var readsGiven = false
  /// Where its SQL is done, when not here.
  public var remote: RemotePlace?

  /// The step's name.
  public var name: String { source.name }
}

/// Where the SQL of a step is done, and what becomes of its table.
public struct RemotePlace: Sendable, Hashable {
  /// The connection.
  public var connection: ConnectionDeclaration
  /// The steps on the same connection whose tables it reads there, in document order.
  public var upstream: [String] = []
  /// Whether a later step there reads its table.
  public var isReadThere = false
  /// Whether its rows come over, as something here reads or shows them.
  public var isFetched = false
  /// Whether a later run can find its result again.
  public var isVersioned: Bool
}

/// An expression of the prose, with what it reads.
public struct PlannedExpression: Sendable, Hashable {
  /// The expression.
  public var expression: Expression
  /// The catalog entries it reads, sorted.
  public var inputs: [String]
  /// The steps whose tables or metrics it reads, in document order.
  public var upstream: [String]
  /// The parameters it uses, sorted.
  public var parameters: [String]
  /// Whether it reads figures from outside of the run.
  public var readsGiven = false
}
