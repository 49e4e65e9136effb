internal import Parsing
internal import Steps
public import Vocabulary

extension Plan {
  /// What decides each step's result, as one fingerprint per step name.
  ///
  /// A fingerprint is made of the step as written without its comments and layout, the values of
  /// the parameters that it really uses, the digests of the files that it reads with their reader
  /// options, the fingerprints of the steps that it needs, and the engines' versions. Prose and
  /// parameters that it does not use do not change it. `inputDigests` holds the digests of each
  /// catalog entry's files, in the order in which they are read.
  public func fingerprints(
    inputDigests: [String: [Fingerprint]], engines: [(name: String, version: String)]
  ) -> [String: Fingerprint] {
    let engineParts = engines.sorted { $0.name < $1.name }.flatMap { [$0.name, $0.version] }
    let parameters = Dictionary(
      self.parameters.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var inputParts: [String: [String]] = [:]
    for input in inputs {
      inputParts[input.name] = parts(of: input, inputDigests[input.name] ?? [])
    }
    var fingerprints: [String: Fingerprint] = [:]
    for step in steps {
      var parts = ["washi step", step.name, step.action.kindName, step.source.canonicalText]
      parts.append("parameters")
      for name in step.parameters {
        guard let parameter = parameters[name], !parameter.isSecret else { continue }
        parts += [name, parameter.value.typeName, parameter.value.plainText]
      }
      parts.append("inputs")
      for name in step.inputs { parts += inputParts[name] ?? [name] }
      parts.append("upstream")
      for name in step.upstream { parts += [name, fingerprints[name]?.description ?? ""] }
      parts.append("engines")
      fingerprints[step.name] = Fingerprint(combining: parts + engineParts)
    }
    return fingerprints
  }

  private func parts(of input: PlannedInput, _ digests: [Fingerprint]) -> [String] {
    var parts = [input.name, input.format.rawValue]
    for pair in input.columns + input.read {
      parts += [pair.name, pair.value.typeName, pair.value.plainText]
    }
    // Where a file lies is nobody's business unless the reader shows it.
    let showsPaths = input.read.contains {
      ($0.name == "filename" || $0.name == "hive_partitioning") && $0.value != .bool(false)
    }
    if showsPaths { parts += input.paths }
    return parts + ["\(digests.count)"] + digests.map(\.description)
  }
}

extension StepSource {
  /// The step without comments, layout and the options that say how it is run, not what it does.
  fileprivate var canonicalText: String {
    let manner = ["timeout", "retries", "cache", "on_error"]
    let kept = options.entries.filter { !manner.contains($0.key) }
    let text = CanonicalText.yaml(YAMLNode(.mapping(kept), at: options.range))
    return language == "yaml" ? text : "\(text)\n\(CanonicalText.sql(body))"
  }
}
