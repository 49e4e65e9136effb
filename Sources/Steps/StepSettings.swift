internal import Parsing

/// The options that every step has, whatever its kind.
public struct StepSettings: Sendable, Hashable {
  /// A heading for what the step shows.
  public var title: String?
  /// What the report shows of the step's table.
  public var show: Show?
  /// Whether the step is wanted; one whose condition fails is skipped.
  public var when: Condition = .holds
  /// Steps that must be done before, beside the inferred ones.
  public var needs: [Reference] = []
  /// The time the step may take, in seconds.
  public var timeout: Double?
  /// How often a failed step is tried again.
  public var retries = 0
  /// Whether a later run may reuse the result.
  public var isCached = true
  /// What a failure means for the steps after it.
  public var onError: OnError = .stop

  /// The value of `when:`.
  public enum Condition: Sendable, Hashable {
    /// The step runs.
    case holds
    /// The step is skipped.
    case fails
    /// Only the run can tell.
    case pending
  }

  /// How much of a step's table is shown.
  public enum Show: Sendable, Hashable {
    /// Nothing, also of what the kind would show by itself.
    case nothing
    /// The table as a table step would show it.
    case table
    /// This many first rows.
    case rows(Int)
  }

  /// What a failure means for the steps after it.
  public enum OnError: String, Sendable, Hashable, CaseIterable {
    /// The run ends.
    case stop
    /// Steps that need this one are skipped, the others run.
    case `continue`
  }

  /// Settings with nothing said.
  public init() {}
}
