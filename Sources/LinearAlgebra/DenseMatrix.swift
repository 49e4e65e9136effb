internal import CEngines
public import Vocabulary

/// Numbers in rows and columns, stored row after row; NaN is a missing value.
///
/// For example: `try DenseMatrix(reading: stream).rowCount`.
public struct DenseMatrix: Sendable, Hashable {
  /// How many rows there are.
  public private(set) var rowCount: Int
  /// How many columns there are.
  public let columnCount: Int
  /// The numbers, row after row.
  public var values: [Double]

  /// A matrix of these numbers; those that do not fill a row are left out.
  public init(columnCount: Int, values: [Double]) {
    self.columnCount = max(0, columnCount)
    rowCount = columnCount > 0 ? values.count / columnCount : 0
    self.values = values
    self.values.removeLast(values.count - rowCount * self.columnCount)
  }

  /// The numbers of one row.
  public func row(_ index: Int) -> ArraySlice<Double> {
    values[index * columnCount..<(index + 1) * columnCount]
  }

  /// The rows with these numbers, in this order.
  public func rows(_ indices: [Int]) -> DenseMatrix {
    var picked: [Double] = []
    picked.reserveCapacity(indices.count * columnCount)
    for index in indices { picked += row(index) }
    return DenseMatrix(columnCount: columnCount, values: picked)
  }

  /// Reads a stream of numeric columns to its end; null becomes NaN.
  public init(reading stream: ColumnStream) throws(LinearAlgebraError) {
    let source = unsafe stream.address.assumingMemoryBound(to: ArrowArrayStream.self)
    guard unsafe source.pointee.release != nil else {
      throw LinearAlgebraError("the stream of columns was used already")
    }
    columnCount = stream.fields.count
    rowCount = 0
    values = []
    let readers = try Self.readers(of: stream.fields)
    while true {
      var array = unsafe ArrowArray()
      guard unsafe source.pointee.get_next?(source, &array) == 0 else {
        let words = unsafe source.pointee.get_last_error?(source)
        throw LinearAlgebraError(
          unsafe words.map { unsafe String(cString: $0) } ?? "the rows could not be made")
      }
      guard unsafe array.release != nil else { break }
      unsafe append(array, readers)
      unsafe array.release?(&array)
    }
    if let failure = stream.failure { throw LinearAlgebraError("\(failure)") }
  }

  private mutating func append(_ array: ArrowArray, _ readers: [NumberReader]) {
    let count = unsafe Int(clamping: array.length)
    guard unsafe array.n_children == Int64(columnCount), count > 0 else { return }
    let start = values.count
    values.append(contentsOf: repeatElement(.nan, count: count * columnCount))
    for column in 0..<columnCount {
      guard let child = unsafe array.children?[column]?.pointee, unsafe child.n_buffers >= 2,
        let data = unsafe child.buffers?[1]
      else { continue }
      let validity = unsafe child.null_count == 0 ? nil : child.buffers?[0]
      let offset = unsafe Int(clamping: child.offset)
      for row in 0..<count {
        if let validity = unsafe validity {
          let place = offset + row
          let byte = unsafe validity.load(fromByteOffset: place / 8, as: UInt8.self)
          guard byte >> (place % 8) & 1 == 1 else { continue }
        }
        values[start + row * columnCount + column] = unsafe readers[column].read(
          data, offset + row)
      }
    }
    rowCount += count
  }

  private static func readers(
    of fields: [ColumnStream.Field]
  ) throws(LinearAlgebraError) -> [NumberReader] {
    var readers: [NumberReader] = []
    for field in fields {
      guard let reader = NumberReader(rawValue: field.format) else {
        throw LinearAlgebraError("column `\(field.name)` is no number")
      }
      readers.append(reader)
    }
    return readers
  }
}

/// How a number lies in an Arrow buffer, by Arrow's format.
private enum NumberReader: String {
  case int8 = "c"
  case uint8 = "C"
  case int16 = "s"
  case uint16 = "S"
  case int32 = "i"
  case uint32 = "I"
  case int64 = "l"
  case uint64 = "L"
  case float = "f"
  case double = "g"
  case bool = "b"

  @inline(__always)
  func read(_ data: UnsafeRawPointer, _ index: Int) -> Double {
    switch self {
    case .int8: unsafe Double(data.load(fromByteOffset: index, as: Int8.self))
    case .uint8: unsafe Double(data.load(fromByteOffset: index, as: UInt8.self))
    case .int16: unsafe Double(data.load(fromByteOffset: 2 * index, as: Int16.self))
    case .uint16: unsafe Double(data.load(fromByteOffset: 2 * index, as: UInt16.self))
    case .int32: unsafe Double(data.load(fromByteOffset: 4 * index, as: Int32.self))
    case .uint32: unsafe Double(data.load(fromByteOffset: 4 * index, as: UInt32.self))
    case .int64: unsafe Double(data.load(fromByteOffset: 8 * index, as: Int64.self))
    case .uint64: unsafe Double(data.load(fromByteOffset: 8 * index, as: UInt64.self))
    case .float: unsafe Double(data.load(fromByteOffset: 4 * index, as: Float.self))
    case .double: unsafe data.load(fromByteOffset: 8 * index, as: Double.self)
    case .bool:
      unsafe Double(data.load(fromByteOffset: index / 8, as: UInt8.self) >> (index % 8) & 1)
    }
  }
}
