internal import Vocabulary

extension YAMLComposer {
  /// What libyaml found wrong, at its line, with a guess at what the author meant.
  func diagnostic(of problem: YAMLProblem) -> Diagnostic {
    let place = problem.byte ?? source.offset(ofScalar: problem.place ?? 0)
    let opening = problem.contextPlace.map { source.offset(ofScalar: $0) }
    // What was never closed is noticed at the end of the text, but wrong where it was opened.
    let isAtEnd = trimmed(source.bytes, place..<source.bytes.count).isEmpty
    let offset = isAtEnd ? opening ?? place : place
    let line = source.line(source.lineIndex(of: offset))
    let text = source.text(line)
    // At the end of the text there is nothing to underline.
    let end = min(max(offset + 1, line.lowerBound), max(offset, line.upperBound))
    let range = source.range(min(offset, end)..<end)
    if hasTabIndentation(line) {
      return .error(
        "yaml-tab", "a tab indents this line; YAML allows spaces only", at: range,
        solutions: ["replace the tab by spaces"])
    }
    if text.contains(": {{") || text.contains("- {{") || text.contains("[{{") {
      return .unquotedExpression(text, at: range)
    }
    return .error(
      "invalid-yaml", "invalid YAML: \(problem.text)", at: range,
      explanation: problem.context.map { context in
        guard let opening, opening != offset else { return "This was found \(context)." }
        let start = source.position(at: opening)
        return "This was found \(context), which begins at \(start.line):\(start.column)."
      },
      solutions: remedies(for: problem, in: text))
  }

  private func hasTabIndentation(_ line: Range<Int>) -> Bool {
    source.bytes[line].prefix { isSpace($0) }.contains(0x09)
  }

  private func remedies(for problem: YAMLProblem, in line: String) -> [String] {
    if problem.text.contains("mapping values are not allowed") {
      return ["put quotes around a text that has `: ` in it", "check the indentation"]
    }
    if problem.text.contains("cannot start any token") {
      return ["put quotes around a text that starts with `@`, `%` or a backtick"]
    }
    if problem.context?.contains("scanning an alias") == true
      || problem.context?.contains("scanning an anchor") == true
    {
      return ["put quotes around a text that starts with `*` or `&`"]
    }
    if problem.text.contains("could not find expected ':'") {
      return ["write `key: value`, with a space behind the colon"]
    }
    if problem.text.contains("did not find expected ','") {
      return ["put a comma between the entries, and close every bracket"]
    }
    if problem.text.contains("unexpected end of stream") { return ["close the quote"] }
    if problem.text.contains("did not find expected") {
      return ["check the indentation, and that every bracket and quote is closed"]
    }
    return []
  }
}

extension Diagnostic {
  static func duplicateKey(
    _ key: String, at range: SourceRange, first: SourceRange
  ) -> Diagnostic {
    .error(
      "duplicate-key", "the key `\(key)` stands here a second time", at: range,
      explanation: "It was first given at \(first).", solutions: ["keep one of the two"])
  }

  static func unquotedExpression(_ text: String, at range: SourceRange) -> Diagnostic {
    .error(
      "unquoted-expression", "an expression in YAML needs quotes around it", at: range,
      explanation: "Without them YAML reads `{` as the start of a mapping.",
      solutions: ["write \"{{ ... }}\""])
  }
}
