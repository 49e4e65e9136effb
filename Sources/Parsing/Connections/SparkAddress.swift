/// The address of a Spark Connect server as Spark's own clients write it:
/// `sc://host:port/;key=value;key=value`.
///
/// Source: Apache Spark, sql/connect/docs/client-connection-string.md.
public struct SparkAddress: Sendable, Hashable {
  /// The name or address of the host.
  public var host: String
  /// The port.
  public var port: Int
  /// Whether `use_ssl` says that the connection is encrypted; nil when it says nothing.
  public var usesTLS: Bool?
  /// `user_id`: who asks.
  public var user: String?
  /// `token`: what proves it.
  public var token: String?
  /// Every other key, sent as a header of each call.
  public var headers: [String: String]

  /// Why a text is no such address, as the end of a sentence.
  public struct Fault: Error, Sendable, Hashable {
    /// What is wrong.
    public var reason: String
  }

  /// Reads an address.
  public init(parsing text: String) throws(Fault) {
    let example = "must be an address such as `sc://localhost:15002`"
    guard let mark = text.firstRange(of: "://"), text[..<mark.lowerBound] == "sc",
      text.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F })
    else { throw Fault(reason: example) }
    let rest = text[mark.upperBound...]
    let place = rest.prefix { $0 != "/" }
    let tail = rest[place.endIndex...]
    guard tail.isEmpty || tail == "/" || tail.hasPrefix("/;") else {
      throw Fault(reason: "\(example), its settings behind `/;`, not a path")
    }
    guard !place.contains("@"), !place.contains(";") else {
      throw Fault(reason: "\(example), its settings behind `/;`: `sc://host:15002/;user_id=name`")
    }
    (host, port) = try Self.place(place, example)
    headers = [:]
    for pair in tail.drop(while: { $0 == "/" || $0 == ";" }).split(separator: ";") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, let value = Self.decoded(parts[1]) else {
        throw Fault(reason: "has a setting that is not `key=value`")
      }
      try set(String(parts[0]), to: value)
    }
  }

  private mutating func set(_ key: String, to value: String) throws(Fault) {
    switch key {
    case "use_ssl":
      guard let truth = ["true": true, "false": false][value.lowercased()] else {
        throw Fault(reason: "has `use_ssl`, which is `true` or `false`")
      }
      usesTLS = truth
    case "token": token = value
    case "user_id": user = value
    // What other clients read from an address, and nobody sends.
    case "user_agent", "session_id", "grpc_max_message_size": break
    default:
      // HTTP/2 names are lower case; those with a colon in front are its own.
      let name = key.lowercased()
      guard name.utf8.allSatisfy({ isLetter($0) || isDigit($0) || "-_.".utf8.contains($0) }),
        value.utf8.allSatisfy({ (0x20..<0x7F).contains($0) })
      else { throw Fault(reason: "has a setting that cannot be sent as a header") }
      headers[name] = value
    }
  }

  private static func place(
    _ text: Substring, _ example: String
  ) throws(Fault) -> (host: String, port: Int) {
    var host = text
    var port = 15_002
    // The colons within the brackets of IPv6 are no port's.
    if let colon = text.lastIndex(of: ":"), !text[colon...].contains("]") {
      guard let number = Int(text[text.index(after: colon)...]), (1...65_535).contains(number)
      else { throw Fault(reason: "\(example), its port from 1 to 65535") }
      host = text[..<colon]
      port = number
    }
    let name = host.filter { $0 != "[" && $0 != "]" }
    guard !name.isEmpty, name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw Fault(reason: example)
    }
    return (String(name), port)
  }

  private static func decoded(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      else { return nil }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  /// Whether the host is this machine.
  public var isLocal: Bool {
    host == "localhost" || host == "::1" || host.hasPrefix("127.")
  }

  /// Whether the connection is encrypted: as `use_ssl` says, or else when a token must not be read on
  /// its way.
  public func isSecure(withToken hasToken: Bool) -> Bool {
    usesTLS ?? (hasToken && !isLocal)
  }
}
