/// What messages leave out: secrets, hosts and users, as they were given.
public struct Discretion: Sendable {
  private let words: [String]

  /// Leaves out these texts, longest first, so that none hides a part of another.
  public init(_ words: some Sequence<String>) {
    // One or two letters would take every message apart; in quotes they are found as well.
    self.words = Set(words.filter { !$0.isEmpty }).sorted {
      ($1.utf8.count, $0) < ($0.utf8.count, $1)
    }
  }

  /// The message with `***` in their places.
  public func applied(to message: String) -> String {
    words.reduce(message) { message, word in
      word.utf8.count > 2
        ? message.replacing(word, with: "***")
        : message.replacing("\"\(word)\"", with: "\"***\"")
    }
  }
}
