// The numbers of fields and types are those of Arrow's Schema.fbs.
// https://github.com/apache/arrow/blob/main/format/Schema.fbs (Apache License 2.0)

extension ArrowField {
  /// How deep columns may be nested, and how many there may be with all their parts: far beyond what
  /// anybody sends, and near enough to end a message that points in circles.
  private static let (depthLimit, countLimit) = (32, 100_000)

  /// The columns of a schema message.
  static func reading(schema: FlatTable) throws(ArrowIPCError) -> [ArrowField] {
    guard try schema.number(0, default: 0 as Int16) == 0 else {
      throw .unsupported("numbers are big-endian")
    }
    var left = countLimit
    var fields: [ArrowField] = []
    for table in try schema.tables(1) {
      fields.append(try ArrowField(table, within: "", depth: 0, &left))
    }
    return fields
  }

  private init(
    _ table: FlatTable, within path: String, depth: Int, _ left: inout Int
  ) throws(ArrowIPCError) {
    left -= 1
    guard depth <= Self.depthLimit, left >= 0 else {
      throw .malformed("its columns are nested without end")
    }
    name = try table.text(0) ?? ""
    isNullable = try table.truth(1)
    for entry in try table.tables(6) {
      metadata[try entry.text(0) ?? ""] = try entry.text(1) ?? ""
    }
    let path = path.isEmpty ? name : "\(path).\(name)"
    guard try !table.has(4) else { throw Self.foreign(path, "DICTIONARY") }
    var children: [ArrowField] = []
    for child in try table.tables(5) {
      children.append(try ArrowField(child, within: path, depth: depth + 1, &left))
    }
    let code: UInt8 = try table.number(2, default: 0)
    guard let details = try table.table(3) else { throw .malformed("a column has no type") }
    type = try Self.type(code, details, children, path)
    if case .structure = type { return }
    guard children.count == type.children.count else {
      throw .malformed("a column has parts that its type does not have")
    }
  }

  private static func type(
    _ code: UInt8, _ details: FlatTable, _ children: [ArrowField], _ path: String
  ) throws(ArrowIPCError) -> ArrowType {
    switch code {
    case 1: return .null
    case 2:
      let bits: Int32 = try details.number(0, default: 0)
      guard [8, 16, 32, 64].contains(bits) else { throw foreign(path, "INT\(bits)") }
      return .integer(bits: Int(bits), isSigned: try details.truth(1))
    case 3:
      switch try details.number(0, default: 0 as Int16) {
      case 1: return .float(bits: 32)
      case 2: return .float(bits: 64)
      default: throw foreign(path, "FLOAT16")
      }
    case 4: return .binary(isLarge: false)
    case 5: return .text(isLarge: false)
    case 6: return .boolean
    case 7: return try decimal(details, path)
    case 8:
      return try details.number(0, default: 1 as Int16) == 0 ? .date : .dateInMillis
    case 9: return .time(try unit(details, default: .milli))
    case 10: return .timestamp(try unit(details, default: .second), zone: try details.text(1))
    case 11:
      guard let kind = ArrowType.Interval(rawValue: try details.number(0, default: 0)) else {
        throw .malformed("an interval of no known kind")
      }
      return .interval(kind)
    case 12: return .list(try onlyChild(children), isLarge: false)
    case 13: return .structure(children)
    case 15:
      let width: Int32 = try details.number(0, default: 0)
      guard (1...(1 << 24)).contains(width) else { throw .malformed("values of \(width) bytes") }
      return .fixedBinary(width: Int(width))
    case 16:
      let count: Int32 = try details.number(0, default: 0)
      guard count > 0 else { throw .malformed("lists of \(count) values") }
      return .fixedList(try onlyChild(children), count: Int(count))
    case 17:
      let entries = try onlyChild(children)
      guard case .structure(let parts) = entries.type, parts.count == 2 else {
        throw .malformed("a map without keys and values")
      }
      return .map(entries, isSorted: try details.truth(0))
    case 18: return .duration(try unit(details, default: .milli))
    case 19: return .binary(isLarge: true)
    case 20: return .text(isLarge: true)
    case 21: return .list(try onlyChild(children), isLarge: true)
    case 14: throw foreign(path, "UNION")
    case 22: throw foreign(path, "RUN_END_ENCODED")
    case 23: throw foreign(path, "BINARY_VIEW")
    case 24: throw foreign(path, "STRING_VIEW")
    case 25, 26: throw foreign(path, "LIST_VIEW")
    default: throw foreign(path, "Arrow type \(code)")
    }
  }

  private static func decimal(
    _ details: FlatTable, _ path: String
  ) throws(ArrowIPCError) -> ArrowType {
    let precision: Int32 = try details.number(0, default: 0)
    let scale: Int32 = try details.number(1, default: 0)
    let bits: Int32 = try details.number(2, default: 128)
    guard bits == 128, (1...38).contains(precision), (0...precision).contains(scale) else {
      throw foreign(path, "DECIMAL(\(precision), \(scale)) of \(bits) bits")
    }
    return .decimal(precision: Int(precision), scale: Int(scale))
  }

  private static func unit(
    _ details: FlatTable, default unit: ArrowType.Unit
  ) throws(ArrowIPCError) -> ArrowType.Unit {
    guard let unit = ArrowType.Unit(rawValue: try details.number(0, default: unit.rawValue)) else {
      throw .malformed("times in no known unit")
    }
    return unit
  }

  private static func onlyChild(_ children: [ArrowField]) throws(ArrowIPCError) -> ArrowField {
    guard children.count == 1 else { throw .malformed("a list without a type of its values") }
    return children[0]
  }

  private static func foreign(_ column: String, _ type: String) -> ArrowIPCError {
    ArrowIPCError(
      .column(name: column, type: type),
      "column `\(column)` has type \(type), which has no local counterpart")
  }
}
