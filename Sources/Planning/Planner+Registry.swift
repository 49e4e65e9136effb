internal import Parsing
internal import Steps
internal import Vocabulary

extension Planner {
  /// Notes a model of the registry; whether it is there is seen when the run begins.
  mutating func note(_ reference: Reference) {
    guard RegistryName.parts(reference.name) != nil else {
      return report(
        "unknown-model", "`\(reference.name)` names no model of the registry", at: reference.range,
        solutions: ["write name@alias, name@v3 or name@latest"])
    }
    registeredModels.append(
      RegisteredReference(name: reference.name, range: reference.range, isOptional: false))
  }

  /// Finds which model `champion.metric` speaks of: the one that a gate names, that is registered, or
  /// that steps use.
  mutating func findChampion(_ steps: [PlannedStep]) {
    guard let place = usesChampion else { return }
    var names: [String] = []
    for step in steps {
      if case .gate(let gate) = step.action, let name = gate.champion { names.append(name) }
    }
    if names.isEmpty {
      for step in steps {
        if case .register(let register) = step.action { names.append(register.registered.name) }
      }
    }
    if names.isEmpty {
      names = registeredModels.compactMap { RegistryName.parts($0.name)?.name }
    }
    let different = Set(names).sorted()
    guard let name = different.first, different.count == 1 else {
      return report(
        "unknown-model",
        different.isEmpty
          ? "nothing says whose champion is meant"
          : "several models have champions: \(different.map { "`\($0)`" }.joined(separator: ", "))",
        at: place,
        solutions: ["say it in the gate: `champion: \(different.first ?? "credit-default")`"])
    }
    championName = name
  }
}
