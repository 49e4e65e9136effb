/// Where a Spark Connect server is and how to enter.
public struct SparkServer: Sendable {
  /// The name or address of the host.
  public var host: String
  /// The port; Spark's own is 15002.
  public var port: Int
  /// Whether the connection is encrypted and the server proves who it is.
  public var isSecure: Bool
  /// A file of PEM certificates that the server's is checked by instead of the system's.
  public var certificates: String?
  /// Who we are, for servers that tell users apart.
  public var user: String
  /// What proves it: sent as `Authorization: Bearer ...`.
  public var token: String?
  /// Further headers of every call.
  public var headers: [String: String]

  /// A server.
  public init(
    host: String, port: Int = 15_002, isSecure: Bool = false, certificates: String? = nil,
    user: String = "washi", token: String? = nil, headers: [String: String] = [:]
  ) {
    self.host = host
    self.port = port
    self.isSecure = isSecure
    self.certificates = certificates
    self.user = user
    self.token = token
    self.headers = headers
  }
}
