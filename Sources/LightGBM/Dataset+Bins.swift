internal import CEngines

extension Dataset {
  /// How each feature is cut into bins, as bytes that another machine makes data sets by.
  public func bins() throws(LightGBMError) -> [UInt8] {
    try session.checkThread()
    var buffer: UnsafeMutableRawPointer?
    var length: Int32 = 0
    try session.check(
      unsafe session.functions.DatasetSerializeReferenceToBinary(handle, &buffer, &length))
    // The buffer is LightGBM's until it is freed.
    defer { _ = unsafe session.functions.ByteBufferFree(buffer) }
    var bytes = [UInt8](repeating: 0, count: Int(max(0, length)))
    for place in bytes.indices {
      try session.check(
        unsafe session.functions.ByteBufferGetAt(buffer, Int32(clamping: place), &bytes[place]))
    }
    return bytes
  }

  /// A set without rows, whose bins others take it as `reference` for; `bins` must be what `bins()` of
  /// the same version of LightGBM gave.
  public convenience init(
    _ session: Session, bins: [UInt8], parameters: Parameters
  ) throws(LightGBMError) {
    try session.checkThread()
    let settings = try parameters.text(for: session.library)
    var made: UnsafeMutableRawPointer?
    // For one row, which nobody fills in, of one class.
    try session.call(parameters) {
      unsafe session.functions.DatasetCreateFromSerializedReference(
        bins, Int32(clamping: bins.count), 1, 1, settings, &made)
    }
    try unsafe self.init(taking: made, session, reference: nil)
  }
}
