extension SQLAnalysis {
  /// What decides the order of a result's rows.
  public enum RowOrder: Sendable, Hashable {
    /// The query says it, or there is at most one row.
    case stated
    /// Rows come as they stand in these tables, one after the other.
    case inherited([String])
    /// Nothing; it may change with the engine or the data.
    case unstated
  }

  /// A column that a result gives under another name, unchanged.
  public struct Rename: Sendable, Hashable {
    /// The column's own name.
    public var column: String
    /// Its name in the result.
    public var alias: String
    /// Where the column is named.
    public var place: Place?
  }
}

/// Which queries keep the order of rows is DuckDB's promise in "Order Preservation" of its manual:
/// FROM with one table, WHERE, LIMIT, UNION ALL, `OVER ()`, subqueries of the same; not joins, GROUP
/// BY, DISTINCT and other set operations.
extension SQLAnalysis.RowOrder {
  init(of query: JSON, queries outer: [String: JSON] = [:], depth: Int = 0) {
    let modifiers = query["modifiers"]?.elements ?? []
    if modifiers.contains(where: { $0["orders"] != nil }) {
      self = .stated
      return
    }
    let isDistinct = modifiers.contains { $0["type"]?.string == "DISTINCT_MODIFIER" }
    guard depth < 100, !isDistinct else {
      self = .unstated
      return
    }
    var queries = outer
    for entry in query["cte_map"]?["map"]?.elements ?? [] {
      if let name = entry["key"]?.string, let inner = entry["value"]?["query_node"] {
        queries[name.lowercased()] = inner
      }
    }
    switch query["type"]?.string {
    case "SELECT_NODE": self.init(ofSelect: query, queries, depth)
    case "SET_OPERATION_NODE": self.init(ofUnion: query, queries, depth)
    default: self = .unstated
    }
  }

  private init(ofSelect select: JSON, _ queries: [String: JSON], _ depth: Int) {
    let columns = select["select_list"]?.elements ?? []
    let isGrouped = select["group_expressions"]?.elements.isEmpty == false
    if isGrouped || select["aggregate_handling"]?.string == "FORCE_AGGREGATES" {
      self = .unstated
    } else if columns.contains(where: Self.aggregates) {
      self = .stated
    } else if (columns + [select["qualify"]].compactMap { $0 }).contains(where: Self.reorders) {
      self = .unstated
    } else {
      self.init(of: select["from_table"] ?? .null, from: queries, depth)
    }
  }

  private init(of source: JSON, from queries: [String: JSON], _ depth: Int) {
    switch source["type"]?.string {
    case "EMPTY", nil: self = .stated
    case "TABLE_FUNCTION", "EXPRESSION_LIST", "COLUMN_DATA": self = .inherited([])
    case "SUBQUERY":
      self.init(of: source["subquery"]?["node"] ?? .null, queries: queries, depth: depth + 1)
    case "BASE_TABLE":
      let path = (source["qualified_name"]?["path"]?.elements ?? []).compactMap(\.string)
      let name = path.last ?? ""
      if path.count == 1, let query = queries[name.lowercased()] {
        var others = queries
        others[name.lowercased()] = nil
        self.init(of: query, queries: others, depth: depth + 1)
      } else {
        self = .inherited([name])
      }
    default: self = .unstated
    }
  }

  private init(ofUnion union: JSON, _ queries: [String: JSON], _ depth: Int) {
    let kind = union["setop_type"]?.string ?? ""
    guard kind == "UNION" || kind == "UNION_BY_NAME", union["setop_all"]?.isFalse != true else {
      self = .unstated
      return
    }
    var tables: [String] = []
    let parts =
      union["children"]?.elements ?? [union["left"], union["right"]].compactMap { $0 }
    for part in parts {
      switch Self(of: part, queries: queries, depth: depth + 1) {
      case .stated: continue
      case .inherited(let names): tables += names
      case .unstated:
        self = .unstated
        return
      }
    }
    self = .inherited(tables)
  }

  /// Whether an expression holds an aggregate outside of subqueries, so that there is one row.
  private static func aggregates(_ node: JSON) -> Bool {
    contains(node) { node in
      node["class"]?.string == "FUNCTION"
        && SQLAnalysis.aggregates.contains(node["function_name"]?.string?.lowercased() ?? "")
    }
  }

  /// Whether an expression holds a window that is divided or ordered.
  private static func reorders(_ node: JSON) -> Bool {
    contains(node) { node in
      node["class"]?.string == "WINDOW"
        && (node["partitions"]?.elements.isEmpty == false
          || node["orders"]?.elements.isEmpty == false)
    }
  }

  private static func contains(_ node: JSON, _ isWanted: (JSON) -> Bool) -> Bool {
    switch node {
    case .array(let elements): return elements.contains { contains($0, isWanted) }
    case .object(let members):
      if isWanted(node) { return true }
      // An aggregate over a window is a window; a subquery has rows of its own.
      let type = node["class"]?.string
      if type == "SUBQUERY" || type == "WINDOW" { return false }
      return members.contains { contains($0.value, isWanted) }
    case .null, .bool, .number, .string: return false
    }
  }
}

extension SQLAnalysis {
  /// The columns that the outermost SELECT gives under another name.
  static func renames(in query: JSON) -> [Rename] {
    (query["select_list"]?.elements ?? []).compactMap { node in
      guard node["class"]?.string == "COLUMN_REF", let alias = node["alias"]?.string,
        let column = node["column_names"]?.elements.last?.string,
        alias.lowercased() != column.lowercased()
      else { return nil }
      let place = node["query_location"]?.integer.map {
        Place(offset: $0, length: node["query_location_length"]?.integer ?? 1)
      }
      return Rename(column: column, alias: alias, place: place)
    }
  }
}

extension JSON {
  fileprivate var isFalse: Bool {
    if case .bool(false) = self { true } else { false }
  }
}
