/// Where a machine listens: `trainer-1:7171`, `10.0.0.4:7171`, `[::1]:7171`.
public struct WorkerAddress: Sendable, Hashable, Codable, CustomStringConvertible {
  /// A name or a number, without brackets.
  public var host: String
  /// The port; 0 lets the system choose one to listen on.
  public var port: Int

  /// An address of these parts.
  public init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// The port where a worker listens unless it is told otherwise.
  public static let workerPort = 7171
  /// The port where a step waits for workers unless it is told otherwise.
  public static let meetingPort = 7170

  /// An address as people write it; nil when it is none. Without a port it is `port`, when there is one.
  public init?(_ text: String, port standard: Int? = nil) {
    var host = text
    var port = standard
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { return nil }
      host = String(text[text.index(after: text.startIndex)..<end])
      let rest = text[text.index(after: end)...]
      if !rest.isEmpty {
        guard rest.hasPrefix(":") else { return nil }
        port = Self.port(rest.dropFirst())
      }
    } else if let colon = text.lastIndex(of: ":") {
      host = String(text[..<colon])
      port = Self.port(text[text.index(after: colon)...])
      // An address of IPv6 has more than one, and says where it ends by brackets.
      guard !host.contains(":") else { return nil }
    }
    guard let port, !host.isEmpty, host.utf8.count <= 253,
      host.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "/") })
    else { return nil }
    self.host = host
    self.port = port
  }

  private static func port(_ text: Substring) -> Int? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }), let port = Int(text),
      (0...65535).contains(port)
    else { return nil }
    return port
  }

  /// As people write it.
  public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
