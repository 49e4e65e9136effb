public import Parsing

/// What a notification says, before it takes the form of a channel: equal news make equal messages.
public struct Message: Sendable, Hashable, Codable {
  /// A line with a figure.
  public struct Figure: Sendable, Hashable, Codable {
    /// What people call it.
    public var label: String
    /// The value as text, with its unit.
    public var text: String
  }

  /// What happened, the most important first.
  public var events: [NotifyRule.Event]
  /// The headline, with what happened in front.
  public var title: String
  /// What is said below it.
  public var text: String
  /// What went wrong, was refused or has moved: one sentence each.
  public var reasons: [String]
  /// The figures shown.
  public var figures: [Figure]
  /// The report's address on the web, when it has one.
  public var link: String?
  /// Where the report lies, when it has no address.
  public var place: String?
  /// The run that it speaks of.
  public var news: RunNews

  /// The most reasons and figures that a message lists.
  static let listLimit = 20

  /// The message of a rule's for these events.
  ///
  /// `title` and `text` are the author's own, with their expressions evaluated; `site` the address
  /// that links begin with.
  public init(
    of news: RunNews, for events: [NotifyRule.Event], figures: [String]? = nil,
    title: String? = nil, text: String? = nil, site: String? = nil
  ) {
    self.events = events
    self.news = news
    let words = MessageWords(news.language)
    let headline = Self.line(title ?? news.title)
    self.title = words.headline(
      headline.isEmpty ? news.address : headline, Self.word(for: news, events, words))
    self.text = (text ?? news.description ?? "").trimmed
    var reasons: [String] = []
    if news.status != .done {
      reasons = news.refusals + news.problems
      if reasons.isEmpty, let message = news.message { reasons = [message] }
    }
    reasons += news.drifts.filter { !reasons.contains($0) }
    self.reasons = Self.shortened(reasons, words)
    let wanted: [RunNews.Figure] =
      figures.map { names in
        names.compactMap { name in news.figures.first { $0.name == name } }
      } ?? news.figures.filter(\.isTile)
    self.figures = wanted.prefix(Self.listLimit).map {
      Figure(label: Self.line($0.label ?? $0.name), text: Self.line($0.text))
    }
    link = site.flatMap { news.link(below: $0) }
    place = link == nil ? news.folder.map { "\($0)/index.html" } : nil
  }

  /// What happened, in a word or two.
  private static func word(
    for news: RunNews, _ events: [NotifyRule.Event], _ words: MessageWords
  ) -> String {
    let word =
      switch news.status {
      case .done: news.version == nil ? words.done : news.isNew ? words.published : words.unchanged
      case .failed: words.failed
      case .refused: words.refused
      case .interrupted: words.interrupted
      }
    return events.contains(.drift) ? words.withDrift(word) : word
  }

  /// The fixed words of its language.
  var words: MessageWords { MessageWords(news.language) }

  /// The whole message as plain text, one line for each thing.
  public var plainText: String {
    var lines = [title]
    if !text.isEmpty { lines += ["", text] }
    if !reasons.isEmpty { lines += [""] + reasons.map { "- \($0)" } }
    if !figures.isEmpty { lines += [""] + figures.map { "\($0.label): \($0.text)" } }
    lines += ["", footer]
    if let link = link ?? place { lines.append(link) }
    return lines.joined(separator: "\n")
  }

  /// Which run it was.
  var footer: String {
    words.footer(
      news.address, user: Self.line(news.user), time: UTCTime.text(news.endedAt))
  }

  private static func shortened(_ reasons: [String], _ words: MessageWords) -> [String] {
    let lines = reasons.prefix(listLimit).map(line)
    let rest = reasons.count - lines.count
    return lines + (rest > 0 ? [words.more(rest)] : [])
  }

  /// A text as one line without control characters.
  static func line(_ text: String) -> String {
    let scalars = text.unicodeScalars.map { scalar in
      scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar == "\u{2028}"
        || scalar == "\u{2029}" ? " " : scalar
    }
    return String(String.UnicodeScalarView(scalars)).trimmed
  }
}

extension String {
  /// The text without white space at both ends.
  var trimmed: String {
    var text = self[...]
    while text.first?.isWhitespace == true { text = text.dropFirst() }
    while text.last?.isWhitespace == true { text = text.dropLast() }
    return String(text)
  }
}
