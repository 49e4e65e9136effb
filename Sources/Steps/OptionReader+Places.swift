public import Parsing
public import Vocabulary

/// A name with its place, as options give the names of tables and columns.
public struct NamedPlace: Sendable, Hashable {
  /// The name as written.
  public var name: String
  /// Where it is written.
  public var range: SourceRange?

  /// A name at a place.
  public init(_ name: String, at range: SourceRange?) {
    self.name = name
    self.range = range
  }

  /// Whether a `-` in front asks for descending order.
  var isDescending: Bool { name.hasPrefix("-") }

  /// The name without a `-` in front.
  var withoutSign: NamedPlace {
    isDescending ? NamedPlace(String(name.dropFirst()), at: range) : self
  }
}

/// A number format of a column.
public struct NamedFormat: Sendable, Hashable {
  /// The column.
  public var column: NamedPlace
  /// Its format.
  public var format: NumberFormat
}

/// A text that belongs to a column.
public struct NamedText: Sendable, Hashable {
  /// The column.
  public var column: NamedPlace
  /// The text.
  public var text: String
}

extension OptionReader {
  /// A required name with its place.
  public mutating func requiredPlace(_ key: String) -> NamedPlace {
    let range = node(key)?.range
    return NamedPlace(requiredString(key), at: range)
  }

  /// An optional name with its place.
  public mutating func place(_ key: String) -> NamedPlace? {
    let range = node(key)?.range
    return string(key).map { NamedPlace($0, at: range) }
  }

  /// A list of names, or a single one.
  public mutating func places(_ key: String) -> [NamedPlace] {
    guard let node = node(key) else { return [] }
    let names = strings(key) ?? []
    if case .sequence(let items) = node.content, items.count == names.count {
      return zip(names, items).map { NamedPlace($0, at: $1.range) }
    }
    return names.map { NamedPlace($0, at: node.range) }
  }

  /// A number format such as `,.0f` or `.1%`.
  public mutating func format(_ key: String) -> NumberFormat? {
    guard let node = node(key), let text = string(key) else { return nil }
    return read(text, at: node.range)
  }

  /// Number formats by column name.
  public mutating func formats(_ key: String) -> [NamedFormat] {
    pairs(key).compactMap { column, text in
      read(text, at: column.range ?? range(of: key)).map { NamedFormat(column: column, format: $0) }
    }
  }

  /// Texts by column name.
  public mutating func texts(_ key: String) -> [NamedText] {
    pairs(key).map { NamedText(column: $0, text: $1) }
  }

  private mutating func pairs(_ key: String) -> [(NamedPlace, String)] {
    guard var reader = reader(key) else { return [] }
    let pairs = (mapping(key) ?? []).compactMap { entry in
      reader.string(entry.key).map { (NamedPlace(entry.key, at: entry.keyRange), $0) }
    }
    absorb(&reader)
    return pairs
  }

  /// Takes over what a reader of nested options has found.
  mutating func absorb(_ nested: inout OptionReader) {
    for diagnostic in nested.finish() { report(diagnostic) }
  }

  private mutating func read(_ text: String, at range: SourceRange) -> NumberFormat? {
    if let format = NumberFormat(parsing: text) { return format }
    report(
      .error(
        "bad-format", "`\(text)` is no number format", at: range,
        solutions: ["use `.3f`, `,.0f`, `.1%`, `,d` or `s`"]))
    return nil
  }
}
