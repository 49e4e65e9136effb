public import Parsing

extension Message {
  /// The message as a channel's JSON: what webhooks are sent, and commands read.
  public func json(_ format: NotifyRule.Format) -> [UInt8] {
    switch format {
    case .json: JSONCoding.encode(Facts(of: self))
    case .slack: JSONCoding.encode(SlackMessage(of: self))
    }
  }

  /// Every fact, for programs. A member that is added leaves the format's number.
  private struct Facts: Encodable {
    var format = 1
    var text: String
    var title: String
    var summary: String
    var events: [String]
    var status: String
    var notebook: String
    var edition: String?
    var version: Int?
    var isNew: Bool
    var address: String
    var link: String?
    var path: String?
    var run: String
    var user: String
    var startedAt: Int64
    var endedAt: Int64
    var parameters: [String: String]
    var metrics: [String: Double]
    var reasons: [String]
    var refusals: [String]
    var problems: [String]
    var drift: [String]

    init(of message: Message) {
      let news = message.news
      text = message.plainText
      title = message.title
      summary = message.text
      events = message.events.map(\.rawValue)
      status = news.status.rawValue
      notebook = news.notebook
      edition = news.edition
      version = news.version
      isNew = news.isNew
      address = news.address
      link = message.link
      path = news.folder
      run = news.run
      user = news.user
      startedAt = news.startedAt
      endedAt = news.endedAt
      parameters = Dictionary(news.parameters.map { ($0.name, $0.value) }) { first, _ in first }
      metrics = Dictionary(
        news.figures.compactMap { figure in
          figure.value.flatMap { $0.isFinite ? (figure.name, $0) : nil }
        }
      ) { first, _ in first }
      reasons = message.reasons
      refusals = news.refusals
      problems = news.problems
      drift = news.drifts
    }
  }
}

/// A message as Slack's incoming webhooks take it, and those of Mattermost and Rocket.Chat.
///
/// Source: api.slack.com, "Block Kit", limits of `header` (150), `section` (3000, ten fields of 2000).
private struct SlackMessage: Encodable {
  struct Text: Encodable {
    var type: String
    var text: String
  }

  struct Block: Encodable {
    var type: String
    var text: Text?
    var fields: [Text]?
    var elements: [Text]?
  }

  var text: String
  var blocks: [Block] = []

  init(of message: Message) {
    let mark =
      switch message.news.status {
      case .done: message.events.contains(.drift) ? "⚠️ " : "✅ "
      case .failed: "❌ "
      case .refused: "⛔ "
      case .interrupted: "⏹ "
      }
    text = Self.escaped(mark + message.title)
    blocks.append(
      Block(
        type: "header", text: Text(type: "plain_text", text: Self.cut(mark + message.title, 150)))
    )
    if !message.text.isEmpty { blocks.append(Self.section(Self.escaped(message.text))) }
    if !message.reasons.isEmpty {
      blocks.append(
        Self.section(message.reasons.map { "• \(Self.escaped($0))" }.joined(separator: "\n")))
    }
    for start in stride(from: 0, to: message.figures.count, by: 10) {
      let figures = message.figures[start..<min(start + 10, message.figures.count)]
      blocks.append(
        Block(
          type: "section",
          fields: figures.map {
            Text(
              type: "mrkdwn",
              text: Self.cut("*\(Self.escaped($0.label))*\n\(Self.escaped($0.text))", 2000))
          }))
    }
    if let link = message.link {
      blocks.append(Self.section("<\(Self.escaped(link))|\(message.words.openReport)>"))
    }
    blocks.append(
      Block(
        type: "context",
        elements: [Text(type: "mrkdwn", text: Self.cut(Self.escaped(message.footer), 2000))]))
  }

  private static func section(_ text: String) -> Block {
    Block(type: "section", text: Text(type: "mrkdwn", text: cut(text, 3000)))
  }

  /// The three characters that Slack gives a meaning.
  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }

  private static func cut(_ text: String, _ limit: Int) -> String {
    text.utf16.count <= limit ? text : String(text.prefix(limit / 2 - 1)) + "…"
  }
}
