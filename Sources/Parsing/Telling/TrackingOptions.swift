/// The tracking server that runs are sent to, as `tracking:` of the project file says.
///
/// For example: `tracking: http://localhost:5000`, or a mapping with `url` and more.
public struct TrackingOptions: Sendable, Hashable, Codable {
  /// A part of a run that is sent.
  public enum Part: String, Sendable, Hashable, Codable, CaseIterable {
    /// The page, its text twin, its facts and the executed notebook.
    case report
    /// The tables' CSV.
    case tables
    /// The charts' SVG and pictures.
    case charts
    /// The files that steps exported.
    case files
    /// The models that were registered.
    case models
  }

  /// A tag of the author's own.
  public struct Tag: Sendable, Hashable, Codable {
    /// The key.
    public var key: String
    /// The value.
    public var value: String

    /// A tag.
    public init(_ key: String, _ value: String) {
      self.key = key
      self.value = value
    }
  }

  /// The server's address, without a `/` at its end.
  public var url: String
  /// The experiment that runs belong to; the notebook's name when nil.
  public var experiment: String?
  /// A bearer token.
  public var token: OutsideText?
  /// The user, where the server wants a name and a password.
  public var user: OutsideText?
  /// The password.
  public var password: OutsideText?
  /// What is sent beside parameters, figures and tags.
  public var parts: [Part] = Part.allCases
  /// The size in bytes from which on a file is left out.
  public var fileLimit = 20_000_000
  /// The seconds that a run may spend on sending.
  public var timeout = 10.0
  /// Tags of every run.
  public var tags: [Tag] = []

  /// A server that takes everything.
  public init(url: String) {
    self.url = url
  }
}

extension OptionReader {
  /// The server that `tracking:` names: an address, a mapping, or `off` for none.
  mutating func tracking(_ key: String = "tracking") -> TrackingOptions? {
    guard let node = node(key), node.text != "off" else { return nil }
    guard case .mapping = node.content else {
      rejectExpressions(in: [key])
      return webAddress(key).map { TrackingOptions(url: $0) }
    }
    guard var inner = reader(key) else { return nil }
    defer { diagnostics += inner.finish() }
    inner.rejectExpressions(in: ["url", "experiment", "token", "user", "password"])
    inner.require("url")
    var tracking = TrackingOptions(url: inner.webAddress("url") ?? "")
    tracking.experiment = inner.string("experiment")
    tracking.token = inner.secretText("token")
    tracking.user = inner.outsideText("user")
    tracking.password = inner.secretText("password")
    tracking.parts = inner.choices("send", as: TrackingOptions.Part.self) ?? tracking.parts
    if let limit = inner.string("file_limit") {
      if let bytes = Self.bytes(in: limit) {
        tracking.fileLimit = bytes
      } else {
        inner.reject("file_limit", "must be a size such as `20MB`, not `\(limit)`")
      }
    }
    tracking.timeout = inner.seconds("timeout") ?? tracking.timeout
    for entry in inner.mapping("tags") ?? [] {
      if let text = entry.value.text {
        tracking.tags.append(TrackingOptions.Tag(entry.key, text))
      } else {
        inner.reject("tags", "must map keys to texts", at: entry.value.range)
      }
    }
    if tracking.token != nil, tracking.user != nil || tracking.password != nil {
      inner.reject("token", "and `user` with `password` exclude each other")
    }
    if inner.has("user") != inner.has("password") {
      inner.reject(
        inner.has("user") ? "user" : "password", "must come with the other one of user and password"
      )
    }
    if let experiment = tracking.experiment, experiment.isEmpty {
      inner.reject("experiment", "must not be empty")
    }
    return tracking.url.isEmpty ? nil : tracking
  }

  /// The bytes of `20MB`, `500 kB` or `1GB`; units are powers of 1000, or of 1024 with an `i`.
  private static func bytes(in text: String) -> Int? {
    let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let unit = text.dropFirst(number.count).drop { $0 == " " }.lowercased()
    let sizes: [String: Double] = [
      "b": 1, "kb": 1e3, "mb": 1e6, "gb": 1e9, "kib": 1024, "mib": 1_048_576, "gib": 1_073_741_824,
    ]
    guard let amount = Double(number), amount > 0, let size = sizes[unit], amount * size < 1e12
    else { return nil }
    return Int(amount * size)
  }
}
