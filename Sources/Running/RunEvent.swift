public import Steps

/// What a watcher learns while a plan runs. Watchers read the clock; a run does not.
public enum RunEvent: Sendable {
  /// The files of the catalog are being read and digested.
  case readingInputs(count: Int)
  /// A step has begun; `index` counts from 0.
  case started(step: String, index: Int, of: Int)
  /// The running step says how far it is.
  case progress(step: String, message: String)
  /// A failed step is tried again.
  case retrying(step: String, failure: StepFailure, attempt: Int)
  /// A step's work is over; how it ended is told when all steps before it have ended.
  case finished(step: String)
  /// The step that ends next has its result from the cache.
  case reused(step: String)
  /// A step's result could not be kept in the cache.
  case notKept(step: String, because: String)
  /// A step has ended, one way or the other. Steps end in document order.
  case ended(StepOutcome, index: Int, of: Int)
}
