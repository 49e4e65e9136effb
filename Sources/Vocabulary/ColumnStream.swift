/// Columns on their way from one engine to another, in the form of the Arrow C stream interface.
///
/// The rows flow once: the engine that consumes the stream takes it over. Floors that only pass it
/// on need not know Arrow; `fields` tells them what is in it.
@safe public final class ColumnStream {
  /// A column's name and Arrow format, such as `l` (int64), `g` (float64) or `u` (text).
  public struct Field: Sendable, Hashable {
    /// The column's name.
    public var name: String
    /// Arrow's format string.
    public var format: String
    /// Whether it is text that stands for decimal numbers, as some engines send them.
    public var isDecimalText: Bool

    /// A column.
    public init(name: String, format: String, isDecimalText: Bool = false) {
      self.name = name
      self.format = format
      self.isDecimalText = isDecimalText
    }
  }

  /// The columns in order.
  public let fields: [Field]
  /// The address of a `struct ArrowArrayStream`, valid as long as this object.
  @unsafe public let address: UnsafeMutableRawPointer
  private let error: () -> (any Error)?
  private let release: () -> Void

  /// A stream at `address`; `release` is called once, when nobody needs it any more, whether or not
  /// it was consumed. `error` is what went wrong in the producer, if anything did.
  @unsafe public init(
    fields: [Field], address: UnsafeMutableRawPointer, error: @escaping () -> (any Error)?,
    release: @escaping () -> Void
  ) {
    self.fields = fields
    unsafe self.address = unsafe address
    self.error = error
    self.release = release
  }

  deinit { release() }

  /// What went wrong while the producer made rows, in its own words.
  public var failure: (any Error)? { error() }
}
