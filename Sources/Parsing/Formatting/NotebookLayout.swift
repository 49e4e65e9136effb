internal import Vocabulary

extension Notebook {
  /// The source in our layout: options in one order and spacing, YAML bodies and front matter evenly
  /// spaced and quoted, parameters in columns, no trailing blanks, one blank line around fences.
  /// SQL, Python, shell and the wrapping of prose stay as written.
  ///
  /// It says the same as the source, and formatting it again changes nothing. A notebook with errors
  /// stays as it is. For example: `Notebook(parsing: text, at: path).formattedSource == text`.
  public var formattedSource: String {
    guard !diagnostics.contains(where: { $0.severity == .error }) else { return source }
    var notebook = self
    // What one pass leaves may let the next do more; three have been enough for every text tried.
    for _ in 0..<6 {
      let text = notebook.formattedOnce()
      if text == notebook.source { return text }
      notebook = Notebook(parsing: text, at: path)
    }
    return source
  }

  /// The source with every edit that changes nothing of what the notebook says.
  private func formattedOnce() -> String {
    let meaning = meaning
    let layout = NotebookLayout(self)
    func isHarmless(_ edits: [NotebookLayout.Edit]) -> Bool {
      Notebook(parsing: layout.text(with: edits), at: path).meaning == meaning
    }
    func harmless(_ edits: [NotebookLayout.Edit]) -> [NotebookLayout.Edit] {
      if edits.isEmpty || isHarmless(edits) { return edits }
      guard edits.count > 1 else { return [] }
      let middle = edits.count / 2
      return harmless(Array(edits[..<middle])) + harmless(Array(edits[middle...]))
    }
    let edits = harmless(layout.edits)
    return isHarmless(edits) ? layout.text(with: edits) : source
  }
}

/// What our layout would change in a notebook, line by line.
struct NotebookLayout {
  /// New lines for a stretch of old ones.
  struct Edit {
    var lines: Range<Int>
    var replacement: [String]
  }

  /// The edits from top to bottom.
  private(set) var edits: [Edit] = []
  private let lines: [String]

  init(_ notebook: Notebook) {
    var lines = notebook.source.split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
    if lines.last?.isEmpty == true { lines.removeLast() }
    self.lines = lines
    var place = 0
    if let range = notebook.frontMatter.range {
      let end = Self.lines(of: range).upperBound
      replace(0..<end, with: frontMatter(0..<end))
      place = end
    }
    let text = SourceText(notebook.source, file: notebook.path)
    for (range, step) in Self.fences(of: notebook) {
      let fence = Self.lines(of: range)
      guard fence.lowerBound >= place, fence.count >= 2 else { continue }
      formatProse(place..<fence.lowerBound, of: notebook)
      replace(fence, with: self.fence(fence, step, in: text))
      place = fence.upperBound
    }
    formatProse(place..<lines.count, of: notebook)
  }

  /// The source with these edits made.
  func text(with edits: [Edit]) -> String {
    var result: [String] = []
    var place = 0
    for edit in edits {
      result += lines[place..<edit.lines.lowerBound]
      result += edit.replacement
      place = edit.lines.upperBound
    }
    result += lines[place...]
    return result.map { $0 + "\n" }.joined()
  }

  private mutating func replace(_ range: Range<Int>, with replacement: [String]) {
    if !lines[range].elementsEqual(replacement) {
      edits.append(Edit(lines: range, replacement: replacement))
    }
  }

  /// The lines (from 0) of a stretch.
  private static func lines(of range: SourceRange) -> Range<Int> {
    let isOpenEnd = range.end.column == 1 && range.end.line > range.start.line
    return (range.start.line - 1)..<(isOpenEnd ? range.end.line - 1 : range.end.line)
  }

  /// The fences that mean something, from top to bottom.
  private static func fences(of notebook: Notebook) -> [(SourceRange, StepSource?)] {
    notebook.elements.compactMap { element in
      switch element {
      case .prose: nil
      case .parameters: notebook.parameters.map { ($0.range, nil) }
      case .step(let step): (step.range, step)
      }
    }
  }

  // MARK: - Front matter and fences

  private func frontMatter(_ range: Range<Int>) -> [String] {
    guard range.count >= 2 else { return Array(lines[range]) }
    let body = Array(lines[(range.lowerBound + 1)..<(range.upperBound - 1)])
    return [trimmingEnd(lines[range.lowerBound])] + yaml(body)
      + [trimmingEnd(lines[range.upperBound - 1])]
  }

  private func fence(
    _ range: Range<Int>, _ step: StepSource?, in text: SourceText
  ) -> [String] {
    guard let fence = Fence(in: text, line: range.lowerBound) else { return Array(lines[range]) }
    let marks = text.text(fence.marker)
    let body = lines[(range.lowerBound + 1)..<(range.upperBound - 1)].map { line in
      String(line.dropFirst(line.prefix(fence.indentation).prefix { $0 == " " }.count))
    }
    guard let step else {
      return ["\(marks)yaml parameters"] + yaml(body, aligningRoot: true) + [marks]
    }
    let opening = "\(marks)\(step.language) step \(step.name)" + options(of: step, range)
    let content =
      switch FenceLanguage(rawValue: step.language) {
      case .yaml: yaml(body, first: ["uses", "title"])
      case .sql: sql(body)
      case .python, .sh, nil: body
      }
    return [opening] + content + [marks]
  }

  private func yaml(
    _ lines: [String], aligningRoot: Bool = false, first: [String] = []
  ) -> [String] {
    let text = lines.map { $0 + "\n" }.joined()
    let formatted = YAMLLayout.format(text, aligningRoot: aligningRoot, first: first)
    var result = formatted.split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
    if result.last?.isEmpty == true { result.removeLast() }
    while result.first?.isEmpty == true { result.removeFirst() }
    while result.last?.isEmpty == true { result.removeLast() }
    return result
  }

  private func sql(_ lines: [String]) -> [String] {
    SQLLayout.withoutTrailingBlanks(lines.joined(separator: "\n"))
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// The options on the fence's line: those of the kind as written, then the common ones in the
  /// order of the documentation.
  private func options(of step: StepSource, _ range: Range<Int>) -> String {
    let common = [
      "show", "title", "when", "needs", "timeout", "retries", "cache", "on_error",
    ]
    let entries = step.options.entries.filter { $0.keyRange.start.line == range.lowerBound + 1 }
    let line = Array(lines[range.lowerBound].unicodeScalars)
    let written = entries.enumerated().map { number, entry in
      let place = common.firstIndex(of: entry.key)
      let rank = entry.key == "uses" ? -1 : place.map { $0 + entries.count } ?? number
      let start = min(max(entry.value.range.start.column - 1, 0), line.count)
      let end = min(max(entry.value.range.end.column - 1, start), line.count)
      var value = String.UnicodeScalarView()
      value += line[start..<end]
      return (rank: rank, text: " \(entry.key)=\(valueText(String(value)))")
    }
    return written.sorted { $0.rank < $1.rank }.map(\.text).joined()
  }

  private func valueText(_ written: String) -> String {
    let isYAML =
      written.hasPrefix("[") || written.hasPrefix("'")
      || (written.hasPrefix("{") && !written.hasPrefix("{{"))
    return isYAML ? YAMLLayout.format(written) : written
  }

  // MARK: - Prose

  /// Blank lines at both ends of the prose between two fences, and blanks at the ends of lines.
  private mutating func formatProse(_ range: Range<Int>, of notebook: Notebook) {
    var start = range.lowerBound
    var end = range.upperBound
    while start < end, isBlank(start) { start += 1 }
    while end > start, isBlank(end - 1) { end -= 1 }
    let isFirst = range.lowerBound == 0
    let isLast = range.upperBound == lines.count
    if start == end {
      let isBetween = !isFirst && !isLast
      return replace(range, with: isBetween ? [""] : [])
    }
    replace(range.lowerBound..<start, with: isFirst ? [] : [""])
    for index in start..<end { formatLine(index) }
    let isSilence = notebook.silences.contains { $0.range.end.line == end }
    replace(end..<range.upperBound, with: isLast || isSilence ? [] : [""])
  }

  /// One blank at the end of a line says nothing; two are a line break.
  private mutating func formatLine(_ index: Int) {
    let line = lines[index]
    let text = trimmingEnd(line)
    let blanks = line.unicodeScalars.count - text.unicodeScalars.count
    if text.isEmpty || blanks == 1 { replace(index..<(index + 1), with: [text]) }
  }

  private func isBlank(_ index: Int) -> Bool { trimmingEnd(lines[index]).isEmpty }

  private func trimmingEnd(_ line: String) -> String {
    var scalars = line.unicodeScalars
    while let last = scalars.last, last == " " || last == "\t" { scalars.removeLast() }
    return String(scalars)
  }
}
