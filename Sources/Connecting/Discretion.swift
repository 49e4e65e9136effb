/// What messages leave out: secrets always, hosts and users where a message is about a connection; of
/// a statement they may be names of tables.
public struct Discretion: Sendable {
  private let secrets: [String]
  private let all: [String]

  /// Leaves out these texts, longest first, so that none hides a part of another.
  public init(secrets: some Sequence<String>, places: [String] = []) {
    func ordered(_ words: [String]) -> [String] {
      Set(words.filter { !$0.isEmpty }).sorted {
        ($1.utf8.count, $0) < ($0.utf8.count, $1)
      }
    }
    self.secrets = ordered(Array(secrets))
    all = ordered(secrets + places)
  }

  /// Leaves out these texts whatever a message is about.
  public init(_ words: some Sequence<String>) {
    self.init(secrets: words)
  }

  /// The message with `***` in their places.
  public func applied(to message: String, isOfStatement: Bool = false) -> String {
    // One or two letters would take every message apart; in quotes they are found as well.
    (isOfStatement ? secrets : all).reduce(message) { message, word in
      word.utf8.count > 2
        ? message.replacing(word, with: "***")
        : message.replacing("\"\(word)\"", with: "\"***\"")
    }
  }
}
