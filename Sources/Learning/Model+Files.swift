#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

extension Model {
  /// A file of a model's folder.
  public struct File: Sendable, Hashable {
    /// The name within the folder.
    public var name: String
    /// The text.
    public var contents: String

    /// A file of this name.
    public init(name: String, contents: String) {
      self.name = name
      self.contents = contents
    }
  }

  /// The model as files: `encoder.json`, `model.json`, and what was learned, which is `model.txt` in
  /// LightGBM's format, `linear.json` or `network.json`. Equal models give equal bytes. A folder
  /// that a notebook exports has `provenance.json` (`ModelProvenance`) beside them.
  public func files() throws(LearningError) -> [File] {
    [
      File(name: "encoder.json", contents: try Self.json(encoder)),
      File(name: "model.json", contents: try Self.json(Manifest(of: self))),
      File(name: algorithm.coreFile, contents: try coreText()),
    ]
  }

  private func coreText() throws(LearningError) -> String {
    switch core {
    case .trees(let text): text
    case .linear(let linear): try Self.json(linear)
    case .network(let network): try Self.json(network)
    }
  }

  private static func core(
    of algorithm: Algorithm, _ contents: [String: String]
  ) throws(LearningError) -> Core {
    let name = algorithm.coreFile
    switch algorithm {
    case .lightgbm, .randomForest, .decisionTree:
      guard let text = contents[name] else {
        throw LearningError(.bundle, "the model has no file `\(name)`")
      }
      return .trees(text)
    case .logisticRegression, .svm: return .linear(try decode(LinearModel.self, name, contents))
    case .mlp: return .network(try decode(Network.self, name, contents))
    }
  }

  /// The model that these files make.
  public init(files: [File]) throws(LearningError) {
    let contents = Dictionary(files.map { ($0.name, $0.contents) }) { first, _ in first }
    let manifest = try Self.decode(Manifest.self, "model.json", contents)
    guard manifest.format == Manifest.currentFormat else {
      throw LearningError(
        .bundle, "the model has format \(manifest.format), which this version cannot read",
        solutions: ["use a newer version of Washi"])
    }
    self.init(
      algorithm: manifest.algorithm, core: try Self.core(of: manifest.algorithm, contents),
      encoder: try Self.decode(FeatureEncoder.self, "encoder.json", contents),
      target: manifest.target,
      parameters: try AlgorithmParameters(of: manifest.algorithm, texts: manifest.parameters),
      bestRound: manifest.bestRound, rounds: manifest.rounds, curve: manifest.curve,
      importance: manifest.importance, metrics: manifest.metrics)
  }

  /// Reads the model in `folder`.
  public init(contentsOf folder: String) throws(LearningError) {
    var files: [File] = []
    func read(_ name: String) throws(LearningError) {
      do {
        files.append(
          File(
            name: name, contents: try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)))
      } catch {
        throw LearningError(.bundle, "the model's file `\(folder)/\(name)` cannot be read")
      }
    }
    try read("encoder.json")
    try read("model.json")
    let manifest = try Self.decode(
      Manifest.self, "model.json", ["model.json": files[1].contents])
    try read(manifest.algorithm.coreFile)
    try self.init(files: files)
  }

  /// Writes the model into `folder`, which is made when it is not there.
  public func write(to folder: String) throws(LearningError) {
    try Self.write(try files(), to: folder)
  }

  /// Writes a model's files into `folder`, which is made when it is not there.
  public static func write(_ files: [File], to folder: String) throws(LearningError) {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for file in files {
        try Data(file.contents.utf8).write(to: URL(filePath: "\(folder)/\(file.name)"))
      }
    } catch {
      throw LearningError(.bundle, "the model cannot be written to `\(folder)`")
    }
  }

  /// `model.json`.
  private struct Manifest: Codable {
    static let currentFormat = 1

    var format: Int
    var algorithm: Algorithm
    var target: Target
    /// Names and types of the columns that the model reads.
    var signature: [Input]
    var parameters: [String: String]
    var bestRound: Int
    var rounds: Int
    var curve: LossCurve
    var importance: [FeatureImportance]
    var metrics: [String: Double]

    struct Input: Codable {
      var name: String
      var type: String
    }

    enum CodingKeys: String, CodingKey {
      case format, algorithm, target, signature, parameters, rounds, curve, importance, metrics
      case bestRound = "best_round"
    }

    init(of model: Model) {
      format = Self.currentFormat
      algorithm = model.algorithm
      target = model.target
      signature = model.encoder.columns.map { Input(name: $0.name, type: $0.type) }
      parameters = Dictionary(
        uniqueKeysWithValues: model.parameters.all.map { ($0.name, $0.value) })
      bestRound = model.bestRound
      rounds = model.rounds
      curve = model.curve
      importance = model.importance
      metrics = model.metrics
    }
  }

  static func json(_ value: some Encodable) throws(LearningError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    do {
      return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
    } catch {
      throw LearningError(.bundle, "the model has no JSON form")
    }
  }

  /// What a file lacks, and where.
  private static func sentence(_ error: DecodingError) -> String {
    func place(_ path: [any CodingKey]) -> String {
      path.isEmpty ? "it" : "`" + path.map(\.stringValue).joined(separator: ".") + "`"
    }
    switch error {
    case .keyNotFound(let key, let context):
      return "\(place(context.codingPath)) has no `\(key.stringValue)`"
    case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
      return "\(place(context.codingPath)) is no \(type)"
    case .dataCorrupted(let context):
      return context.codingPath.isEmpty
        ? "it is no JSON" : "\(place(context.codingPath)): \(context.debugDescription)"
    @unknown default: return "it cannot be read"
    }
  }

  private static func decode<Part: Decodable>(
    _ type: Part.Type, _ name: String, _ contents: [String: String]
  ) throws(LearningError) -> Part {
    guard let text = contents[name] else {
      throw LearningError(.bundle, "the model has no file `\(name)`")
    }
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    do {
      return try decoder.decode(type, from: Data(text.utf8))
    } catch {
      throw LearningError(
        .bundle, "the model's file `\(name)` is not what Washi writes",
        explanation: (error as? DecodingError).map(Self.sentence),
        solutions: ["train the model again"])
    }
  }
}

extension Model.Algorithm {
  /// The file that holds what was learned.
  fileprivate var coreFile: String {
    switch self {
    case .lightgbm, .randomForest, .decisionTree: "model.txt"
    case .logisticRegression, .svm: "linear.json"
    case .mlp: "network.json"
    }
  }
}
