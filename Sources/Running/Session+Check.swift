internal import DuckDB
internal import Planning
internal import Steps
internal import Vocabulary

/// The rehearsal: every step on empty tables, so that unknown columns and SQL that does not fit are
/// found before anything runs.
extension Session {
  /// Checks the steps in order inside a transaction that is rolled back.
  ///
  /// A step that reads something which could not be checked is not checked either.
  func rehearse(_ plan: Plan, withoutInputs missing: Set<String>) -> [Diagnostic] {
    var findings: [Diagnostic] = []
    var unchecked: Set<String> = []
    let workspace = surroundings.workspace(
      on: connection, for: plan, threads: surroundings.threads, cancellation)
    workspace.notebooks = InnerNotebooks(
      of: plan, in: surroundings, library: connection.database.library)
    do throws(DuckDBError) {
      try connection.execute("BEGIN TRANSACTION")
      for step in plan.steps {
        guard missing.isDisjoint(with: step.inputs), unchecked.isDisjoint(with: step.upstream)
        else {
          unchecked.insert(step.name)
          continue
        }
        workspace.current = step.source
        workspace.settings = step.settings
        let found = step.action.kind.check(in: workspace)
        if found.contains(where: { $0.severity == .error })
          || workspace.unknown.contains(step.name)
        {
          unchecked.insert(step.name)
        }
        findings += found
        if try connection.isTransactionLost() { break }
      }
      surroundings.handover?.collect(from: connection, workspace.models, withRows: false)
      try connection.execute("ROLLBACK")
    } catch {
      findings.append(.error("engine", "the steps cannot be checked: \(error.summary)", at: nil))
    }
    return findings
  }
}

extension Connection {
  /// Whether an error has ended the transaction, so that nothing more can be asked in it.
  fileprivate func isTransactionLost() throws(DuckDBError) -> Bool {
    do throws(DuckDBError) {
      try execute("SELECT 1")
      return false
    } catch  where error.summary.contains("transaction") {
      return true
    }
  }
}
