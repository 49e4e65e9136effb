internal import DuckDB
internal import Parsing
internal import Steps
internal import Vocabulary

/// What spoils a model, or that it can be made again.
extension Linter {
  mutating func findTargetLeaks() {
    for step in plan.steps {
      guard case .train(let train) = step.action else { continue }
      let features = Set(train.features.map { $0.name.lowercased() })
      let excluded = Set([train.target.name, train.id?.name ?? ""].map { $0.lowercased() })
      for (alias, source, range) in names(of: train.target.name, above: train.table.name) {
        guard !excluded.contains(alias.lowercased()) else { continue }
        let named = train.features.first { $0.name.lowercased() == alias.lowercased() }
        guard named != nil || (features.isEmpty && source == sqlStep(behind: train.table.name))
        else { continue }
        report(
          .targetLeak,
          "`\(alias)` is the target `\(train.target.name)` under another name, and a feature of `\(step.name)`",
          at: named?.range ?? range,
          explanation: "The model would be told the answer, and look perfect.",
          solutions: [
            features.isEmpty
              ? "leave `\(alias)` out of the SELECT, or name `features`"
              : "leave `\(alias)` out of `features`"
          ])
      }
    }
  }

  /// The other names that SQL steps above a table give to the target, with step and place.
  private func names(
    of target: String, above table: String
  ) -> [(alias: String, step: String, range: SourceRange)] {
    let above = stepsAbove(table)
    var names: Set<String> = [target.lowercased()]
    var found: [(alias: String, step: String, range: SourceRange)] = []
    for step in plan.steps where above.contains(step.name) {
      guard case .sql(let sql) = step.action, let analysis = analyses[step.name] else { continue }
      for rename in analysis.renames where names.contains(rename.column.lowercased()) {
        names.insert(rename.alias.lowercased())
        let place = rename.place.map { self.range(of: $0, in: sql.sql, within: sql.range) }
        found.append((rename.alias, step.name, place ?? step.source.nameRange))
      }
    }
    return found
  }

  /// The step of a table and all that it is made of.
  private func stepsAbove(_ table: String) -> Set<String> {
    var names: Set<String> = []
    var open = [table]
    while let name = open.popLast() {
      guard let step = step(name), names.insert(step.name).inserted else { continue }
      open += step.upstream
    }
    return names
  }

  /// The SQL step whose columns a table has, perhaps with parts added.
  private func sqlStep(behind table: String) -> String? {
    guard let step = step(table) else { return nil }
    switch step.action {
    case .sql: return step.name
    case .split(let split): return self.step(split.table.name)?.name
    default: return nil
    }
  }

  mutating func findMissingSeeds() {
    for step in plan.steps {
      let options = step.source.options
      guard options["seed"] == nil else { continue }
      switch step.action {
      case .split(let split) where split.method != .time:
        reportSeed(step, "`seed: 0`")
      case .train(let train):
        guard case .shares = train.split, options["split"]?["seed"] == nil else { continue }
        reportSeed(step, "`seed: 0` to `split`")
      default: continue
      }
    }
  }

  private mutating func reportSeed(_ step: PlannedStep, _ remedy: String) {
    report(
      .missingSeed, "step `\(step.name)` divides rows by chance without a written seed",
      at: step.source.nameRange,
      explanation: "Washi takes 0; who repeats the work elsewhere has to know.",
      solutions: ["add \(remedy)"])
  }
}
