internal import Learning
internal import Planning
internal import Vocabulary

extension RunContext {
  /// Where the model of a step comes from.
  func provenance(of step: String) -> ModelProvenance? {
    plan.origin(of: step, in: keys).map { origin in
      ModelProvenance(
        notebook: origin.notebook, step: origin.step,
        fingerprint: origin.fingerprint.description,
        parameters: origin.parameters.map {
          .init(name: $0.name, type: $0.type.rawValue, value: $0.text)
        },
        inputs: origin.files.map {
          .init(entry: $0.entry, path: $0.path, sha256: $0.digest.description)
        },
        engines: origin.engines.map { .init(name: $0.name, version: $0.version) })
    }
  }
}
