/// A request to a service, relative to its address.
public struct Query: Sendable, Hashable {
  /// The method.
  public var method: String
  /// What follows the service's address, `/` first; empty for the address itself.
  public var path: String
  /// The media type of the body.
  public var type: String
  /// The body; nil when there is none.
  public var body: [UInt8]?

  /// A request.
  public init(
    _ method: String, _ path: String, type: String = "application/json", body: [UInt8]? = nil
  ) {
    self.method = method
    self.path = path
    self.type = type
    self.body = body
  }
}

/// What a service answered.
public struct Reply: Sendable, Hashable {
  /// The status.
  public var status: Int
  /// The body, cut off at a megabyte.
  public var body: [UInt8]

  /// An answer.
  public init(status: Int, body: [UInt8] = []) {
    self.status = status
    self.body = body
  }
}

/// Whoever carries requests to a service and answers back.
public protocol Exchange: Sendable {
  /// The answer to a request, whatever its status; throws `away` when there is none.
  func answer(to query: Query) async throws(SendingError) -> Reply
}

/// Why something could not be told.
public struct SendingError: Error, Sendable, Hashable, Codable {
  /// Whether it helps to try again.
  public enum Kind: String, Sendable, Hashable, Codable {
    /// The service cannot be reached, is too slow or in trouble: later it may work.
    case away
    /// The service does not want it: trying again does not help.
    case rejected
  }

  /// Whether it helps to try again.
  public var kind: Kind
  /// What happened, as the end of a sentence.
  public var reason: String

  /// A reason.
  public init(_ kind: Kind, _ reason: String) {
    self.kind = kind
    self.reason = reason
  }

  /// What an answer means that is no success.
  public init(_ reply: Reply) {
    let isTransient = reply.status >= 500 || [408, 425, 429].contains(reply.status)
    var reason = "answered \(reply.status)"
    let text = Self.message(in: reply.body)
    if !text.isEmpty { reason += ": \(text)" }
    self.init(isTransient ? .away : .rejected, reason)
  }

  /// The first line of what a service says, without control characters.
  private static func message(in body: [UInt8]) -> String {
    var text = String(decoding: body.prefix(4000), as: UTF8.self)
    if let known = try? JSONCoding.decode(ServiceMessage.self, body) {
      text = known.message ?? known.detail ?? known.error ?? text
    } else if text.trimmingPrefix(while: \.isWhitespace).hasPrefix("<") {
      return ""
    }
    let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    let clean = line.unicodeScalars.filter { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
    return String(String.UnicodeScalarView(clean).prefix(200))
  }

  private struct ServiceMessage: Decodable {
    var message: String?
    var detail: String?
    var error: String?
  }
}
