/// Bytes at an address that suits every Arrow buffer, followed by zeros that stand for what is empty.
///
/// Whoever holds a pointer into them holds this object.
@safe final class AlignedBytes {
  /// Arrow's recommended alignment.
  private static let alignment = 64
  /// How many zeros follow: enough for one offset of an empty column, and for a word of a bitmap.
  private static let tail = 64

  /// How many bytes were given.
  let count: Int
  private let base: UnsafeMutableRawPointer

  /// A copy of `bytes`.
  init(_ bytes: some Collection<UInt8>) {
    count = bytes.count
    unsafe base = .allocate(byteCount: count + Self.tail, alignment: Self.alignment)
    let room = unsafe UnsafeMutableRawBufferPointer(start: base, count: count)
    if bytes.withContiguousStorageIfAvailable({ unsafe room.copyMemory(from: .init($0)) }) == nil {
      unsafe room.copyBytes(from: bytes)
    }
    unsafe (base + count).initializeMemory(as: UInt8.self, repeating: 0, count: Self.tail)
  }

  deinit { unsafe base.deallocate() }

  /// The little-endian number at `offset`.
  func number<Number: FixedWidthInteger>(
    at offset: Int, as type: Number.Type = Number.self
  ) throws(ArrowIPCError) -> Number {
    guard offset >= 0, offset <= count - MemoryLayout<Number>.size else {
      throw .malformed("it ends too early")
    }
    return unsafe Number(
      littleEndian: base.loadUnaligned(fromByteOffset: offset, as: Number.self))
  }

  /// The bytes of `range`, which must lie within.
  func withBytes<Success>(
    _ range: Range<Int>, _ body: (UnsafeRawBufferPointer) -> Success
  ) -> Success {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    return unsafe body(UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
  }

  /// The address of `range`, which must lie within; that of the zeros when it is empty.
  @unsafe func address(of range: Range<Int>) -> UnsafeRawPointer {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    return unsafe UnsafeRawPointer(range.isEmpty ? base + count : base + range.lowerBound)
  }
}

// The bytes are written by `init` alone.
extension AlignedBytes: @unchecked Sendable {}
