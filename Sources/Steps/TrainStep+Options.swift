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

extension Model.Algorithm {
  /// Algorithms of the language that this version does not have yet.
  private static let announced = ["logistic_regression", "svm", "mlp"]

  /// Reads `algorithm`.
  init(from options: inout OptionReader) {
    self = .lightgbm
    guard let node = options.node("algorithm"), let name = options.string("algorithm") else {
      return
    }
    if let known = Model.Algorithm(rawValue: name) {
      self = known
    } else if Self.announced.contains(name) {
      options.report(
        .error(
          "not-there-yet", "`algorithm: \(name)` is not in this version of Washi", at: node.range,
          solutions: [
            "use "
              + Model.Algorithm.allCases.map { "`\($0.rawValue)`" }
              .joined(separator: ", ")
          ]))
    } else {
      let all = Model.Algorithm.allCases.map(\.rawValue) + Self.announced
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

  /// Reads `rounds`, for algorithms that have rounds.
  mutating func rounds(of algorithm: Model.Algorithm) -> Int {
    let given = int("rounds", in: 1...100_000)
    if given != nil, algorithm.defaultRounds == nil {
      reject("rounds", "does nothing for `\(algorithm.rawValue)`")
    }
    return given ?? algorithm.defaultRounds ?? 1
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
