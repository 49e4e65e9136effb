/// Walks the tree that `json_serialize_sql` gives and notes what it meets.
struct SQLAnalyzer {
  private(set) var analysis: SQLAnalysis
  private let source: [UInt8]

  /// Names that mean something else than a table or column, while a part of the tree is walked.
  private struct Scope {
    /// The CTEs in sight, in lower case.
    var queries: Set<String> = []
    /// The parameters of the lambdas around, in lower case.
    var lambdas: Set<String> = []
  }

  init(_ tree: JSON, sql: String) {
    source = Array(sql.utf8)
    let statements = tree["statements"]?.elements ?? []
    analysis = SQLAnalysis(
      statements.count == 1 ? .select : statements.isEmpty ? .empty : .several(statements.count))
    if statements.count == 1, let word = SQLText.firstWord(of: sql),
      ["DESCRIBE", "DESC", "SHOW", "SUMMARIZE"].contains(word)
    {
      analysis.statement = .other(word)
    }
    for statement in statements {
      guard let node = statement["node"] else { continue }
      let modifiers = node["modifiers"]?.elements ?? []
      analysis.isOrdered = modifiers.contains { $0["orders"] != nil }
      analysis.isLimited = modifiers.contains { $0["type"]?.string?.hasPrefix("LIMIT") == true }
      analysis.rowOrder = SQLAnalysis.RowOrder(of: node)
      analysis.renames = SQLAnalysis.renames(in: node)
      walk(node, Scope())
    }
    sortByPlace()
  }

  private mutating func sortByPlace() {
    func key(_ place: SQLAnalysis.Place?) -> Int { place?.offset ?? -1 }
    analysis.tables.sort { key($0.place) < key($1.place) }
    analysis.tableFunctions.sort { key($0.place) < key($1.place) }
    analysis.functions.sort { key($0.place) < key($1.place) }
    analysis.qualifiedColumns.sort { key($0.place) < key($1.place) }
    analysis.bareColumns.sort { key($0.place) < key($1.place) }
    analysis.parameters.sort { key($0.place) < key($1.place) }
  }

  private mutating func walk(_ node: JSON, _ scope: Scope) {
    switch node {
    case .array(let elements): for element in elements { walk(element, scope) }
    case .object(let members): walk(node, members, scope)
    case .null, .bool, .number, .string: break
    }
  }

  private mutating func walk(
    _ node: JSON, _ members: [(key: String, value: JSON)], _ scope: Scope
  ) {
    var scope = scope
    let type = node["type"]?.string ?? ""
    switch type {
    case "BASE_TABLE": table(node, scope)
    case "TABLE_FUNCTION": return tableFunction(node, scope)
    case "COLUMN_REF": column(node, scope)
    case "VALUE_PARAMETER":
      if let name = node["identifier"]?.string {
        analysis.parameters.append(.init(name: name, place: place(of: node)))
      }
    case "FUNCTION": function(node)
    case "LAMBDA": return lambda(node, scope)
    case "JOIN": analysis.hasJoin = true
    case "SUBQUERY":
      analysis.hasSubquery = true
      noteRelation(node["alias"]?.string)
    case "DISTINCT_MODIFIER": analysis.hasDistinct = true
    case "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE": analysis.hasSetOperation = true
    case "PIVOT": analysis.hasAggregate = true
    case "INSERT_QUERY_NODE", "UPDATE_QUERY_NODE", "DELETE_QUERY_NODE", "MERGE_QUERY_NODE",
      "MERGE_INTO_QUERY_NODE":
      analysis.statement = .other(String(type.prefix { $0 != "_" }))
    default:
      if node["class"]?.string == "WINDOW" {
        analysis.hasWindow = true
        function(node)
      }
    }
    if node["sample"]?.members.isEmpty == false { analysis.hasSample = true }
    if node["group_expressions"] != nil || node["group_sets"] != nil
      || node["aggregate_handling"]?.string == "FORCE_AGGREGATES"
    {
      analysis.hasAggregate = true
    }
    if node["distinct"]?.isTrue == true { analysis.hasDistinct = true }
    scope.queries.formUnion(commonTableExpressions(node, scope))
    for (key, value) in members where key != "cte_map" { walk(value, scope) }
  }

  /// Walks the WITH of a query; each entry sees those before it, a recursive one itself too.
  private mutating func commonTableExpressions(_ node: JSON, _ scope: Scope) -> Set<String> {
    var inner = scope
    for entry in node["cte_map"]?["map"]?.elements ?? [] {
      guard let name = entry["key"]?.string, let value = entry["value"] else { continue }
      analysis.hasSubquery = true
      noteRelation(name)
      if value["query_node"]?["type"]?.string == "RECURSIVE_CTE_NODE" {
        var recursive = inner
        recursive.queries.insert(name.lowercased())
        walk(value, recursive)
      } else {
        walk(value, inner)
      }
      inner.queries.insert(name.lowercased())
    }
    return inner.queries
  }

  private mutating func table(_ node: JSON, _ scope: Scope) {
    let path = (node["qualified_name"]?["path"]?.elements ?? []).compactMap(\.string)
    noteRelation(path.last)
    noteRelation(node["alias"]?.string)
    guard let name = path.last, path.count > 1 || !scope.queries.contains(name.lowercased()) else {
      return
    }
    var place = place(of: node)
    var isFile = false
    if let start = place?.offset, source.indices.contains(start) {
      isFile = source[start] == UInt8(ascii: "'")
      // The parser's length includes an alias; a plain name's own length is known.
      let text = Array(path.joined(separator: ".").utf8)
      if source[start...].starts(with: text) { place?.length = text.count }
    }
    analysis.tables.append(.init(path: path, place: place, isFile: isFile))
  }

  private mutating func tableFunction(_ node: JSON, _ scope: Scope) {
    guard let call = node["function"] else { return }
    let name = call["function_name"]?.string ?? ""
    noteRelation(node["alias"]?.string ?? name)
    analysis.tableFunctions.append(
      .init(name: name.lowercased(), place: place(of: node), literals: literals(of: call)))
    for (key, value) in call.members where key != "order_bys" { walk(value, scope) }
  }

  private mutating func function(_ node: JSON) {
    guard node["is_operator"]?.isTrue != true,
      let name = node["function_name"]?.string?.lowercased(), !name.isEmpty
    else { return }
    if SQLAnalysis.aggregates.contains(name), node["class"]?.string != "WINDOW" {
      analysis.hasAggregate = true
    }
    analysis.functions.append(
      .init(name: name, place: place(of: node), literals: literals(of: node)))
  }

  private mutating func column(_ node: JSON, _ scope: Scope) {
    let path = (node["column_names"]?.elements ?? []).compactMap(\.string)
    guard let first = path.first, !scope.lambdas.contains(first.lowercased()) else { return }
    let reference = SQLAnalysis.ColumnReference(path: path, place: place(of: node))
    if path.count > 1 {
      analysis.qualifiedColumns.append(reference)
    } else {
      analysis.bareColumns.append(reference)
    }
  }

  private mutating func lambda(_ node: JSON, _ scope: Scope) {
    var inner = scope
    collectNames(node["lhs"], into: &inner.lambdas)
    if let body = node["expr"] { walk(body, inner) }
  }

  /// The parameters of a lambda: one column, or a row of columns.
  private func collectNames(_ node: JSON?, into names: inout Set<String>) {
    guard let node else { return }
    if let name = node["column_names"]?.elements.first?.string { names.insert(name.lowercased()) }
    for argument in node["arguments"]?.elements ?? [] {
      collectNames(argument["expression"], into: &names)
    }
    for child in node["children"]?.elements ?? [] { collectNames(child, into: &names) }
  }

  private mutating func noteRelation(_ name: String?) {
    if let name, !name.isEmpty { analysis.relations.insert(name.lowercased()) }
  }

  private func literals(of call: JSON) -> [String] {
    (call["arguments"]?.elements ?? []).flatMap { argument -> [String] in
      guard let expression = argument["expression"] else { return [] }
      if expression["literal"]?["kind"]?.string == "STRING" {
        return expression["literal"]?["text"]?.string.map { [$0] } ?? []
      }
      // A list of files is a call of list_value.
      return expression["function_name"]?.string == "list_value" ? literals(of: expression) : []
    }
  }

  private func place(of node: JSON) -> SQLAnalysis.Place? {
    node["query_location"]?.integer.map {
      SQLAnalysis.Place(offset: $0, length: node["query_location_length"]?.integer ?? 1)
    }
  }
}
