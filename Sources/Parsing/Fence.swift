internal import Vocabulary

/// The languages of fences that mean something.
enum FenceLanguage: String, CaseIterable {
  case sql
  case yaml
  case python
  case sh
}

/// The opening line of a fence: ```` ```sql step scores show=5 ````.
struct Fence {
  /// A word of the line.
  struct Word {
    var text: String
    /// The bytes of the source.
    var stretch: Range<Int>
  }

  /// The backticks or tildes.
  let marker: Range<Int>
  /// What the fence is made of.
  let character: UInt8
  /// The number of spaces in front of it.
  let indentation: Int
  /// The line up to its last visible character.
  let line: Range<Int>
  /// The words behind the marker.
  let words: [Word]

  /// The fence that opens on this line at this byte's column (from 1), nil when there is none.
  init?(in source: SourceText, line index: Int, column: Int = 1) {
    let whole = source.line(index)
    var start = min(whole.lowerBound + max(column, 1) - 1, whole.upperBound)
    while start < whole.upperBound, source.bytes[start] == 0x20 { start += 1 }
    guard start < whole.upperBound else { return nil }
    let character = source.bytes[start]
    guard character == backtick || character == UInt8(ascii: "~") else { return nil }
    let end = source.bytes[start..<whole.upperBound].firstIndex { $0 != character }
    marker = start..<(end ?? whole.upperBound)
    guard marker.count >= 3 else { return nil }
    self.character = character
    indentation = start - whole.lowerBound
    line = start..<max(marker.upperBound, trimmed(source.bytes, whole).upperBound)
    let info = marker.upperBound..<line.upperBound
    if character == backtick, source.bytes[info].contains(backtick) { return nil }
    words = source.bytes[info].split(whereSeparator: isSpace).map {
      Word(
        text: String(decoding: $0, as: UTF8.self), stretch: $0.startIndex..<$0.endIndex)
    }
  }

  /// Whether a line closes this fence.
  func isClosed(by index: Int, in source: SourceText) -> Bool {
    guard let other = Fence(in: source, line: index) else { return false }
    return other.character == character && other.marker.count >= marker.count
      && other.words.isEmpty && other.indentation <= 3
  }

  /// What a fence says it is.
  enum Role: Equatable {
    case parameters
    case injectedParameters
    case step(FenceLanguage)
    case inert
  }

  /// What the fence is.
  var role: Role {
    guard words.count >= 2, let language = FenceLanguage(rawValue: words[0].text) else {
      return .inert
    }
    switch words[1].text {
    case "step": return .step(language)
    case "parameters" where language == .yaml: return .parameters
    case "injected-parameters" where language == .yaml: return .injectedParameters
    default: return .inert
    }
  }

  /// A warning when an inert fence looks as if a step or the parameters were meant.
  func suspicion(in source: SourceText) -> Diagnostic? {
    guard role == .inert, let first = words.first else { return nil }
    func warning(_ word: Word, _ summary: String, _ solution: String) -> Diagnostic {
      .warning(
        "suspicious-fence", summary, at: source.range(word.stretch),
        explanation: "As it stands the fence is only text.", solutions: [solution])
    }
    let keywords = ["step", "parameters"]
    if keywords.contains(first.text) {
      let example = first.text == "step" ? "```sql step NAME" : "```yaml parameters"
      return warning(
        first, "a fence begins with the language of its body, not with `\(first.text)`",
        "write `\(example)`")
    }
    guard words.count >= 2 else { return nil }
    let second = words[1]
    let languages = FenceLanguage.allCases.map(\.rawValue)
    if keywords.contains(second.text) {
      if second.text == "parameters" {
        return warning(
          first, "the parameters are written in `yaml`, not in `\(first.text)`",
          "write `yaml parameters`")
      }
      let aliases = [
        "yml": "yaml", "py": "python", "python3": "python", "bash": "sh", "shell": "sh",
        "zsh": "sh", "duckdb": "sql", "postgresql": "sql",
      ]
      let meant = aliases[first.text] ?? nearest(to: first.text, among: languages)
      return warning(
        first, "`\(first.text)` is no language of a step",
        meant.map { "did you mean `\($0)`?" }
          ?? "valid languages: " + languages.map { "`\($0)`" }.joined(separator: ", "))
    }
    guard languages.contains(first.text) || first.text == "yml" else { return nil }
    let short = ["params": "parameters", "param": "parameters", "parameter": "parameters"]
    guard let meant = short[second.text.lowercased()] ?? nearest(to: second.text, among: keywords)
    else { return nil }
    return warning(
      second, "`\(second.text)` means nothing to a fence", "did you mean `\(meant)`?")
  }
}
