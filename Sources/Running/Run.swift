public import Planning
public import Steps
public import Vocabulary

/// What happened when a plan was run: one outcome per step, failures included.
///
/// A run holds no clock, host or path of the machine: equal inputs make equal runs.
public struct Run: Sendable, Hashable {
  /// The plan that was run.
  public var plan: Plan
  /// The title with its expressions evaluated; the first heading or the file's name when there is none.
  public var title: String
  /// The description with its expressions evaluated.
  public var description: String?
  /// The files that were read, by entry and path.
  public var inputs: [RecordedInput]
  /// The rows that the version keeps, in the order of the catalog.
  public var snapshots: [Snapshot] = []
  /// What earlier editions said, as far as the report uses it.
  public var past = PastEditions()
  /// The libraries that computed the figures.
  public var engines: [Engine]
  /// What became of every step, in document order.
  public var outcomes: [StepOutcome]
  /// The text of every `{{ }}` in prose, by its place; missing where its evaluation failed.
  public var texts: [SourceRange: String]
  /// What is wrong or odd beside the steps: warnings of the plan, expressions that failed.
  public var diagnostics: [Diagnostic]
  /// The runs of the notebooks that steps have run, in their order.
  public var parts: [Part] = []

  /// Whether every step came to its end and every expression had a value.
  public var isSuccess: Bool {
    outcomes.allSatisfy { !$0.isFailure } && diagnostics.allSatisfy { $0.severity < .error }
  }

  /// Whether nothing was left out: every step ran, or its result was known, or it had no reason to run.
  public var isComplete: Bool {
    outcomes.allSatisfy { if case .notRun = $0.state { false } else { true } }
  }

  /// The steps that refused, such as gates, with what they decided.
  public var refusals: [(step: String, verdict: Verdict)] {
    outcomes.compactMap { outcome in
      outcome.result?.verdict.flatMap { $0.isRefusal ? (outcome.name, $0) : nil }
    }
  }

  /// The most severe consequence of a refusal; nil when nothing refused.
  public var consequence: Verdict.Consequence? { refusals.map(\.verdict.consequence).max() }

  /// Whether the report is not to be published although nothing failed.
  public var isWithheld: Bool { consequence.map { $0 >= .withholdPublication } ?? false }

  /// The outcome of the step of this name.
  public func outcome(of name: String) -> StepOutcome? {
    outcomes.first { $0.name == name }
  }
}

/// A file that a run read.
public struct RecordedInput: Sendable, Hashable {
  /// The catalog entry.
  public var entry: String
  /// The path as the plan has it, globs expanded, relative to the project when it lies in it.
  public var path: String
  /// The digest of its bytes.
  public var digest: Fingerprint
  /// Its size in bytes.
  public var size: Int

  /// A file with its digest.
  public init(entry: String, path: String, digest: Fingerprint, size: Int) {
    self.entry = entry
    self.path = path
    self.digest = digest
    self.size = size
  }
}

/// A library that took part.
public struct Engine: Sendable, Hashable {
  /// Its name: `washi`, `DuckDB`, `LightGBM`.
  public var name: String
  /// Its version.
  public var version: String

  /// A library with its version.
  public init(_ name: String, _ version: String) {
    self.name = name
    self.version = version
  }
}

/// What became of a step.
public struct StepOutcome: Sendable, Hashable {
  /// The step's name.
  public var name: String
  /// How it ended.
  public var state: State

  /// How a step ended.
  public enum State: Sendable, Hashable {
    /// It did its work.
    case done(StepResult)
    /// It could not.
    case failed(StepFailure)
    /// Its condition was false, or a step it needs was skipped or failed with `on_error: continue`.
    case skipped(because: String)
    /// An earlier step ended the run.
    case notRun(because: String)
  }

  /// The result, when it did its work.
  public var result: StepResult? {
    if case .done(let result) = state { result } else { nil }
  }

  /// The failure, when it could not.
  public var failure: StepFailure? {
    if case .failed(let failure) = state { failure } else { nil }
  }

  /// Whether it failed.
  public var isFailure: Bool { failure != nil }

  /// A step's outcome.
  public init(name: String, state: State) {
    self.name = name
    self.state = state
  }
}
