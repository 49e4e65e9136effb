/// How a workplace is set up.
public struct WorkplaceSettings: Sendable, Hashable {
  /// Whether everybody who reaches it may do everything: only on loopback, and while nobody has been
  /// added.
  public var isOpen = false
  /// The address that people use, such as `https://reports.example.com`, when it is not the one that
  /// is listened on.
  public var publicURL: String?
  /// Whether only names of this machine are answered to: what another name leads to loopback is an
  /// attack.
  public var isLoopback = true
  /// The largest upload in bytes.
  public var uploadLimit = 1 << 30
  /// How many runs at the same time.
  public var concurrentRuns = 1
  /// Whether notebooks with `python` and `sh` steps may be run from here.
  public var allowsProcesses = false
  /// The folder, absolute, where what was scored is kept as Parquet; nil keeps nothing.
  public var scoreLog: String?
  /// The proxy that says who comes.
  public var proxy: Proxy?
  /// The server's own certificate and key, when it speaks HTTPS itself.
  public var tls: TLS?
  /// Whether every request is told to the log.
  public var logsRequests = false
  /// Days after which an upload that no order needs is taken away.
  public var uploadDays = 30

  /// The files of a certificate.
  public struct TLS: Sendable, Hashable {
    /// The certificate and those that lead to its issuer, in PEM form.
    public var certificate: String
    /// The private key, in PEM form.
    public var key: String

    /// A certificate and its key.
    public init(certificate: String, key: String) {
      self.certificate = certificate
      self.key = key
    }
  }

  /// A proxy that has asked people who they are.
  public struct Proxy: Sendable, Hashable {
    /// The header that holds the name, such as `X-Forwarded-User`.
    public var header: String
    /// The addresses that are believed.
    public var addresses: [String]

    /// A proxy by its header and addresses.
    public init(header: String, addresses: [String]) {
      self.header = header
      self.addresses = addresses
    }
  }

  /// Settings for a workplace on loopback.
  public init() {}

  /// Whether people come by HTTPS.
  var isSecure: Bool { tls != nil || publicURL?.hasPrefix("https://") ?? false }

  /// The host and port in the public address.
  var publicHost: String? {
    publicURL.flatMap { url in
      url.firstRange(of: "://").map { String(url[$0.upperBound...].prefix { $0 != "/" }) }
    }
  }
}
