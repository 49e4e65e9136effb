internal import Vocabulary

/// Comments that silence nothing, which would hide the next mistake.
extension Linter {
  mutating func findUnusedIgnores() {
    // Planning finds these and leaves out the silenced ones, so whether there was one cannot be told.
    let untold: Set<LintRule> = [.unusedParameter, .unusedEntry, .tunesOnTraining]
    for silence in settings.silences where !untold.contains(silence.rule) {
      let isUsed = findings.contains { finding in
        finding.rule == silence.rule.rawValue
          && LintSettings.isPlace(finding.range, in: silence.target)
      }
      guard !isUsed else { continue }
      report(
        .unusedIgnore,
        silence.target == nil
          ? "nothing follows this comment"
          : "`\(silence.rule.rawValue)` finds nothing in what follows",
        at: silence.place, solutions: ["remove the comment"])
    }
  }
}
