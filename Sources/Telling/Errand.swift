public import Parsing

/// Something to be told to the outside, as the outbox keeps it. Secrets are not in it: what comes
/// from the environment is there by the variable's name.
public enum Errand: Sendable, Hashable, Codable {
  /// A run for the tracking server.
  case track(RunNews, TrackingOptions, site: String?)
  /// A message for a channel.
  case notify(Message, NotifyRule.Channel)
  /// The aliases of a registered model, for the tracking server.
  case aliases(of: String, TrackingOptions)

  /// Whom it is for, in messages.
  public var recipient: String {
    switch self {
    case .track(_, let options, _), .aliases(_, let options): WebAddress.place(of: options.url)
    case .notify(_, let channel): channel.recipient
    }
  }

  /// What it tells, in messages.
  public var subject: String {
    switch self {
    case .track(let news, _, _): "the run \(news.run) of \(news.address)"
    case .notify(let message, _): "a message on \(message.news.address)"
    case .aliases(let model, _): "the aliases of \(model)"
    }
  }

  /// The errand as JSON.
  public var bytes: [UInt8] { JSONCoding.encode(self, isIndented: true) }

  /// An errand read back; nil when it is of another Washi.
  public init?(_ bytes: [UInt8]) {
    guard let errand = try? JSONCoding.decode(Errand.self, bytes) else { return nil }
    self = errand
  }

  /// How far an errand has got.
  public struct Progress: Sendable, Hashable, Codable {
    /// How often it was tried.
    public var attempts = 0
    /// What went wrong last.
    public var problem: SendingError?
    /// What an MLflow server knows of it.
    public var tracking: MLflowDelivery.Progress?

    /// Nothing was tried yet.
    public init() {}

    /// Whether it waits for somebody who looks into it: trying again by itself does not help.
    public var isStuck: Bool { problem?.kind == .rejected }

    /// The progress as JSON.
    public var bytes: [UInt8] { JSONCoding.encode(self, isIndented: true) }

    /// A progress read back; a new one when there is none.
    public init(_ bytes: [UInt8]?) {
      self = bytes.flatMap { try? JSONCoding.decode(Progress.self, $0) } ?? Progress()
    }
  }
}

extension NotifyRule.Channel {
  /// Whom it reaches, in messages: the host of a webhook, never its path, which may be a secret.
  public var recipient: String {
    switch self {
    case .webhook(.literal(let text), _, _): "the webhook at \(WebAddress.place(of: text))"
    case .webhook(.variable(let name), _, _): "the webhook of $\(name)"
    case .mail(let addresses, _): addresses.joined(separator: ", ")
    case .command(let words): "`\(words.first ?? "")`"
    }
  }
}
