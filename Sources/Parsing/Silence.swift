public import Vocabulary

/// A comment such as `<!-- washi-ignore: unordered-table -->`, which silences rules of `washi check`
/// for the step, the parameters or the block of prose that follows it. It is no part of the report.
public struct Silence: Sendable, Hashable {
  /// A rule as named in the comment.
  public struct Rule: Sendable, Hashable {
    /// The name as written.
    public var name: String
    /// Where it stands.
    public var range: SourceRange
  }

  /// The rules in the order named.
  public var rules: [Rule]
  /// The comment.
  public var range: SourceRange
  /// What follows the comment; nil when nothing does.
  public var target: SourceRange?
}

extension Silence {
  private static let keyword = "washi-ignore"

  /// Reads the HTML block that begins at a byte of `source`; nil when it is any other HTML.
  init?(_ html: String, at start: Int, _ range: SourceRange, in source: SourceText) {
    let text = html.drop(while: \.isWhitespace)
    guard text.hasPrefix("<!--"), let close = text.firstRange(of: "-->"),
      text[close.upperBound...].allSatisfy(\.isWhitespace)
    else { return nil }
    let words = text[..<close.lowerBound].dropFirst(4).utf8
      .split { isSpace($0) || $0 == UInt8(ascii: ",") }.map(Array.init)
    guard let first = words.first, first.starts(with: Self.keyword.utf8) else { return nil }
    self.init(rules: [], range: range, target: nil)
    guard first.elementsEqual("\(Self.keyword):".utf8) else { return }
    var index = start
    for (number, word) in words.enumerated() {
      while index < source.bytes.count, !source.bytes[index...].starts(with: word) { index += 1 }
      let place = index..<min(index + word.count, source.bytes.count)
      index = place.upperBound
      if number > 0 {
        rules.append(
          Rule(name: String(decoding: word, as: UTF8.self), range: source.range(place)))
      }
    }
  }

  /// What is wrong when the comment names no rule.
  var problem: Diagnostic? {
    guard rules.isEmpty else { return nil }
    return .error(
      "empty-ignore", "this comment names no rule to silence", at: range,
      solutions: ["write `<!-- washi-ignore: RULE -->`; `washi check --rules` lists the rules"])
  }
}
