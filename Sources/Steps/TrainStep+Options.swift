internal import Learning
internal import Parsing
internal import Vocabulary

extension TrainStep.RowSplit {
  /// Reads `split: { test, validation, stratify, seed }`, `split: { column }` or
  /// `split: { column: fold, test: [1], validation: [2] }`.
  init(from options: inout OptionReader, seed: Int) {
    self = .none
    guard var reader = options.reader("split") else { return }
    let column = reader.place("column")
    if let column, reader.has("test") || reader.has("validation") {
      let test = reader.values("test")
      let validation = reader.values("validation")
      self = .folds(column, test: test, validation: validation)
      for place in validation where test.contains(where: { $0.name == place.name }) {
        reader.reject("validation", "and `test` both take `\(place.name)`", at: place.range)
      }
      for other in ["stratify", "seed"] where reader.has(other) {
        reader.reject(other, "does nothing beside `column`")
        reader.allow([other])
      }
      options.absorb(&reader)
      return
    }
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
  /// Reads one value or a list of them, as texts.
  mutating func values(_ key: String) -> [NamedPlace] {
    guard let node = node(key), !node.isUnknownYet else { return [] }
    let nodes: [YAMLNode] = if case .sequence = node.content { list(key) ?? [] } else { [node] }
    return nodes.compactMap { node in
      if let value = node.value, !value.isNull {
        return NamedPlace(value.plainText, at: node.range)
      }
      if !node.isUnknownYet { reject(key, "must be a value or a list of values", at: node.range) }
      return nil
    }
  }

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

  /// Reads the most rounds: `rounds`, which `max_rounds` is another name of, and `epochs` for those of a
  /// network; for algorithms that have them.
  mutating func rounds(of algorithm: Model.Algorithm) -> Int {
    let names = ["rounds", "max_rounds", "epochs"]
    let values = names.map { int($0, in: 1...100_000) }
    let given = names.filter { has($0) }
    for name in given
    where algorithm.defaultRounds == nil || (name == "epochs" && algorithm != .mlp) {
      reject(name, "does nothing for `\(algorithm.rawValue)`")
    }
    if let first = given.first, let second = given.dropFirst().first {
      reject(second, "is another name of `\(first)`", solutions: ["keep one of them"])
    }
    return values.compactMap(\.self).first ?? algorithm.defaultRounds ?? 1
  }

  /// Reads `monotone: { income: decreasing, age: +1 }`.
  mutating func directions(
    _ key: String, of algorithm: Model.Algorithm
  ) -> [TrainStep.Direction] {
    guard has(key) else { return [] }
    if !algorithm.isOfTrees {
      reject(
        key, "does nothing for `\(algorithm.rawValue)`",
        solutions: ["use `lightgbm`, `random_forest` or `decision_tree`"])
    }
    return (mapping(key) ?? []).compactMap { entry in
      let feature = NamedPlace(entry.key, at: entry.keyRange)
      switch entry.value.text {
      case "increasing", "1", "+1": return TrainStep.Direction(feature: feature, sign: 1)
      case "decreasing", "-1": return TrainStep.Direction(feature: feature, sign: -1)
      default:
        if !entry.value.isUnknownYet {
          reject(
            key, "must say `increasing` or `decreasing` of `\(entry.key)`",
            at: entry.value.range)
        }
        return nil
      }
    }
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
