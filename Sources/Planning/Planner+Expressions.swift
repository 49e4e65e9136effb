internal import DuckDB
internal import Parsing
internal import Steps
internal import Vocabulary

/// Where an expression or a SELECT stands, which decides what it may read.
enum Use {
  /// Where only parameters are known yet; the text says where, such as `the edition`.
  case parameters(String)
  /// An option of the step at this place in document order.
  case option(Int)
  /// The SELECT of the step at this place.
  case query(Int)
  /// Prose and titles, evaluated when all steps are done.
  case prose

  /// How messages call it.
  var name: String {
    switch self {
    case .parameters(let name): name
    case .option: "an option"
    case .query: "a SQL step"
    case .prose: "prose"
    }
  }

  /// The step whose turn it is.
  var step: Int? {
    switch self {
    case .option(let index), .query(let index): index
    case .parameters, .prose: nil
    }
  }
}

/// What an expression or a SELECT reads.
struct Reads {
  var parameters: Set<String> = []
  /// Catalog entries by their declared names.
  var inputs: Set<String> = []
  /// Steps by their place in document order.
  var steps: Set<Int> = []
  /// Whether it reads figures from outside of the run.
  var readsGiven = false

  mutating func formUnion(_ other: Reads) {
    parameters.formUnion(other.parameters)
    inputs.formUnion(other.inputs)
    steps.formUnion(other.steps)
    readsGiven = readsGiven || other.readsGiven
  }
}

extension Planner {
  /// The value of an expression over parameters only; nil, with every mistake reported, when it is
  /// wrong or not known yet.
  mutating func evaluate(_ expression: Expression, for use: Use) -> Value? {
    examine(expression, for: use).value
  }

  /// Checks an expression, and evaluates it when it reads nothing but parameters that have a value.
  mutating func examine(_ expression: Expression, for use: Use) -> (value: Value?, reads: Reads) {
    if let name = expression.soleParameter {
      var reads = Reads()
      if checkParameter(name, at: expression.range, for: use) { reads.parameters.insert(name) }
      return (values[name], reads)
    }
    let count = diagnostics.count
    let analysis: SQLAnalysis
    do throws(DuckDBError) {
      analysis = try self.analysis(of: ExpressionQuery.text(of: expression))
    } catch {
      report(ExpressionQuery.diagnostic(for: error, in: expression, lines: lines))
      return (nil, Reads())
    }
    guard analysis.statement == .select else {
      report(
        "bad-expression", "an expression is one SQL expression, without `;`", at: expression.range)
      return (nil, Reads())
    }
    let text = SQLPlace(
      text: expression.sql, range: expression.range, shift: ExpressionQuery.head.utf8.count)
    let reads = check(analysis, in: text, for: use)
    guard diagnostics.count == count, reads.inputs.isEmpty, reads.steps.isEmpty,
      !reads.readsGiven,
      reads.parameters.allSatisfy({ values[$0] != nil })
    else { return (nil, reads) }
    if case .prose = use { return (nil, reads) }
    do throws(DuckDBError) {
      let query = ExpressionQuery(expression, analysis, parameters: values)
      return (try query.result(on: connection), reads)
    } catch {
      report(ExpressionQuery.diagnostic(for: error, in: expression, lines: lines))
      return (nil, reads)
    }
  }

  /// Checks that a parameter exists and may be read here.
  mutating func checkParameter(_ name: String, at range: SourceRange, for use: Use) -> Bool {
    guard let declaration = declaration(of: name) else {
      // One that is declared wrongly has its own message.
      let names = notebook.parameters?.declarations.entries.map(\.key) ?? []
      guard !names.contains(name) else { return false }
      report(
        "unknown-parameter", "there is no parameter `$\(name)`", at: range,
        solutions: solutions(forUnknown: name, among: names).map {
          $0.replacing("did you mean `", with: "did you mean `$")
        })
      return false
    }
    usedParameters.insert(name)
    guard !declaration.isSecret else {
      report(
        "secret-exposed", "secret `$\(name)` cannot be used in \(use.name)", at: range,
        explanation: "Its value would get into the report, the cache or a file.")
      return false
    }
    return true
  }
}

/// SQL as it stands in a notebook, and in what the engine was given.
struct SQLPlace {
  /// The SQL as the author wrote it.
  var text: String
  /// Where it stands.
  var range: SourceRange
  /// How many bytes the engine saw in front of it.
  var shift: Int
}
