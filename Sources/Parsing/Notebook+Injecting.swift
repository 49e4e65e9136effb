internal import Vocabulary

extension Notebook {
  /// The executed notebook: the source with a `yaml injected-parameters` fence behind the
  /// parameters block, or behind the front matter when there is none.
  ///
  /// The fence only tells what a run was given: read again, it is inert and shown nowhere, and
  /// injecting once more replaces it. For example, `[("day", "2021-01-31")]` adds
  ///
  ///     ```yaml injected-parameters
  ///     day: 2021-01-31
  ///     ```
  public func injecting(_ parameters: [(name: String, text: String)]) -> String {
    var block = "```yaml injected-parameters\n"
    for parameter in parameters {
      block += "\(Self.flowSafe(parameter.name)): \(Self.flowSafe(parameter.text))\n"
    }
    block += "```\n"
    var lines = source.split(separator: "\n", omittingEmptySubsequences: false)
    if let injectedRange {
      let span = injectedRange.start.line - 1..<injectedRange.end.line
      lines.replaceSubrange(
        span.clamped(to: lines.indices), with: block.split(separator: "\n"))
      return lines.joined(separator: "\n")
    }
    let behind = self.parameters?.range.end.line ?? frontMatter.range?.end.line ?? 0
    let place = min(behind, lines.count)
    let head = lines[..<place].joined(separator: "\n")
    var tail = lines[place...].joined(separator: "\n")
    if tail == "" || tail == "\n" { tail = "" }
    let gap = head.isEmpty ? "" : "\n\n"
    let separator = tail.isEmpty || tail.hasPrefix("\n") ? "" : "\n"
    return head + gap + block + separator + tail
  }

  /// The text as a YAML scalar on one line that every reader takes for the same text or number.
  private static func flowSafe(_ text: String) -> String {
    if isPlainSafe(text) { return text }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      case "\r": quoted += "\\r"
      case _ where isUnprintable(scalar):
        let digits = String(scalar.value, radix: 16, uppercase: true)
        quoted += "\\U" + String(repeating: "0", count: 8 - digits.utf8.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  private static func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7F...0xA0).contains(scalar.value) || scalar.value == 0x2028
      || scalar.value == 0x2029 || scalar.value == 0xFEFF
      || (0xFDD0...0xFDEF).contains(scalar.value)
      || scalar.value & 0xFFFE == 0xFFFE
  }

  /// Numbers, `true`, `false`, dates and simple words need no quotes; what YAML 1.1 takes for
  /// something else (`yes`, `017`) does.
  private static func isPlainSafe(_ text: String) -> Bool {
    switch YAMLScalar(text, isPlain: true).value {
    case .int, .double, .bool: return !text.utf8.contains(UInt8(ascii: "_"))
    case .text: break
    default: return false
    }
    let words: Set<String> = ["yes", "no", "on", "off"]
    guard let first = text.utf8.first, isLetter(first) || isDate(text),
      !words.contains(text.lowercased())
    else { return false }
    return text.utf8.allSatisfy { isLetter($0) || isDigit($0) || "_-./".utf8.contains($0) }
  }

  private static func isDate(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    return (2...3).contains(parts.count) && parts[0].utf8.count == 4
      && parts.dropFirst().allSatisfy { $0.utf8.count == 2 }
      && parts.allSatisfy { $0.utf8.allSatisfy(isDigit) }
  }
}
