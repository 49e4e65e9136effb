internal import Learning
internal import Parsing
internal import Vocabulary

/// Reading `search` and `first` of a search for parameters.
extension OptionReader {
  /// Reads the parameters to search; every bound is checked as if it were set.
  mutating func space(
    _ key: String, of algorithm: Model.Algorithm, beside parameters: AlgorithmParameters,
    _ layers: [NetworkLayer]
  ) -> ParameterSpace {
    var space = ParameterSpace()
    guard var reader = reader(key) else {
      if !isPending(key) {
        reject(
          key, "must say which parameters are searched",
          solutions: ["write `search: { num_leaves: { int: [2, 256] } }`"])
      }
      return space
    }
    let entries = mapping(key) ?? []
    if entries.isEmpty {
      reject(
        key, "has no parameter to search",
        solutions: ["write `search: { num_leaves: { int: [2, 256] } }`"])
    }
    let base = Training(
      encoder: FeatureEncoder(columns: []), parameters: parameters, layers: layers)
    var taken = base
    for entry in entries {
      guard let parameter = reader.parameter(entry, after: space) else { continue }
      if let problem = parameter.domain.problem {
        reader.reject(entry.key, problem)
        continue
      }
      do throws(LearningError) {
        for value in parameter.extremes {
          var trial = base
          try trial.set(entry.key, to: value)
        }
        if let value = parameter.extremes.first { try taken.set(entry.key, to: value) }
        space.parameters.append(parameter)
      } catch {
        let isKnown = Training.canSearch(entry.key, of: algorithm)
        reader.report(Diagnostic(error, at: isKnown ? entry.value.range : entry.keyRange))
      }
    }
    absorb(&reader)
    return space
  }

  /// Reads points to begin with: mappings that name every parameter of the space.
  mutating func points(_ key: String, in space: ParameterSpace) -> [[Double]] {
    guard var readers = readers(key) else { return [] }
    var points: [[Double]] = []
    for index in readers.indices {
      var point: [Double] = []
      for (place, parameter) in space.parameters.enumerated() {
        guard let node = readers[index].node(parameter.name) else {
          // A parameter whose condition does not hold needs no value.
          let rest = Array(repeating: Double.nan, count: space.parameters.count - point.count)
          if point.count == place, !space.space.activity(at: point + rest)[place] {
            point.append(parameter.domain.value(at: 0))
            continue
          }
          readers[index].reject(
            parameter.name, "is missing", rule: "missing-option",
            solutions: ["a trial to begin with has a value for every parameter of `search`"])
          continue
        }
        guard let value = node.value else { continue }
        guard let coordinate = parameter.coordinate(of: value) else {
          readers[index].reject(parameter.name, "is outside of its range in `search`")
          continue
        }
        point.append(coordinate)
      }
      absorb(&readers[index])
      if point.count == space.parameters.count { points.append(point) }
    }
    return points
  }

  /// Reads the values of one parameter, `{ int: [2, 256] }`, and when it is searched.
  private mutating func parameter(
    _ entry: YAMLEntry, after space: ParameterSpace
  ) -> ParameterSpace.Parameter? {
    guard var reader = reader(entry.key) else { return nil }
    defer { absorb(&reader) }
    let conditions = reader.conditions(after: space)
    var parameter = reader.domain(entry)
    parameter?.conditions = conditions
    return parameter
  }

  /// Reads `when: { boosting: dart }`: earlier parameters with the values that they must have.
  private mutating func conditions(after space: ParameterSpace) -> [SearchSpace.Condition] {
    guard let entries = mapping("when") else { return [] }
    return entries.compactMap { entry in
      guard let place = space.parameters.firstIndex(where: { $0.name == entry.key }) else {
        report(
          .error(
            "unknown-condition", "`\(entry.key)` is no parameter that stands before in `search`",
            at: entry.keyRange,
            solutions: solutions(
              forUnknown: entry.key, among: space.parameters.map(\.name))))
        return nil
      }
      let parameter = space.parameters[place]
      if case .real = parameter.domain {
        report(
          .error(
            "unknown-condition", "`\(entry.key)` has no single values that could be a condition",
            at: entry.keyRange, solutions: ["name a `choice`, an `int` or a `log_int`"]))
        return nil
      }
      let nodes: [YAMLNode]
      if case .sequence(let items) = entry.value.content {
        nodes = items
      } else {
        nodes = [entry.value]
      }
      let values = nodes.compactMap { node -> Double? in
        guard let value = node.value else { return nil }
        if let coordinate = parameter.coordinate(of: value) { return coordinate }
        report(
          .error(
            "unknown-condition", "`\(entry.key)` is never `\(value.plainText)` in this search",
            at: node.range,
            solutions: solutions(
              forUnknown: value.plainText, among: parameter.choices.map(\.plainText))))
        return nil
      }
      return SearchSpace.Condition(place, values)
    }
  }

  /// Reads where a parameter is looked for.
  private mutating func domain(_ entry: YAMLEntry) -> ParameterSpace.Parameter? {
    let kinds = ["float", "log", "int", "log_int", "choice"]
    let given = kinds.filter { has($0) }
    allow(kinds)
    guard given.count == 1, let kind = given.first else {
      if given.count > 1 || entries(among: kinds) == 0 {
        report(
          .error(
            "bad-search",
            "`\(entry.key)` must have one of "
              + kinds.map { "`\($0)`" }.joined(separator: ", "), at: entry.value.range,
            solutions: ["write `\(entry.key): { float: [0.1, 1] }`"]))
      }
      return nil
    }
    if isPending(kind) { return nil }
    switch kind {
    case "choice":
      let values = (list(kind) ?? []).compactMap(\.value)
      var seen: Set<Value> = []
      return ParameterSpace.Parameter(
        entry.key, choices: values.filter { seen.insert($0).inserted })
    case "int", "log_int":
      guard let numbers = ints(kind), let ends = bounds(kind, numbers) else {
        return nil
      }
      return .init(entry.key, .whole(ends, isLogarithmic: kind == "log_int"))
    default:
      guard let numbers = doubles(kind), let ends = bounds(kind, numbers) else {
        return nil
      }
      return .init(entry.key, .real(ends, isLogarithmic: kind == "log"))
    }
  }

  private func entries(among names: [String]) -> Int { names.count { has($0) } }

  /// Two bounds in order.
  private mutating func bounds<Number: Comparable>(
    _ key: String, _ numbers: [Number]
  ) -> ClosedRange<Number>? {
    guard numbers.count == 2 else {
      reject(key, "must be the lower and the upper bound", solutions: ["write `\(key): [1, 10]`"])
      return nil
    }
    guard numbers[0] <= numbers[1] else {
      reject(
        key, "has its bounds in the wrong order",
        solutions: ["write `\(key): [\(numbers[1]), \(numbers[0])]`"])
      return nil
    }
    return numbers[0]...numbers[1]
  }
}

extension ParameterSpace.Parameter {
  /// The values whose being allowed means that all of them are.
  fileprivate var extremes: [Value] {
    switch domain {
    case .real(let bounds, _): [.double(bounds.lowerBound), .double(bounds.upperBound)]
    case .whole(let bounds, _): [.int(Int64(bounds.lowerBound)), .int(Int64(bounds.upperBound))]
    case .choice: choices
    }
  }
}
