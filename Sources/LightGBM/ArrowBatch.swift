internal import CEngines
internal import Vocabulary

extension ColumnStream {
  /// The C stream, unless another engine has taken it over already.
  @unsafe func unconsumed() throws(LightGBMError) -> UnsafeMutablePointer<ArrowArrayStream> {
    let pointer = unsafe address.assumingMemoryBound(to: ArrowArrayStream.self)
    guard unsafe pointer.pointee.release != nil else {
      throw LightGBMError(.shape, "the stream of columns was used already")
    }
    return unsafe pointer
  }
}

/// Some arrays of a longer stream as a stream of their own, so that predictions need memory for a
/// batch and not for everything.
@safe final class ArrowBatch {
  private let source: UnsafeMutablePointer<ArrowArrayStream>
  private var arrays: [ArrowArray] = unsafe []
  private var next = 0
  /// Rows of all its arrays together.
  private(set) var rowCount = 0

  /// Reads arrays until there are `limit` rows; nil at the end of the source.
  init?(
    of source: UnsafeMutablePointer<ArrowArrayStream>, limit: Int
  ) throws(LightGBMError) {
    unsafe self.source = unsafe source
    while rowCount < limit {
      var array = unsafe ArrowArray()
      guard unsafe source.pointee.get_next?(source, &array) == 0 else {
        let words = unsafe source.pointee.get_last_error?(source)
        throw LightGBMError(
          .source, unsafe words.map { unsafe String(cString: $0) } ?? "the rows could not be made")
      }
      guard unsafe array.release != nil else { break }
      rowCount += unsafe Int(clamping: array.length)
      unsafe arrays.append(array)
    }
    if unsafe arrays.isEmpty { return nil }
  }

  deinit {
    // The arrays before `next` belong to the consumer.
    for index in unsafe arrays.indices.dropFirst(next) {
      unsafe arrays[index].release?(&arrays[index])
    }
  }

  /// Calls `body` with a C stream over the arrays.
  func withStream<Success>(_ body: (UnsafeMutablePointer<ArrowArrayStream>) -> Success) -> Success {
    var stream = unsafe ArrowArrayStream()
    unsafe stream.private_data = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe stream.get_schema = { stream, schema in
      guard let source = unsafe ArrowBatch.of(stream)?.source else { return 22 }
      return unsafe source.pointee.get_schema?(source, schema) ?? 22
    }
    unsafe stream.get_next = { stream, array in
      guard let batch = unsafe ArrowBatch.of(stream), let array = unsafe array else { return 22 }
      unsafe array.pointee = unsafe batch.takeNext()
      return 0
    }
    unsafe stream.get_last_error = { _ in nil }
    // The batch is owned by Swift; nothing to free here.
    unsafe stream.release = { stream in unsafe stream?.pointee.release = nil }
    return withExtendedLifetime(self) { unsafe body(&stream) }
  }

  /// The next array, or an empty released one at the end.
  private func takeNext() -> ArrowArray {
    guard unsafe next < arrays.count else { return unsafe ArrowArray() }
    defer { next += 1 }
    return unsafe arrays[next]
  }

  private static func of(_ stream: UnsafeMutablePointer<ArrowArrayStream>?) -> ArrowBatch? {
    guard let data = unsafe stream?.pointee.private_data else { return nil }
    return unsafe Unmanaged<ArrowBatch>.fromOpaque(data).takeUnretainedValue()
  }
}
