internal import Learning
public import Vocabulary

/// A model that is to be kept in the registry when the report is published.
public struct Registration: Sendable, Hashable, Codable {
  /// Its name in the registry.
  public var name: String
  /// The step that made it.
  public var model: String
  /// The bundle.
  public var files: [File]
  /// The figures that it was judged by.
  public var metrics: [String: Double]
  /// The alias that it gets unless a gate refused.
  public var promote: String?
  /// Aliases that it gets in any case.
  public var aliases: [String]

  /// A file of the bundle.
  public struct File: Sendable, Hashable, Codable {
    /// The name within the bundle's folder.
    public var name: String
    /// The text.
    public var text: String

    /// A file of the bundle.
    public init(name: String, text: String) {
      self.name = name
      self.text = text
    }
  }

  /// A bundle with its figures.
  public init(
    name: String, model: String, files: [File], metrics: [String: Double], promote: String? = nil,
    aliases: [String] = []
  ) {
    self.name = name
    self.model = model
    self.files = files
    self.metrics = metrics
    self.promote = promote
    self.aliases = aliases
  }

  /// The digest of the bundle, by which equal models are recognised.
  public var digest: Fingerprint {
    Fingerprint(
      combining: files.sorted { $0.name < $1.name }.flatMap { [$0.name, $0.text] })
  }
}

/// A model of the registry, given to a run.
public struct RegisteredModel: Sendable, Hashable {
  /// Its name in the registry.
  public var name: String
  /// Its version, from 1.
  public var number: Int
  /// The bundle.
  public var files: [Registration.File]
  /// The figures that it was registered with.
  public var metrics: [String: Double]
  /// Where its facts lie, as the report records it, and their digest and size.
  public var path: String
  /// The digest of the file at `path`.
  public var digest: Fingerprint
  /// The size of the file at `path` in bytes.
  public var size: Int
  /// The model as steps use it.
  public let trained: TrainedModel

  /// A model with the file that it is recorded by; throws when the bundle cannot be read.
  public init(
    name: String, number: Int, files: [Registration.File], metrics: [String: Double],
    path: String, digest: Fingerprint, size: Int
  ) throws(StepFailure) {
    self.name = name
    self.number = number
    self.files = files
    self.metrics = metrics
    self.path = path
    self.digest = digest
    self.size = size
    do throws(LearningError) {
      let model = try Model(files: files.map { Model.File(name: $0.name, contents: $0.text) })
      trained = TrainedModel(
        model: model, encoder: model.encoder, target: model.target, frame: "", parts: [], id: nil)
    } catch {
      throw StepFailure(Diagnostic(error, at: nil))
    }
  }

  /// The figures as expressions name them, `version` among them.
  public var figures: [Metric] {
    metrics.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      .map { Metric($0.key, $0.value) } + [Metric("version", Double(number))]
  }
}

/// The names of models and aliases in the registry.
public enum RegistryName {
  /// Why a text cannot name a model, as the end of a sentence; nil when it can.
  public static func fault(in name: String) -> String? {
    guard let first = name.unicodeScalars.first, isPlain(first),
      name.unicodeScalars.allSatisfy({ isPlain($0) || $0 == "-" || $0 == "_" || $0 == "." }),
      name.utf8.count <= 100
    else {
      return "must be letters, digits, `-`, `_` and `.`, not `\(name)`"
    }
    return nil
  }

  /// Why a text cannot be an alias, as the end of a sentence; nil when it can.
  public static func fault(inAlias name: String) -> String? {
    if let fault = fault(in: name) { return fault }
    return name == "latest" || number(name) != nil ? "cannot be `\(name)`, which is a version" : nil
  }

  /// The number in `v3`.
  public static func number(_ text: String) -> Int? {
    guard text.first == "v", text.dropFirst().utf8.allSatisfy({ (48...57).contains($0) }) else {
      return nil
    }
    return Int(text.dropFirst()).flatMap { $0 > 0 ? $0 : nil }
  }

  /// The name and the alias or version in `credit-default@champion`.
  public static func parts(_ text: String) -> (name: String, slot: String)? {
    guard let cut = text.firstIndex(of: "@") else { return nil }
    let (name, slot) = (String(text[..<cut]), String(text[text.index(after: cut)...]))
    guard fault(in: name) == nil, fault(in: slot) == nil else { return nil }
    return (name, slot)
  }

  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
  }
}
