internal import Archiving
internal import Logging
internal import Parsing
internal import Planning
internal import Reporting
internal import Running
internal import Steps
internal import Vocabulary

/// The registry's part of a run: models and figures in, registrations out.
extension Press {
  /// The project's registry.
  var registry: ModelRegistry {
    let name = file.projectFile.registry ?? "registry"
    // What is wrong with the shared storage was said before.
    return ModelRegistry(file.project.path(name), shownAs: name)
      .shared((try? file.projectFile.sharedPlaces()) ?? nil)
  }

  /// Gives the surroundings the registered models that the plan uses, and the champion's figures.
  ///
  /// A model that is not there is an error where it is named, unless the step that reads it may
  /// be skipped.
  func adoptModels(
    for plan: Plan, into surroundings: inout Running.Session.Surroundings
  ) throws(Refusal) {
    var findings: [Diagnostic] = []
    for reference in plan.registeredModels {
      guard let parts = RegistryName.parts(reference.name) else { continue }
      do throws(ArchiveError) {
        let number = try version(of: reference.name, parts.name, parts.slot)
        surroundings.models[reference.name] = try registry.model(parts.name, number)
      } catch {
        guard !reference.isOptional else { continue }
        findings.append(
          .error(
            "unknown-model", error.summary, at: reference.range, solutions: error.solutions))
      }
    }
    if let champion = plan.championName {
      let address = "\(champion)@champion"
      do throws(ArchiveError) {
        if settings.pinned == nil || settings.pinned?[address] != nil {
          let number = try version(of: address, champion, "champion")
          let model = try registry.model(champion, number)
          surroundings.models[address] = model
          surroundings.given.champion = model.figures
        }
      } catch  where error.kind == .notFound {
        // There is no champion yet.
      } catch {
        findings.append(.error("unknown-model", error.summary, at: nil, solutions: error.solutions))
      }
    }
    guard findings.isEmpty else { throw Refusal(findings) }
  }

  /// The version that a recorded run used, else that of now.
  private func version(
    of address: String, _ name: String, _ slot: String
  ) throws(ArchiveError) -> Int {
    if let pinned = settings.pinned?[address] { return pinned }
    return try registry.number(name, slot)
  }

  /// Keeps what a published run registered, and promotes it unless a gate refused.
  ///
  /// Tells what was done, and whether somebody else was quicker.
  func register(
    _ run: Run, as record: RunRecord, expecting: [String: Int?]
  ) throws(ArchiveError) -> (sentences: [String], isRefused: Bool) {
    var sentences: [String] = []
    var isRefused = false
    for registration in run.outcomes.compactMap({ $0.result?.registration }) {
      let label = "\(record.notebook)@\(record.edition ?? "")/v\(record.version ?? 0)"
      let (name, actor) = (registration.name, desk.actor)
      let (number, isNew) = try registry.register(
        registration, facts(of: registration, run, record), by: actor, because: label)
      if isNew { sentences.append("registered: \(name)@v\(number)") }
      let history = try registry.history(of: name)
      func wasPromoted(to alias: String) -> Bool {
        history.contains { $0.alias == alias && $0.version == number }
      }
      // What somebody has undone since is not done again by the same model.
      for alias in registration.aliases where !wasPromoted(to: alias) {
        try registry.promote(name, number, to: alias, by: actor, because: label)
        sentences.append("\(alias): \(name)@v\(number)")
      }
      guard let alias = registration.promote, run.refusals.isEmpty, !wasPromoted(to: alias) else {
        continue
      }
      do throws(ArchiveError) {
        try registry.promote(
          name, number, to: alias,
          expecting: expecting["\(name)@\(alias)"].map { .version($0) } ?? .anything, by: actor,
          because: label)
        sentences.append("promoted: \(name)@v\(number) is \(alias)")
      } catch  where error.kind == .movedAlias {
        sentences.append("not promoted: \(error.description)")
        isRefused = true
      }
    }
    return (sentences, isRefused)
  }

  /// The versions that have the aliases which the plan will give, before it runs.
  func expectations(of plan: Plan) -> [String: Int?] {
    var expected: [String: Int?] = [:]
    for step in plan.steps {
      guard case .register(let register) = step.action, let alias = register.promote else {
        continue
      }
      let name = register.registered.name
      guard let aliases = try? registry.aliases(of: name) else { continue }
      expected.updateValue(aliases[alias], forKey: "\(name)@\(alias)")
    }
    return expected
  }

  private func facts(
    of registration: Registration, _ run: Run, _ record: RunRecord
  ) -> ModelRegistry.Facts {
    ModelRegistry.Facts(
      name: registration.name, digest: registration.digest.description,
      metrics: registration.metrics, notebook: record.notebook, edition: record.edition ?? "",
      parameters: Dictionary(
        run.plan.parameters.filter { !$0.isSecret }.map { ($0.name, $0.text) }
      ) { first, _ in first },
      inputs: Dictionary(run.inputs.map { ($0.path, $0.digest.description) }) { first, _ in first },
      engines: Dictionary(run.engines.map { ($0.name, $0.version) }) { first, _ in first },
      snapshots: run.snapshots.isEmpty
        ? nil
        : Dictionary(grouping: run.snapshots, by: \.entry).mapValues {
          $0.map(\.digest.description)
        })
  }
}
