public import Vocabulary

/// Whom a run tells of what: one entry of `notify:`.
///
/// For example: `{ webhook: env:SLACK_WEBHOOK, format: slack, on: [failure, refusal] }`.
public struct NotifyRule: Sendable, Hashable {
  /// What there is to tell.
  public enum Event: String, Sendable, Hashable, Codable, CaseIterable {
    /// The run came to its end, and no gate refused.
    case success
    /// The run failed, or could not begin.
    case failure
    /// A gate or a validation refused.
    case refusal
    /// A drift step found that the data set has moved, or a validation found what was not expected.
    case drift
  }

  /// The way that a message takes.
  public enum Channel: Sendable, Hashable, Codable {
    /// A POST of JSON to an address.
    case webhook(OutsideText, Format, headers: [Header])
    /// A mail, handed to the system's sendmail.
    case mail(to: [String], from: String?)
    /// A program with its arguments, which reads JSON on its standard input.
    case command([String])
  }

  /// The shape of a webhook's JSON.
  public enum Format: String, Sendable, Hashable, Codable, CaseIterable {
    /// Every fact of the run, with a `text`.
    case json
    /// `text` and `blocks`, as Slack's incoming webhooks take them.
    case slack
  }

  /// A header of a webhook's request.
  public struct Header: Sendable, Hashable, Codable {
    /// The name.
    public var name: String
    /// The value.
    public var value: OutsideText

    /// A header with its value.
    public init(_ name: String, _ value: OutsideText) {
      self.name = name
      self.value = value
    }
  }

  /// A figure that messages show.
  public struct Figure: Sendable, Hashable {
    /// `step.metric`.
    public var name: String
    /// Where it is written.
    public var range: SourceRange

    /// A figure by its name.
    public init(_ name: String, at range: SourceRange) {
      self.name = name
      self.range = range
    }
  }

  /// The way that messages take.
  public var channel: Channel
  /// What is told.
  public var events: [Event]
  /// The headline, when it is not the report's title.
  public var title: Template?
  /// What is said below it, when it is not the report's description.
  public var text: Template?
  /// The figures shown; those that the report shows as tiles when nil.
  public var figures: [Figure]?
  /// The address that links to reports begin with, when it is not the project's.
  public var site: String?
  /// Where the rule stands.
  public var range: SourceRange

  /// A rule that tells everything.
  public init(
    _ channel: Channel, on events: [Event] = Event.allCases, at range: SourceRange
  ) {
    self.channel = channel
    self.events = events
    self.range = range
  }

  /// The expressions of its texts.
  public var expressions: [Expression] {
    (title?.expressions ?? []) + (text?.expressions ?? [])
  }
}
