internal import Parsing
internal import Vocabulary

/// Figures in prose that no step computes, so that the next edition repeats them.
extension Linter {
  mutating func findPromisedNumbers() {
    guard !plan.steps.isEmpty else { return }
    for case .prose(let block) in plan.notebook.elements { findPromisedNumbers(in: block) }
  }

  private mutating func findPromisedNumbers(in block: Block) {
    switch block {
    case .heading(_, let inlines, let range), .paragraph(let inlines, let range):
      // Beside a computed figure a written one is taken as meant.
      guard inlines.allSatisfy({ $0.expressions.isEmpty }) else { return }
      let words = inlines.map(\.words).joined().split(whereSeparator: \.isWhitespace)
      guard let word = PromisedNumber.find(in: words.map(String.init)) else { return }
      report(
        .promisedNumber, "`\(word)` is written, not computed", at: place(of: word, in: range),
        explanation: "The next edition will say the same, whatever its data say.",
        solutions: ["write `{{ ... }}` with a metric or a query"])
    case .quote(let blocks, _):
      for block in blocks { findPromisedNumbers(in: block) }
    case .list(_, _, let items, _):
      for block in items.joined() { findPromisedNumbers(in: block) }
    case .code, .rule, .html, .table: return
    }
  }

  /// Where a word of a block stands; the block's own place when it cannot be found.
  private func place(of word: String, in range: SourceRange) -> SourceRange {
    let lines = plan.notebook.source.split(separator: "\n", omittingEmptySubsequences: false)
    for number in range.start.line...max(range.start.line, range.end.line) {
      guard lines.indices.contains(number - 1) else { break }
      let line = lines[number - 1]
      guard let found = line.firstRange(of: word) else { continue }
      let scalars = line.unicodeScalars
      let start = scalars.distance(from: scalars.startIndex, to: found.lowerBound) + 1
      return SourceRange(
        file: range.file, start: SourcePosition(line: number, column: start),
        end: SourcePosition(line: number, column: start + word.unicodeScalars.count))
    }
    return range
  }
}

extension Inline {
  /// The text that a reader sees, without code.
  fileprivate var words: String {
    switch self {
    case .text(let text): text
    case .emphasis(let inlines), .strong(let inlines), .link(_, _, let inlines):
      inlines.map(\.words).joined()
    case .code: "`"
    case .softBreak, .hardBreak: " "
    case .expression, .image, .html: " "
    }
  }
}

/// What a figure in prose looks like.
enum PromisedNumber {
  private static let metrics: Set<String> = [
    "auc", "gini", "accuracy", "precision", "recall", "f1", "ks", "psi", "rmse", "mae", "brier",
    "lift", "mcc", "kappa",
  ]
  /// Words behind which a number is a limit or a setting, not a result.
  private static let limits: Set<String> = [
    "above", "below", "over", "under", "least", "most", "threshold", "limit", "target", "until",
    "within", "than", "level", "<", ">", "≥", "≤", "from", "between", "if", "say", "e.g.", "when",
  ]
  /// Words that make a percentage a setting.
  private static let settings: Set<String> = [
    "confidence", "interval", "intervals", "level", "quantile", "percentile", "credible", "of",
    "ci",
  ]

  /// The first figure that looks computed: a percentage, or a number behind a metric's name.
  static func find(in words: [String]) -> String? {
    for (index, word) in words.enumerated() {
      let bare = stripped(word)
      let before = words[max(0, index - 3)..<index].map { stripped($0).lowercased() }
      guard !before.contains(where: limits.contains) else { continue }
      if isPercentage(bare) {
        let next = index + 1 < words.count ? stripped(words[index + 1]).lowercased() : ""
        // "20% of them" is a result as often as a setting; only a decimal tells.
        let isSetting = settings.contains(next) && !(next == "of" && bare.contains("."))
        if !isSetting { return bare }
      } else if isDecimal(bare), before.contains(where: metrics.contains) {
        return bare
      }
    }
    return nil
  }

  private static func stripped(_ word: String) -> String {
    let marks = "()[],.;:!?*\"'“”"
    var result = word[...]
    while let last = result.last, marks.contains(last) { result.removeLast() }
    while let first = result.first, marks.dropFirst(5).contains(first) || "([".contains(first) {
      result.removeFirst()
    }
    return String(result)
  }

  /// For example `8.1%`; not `0%` and `100%`, which are ways of speaking.
  private static func isPercentage(_ word: String) -> Bool {
    guard word.hasSuffix("%"), word != "0%", word != "100%" else { return false }
    return isNumber(word.dropLast())
  }

  private static func isDecimal(_ word: String) -> Bool {
    word.contains(".") && isNumber(word[...])
  }

  private static func isNumber(_ word: Substring) -> Bool {
    let digits = word.utf8.count { (48...57).contains($0) }
    let points = word.utf8.count { $0 == UInt8(ascii: ".") }
    return digits > 0 && points <= 1 && digits + points == word.utf8.count
  }
}
