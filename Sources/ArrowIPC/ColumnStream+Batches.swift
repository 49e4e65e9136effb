internal import CEngines
public import Vocabulary

extension ColumnStream {
  /// Batches as a C stream. Each is asked for when the consumer wants it, on the consumer's thread;
  /// `next` may wait, and gives nil at the end.
  public static func pulling(
    _ fields: [ArrowField], _ next: @escaping () throws -> RecordBatch?
  ) -> ColumnStream {
    let source = BatchSource(fields, next)
    let stream = UnsafeMutablePointer<ArrowArrayStream>.allocate(capacity: 1)
    unsafe stream.initialize(to: source.stream())
    return unsafe ColumnStream(
      fields: fields.map { Field(name: $0.name, format: $0.type.format) },
      address: UnsafeMutableRawPointer(stream), error: { source.error },
      release: {
        // A consumer that took the stream over has set `release` to nil.
        unsafe stream.pointee.release?(stream)
        unsafe stream.deallocate()
      })
  }
}

/// Where the batches of a C stream come from. The stream holds it until it is released.
@safe private final class BatchSource {
  private let fields: [ArrowField]
  private var next: (() throws -> RecordBatch?)?
  /// What ended the stream early.
  private(set) var error: (any Error)?
  private var words: UnsafeMutablePointer<CChar>?

  init(_ fields: [ArrowField], _ next: @escaping () throws -> RecordBatch?) {
    self.fields = fields
    self.next = next
  }

  deinit { unsafe words?.deallocate() }

  private func writeNext(to array: UnsafeMutablePointer<ArrowArray>) -> CInt {
    unsafe array.initialize(to: ArrowArray())
    guard error == nil else { return 5 }
    do {
      guard let batch = try next?() else {
        // What the closure holds is let go as soon as nothing more can come.
        next = nil
        return 0
      }
      unsafe array.initialize(to: ArrowArray(batch))
      return 0
    } catch {
      self.error = error
      next = nil
      unsafe words = unsafe copiedCString((error as? ArrowIPCError)?.summary ?? "\(error)")
      // EIO: any number but 0 means failure to the consumer.
      return 5
    }
  }

  func stream() -> ArrowArrayStream {
    var stream = unsafe ArrowArrayStream()
    unsafe stream.private_data = unsafe Unmanaged.passRetained(self).toOpaque()
    unsafe stream.get_schema = { stream, schema in
      guard let source = unsafe BatchSource.of(stream), let schema = unsafe schema else {
        return 22
      }
      let row = ArrowField(name: "", isNullable: false, type: .structure(source.fields))
      unsafe schema.initialize(to: ArrowSchema(row))
      return 0
    }
    unsafe stream.get_next = { stream, array in
      guard let source = unsafe BatchSource.of(stream), let array = unsafe array else { return 22 }
      return unsafe source.writeNext(to: array)
    }
    unsafe stream.get_last_error = { stream in
      unsafe BatchSource.of(stream)?.words.map { unsafe UnsafePointer($0) }
    }
    unsafe stream.release = { stream in
      guard let data = unsafe stream?.pointee.private_data else { return }
      unsafe stream?.pointee.private_data = nil
      unsafe stream?.pointee.release = nil
      let source = unsafe Unmanaged<BatchSource>.fromOpaque(data).takeRetainedValue()
      source.next = nil
    }
    return unsafe stream
  }

  private static func of(_ stream: UnsafeMutablePointer<ArrowArrayStream>?) -> BatchSource? {
    guard let data = unsafe stream?.pointee.private_data else { return nil }
    return unsafe Unmanaged<BatchSource>.fromOpaque(data).takeUnretainedValue()
  }
}
