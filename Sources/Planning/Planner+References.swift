internal import Parsing
internal import Steps
internal import Vocabulary

/// A name that stands for a step further down.
struct ForwardReference {
  /// The step that reads.
  var from: Int
  /// The step that is read.
  var target: Int
  /// Where it is named.
  var range: SourceRange?
}

extension Planner {
  /// Finds what a name stands for and notes that it is read; reports what does not fit.
  mutating func resolve(_ reference: Reference, for use: Use, into reads: inout Reads) {
    if reference.kind == .model, reference.name.contains("@") { return note(reference) }
    let (owner, part) = reference.nameParts
    guard let meaning = scope[owner] else { return reportUnknown(reference, for: use) }
    if case .parameters(let place) = use {
      return report(
        "not-known-yet", "\(place) can only depend on parameters, not on `\(reference.name)`",
        at: reference.range,
        explanation: "It is needed before anything runs.")
    }
    switch meaning {
    case .input where part != nil: reportUnknown(reference, for: use)
    case .input(let entry):
      usedEntries.insert(entry.name.lowercased())
      if reference.kind == .table || reference.kind == .tableOrModel {
        reads.inputs.insert(entry.name)
      } else {
        let wanted = reference.kind == .model ? "model" : "step"
        report(
          "wrong-kind", "`\(entry.name)` is a table of the catalog, not a \(wanted)",
          at: reference.range,
          solutions: suggestion(for: reference, for: use))
      }
    case .step(let index): resolve(reference, part, step: index, for: use, into: &reads)
    case .history
    where part != nil || (reference.kind != .table && reference.kind != .tableOrModel):
      reportUnknown(reference, for: use)
    case .history: readHistory(reference, into: &reads)
    }
  }

  /// What earlier editions said, which is in order only where editions have names.
  private mutating func readHistory(_ reference: Reference, into reads: inout Reads) {
    guard notebook.frontMatter.edition != nil else {
      return report(
        "no-edition",
        "`\(reference.name)` holds what earlier editions said, and the notebook names none",
        at: reference.range,
        explanation: "Editions that are named by a digest of the parameters are in no order.",
        solutions: [
          "name the edition in the front matter, such as edition: \"{{ strftime($month, '%Y-%m') }}\""
        ])
    }
    readsHistory = true
    reads.inputs.insert(PastEditions.tableName)
  }

  private mutating func resolve(
    _ reference: Reference, _ part: String?, step index: Int, for use: Use,
    into reads: inout Reads
  ) {
    let name = scope.stepNames[index]
    if let current = use.step {
      if index == current {
        return report(
          "self-reference", "step `\(name)` cannot read itself", at: reference.range,
          solutions: suggestion(for: reference, for: use))
      }
      if index > current {
        forwardReferences.append(
          ForwardReference(from: current, target: index, range: reference.range))
        return
      }
    }
    reads.steps.insert(index)
    let product = scope.products[index]
    if let part { return resolve(reference, part, of: name, product, for: use) }
    switch (reference.kind, product) {
    case (.tableOrModel, .table), (.tableOrModel, .model): return
    case (.tableOrModel, .nothing):
      report(
        "wrong-kind", "step `\(name)` makes neither a table nor a model", at: reference.range,
        solutions: suggestion(for: reference, for: use))
    case (.table, .parts), (.model, .parts), (.tableOrModel, .parts):
      report(
        "several-results", "step `\(name)` leaves results with names of their own",
        at: reference.range, explanation: "They are spoken of as `\(name).NAME`.",
        solutions: suggestion(for: reference, for: use))
    case (.step, _), (_, .unknown), (.table, .table), (.model, .model): return
    case (.table, .model):
      report(
        "wrong-kind", "`\(name)` is a model, not a table", at: reference.range,
        solutions: ["make a table of it with a `predict` step"])
    case (.table, .nothing):
      report(
        "wrong-kind", "step `\(name)` makes no table", at: reference.range,
        solutions: suggestion(for: reference, for: use))
    case (.model, .table), (.model, .nothing):
      report(
        "wrong-kind", "step `\(name)` makes no model", at: reference.range,
        solutions: suggestion(for: reference, for: use))
    }
  }

  /// A name with a point: something that a step leaves beside others.
  private mutating func resolve(
    _ reference: Reference, _ part: String, of step: String, _ product: Scope.Product,
    for use: Use
  ) {
    guard case .parts(let tables, let models) = product else {
      if case .unknown = product { return }
      return reportUnknown(reference, for: use)
    }
    let names =
      switch reference.kind {
      case .table: tables
      case .model: models
      case .tableOrModel, .step: tables + models
      }
    if names.contains(where: { $0.lowercased() == part.lowercased() }) {
      takenParts.insert("\(step).\(part)".lowercased())
    } else {
      reportUnknown(reference, for: use)
    }
  }

  private mutating func reportUnknown(_ reference: Reference, for use: Use) {
    let noun =
      switch reference.kind {
      case .table: "table"
      case .model: "model"
      case .step: "step"
      case .tableOrModel: "table or model"
      }
    report(
      "unknown-\(noun == "table or model" ? "table" : noun)",
      "there is no \(noun) `\(reference.name)`", at: reference.range,
      explanation: reference.kind == .table
        ? "A table is an entry of the catalog or an earlier step." : nil,
      solutions: suggestion(for: reference, for: use))
  }

  private func suggestion(for reference: Reference, for use: Use) -> [String] {
    let place = use.step ?? scope.stepNames.count
    let names =
      switch reference.kind {
      case .table: scope.tableNames(before: place)
      case .model: scope.modelNames(before: place)
      case .tableOrModel: scope.tableNames(before: place) + scope.modelNames(before: place)
      case .step: Array(scope.stepNames.prefix(place))
      }
    return solutions(forUnknown: reference.name, among: names)
  }

  /// Says of every reference to a later step whether moving helps, or they read each other.
  mutating func reportForwardReferences(among steps: [Int: Reads]) {
    guard !forwardReferences.isEmpty else { return }
    var edges: [Int: Set<Int>] = steps.mapValues(\.steps)
    for reference in forwardReferences {
      edges[reference.from, default: []].insert(reference.target)
    }
    for reference in forwardReferences {
      let reader = scope.stepNames[reference.from]
      let target = scope.stepNames[reference.target]
      if let path = path(from: reference.target, to: reference.from, along: edges) {
        let names = ([reference.from] + path).map { "`\(scope.stepNames[$0])`" }
        report(
          "step-cycle", "steps read each other: \(names.joined(separator: " → "))",
          at: reference.range, explanation: "Each of them would have to run before the other.")
      } else {
        report(
          "step-order", "`\(reader)` reads `\(target)`, which stands further down",
          at: reference.range, explanation: "A notebook reads from top to bottom.",
          solutions: ["move step `\(target)` above step `\(reader)`"])
      }
    }
  }

  /// The shortest way from one step to another, both included.
  private func path(from start: Int, to end: Int, along edges: [Int: Set<Int>]) -> [Int]? {
    var cameFrom: [Int: Int] = [start: start]
    var queue = [start]
    var next = 0
    while next < queue.count {
      let step = queue[next]
      next += 1
      if step == end {
        var path = [end]
        while let last = path.last, last != start, let before = cameFrom[last] {
          path.append(before)
        }
        return path.reversed()
      }
      for neighbour in (edges[step] ?? []).sorted() where cameFrom[neighbour] == nil {
        cameFrom[neighbour] = step
        queue.append(neighbour)
      }
    }
    return nil
  }
}

extension Reference {
  /// The step or entry, and what of it is meant: `("features", "training")` of `features.training`.
  var nameParts: (owner: String, part: String?) {
    guard let point = name.firstIndex(of: ".") else { return (name, nil) }
    return (String(name[..<point]), String(name[name.index(after: point)...]))
  }
}
