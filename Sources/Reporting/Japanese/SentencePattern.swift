/// A fixed sentence with names in it, in both languages.
///
/// The rooms below say what went wrong in English, for the command line; a Japanese report says it
/// in Japanese. For example: `SentencePattern("there is no model {}", "モデル{1}がありません")`
/// makes `` モデル`m`がありません `` of `` there is no model `m` ``.
struct SentencePattern: Sendable {
  private let pieces: [String]
  private let japanese: String

  /// `{}` stands for a name in the English sentence; `{1}`, `{2}`, ... are the names in Japanese.
  init(_ english: String, _ japanese: String) {
    pieces = parts(of: english, at: "{}")
    self.japanese = japanese
  }

  /// The names in the sentence; nil when it is another one.
  func names(in sentence: String) -> [Substring]? {
    guard let first = pieces.first, sentence.hasPrefix(first) else { return nil }
    var rest = sentence.dropFirst(first.count)
    var names: [Substring] = []
    for (index, piece) in pieces.enumerated().dropFirst() {
      if index == pieces.count - 1 {
        guard rest.hasSuffix(piece) else { return nil }
        names.append(rest.dropLast(piece.count))
        rest = ""
      } else {
        guard let found = rest.firstRange(of: piece) else { return nil }
        names.append(rest[..<found.lowerBound])
        rest = rest[found.upperBound...]
      }
    }
    return rest.isEmpty ? names : nil
  }

  /// The sentence in Japanese; nil when it is another one.
  func translated(_ sentence: String, name: (Substring) -> String = String.init) -> String? {
    guard let names = names(in: sentence) else { return nil }
    var text = ""
    for (index, part) in parts(of: japanese, at: "{").enumerated() {
      guard index > 0 else {
        text += part
        continue
      }
      let number = part.first?.wholeNumberValue ?? 0
      if names.indices.contains(number - 1) { text += name(names[number - 1]) }
      text += part.dropFirst(2)
    }
    return text
  }
}

/// The pieces of a text between the marks.
private func parts(of text: String, at mark: String) -> [String] {
  var parts: [String] = []
  var rest = text[...]
  while let found = rest.firstRange(of: mark) {
    parts.append(String(rest[..<found.lowerBound]))
    rest = rest[found.upperBound...]
  }
  return parts + [String(rest)]
}
