internal import CEngines
internal import Parsing
internal import Vocabulary

/// Rows on their way from a driver: its stream, and the statement that must not go before it.
@safe final class ADBCRows {
  /// How an engine casts.
  enum Casting {
    case postgreSQL
    case other

    func text(_ column: String, to type: String) -> String {
      switch self {
      case .postgreSQL: "\(column)::\(type) AS \(column)"
      case .other: "CAST(\(column) AS \(type == "text" ? "VARCHAR" : type)) AS \(column)"
      }
    }
  }

  /// What the driver fills in.
  let stream: UnsafeMutablePointer<ArrowArrayStream>
  private let statement: ADBCStatement?
  private let driver: ADBCDriver
  private let discretion: Discretion
  /// The error of the last call.
  private var error: RemoteError?

  init(of statement: ADBCStatement?, _ driver: ADBCDriver, _ discretion: Discretion) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: ArrowArrayStream())
    self.statement = statement
    self.driver = driver
    self.discretion = discretion
  }

  deinit {
    unsafe stream.pointee.release?(stream)
    unsafe stream.deallocate()
  }

  /// The C stream over these rows, when every column has a form here.
  func columnStream(for casting: Casting) throws(RemoteError) -> ColumnStream {
    var schema = unsafe ArrowSchema()
    guard unsafe stream.pointee.get_schema?(stream, &schema) == 0 else { throw failure() }
    defer { unsafe schema.release?(&schema) }
    var fields: [ColumnStream.Field] = []
    for index in 0..<Int(clamping: unsafe schema.n_children) {
      guard let child = unsafe schema.children?[index] else { continue }
      let column = unsafe ArrowColumn(child.pointee)
      if let fault = column.fault(casting) { throw fault }
      fields.append(
        ColumnStream.Field(
          name: column.name, format: column.format, isDecimalText: column.isDecimalText))
    }
    return columnStream(fields)
  }

  /// What went wrong, from the driver's own record of it where it keeps one.
  private func failure() -> RemoteError {
    var status: AdbcStatusCode = 0
    if driver.isRecent,
      let words = unsafe driver.functions.pointee.ErrorFromArrayStream?(stream, &status),
      unsafe words.pointee.message != nil
    {
      return unsafe ADBCFailure(status, words, of: driver).error(discretion)
    }
    let words = unsafe stream.pointee.get_last_error?(stream).map { unsafe String(cString: $0) }
    return ADBCFailure(status: 10, message: words ?? "").error(discretion)
  }

  private func columnStream(_ fields: [ColumnStream.Field]) -> ColumnStream {
    let outer = UnsafeMutablePointer<ArrowArrayStream>.allocate(capacity: 1)
    unsafe outer.initialize(to: ArrowArrayStream())
    unsafe outer.pointee.private_data = unsafe Unmanaged.passRetained(self).toOpaque()
    unsafe outer.pointee.get_schema = { outer, schema in
      guard let rows = unsafe ADBCRows.of(outer) else { return 22 }
      let code = unsafe rows.stream.pointee.get_schema?(rows.stream, schema) ?? 22
      if code != 0 { rows.error = rows.failure() }
      return code
    }
    unsafe outer.pointee.get_next = { outer, array in
      guard let rows = unsafe ADBCRows.of(outer) else { return 22 }
      let code = unsafe rows.stream.pointee.get_next?(rows.stream, array) ?? 22
      if code != 0 { rows.error = rows.failure() }
      return code
    }
    unsafe outer.pointee.get_last_error = { outer in
      guard let rows = unsafe ADBCRows.of(outer) else { return nil }
      return unsafe rows.stream.pointee.get_last_error?(rows.stream)
    }
    unsafe outer.pointee.release = { outer in
      guard let data = unsafe outer?.pointee.private_data else { return }
      unsafe outer?.pointee.private_data = nil
      unsafe outer?.pointee.release = nil
      unsafe Unmanaged<ADBCRows>.fromOpaque(data).release()
    }
    return unsafe ColumnStream(
      fields: fields, address: UnsafeMutableRawPointer(outer), error: { self.error },
      release: {
        // A consumer that took the stream over has set `release` to nil.
        unsafe outer.pointee.release?(outer)
        unsafe outer.deallocate()
      })
  }

  private static func of(_ stream: UnsafeMutablePointer<ArrowArrayStream>?) -> ADBCRows? {
    guard let data = unsafe stream?.pointee.private_data else { return nil }
    return unsafe Unmanaged<ADBCRows>.fromOpaque(data).takeUnretainedValue()
  }
}

/// A column as Arrow describes it, with what drivers write beside it.
struct ArrowColumn {
  var name: String
  var format: String
  /// The engine's own name of a type that Arrow has not.
  var engineType: String?
  var children: [ArrowColumn] = []

  init(_ schema: ArrowSchema) {
    name = unsafe schema.name.map { unsafe String(cString: $0) } ?? ""
    format = unsafe schema.format.map { unsafe String(cString: $0) } ?? ""
    let metadata = unsafe Self.metadata(schema.metadata)
    engineType = metadata.first { $0.key.hasSuffix(":typname") }?.value
    if engineType == nil, metadata["ARROW:extension:name"] == "arrow.opaque" {
      engineType = metadata["ARROW:extension:metadata"].flatMap(Self.typeName)
    }
    for index in 0..<Int(clamping: unsafe schema.n_children) {
      if let child = unsafe schema.children?[index] {
        children.append(unsafe ArrowColumn(child.pointee))
      }
    }
  }

  /// Whether it is text that stands for decimal numbers.
  var isDecimalText: Bool { format == "u" && engineType == "numeric" }

  /// Why the column cannot come here; nil when it can.
  func fault(_ casting: ADBCRows.Casting) -> RemoteError? {
    guard let type = unknownType else { return nil }
    let kind = type.name.hasPrefix("unnamed") ? "a type" : "the type `\(type.name)`"
    return RemoteError(
      .type, "column `\(name)` is of \(kind), which has no counterpart here",
      solutions: ["cast it in the SELECT: `\(casting.text(name, to: type.remedy))`"])
  }

  /// The type in it that has no counterpart, and what to cast the column to.
  private var unknownType: (name: String, remedy: String)? {
    // Bytes that only the engine can read.
    if let engineType, ["z", "Z"].contains(format) { return (engineType, "text") }
    if format.hasPrefix("d:"), format.hasSuffix(",256") { return ("decimal256", "decimal(38, 10)") }
    for child in children {
      if child.isDecimalText { return ("numeric[]", "double precision[]") }
      if let inner = child.unknownType { return (inner.name, "text") }
    }
    return nil
  }

  /// `{"type_name": "inet", ...}`.
  private static func typeName(_ json: String) -> String? {
    guard let key = json.firstRange(of: "\"type_name\"") else { return nil }
    let parts = json[key.upperBound...].split(
      separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
    return parts.count > 1 ? String(parts[1]) : nil
  }

  /// Arrow's pairs: a count, then each key and value with its length, in the machine's byte order.
  private static func metadata(_ start: UnsafePointer<CChar>?) -> [String: String] {
    guard let start = unsafe start else { return [:] }
    var rest = unsafe UnsafeRawPointer(start)
    func number() -> Int {
      let value = unsafe rest.loadUnaligned(as: Int32.self)
      unsafe rest += 4
      return max(0, Int(value))
    }
    func text() -> String {
      let count = number()
      let bytes = unsafe UnsafeRawBufferPointer(start: rest, count: count)
      unsafe rest += count
      return unsafe String(decoding: bytes, as: UTF8.self)
    }
    var found: [String: String] = [:]
    for _ in 0..<number() {
      let key = text()
      found[key] = text()
    }
    return found
  }
}
