internal import Parsing
internal import Planning
internal import Vocabulary

/// What the last run of an edition knew: the keys of its steps, by which the next one says what has
/// changed, and the texts of its prose.
struct Ledger: Sendable, Hashable, Codable {
  /// The keys of the steps, by name.
  var keys: [String: ResultKey] = [:]
  /// Why a step's result is not kept, by the step's name.
  var remarks: [String: String] = [:]
  /// The texts of expressions, by the fingerprints of their keys.
  var texts: [String: String] = [:]
  /// What the last rehearsal has found.
  var rehearsal: Rehearsal?

  /// The findings of a rehearsal that found nothing wrong.
  struct Rehearsal: Sendable, Hashable, Codable {
    /// What decided them.
    var key: Fingerprint
    /// Warnings and notes.
    var findings: [Diagnostic]
  }
}

extension ResultCache {
  /// The ledger of a plan's edition; an empty one when there is none.
  func ledger(of plan: Plan) -> Ledger {
    SealedFile.value(Ledger.self, at: ledgerPath(of: plan)) ?? Ledger()
  }

  /// The ledger to compare a plan with: its edition's own, else the one of the notebook's last run.
  func comparison(for plan: Plan) -> Ledger? {
    SealedFile.value(Ledger.self, at: ledgerPath(of: plan))
      ?? SealedFile.value(Ledger.self, at: "\(ledgers(of: plan))/newest")
  }

  /// Writes the ledger down; without it the next run says less, and computes its prose again.
  func keep(_ ledger: Ledger, of plan: Plan) {
    _ = try? SealedFile.save(ledger, durably: false, at: ledgerPath(of: plan))
    _ = try? SealedFile.save(ledger, durably: false, at: "\(ledgers(of: plan))/newest")
  }

  private func ledgers(of plan: Plan) -> String {
    "\(folder)/ledgers/\(Fingerprint(of: plan.notebook.path))"
  }

  private func ledgerPath(of plan: Plan) -> String {
    "\(ledgers(of: plan))/\(Fingerprint(of: plan.edition))"
  }
}
