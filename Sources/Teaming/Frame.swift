/// One message between a step and a worker: its length (4 bytes, little-endian), its kind (1 byte), its
/// bytes.
struct Frame: Sendable, Hashable {
  /// What a message is about.
  enum Kind: UInt8, Sendable {
    // Who speaks.
    case hello = 1
    case welcome, introduction, accepted, refused
    // Sent every second, so that silence says something.
    case alive
    // From the step.
    case order, bins, rows, labels, link, start
    // From a worker.
    case ready, linked, progress, model, done, failed
  }

  var kind: Kind
  var payload: [UInt8]

  /// The most bytes of a message.
  static let limit = 64 << 20
  /// The most bytes of a message from somebody who has not said yet who he is.
  static let strangerLimit = 4096

  static let headLength = 5

  var bytes: [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: payload.count >> (8 * $0)) } + [kind.rawValue] + payload
  }

  /// A message without bytes, or with a text.
  init(_ kind: Kind, _ text: String = "") {
    self.init(kind, Array(text.utf8))
  }

  init(_ kind: Kind, _ payload: [UInt8]) {
    self.kind = kind
    self.payload = payload
  }
}

/// Puts messages together from bytes as they arrive.
struct FrameReader: Sendable {
  /// The most bytes that a message may have.
  var limit: Int
  private var bytes: [UInt8] = []
  private var start = 0

  init(limit: Int) {
    self.limit = limit
  }

  /// Bytes that have arrived and are no message yet.
  var pending: Int { bytes.count - start }

  mutating func add(_ new: some Collection<UInt8>) {
    if start > 0, start == bytes.count || start > 1 << 20 {
      bytes.removeFirst(start)
      start = 0
    }
    bytes += new
  }

  /// The next message; nil until there is more. Throws for bytes that are none.
  mutating func next() throws(TeamError) -> Frame? {
    guard pending >= Frame.headLength else { return nil }
    let length = (0..<4).reduce(0) { $0 | Int(bytes[start + $1]) << (8 * $1) }
    guard let kind = Frame.Kind(rawValue: bytes[start + 4]), length <= limit else {
      throw TeamError(.damaged, "what arrived is no message of Washi's")
    }
    guard pending >= Frame.headLength + length else { return nil }
    let first = start + Frame.headLength
    let frame = Frame(kind, Array(bytes[first..<first + length]))
    start = first + length
    return frame
  }
}
