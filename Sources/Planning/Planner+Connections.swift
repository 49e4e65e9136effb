internal import DuckDB
internal import Parsing
internal import Steps
internal import Vocabulary

/// SQL that an engine elsewhere does. Its dialect is not ours, so only its words are read.
extension Planner {
  /// What SQL for another engine reads; reports what does not fit.
  mutating func analyzeForeign(_ step: SQLStep, at index: Int) -> Reads {
    var reads = Reads()
    guard let connection = connection(of: step, at: index) else { return reads }
    let sql = ForeignSQL(step.sql, in: connection.dialect)
    let place = SQLPlace(text: step.sql, range: step.range, shift: 0)
    guard checkStatement(sql, in: place, at: index) else { return reads }
    for parameter in sql.parameters {
      let range = range(of: parameter.place, in: place)
      if parameter.text.utf8.allSatisfy({ (48...57).contains($0) }) {
        report(
          "positional-parameter", "parameters have names here, not numbers", at: range,
          solutions: ["write `$name` with the name of a parameter"])
      } else if checkParameter(parameter.text, at: range, for: .query(index)) {
        reads.parameters.insert(parameter.text)
      }
    }
    var remote = RemotePlace(
      connection: connection,
      isVersioned: step.version != nil || isGiven("version", at: index)
        || connection.version != .never)
    var upstream: Set<Int> = []
    for table in sql.tables {
      guard let source = read(table, of: connection, in: place, at: index) else { continue }
      upstream.insert(source)
      remotePlaces[source]?.isReadThere = true
    }
    reads.steps.formUnion(upstream)
    remote.upstream = upstream.sorted().map { scope.stepNames[$0] }
    // What is made of something that cannot be found again cannot be, either.
    if upstream.contains(where: { remotePlaces[$0]?.isVersioned == false }) {
      remote.isVersioned = false
    }
    remotePlaces[index] = remote
    return reads
  }

  /// Notes of every step elsewhere whether its rows come over.
  mutating func settleRemoteSteps(_ steps: inout [PlannedStep]) {
    for index in steps.indices where steps[index].remote != nil {
      guard let place = scope.stepNames.firstIndex(of: steps[index].name) else { continue }
      steps[index].remote?.isReadThere = remotePlaces[place]?.isReadThere ?? false
      steps[index].remote?.isFetched = tablesReadHere.contains(place)
    }
    for part in parts.indices {
      for index in parts[part].plan.steps.indices
      where takenParts.contains(
        "\(parts[part].step).\(parts[part].plan.steps[index].name)".lowercased())
      {
        parts[part].plan.steps[index].remote?.isFetched = true
      }
    }
  }

  private func isGiven(_ option: String, at index: Int) -> Bool {
    notebook.steps[index].options[option] != nil
  }

  private mutating func connection(
    of step: SQLStep, at index: Int
  ) -> ConnectionDeclaration? {
    guard let wanted = step.connection, !wanted.name.isEmpty else { return nil }
    guard let connection = project.connections.first(where: { $0.name == wanted.name }) else {
      let names = project.connections.map(\.name)
      // One that is declared wrongly has its own message.
      report(
        "unknown-connection", "there is no connection `\(wanted.name)`", at: wanted.range,
        explanation: "Connections are declared under `connections:` in washi.yaml.",
        solutions: names.isEmpty
          ? ["add `connections: { \(wanted.name): { driver: ..., uri: ... } }` to it"]
          : solutions(forUnknown: wanted.name, among: names))
      return nil
    }
    checkVariables(of: connection)
    return connection
  }

  /// Variables that are not set stop a run; a check, which connects to nothing, says so only.
  private mutating func checkVariables(of connection: ConnectionDeclaration) {
    guard checkedConnections.insert(connection.name).inserted else { return }
    for variable in connection.variables where (environment[variable.name] ?? "").isEmpty {
      report(
        Diagnostic(
          needsVariables ? .error : .warning, "missing-variable",
          "connection `\(connection.name)` needs the variable `\(variable.name)`, which is not set",
          at: variable.range, solutions: ["set it: `export \(variable.name)=...`"]))
    }
  }

  private mutating func checkStatement(
    _ sql: ForeignSQL, in place: SQLPlace, at index: Int
  ) -> Bool {
    let name = scope.stepNames[index]
    let first = firstLine(of: place.range)
    switch sql.statementCount {
    case 0:
      report(
        "not-a-select", "step `\(name)` is empty", at: notebook.steps[index].nameRange,
        solutions: ["write a SELECT"])
    case 1 where !sql.isQuery:
      report(
        "not-a-select", "step `\(name)` begins with \(sql.firstWord); a step is one SELECT",
        at: first,
        solutions: ["write the SELECT alone: its result is the table named like the step"])
    case 1:
      guard let word = sql.changingWord else { return true }
      report(
        "not-a-select", "step `\(name)` changes data (\(word.text)); a step is one SELECT",
        at: range(of: word.place, in: place))
    case let count:
      report(
        "not-a-select", "step `\(name)` holds \(count) statements; a step is one SELECT",
        at: first, solutions: ["make each a step of its own, or use WITH"])
    }
    return false
  }

  /// The step that a table's name stands for; nil for a table of the other engine's own.
  private mutating func read(
    _ table: ForeignSQL.Name, of connection: ConnectionDeclaration, in sql: SQLPlace, at index: Int
  ) -> Int? {
    let range = range(of: table.place, in: sql)
    let name = scope.stepNames[index]
    switch scope[table.text] {
    case nil, .history: return nil
    case .input(let entry):
      // Only what is here and is meant counts as used.
      usedEntries.insert(entry.name.lowercased())
      report(
        "table-is-here",
        "`\(entry.name)` is a table of the catalog here, and step `\(name)` is done on `\(connection.name)`",
        at: range, explanation: "Nothing is sent to another engine but SQL and parameters.",
        solutions: [
          "bring the rows over with a step of their own, and join them here",
          "a table of `\(connection.name)` with that name is meant? Write its schema: `public.\(table.text)`",
        ])
      return nil
    case .step(let source) where source == index:
      // A table there may have the name that its rows get here.
      return nil
    case .step(let source) where source > index:
      forwardReferences.append(ForwardReference(from: index, target: source, range: range))
      return nil
    case .step(let source):
      if remotePlaces[source]?.connection.name == connection.name { return source }
      let otherPlace =
        remotePlaces[source].map { "on connection `\($0.connection.name)`" } ?? "here"
      let target = scope.stepNames[source]
      report(
        "table-is-here",
        "step `\(target)` is done \(otherPlace), and step `\(name)`, which reads it, on connection `\(connection.name)`",
        at: range, explanation: "Nothing is sent to another engine but SQL and parameters.",
        solutions: [
          "do `\(target)` there too: `connection=\(connection.name)`",
          "or leave `connection` out of `\(name)`, so that the rows meet here",
          "a table of `\(connection.name)` with that name is meant? Write its schema: `public.\(table.text)`",
        ])
      return nil
    }
  }
}

extension ForeignSQL.Name {
  /// Where it stands in the SQL.
  var place: SQLAnalysis.Place { SQLAnalysis.Place(offset: offset, length: length) }
}
