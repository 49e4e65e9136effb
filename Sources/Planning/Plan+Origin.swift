internal import Parsing
internal import Steps
public import Vocabulary

/// What the result of a step rests on, all the way up to the files: the step and those that it needs,
/// with the parameters that they use, secrets left out.
public struct Origin: Sendable, Hashable {
  /// The notebook's name in its series, such as `credit/monthly`.
  public var notebook: String
  /// The step.
  public var step: String
  /// The parameters, in declaration order; no secrets.
  public var parameters: [Parameter]
  /// The files, in the order of the catalog.
  public var files: [File]
  /// The program and the libraries that take part.
  public var engines: [Engine]
  /// The fingerprint of the steps' texts and of all of the above but names and paths.
  public var fingerprint: Fingerprint

  /// A file of the catalog.
  public struct File: Sendable, Hashable {
    /// The catalog entry.
    public var entry: String
    /// The path for people.
    public var path: String
    /// The digest of its bytes.
    public var digest: Fingerprint
  }

  /// The program or a library.
  public struct Engine: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// Its version.
    public var version: String
  }

  /// The fingerprint of everything, names and paths too.
  var digest: Fingerprint {
    Fingerprint(
      combining: [fingerprint.description, notebook, step]
        + parameters.flatMap { [$0.name, $0.type.rawValue, $0.text] }
        + files.flatMap { [$0.entry, $0.path] })
  }
}

extension Plan {
  /// What the result of a step rests on; nil when there is no step of this name.
  public func origin(of name: String, in context: KeyContext) -> Origin? {
    let cone = withUpstream(name)
    guard !cone.isEmpty else { return nil }
    let entries = Set(cone.flatMap(\.inputs))
    let inputs = inputs.filter { entries.contains($0.name) }
    let used = Set(cone.flatMap(\.parameters)).union(inputs.flatMap(\.parameters))
    let parameters = parameters.filter { used.contains($0.name) && !$0.isSecret }
    // Builds of one version make the same.
    let engines = (context.engines + context.learningEngines)
      .filter { $0.name != KeyContext.buildName }
    let files = inputs.flatMap { input in
      (context.files[input.name] ?? []).map {
        Origin.File(entry: input.name, path: $0.path, digest: $0.digest)
      }
    }
    var words: [String] = []
    for step in cone { words += [step.name, sourceFingerprint(of: step).description] }
    words.append("parameters")
    for parameter in parameters {
      words += [parameter.name, parameter.value.typeName, parameter.value.plainText]
    }
    words.append("files")
    for input in inputs {
      for part in parts(of: input, in: context) { words += [part.name, part.value] }
    }
    for step in cone {
      guard let remote = step.remote else { continue }
      let identity = context.connections[remote.connection.name]?.identity.description
      words += ["connection", remote.connection.name, identity ?? ""]
      words.append(version(of: step, in: context) ?? "")
    }
    words.append("engines")
    for engine in engines { words += [engine.name, engine.version] }
    return Origin(
      notebook: seriesName(ofNotebookAt: notebook.path), step: name, parameters: parameters,
      files: files, engines: engines.map { Origin.Engine(name: $0.name, version: $0.version) },
      fingerprint: Fingerprint(combining: words))
  }

  /// The plan of one step and those that it needs, without prose; nil when there is no such step.
  public func reduced(to name: String) -> Plan? {
    guard let step = steps.first(where: { $0.name.lowercased() == name.lowercased() }) else {
      return nil
    }
    var plan = self
    plan.steps = withUpstream(step.name)
    plan.prose = []
    let entries = Set(plan.steps.flatMap(\.inputs))
    plan.inputs = inputs.filter { entries.contains($0.name) }
    let references = Set(plan.steps.flatMap { $0.action.kind.references.map(\.name) })
    plan.registeredModels = registeredModels.filter { references.contains($0.name) }
    let names = Set(plan.steps.map(\.name))
    plan.parts = parts.filter { names.contains($0.step) }
    return plan
  }

  /// The step and every step that it needs, in document order.
  private func withUpstream(_ name: String) -> [PlannedStep] {
    var needed: Set<String> = [name]
    for step in steps.reversed() where needed.contains(step.name) {
      needed.formUnion(step.upstream)
    }
    return steps.filter { needed.contains($0.name) }
  }
}
