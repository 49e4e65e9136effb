internal import Learning
internal import Parsing
internal import Vocabulary

extension TrainStep.RowSplit {
  /// Reads `split: { test, validation, stratify, seed }` or `split: { column }`.
  init(from options: inout OptionReader, seed: Int) {
    self = .none
    guard var reader = options.reader("split") else { return }
    let column = reader.place("column")
    let test = reader.double("test", in: 0...1)
    let validation = reader.double("validation", in: 0...1)
    let stratified = reader.bool("stratify") ?? true
    let seed = reader.int("seed") ?? seed
    if let column {
      self = .column(column)
      for other in ["test", "validation", "stratify", "seed"] where reader.has(other) {
        reader.reject(other, "does nothing beside `column`")
      }
    } else if !reader.isPending("column") {
      do throws(LearningError) {
        self = .shares(
          try Split(
            test: test ?? 0, validation: validation ?? 0, seed: UInt64(bitPattern: Int64(seed))),
          stratified: stratified)
      } catch {
        reader.report(Diagnostic(error, at: reader.range(of: "test")))
      }
    }
    options.absorb(&reader)
  }
}

extension FeatureEncoder {
  /// Reads `encode: { categorical, drop_first, missing }`; the columns come later.
  init(from options: inout OptionReader) {
    self.init(columns: [])
    guard var reader = options.reader("encode") else { return }
    categorical = reader.choice("categorical", as: Categorical.self) ?? .native
    dropsFirst = reader.bool("drop_first") ?? false
    if dropsFirst, categorical == .native {
      reader.reject("drop_first", "needs `categorical: one_hot`")
    }
    if reader.node("missing")?.text != "native", var missing = reader.reader("missing") {
      missingNumber = missing.double("number", in: -1e300...1e300)
      missingText = missing.string("text")
      reader.absorb(&missing)
    }
    options.absorb(&reader)
  }
}

extension TrainStep.ClassWeight {
  /// Reads `class_weight: balanced`, `none` or `{ VALUE: factor }`.
  init(from options: inout OptionReader) {
    self = .none
    guard let node = options.node("class_weight"), !node.isUnknownYet else { return }
    switch node.content {
    case .mapping:
      self = .factors(
        (options.mapping("class_weight") ?? []).compactMap { entry in
          if let factor = entry.value.value?.number, factor > 0, factor.isFinite {
            return Factor(value: NamedPlace(entry.key, at: entry.keyRange), factor: factor)
          }
          options.reject(
            "class_weight", "must give `\(entry.key)` a number above 0", at: entry.value.range)
          return nil
        })
    default:
      switch node.text {
      case "balanced": self = .balanced
      case "none": self = .none
      default:
        options.reject(
          "class_weight", "must be `balanced`, `none` or a factor for each class",
          at: node.range, solutions: ["write `class_weight: { yes: 5, no: 1 }`"])
      }
    }
  }
}

extension Model.Algorithm {
  /// Reads `algorithm`.
  init(from options: inout OptionReader) {
    self = .lightgbm
    guard let node = options.node("algorithm"), let name = options.string("algorithm") else {
      return
    }
    if let known = Model.Algorithm(rawValue: name) {
      self = known
    } else {
      let all = Model.Algorithm.allCases.map(\.rawValue)
      options.reject(
        "algorithm", "cannot be `\(name)`", at: node.range, rule: "unknown-choice",
        solutions: solutions(forUnknown: name, among: all))
    }
  }
}

extension OptionReader {
  /// Reads an algorithm's parameters; each mistake is reported at its own place.
  mutating func parameters(
    _ key: String, of algorithm: Model.Algorithm
  ) -> (parameters: AlgorithmParameters, places: [NamedPlace]) {
    var parameters = AlgorithmParameters(of: algorithm)
    var places: [NamedPlace] = []
    for entry in mapping(key) ?? [] {
      // A parameter whose value comes at run time is checked then; its name is checked now.
      let isKnown = AlgorithmParameters.canonicalName(entry.key, for: algorithm) != nil
      guard let value = entry.value.value else {
        if !isKnown || !entry.value.isUnknownYet { report(entry, .null, in: &parameters) }
        continue
      }
      report(entry, value, in: &parameters)
      places.append(NamedPlace(entry.key, at: entry.keyRange))
    }
    return (parameters, places)
  }

  /// Reads `rounds`, or `epochs` as the rounds of a network are called, for algorithms that have them.
  mutating func rounds(of algorithm: Model.Algorithm) -> Int {
    let rounds = int("rounds", in: 1...100_000)
    let epochs = int("epochs", in: 1...100_000)
    if has("rounds"), algorithm.defaultRounds == nil {
      reject("rounds", "does nothing for `\(algorithm.rawValue)`")
    }
    if has("epochs"), algorithm != .mlp {
      reject("epochs", "does nothing for `\(algorithm.rawValue)`")
    } else if has("epochs"), has("rounds") {
      reject("epochs", "is another name of `rounds`", solutions: ["keep one of them"])
    }
    return rounds ?? epochs ?? algorithm.defaultRounds ?? 1
  }

  /// Reads `layers: [{ units: 64, activation: relu, dropout: 0.2 }]` of a network.
  mutating func layers(of algorithm: Model.Algorithm) -> [NetworkLayer] {
    guard let node = node("layers"), !node.isUnknownYet else { return NetworkLayer.standard }
    guard algorithm == .mlp else {
      reject("layers", "does nothing for `\(algorithm.rawValue)`")
      return NetworkLayer.standard
    }
    // No layer at all is a logistic regression.
    return (readers("layers") ?? []).map { reader in
      var reader = reader
      let layer = NetworkLayer(
        units: reader.requiredInt("units", in: 1...4096),
        activation: reader.choice("activation", as: NetworkLayer.Activation.self) ?? .relu,
        dropout: reader.double("dropout", in: 0...0.99) ?? 0)
      absorb(&reader)
      return layer
    }
  }

  private mutating func report(
    _ entry: YAMLEntry, _ value: Value, in parameters: inout AlgorithmParameters
  ) {
    let isKnown =
      AlgorithmParameters.canonicalName(entry.key, for: parameters.algorithm) != nil
    do throws(LearningError) {
      try parameters.set(entry.key, to: value)
    } catch {
      report(Diagnostic(error, at: isKnown ? entry.value.range : entry.keyRange))
    }
  }
}
