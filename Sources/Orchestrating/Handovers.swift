internal import Planning
internal import Steps
internal import Vocabulary

/// Which notebooks read what others write.
struct Handovers {
  private let plans: [PlacedPlan]
  /// For every notebook, the places of those that it reads from, ascending.
  private(set) var sources: [[Int]]

  init(of plans: [PlacedPlan]) {
    self.plans = plans
    let writes = plans.map { Self.written(by: $0.plan) }
    sources = plans.indices.map { reader in
      let read = Self.read(by: plans[reader].plan)
      return plans.indices.filter { writer in
        writer != reader
          && read.contains { wish in writes[writer].contains { wish.accepts($0) } }
      }
    }
  }

  /// The places of the notebooks in a valid order, each with those that it follows.
  func order(_ findings: inout [Diagnostic]) -> [(index: Int, after: [Int])] {
    var sources = sources
    for index in sources.indices.dropFirst() {
      let isJoined =
        !sources[index].isEmpty || self.sources.contains { $0.contains(index) }
      if !isJoined { sources[index] = [index - 1] }
    }
    var order: [(index: Int, after: [Int])] = []
    var waiting = Array(sources.indices)
    while !waiting.isEmpty {
      guard let next = waiting.first(where: { waiting.allSatisfy(sources[$0].doesNotContain) })
      else {
        let names = waiting.map { "`\(plans[$0].path)`" }.joined(separator: ", ")
        findings.append(
          .error(
            "notebook-cycle", "\(names) read what each other write", at: nil,
            explanation: "Each of them would have to end before it begins."))
        return order + waiting.map { ($0, []) }
      }
      order.append((next, sources[next]))
      waiting.removeAll { $0 == next }
    }
    return order
  }

  /// Something that one notebook leaves for others.
  private enum Thing: Hashable {
    case file(String)
    case model(String)

    /// Whether a wish, a path that may be a pattern, is met by what another notebook writes.
    func accepts(_ written: Thing) -> Bool {
      switch (self, written) {
      case (.file(let pattern), .file(let path)): PathPattern(pattern).matches(path)
      case (.model(let wish), .model(let name)): wish == name
      default: false
      }
    }
  }

  private static func written(by plan: Plan) -> [Thing] {
    plan.stepsAtAnyDepth.compactMap { step in
      switch step.action {
      case .export(let export) where export.destination == .project:
        .file(PathPattern.cleaned(export.path.name))
      case .register(let register): .model(register.registered.name)
      default: nil
      }
    }
  }

  private static func read(by plan: Plan) -> [Thing] {
    let files = plan.inputs.flatMap(\.paths).map { Thing.file(PathPattern.cleaned($0)) }
    let folders = plan.steps.compactMap { step -> Thing? in
      guard case .model(let model) = step.action else { return nil }
      return .file(PathPattern.cleaned(model.path.name))
    }
    let models = plan.registeredModels.compactMap { RegistryName.parts($0.name)?.name }
    return files + folders + (models + [plan.championName].compactMap(\.self)).map(Thing.model)
      + plan.parts.flatMap { read(by: $0.plan) }
  }
}

extension [Int] {
  fileprivate func doesNotContain(_ element: Int) -> Bool { !contains(element) }
}
