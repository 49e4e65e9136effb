internal import CEngines

/// The numbers of one column of a stream, each as narrow as all of them allow without any change:
/// flags and codes take one byte, where the engine that makes them takes eight.
///
/// LightGBM holds all columns until its bins are made, and reads every type as a double; what it
/// learns does not depend on the type.
@safe final class NarrowColumn {
  /// How a number is kept, by Arrow's format.
  private enum Kind: String {
    case int8 = "c"
    case int16 = "s"
    case int32 = "i"
    case float = "f"
    case double = "g"

    var size: Int {
      switch self {
      case .int8: 1
      case .int16: 2
      case .int32, .float: 4
      case .double: 8
      }
    }

    /// The kind that holds what `self` holds and `value`.
    func widened(for value: Double) -> Kind {
      switch self {
      case .int8 where Int8(exactly: value) != nil: return .int8
      case .int8 where Int16(exactly: value) != nil: return .int16
      case .int16 where Int16(exactly: value) != nil: return .int16
      case .int8 where Int32(exactly: value) != nil: return .int32
      case .int16 where Int32(exactly: value) != nil: return .int32
      case .int32 where Int32(exactly: value) != nil: return .int32
      // What two bytes hold is exact in 24 bits, what four hold is not.
      case .int8 where Double(Float(value)) == value: return .float
      case .int16 where Double(Float(value)) == value: return .float
      case .float where Double(Float(value)) == value: return .float
      default: return .double
      }
    }
  }

  private var kind = Kind.int8
  private(set) var count = 0
  private(set) var missingCount = 0
  private var capacity = 0
  private var numbers: UnsafeMutableRawPointer?
  /// One bit for each number: 0 is missing. Only there when one is.
  private var validity: UnsafeMutablePointer<UInt8>?
  private var validityCapacity = 0

  deinit {
    unsafe numbers?.deallocate()
    unsafe validity?.deallocate()
  }

  /// Arrow's format of the column.
  var format: String { kind.rawValue }

  /// The numbers, and the bits that say which are there; nil when all are.
  @unsafe var buffers: (validity: UnsafeRawPointer?, numbers: UnsafeRawPointer?) {
    unsafe (
      validity.map { UnsafeRawPointer($0) }, numbers.map { UnsafeRawPointer($0) }
    )
  }

  /// The number in a row; nil when it is missing.
  func value(at row: Int) -> Double? {
    let byte = unsafe validity?[row / 8] ?? .max
    return byte >> UInt8(row % 8) & 1 == 1 ? load(row) : nil
  }

  /// Adds the numbers of an Arrow array of this format; NaN is missing.
  func append(_ array: ArrowArray, format: String) {
    switch format {
    case "c": unsafe append(array, Int8.self) { Double($0) }
    case "C": unsafe append(array, UInt8.self) { Double($0) }
    case "s": unsafe append(array, Int16.self) { Double($0) }
    case "S": unsafe append(array, UInt16.self) { Double($0) }
    case "i": unsafe append(array, Int32.self) { Double($0) }
    case "I": unsafe append(array, UInt32.self) { Double($0) }
    case "l": unsafe append(array, Int64.self) { Double($0) }
    case "L": unsafe append(array, UInt64.self) { Double($0) }
    case "f": unsafe append(array, Float.self) { Double($0) }
    case "g": unsafe append(array, Double.self) { $0 }
    default: unsafe appendBits(array)
    }
  }

  @inline(__always)
  private func append<Number: BitwiseCopyable>(
    _ array: ArrowArray, _ type: Number.Type, _ read: (Number) -> Double
  ) {
    let data = unsafe array.n_buffers > 1 ? array.buffers?[1] : nil
    let size = MemoryLayout<Number>.stride
    unsafe append(array) { place in
      guard let data = unsafe data else { return .nan }
      return unsafe read(data.loadUnaligned(fromByteOffset: place * size, as: Number.self))
    }
  }

  private func appendBits(_ array: ArrowArray) {
    let data = unsafe array.n_buffers > 1 ? array.buffers?[1] : nil
    unsafe append(array) { place in
      guard let data = unsafe data else { return .nan }
      let byte = unsafe data.load(fromByteOffset: place / 8, as: UInt8.self)
      return Double(byte >> (place % 8) & 1)
    }
  }

  @inline(__always)
  private func append(_ array: ArrowArray, _ read: (Int) -> Double) {
    let length = unsafe Int(clamping: array.length)
    let offset = unsafe Int(clamping: array.offset)
    let bits = unsafe array.null_count == 0 ? nil : array.buffers?[0]
    reserve(count + length)
    for row in 0..<length {
      let place = offset + row
      if let bits = unsafe bits {
        let byte = unsafe bits.load(fromByteOffset: place / 8, as: UInt8.self)
        if byte >> (place % 8) & 1 == 0 {
          addMissing()
          continue
        }
      }
      add(read(place))
    }
  }

  @inline(__always)
  private func add(_ value: Double) {
    if value.isNaN { return addMissing() }
    let wanted = kind.widened(for: value)
    if wanted != kind { widen(to: wanted) }
    store(value, at: count)
    if unsafe validity != nil { setValid(count) }
    count += 1
  }

  private func addMissing() {
    if unsafe validity == nil {
      reserveValidity(capacity)
      for row in 0..<count { setValid(row) }
    }
    store(0, at: count)
    missingCount += 1
    count += 1
  }

  @inline(__always)
  private func store(_ value: Double, at place: Int) {
    guard let numbers = unsafe numbers else { return }
    switch kind {
    case .int8: unsafe numbers.storeBytes(of: Int8(value), toByteOffset: place, as: Int8.self)
    case .int16:
      unsafe numbers.storeBytes(of: Int16(value), toByteOffset: 2 * place, as: Int16.self)
    case .int32:
      unsafe numbers.storeBytes(of: Int32(value), toByteOffset: 4 * place, as: Int32.self)
    case .float:
      unsafe numbers.storeBytes(of: Float(value), toByteOffset: 4 * place, as: Float.self)
    case .double:
      unsafe numbers.storeBytes(of: value, toByteOffset: 8 * place, as: Double.self)
    }
  }

  private func load(_ place: Int) -> Double {
    guard let numbers = unsafe numbers else { return 0 }
    switch kind {
    case .int8: return unsafe Double(numbers.load(fromByteOffset: place, as: Int8.self))
    case .int16: return unsafe Double(numbers.load(fromByteOffset: 2 * place, as: Int16.self))
    case .int32: return unsafe Double(numbers.load(fromByteOffset: 4 * place, as: Int32.self))
    case .float: return unsafe Double(numbers.load(fromByteOffset: 4 * place, as: Float.self))
    case .double: return unsafe numbers.load(fromByteOffset: 8 * place, as: Double.self)
    }
  }

  // MARK: As bytes

  /// The bytes of a number in this format; nil when no column has it.
  static func size(ofFormat format: UInt8) -> Int? {
    Kind(rawValue: String(UnicodeScalar(format)))?.size
  }

  /// A number among bytes that were packed in this format.
  static func number(in bytes: [UInt8], at start: Int, _ row: Int, ofFormat format: UInt8) -> Double
  {
    func bits<Bits: FixedWidthInteger>(_ type: Bits.Type) -> Bits {
      let size = Bits.bitWidth / 8
      var bits = Bits.zero
      for offset in 0..<size {
        bits |= Bits(truncatingIfNeeded: bytes[start + row * size + offset]) << (8 * offset)
      }
      return bits
    }
    switch format {
    case UInt8(ascii: "c"): return Double(bits(Int8.self))
    case UInt8(ascii: "s"): return Double(bits(Int16.self))
    case UInt8(ascii: "i"): return Double(bits(Int32.self))
    case UInt8(ascii: "f"): return Double(Float(bitPattern: bits(UInt32.self)))
    default: return Double(bitPattern: bits(UInt64.self))
    }
  }

  /// Adds the column's format, whether numbers are missing, the bits that say which are there, and the
  /// numbers, as this machine has them in memory, which is little-endian on all that Washi runs on.
  func pack(into bytes: inout [UInt8]) {
    bytes += Array(kind.rawValue.utf8)
    bytes.append(missingCount > 0 ? 1 : 0)
    if missingCount > 0, let validity = unsafe validity {
      unsafe bytes.append(
        contentsOf: UnsafeBufferPointer(start: validity, count: (count + 7) / 8))
    }
    if let numbers = unsafe numbers {
      unsafe bytes.append(
        contentsOf: UnsafeRawBufferPointer(start: numbers, count: count * kind.size))
    }
  }

  private func setValid(_ place: Int) {
    unsafe validity?[place / 8] |= 1 << UInt8(place % 8)
  }

  /// Room for so many numbers. Pages that nobody has written to cost no memory, so room is doubled.
  private func reserve(_ wanted: Int) {
    guard wanted > capacity else { return }
    let next = max(wanted, 2 * capacity)
    let room = UnsafeMutableRawPointer.allocate(byteCount: next * kind.size, alignment: 8)
    if let old = unsafe numbers {
      unsafe room.copyMemory(from: old, byteCount: count * kind.size)
      unsafe old.deallocate()
    }
    unsafe numbers = unsafe room
    capacity = next
    if unsafe validity != nil { reserveValidity(next) }
  }

  private func reserveValidity(_ wanted: Int) {
    let size = (wanted + 7) / 8
    guard size > validityCapacity else { return }
    let room = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
    unsafe room.initialize(repeating: 0, count: size)
    if let old = unsafe validity {
      unsafe room.update(from: old, count: validityCapacity)
      unsafe old.deallocate()
    }
    unsafe validity = unsafe room
    validityCapacity = size
  }

  private func widen(to next: Kind) {
    let old = unsafe numbers
    let room = UnsafeMutableRawPointer.allocate(byteCount: capacity * next.size, alignment: 8)
    let before = kind
    for place in 0..<count {
      kind = before
      let value = load(place)
      kind = next
      unsafe numbers = unsafe room
      store(value, at: place)
      unsafe numbers = unsafe old
    }
    kind = next
    unsafe numbers = unsafe room
    unsafe old?.deallocate()
  }
}
