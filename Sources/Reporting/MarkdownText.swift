/// Text as Markdown that reads as exactly that text, on GitHub too: no markup, no HTML, no link that
/// the text only looks like, no formula between dollars.
///
/// Line ends become spaces and controls U+FFFD. `startsLine` says whether a leading `#`, `-` or `1.`
/// would be taken for a block.
func escapedForMarkdown(_ text: String, startsLine: Bool = false) -> String {
  var out = String.UnicodeScalarView()
  var before: Unicode.Scalar?
  let scalars = Array(text.unicodeScalars)
  for (index, scalar) in scalars.enumerated() {
    let after = index + 1 < scalars.count ? scalars[index + 1] : nil
    switch scalar {
    case "\n", "\t", "\r": out.append(" ")
    case "\\", "`", "*", "[", "]", "<", ">", "|", "~", "$":
      out.append("\\")
      out.append(scalar)
    case "_":
      // Inside a word an underscore is only itself.
      if !(isWordScalar(before) && isWordScalar(after)) { out.append("\\") }
      out.append(scalar)
    case "&":
      // Only where an entity could begin.
      if isWordScalar(after) || after == "#" { out.append("\\") }
      out.append(scalar)
    case ":" where after == "/":
      // GitHub makes links of bare addresses.
      out.append("\\")
      out.append(scalar)
    case "@" where isWordScalar(before) || isWordScalar(after):
      out.append("\\")
      out.append(scalar)
    case "." where endsInWWW(out):
      out.append("\\")
      out.append(scalar)
    case "!" where after == "[":
      out.append("\\")
      out.append(scalar)
    default: out.append(isUnprintable(scalar) ? "\u{FFFD}" : scalar)
    }
    before = scalar
  }
  let line = String(out)
  return startsLine ? escapedLineStart(line) : line
}

/// A line whose first sign begins no heading, list, quotation, rule, fence or indented code.
func escapedLineStart(_ line: String) -> String {
  let text = line.drop { $0 == " " }
  guard let first = text.unicodeScalars.first else { return String(text) }
  switch first {
  case "#", "-", "+", "=": return "\\" + text
  case "0"..."9":
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let rest = text.dropFirst(digits.count)
    guard digits.utf8.count <= 9, rest.first == "." || rest.first == ")" else {
      return String(text)
    }
    return digits + "\\" + rest
  default: return String(text)
  }
}

/// Text as inline code: a fence longer than any run of backticks inside.
func inlineCode(_ text: String) -> String {
  let clean = String(
    String.UnicodeScalarView(
      text.unicodeScalars.map { scalar in
        scalar == "\n" || scalar == "\t" ? " " : isUnprintable(scalar) ? "\u{FFFD}" : scalar
      }))
  guard !clean.isEmpty else { return "" }
  let fence = String(repeating: "`", count: longestRun(of: "`", in: clean) + 1)
  let needsSpace =
    clean.hasPrefix("`") || clean.hasSuffix("`") || (clean.hasPrefix(" ") && clean.hasSuffix(" "))
  return needsSpace ? "\(fence) \(clean) \(fence)" : fence + clean + fence
}

/// Inline code within a cell of a pipe table, where a pipe needs its backslash even in code.
func inlineCodeInCell(_ text: String) -> String {
  inlineCode(text).split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
}

/// Lines of code between fences that the code cannot close.
func fenced(_ text: String, info: String) -> [String] {
  let fence = String(repeating: "`", count: max(3, longestRun(of: "`", in: text) + 1))
  let word = info.prefix { $0 != "`" && !$0.isNewline }
  var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
    line.unicodeScalars.contains(where: isUnprintable)
      ? String(
        String.UnicodeScalarView(line.unicodeScalars.map { isUnprintable($0) ? "\u{FFFD}" : $0 }))
      : String(line)
  }
  if lines.last == "" { lines.removeLast() }
  return ["\(fence)\(word)"] + lines + [fence]
}

private func longestRun(of sign: Character, in text: String) -> Int {
  var longest = 0
  var run = 0
  for character in text {
    run = character == sign ? run + 1 : 0
    longest = max(longest, run)
  }
  return longest
}

private func isWordScalar(_ scalar: Unicode.Scalar?) -> Bool {
  guard let scalar else { return false }
  return scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
}

private func endsInWWW(_ view: String.UnicodeScalarView) -> Bool {
  let end = view.suffix(3)
  return end.count == 3 && end.allSatisfy { $0 == "w" || $0 == "W" }
}
