internal import Parsing
internal import Steps

/// What the names of a notebook stand for: catalog entries and steps, found as DuckDB finds
/// tables, without regard to case.
struct Scope {
  /// What a name stands for.
  enum Meaning {
    /// A catalog entry.
    case input(CatalogEntry)
    /// A step, by its place in document order.
    case step(Int)
    /// What earlier editions said.
    case history
  }

  /// What a step leaves for later ones under its name.
  enum Product {
    case table
    case model
    /// Tables and models with names of their own, spoken of as `step.name`.
    case parts(tables: [String], models: [String])
    /// Metrics only.
    case nothing
    /// Not known, as the step is wrong.
    case unknown
  }

  /// The catalog: the notebook's entries, then those of the project that it does not replace.
  private(set) var entries: [CatalogEntry] = []
  private(set) var stepNames: [String] = []
  var products: [Product] = []
  private var meanings: [String: Meaning] = [:]

  init(catalog: [CatalogEntry], project: [CatalogEntry]) {
    for entry in catalog + project where meanings[entry.name.lowercased()] == nil {
      entries.append(entry)
      meanings[entry.name.lowercased()] = .input(entry)
    }
  }

  subscript(name: String) -> Meaning? { meanings[name.lowercased()] }

  /// Adds the next step; false when an entry or step has its name, which then stays as it was.
  mutating func add(step name: String) -> Bool {
    stepNames.append(name)
    guard meanings[name.lowercased()] == nil else { return false }
    meanings[name.lowercased()] = .step(stepNames.count - 1)
    return true
  }

  /// Gives the name of the table of earlier editions to it, unless an entry or a step has it.
  mutating func addHistory() {
    let name = PastEditions.tableName
    if meanings[name] == nil { meanings[name] = .history }
  }

  /// The names that a table reference at step `index` can mean.
  func tableNames(before index: Int) -> [String] {
    entries.map(\.name)
      + names(before: index) { name, product in
        switch product {
        case .table, .unknown: [name]
        case .parts(let tables, _): tables.map { "\(name).\($0)" }
        case .model, .nothing: []
        }
      }
  }

  /// The names that a model reference at step `index` can mean.
  func modelNames(before index: Int) -> [String] {
    names(before: index) { name, product in
      switch product {
      case .model, .unknown: [name]
      case .parts(_, let models): models.map { "\(name).\($0)" }
      case .table, .nothing: []
      }
    }
  }

  private func names(before index: Int, _ names: (String, Product) -> [String]) -> [String] {
    stepNames.indices.prefix(index).flatMap { names(stepNames[$0], products[$0]) }
  }
}

extension Scope.Meaning {
  /// Whether the author has given the name.
  var isOfAuthor: Bool { if case .history = self { false } else { true } }
}

extension StepAction {
  /// What the step leaves for later ones under its name.
  var product: Scope.Product {
    switch self {
    case .sql, .split, .predict: .table
    case .train, .compare, .model: .model
    // The planner knows it of the other notebook.
    case .notebook: .unknown
    case .table, .metric, .chart, .profile, .validate, .evaluate, .explain, .drift, .fairness,
      .gate, .register, .export:
      .nothing
    case .process(let step):
      switch step.outputs.count {
      case 0: .nothing
      case 1: .table
      default: .parts(tables: step.outputs.map(\.table), models: [])
      }
    }
  }
}
