/// SQL of an engine whose grammar is not known here, read by its words alone: quotes, comments and
/// brackets are the same nearly everywhere, and so is what follows FROM and JOIN.
///
/// For example: `ForeignSQL("SELECT * FROM loans WHERE day = $day")` has the table `loans` and the
/// parameter `day`.
public struct ForeignSQL: Sendable, Hashable {
  /// How an engine writes its texts.
  public struct Dialect: Sendable, Hashable {
    /// Whether a backslash in a text takes the meaning from what follows it.
    public var escapesBackslashes: Bool

    /// A dialect; SQL's own unless said.
    public init(escapesBackslashes: Bool = false) {
      self.escapesBackslashes = escapesBackslashes
    }
  }

  /// A name and where it stands.
  public struct Name: Sendable, Hashable {
    /// The name without quotes or `$`.
    public var text: String
    /// The UTF-8 offset of its first byte, quote or `$` included.
    public var offset: Int
    /// How many bytes it has as written.
    public var length: Int
  }

  /// The SQL as written, without what follows its last token.
  public let text: String
  /// The `$name`s in order, each as often as it is there.
  public private(set) var parameters: [Name] = []
  /// The names of tables without a schema: what follows FROM and JOIN, and is no name of the SQL's own.
  public private(set) var tables: [Name] = []
  /// The first word in upper case; empty when there is none.
  public private(set) var firstWord = ""
  /// How many statements there are between the semicolons.
  public private(set) var statementCount = 0
  /// Whether the rows as a whole are put in order.
  public private(set) var isOrdered = false
  /// Whether only some of the rows are kept.
  public private(set) var isLimited = false
  /// The word that changes data within a query, such as `DELETE`.
  public private(set) var changingWord: Name?

  /// Reads SQL.
  public init(_ sql: String, in dialect: Dialect = Dialect()) {
    let tokens = Tokens(sql, dialect).list
    let end = tokens.last { $0.kind != .mark(";") }?.range.upperBound ?? 0
    text = String(decoding: Array(sql.utf8)[..<end], as: UTF8.self)
    read(tokens)
  }

  /// Whether it begins as a query does.
  public var isQuery: Bool {
    ["SELECT", "WITH", "VALUES", "TABLE", "FROM"].contains(firstWord)
  }

  /// The SQL with `mark` in the place of every parameter, and how offsets in it lead back.
  ///
  /// `mark` gets the parameter's name and how many came before it.
  public func rendered(_ mark: (_ name: String, _ index: Int) -> String) -> Rendered {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var places: [(rendered: Int, source: Int)] = [(0, 0)]
    var copied = 0
    for (index, parameter) in parameters.enumerated() {
      result += bytes[copied..<parameter.offset]
      result += Array(mark(parameter.text, index).utf8)
      copied = parameter.offset + parameter.length
      places.append((result.count, copied))
    }
    result += bytes[copied...]
    return Rendered(text: String(decoding: result, as: UTF8.self), places: places)
  }

  /// SQL with its parameters replaced.
  public struct Rendered: Sendable {
    /// The SQL.
    public let text: String
    fileprivate let places: [(rendered: Int, source: Int)]

    /// The UTF-8 offset in the source of an offset in `text`.
    public func sourceOffset(of offset: Int) -> Int {
      let last = places.last { $0.rendered <= offset } ?? (0, 0)
      return last.source + offset - last.rendered
    }
  }

  private mutating func read(_ tokens: [Token]) {
    // What is between a pair of brackets: whether they are a function's, and what a comma is there.
    struct Level {
      var isCall = false
      var expectsTable = false
      var isInFrom = false
    }
    var levels = [Level()]
    // The query's own tables by name, with the tokens of their bodies.
    var own: [String: [ClosedRange<Int>]] = [:]
    let isRecursive = tokens.contains { $0.word == "RECURSIVE" }
    var found: [(name: Name, token: Int)] = []
    var startsStatement = true
    for (index, token) in tokens.enumerated() {
      let previous = index > 0 ? tokens[index - 1] : nil
      let next = index + 1 < tokens.count ? tokens[index + 1] : nil
      let word = token.word
      if startsStatement, token.kind != .mark(";") {
        statementCount += 1
        startsStatement = false
        if statementCount == 1 { firstWord = word ?? "" }
      }
      let top = levels.count - 1
      switch token.kind {
      case .mark(";"): startsStatement = true
      case .mark("("):
        let isCall =
          previous.map { $0.isName && !Self.introducers.contains($0.word ?? "") } ?? false
        // `FROM (a JOIN b ...)`: the brackets hold tables, unless they hold a query.
        levels.append(
          Level(
            isCall: isCall, expectsTable: levels[top].expectsTable,
            isInFrom: levels[top].expectsTable))
        levels[top].expectsTable = false
      case .mark(")"):
        if levels.count > 1 { levels.removeLast() }
      case .mark(","): levels[top].expectsTable = levels[top].isInFrom
      case .mark: levels[top].expectsTable = false
      case .parameter(let name):
        parameters.append(
          Name(text: name, offset: token.range.lowerBound, length: token.range.count))
        levels[top].expectsTable = false
      case .text: levels[top].expectsTable = false
      case .word, .quoted:
        switch previous?.kind == .mark(".") ? nil : word {
        case "FROM" where previous?.word != "DISTINCT" || !isComparison(tokens, index):
          // `extract(year FROM day)` has brackets of a function around it, without a SELECT.
          if !levels[top].isCall { (levels[top].expectsTable, levels[top].isInFrom) = (true, true) }
        case "JOIN": (levels[top].expectsTable, levels[top].isInFrom) = (true, true)
        case "ONLY" where levels[top].expectsTable, "LATERAL" where levels[top].expectsTable: break
        case "SELECT", "VALUES", "WITH", "TABLE":
          levels[top] = Level(expectsTable: word == "TABLE" && next?.isName == true)
        case "ON", "USING": levels[top].expectsTable = false
        case let word? where Self.clauses.contains(word):
          (levels[top].expectsTable, levels[top].isInFrom) = (false, false)
          if levels.count == 1 {
            if word == "ORDER", next?.word == "BY" { isOrdered = true }
            if word == "LIMIT" || word == "FETCH" { isLimited = true }
            // What is put together after that has no order of its own.
            if Self.setOperations.contains(word) { isOrdered = false }
          }
        default:
          if let word, Self.changes.contains(word), previous?.kind == .mark("("),
            changingWord == nil
          {
            changingWord = Name(
              text: word, offset: token.range.lowerBound, length: token.range.count)
          }
          if let body = bodyOfOwnTable(tokens, index) {
            own[token.name.lowercased(), default: []].append(body)
          }
          guard levels[top].expectsTable else { continue }
          levels[top].expectsTable = false
          // A schema in front, or a function's brackets behind: nothing of ours.
          guard next?.kind != .mark("."), next?.kind != .mark("("), previous?.kind != .mark(".")
          else { continue }
          let name = Name(
            text: token.name, offset: token.range.lowerBound, length: token.range.count)
          found.append((name, index))
        }
      }
    }
    // Within its own body a name still means what it meant before.
    tables = found.filter { table in
      guard let bodies = own[table.name.text.lowercased()] else { return true }
      return !isRecursive && bodies.contains { $0.contains(table.token) }
    }.map(\.name)
  }

  /// `IS DISTINCT FROM` compares.
  private func isComparison(_ tokens: [Token], _ index: Int) -> Bool {
    index > 1 && ["IS", "NOT"].contains(tokens[index - 2].word ?? "")
  }

  /// The brackets of the query behind `name AS (`, `name AS MATERIALIZED (` or `name (a, b) AS (`; nil
  /// when the name is none of a table of the query's own.
  private func bodyOfOwnTable(_ tokens: [Token], _ start: Int) -> ClosedRange<Int>? {
    var index = start + 1
    if index < tokens.count, tokens[index].kind == .mark("(") {
      index += 1
      while index < tokens.count, tokens[index].isName || tokens[index].kind == .mark(",") {
        index += 1
      }
      guard index < tokens.count, tokens[index].kind == .mark(")") else { return nil }
      index += 1
    }
    guard index < tokens.count, tokens[index].word == "AS" else { return nil }
    index += 1
    while index < tokens.count, ["NOT", "MATERIALIZED"].contains(tokens[index].word ?? "") {
      index += 1
    }
    guard index < tokens.count, tokens[index].kind == .mark("(") else { return nil }
    var depth = 0
    for end in index..<tokens.count {
      if tokens[end].kind == .mark("(") { depth += 1 }
      if tokens[end].kind == .mark(")") { depth -= 1 }
      if depth == 0 { return index...end }
    }
    return nil
  }

  private static let setOperations: Set = ["UNION", "EXCEPT", "INTERSECT", "MINUS"]
  private static let clauses: Set = setOperations.union([
    "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "FETCH", "WINDOW", "QUALIFY", "FOR",
  ])
  private static let changes: Set = ["INSERT", "UPDATE", "DELETE", "MERGE"]
  /// Words before brackets that are no function's.
  private static let introducers: Set = clauses.union([
    "FROM", "JOIN", "ON", "USING", "AS", "IN", "EXISTS", "ANY", "ALL", "SOME", "LATERAL", "ONLY",
    "AND", "OR", "NOT",
    "SELECT", "THEN", "ELSE", "WHEN", "BY", "DISTINCT", "MATERIALIZED", "VALUES",
  ])
}
