internal import Vocabulary

/// Puts the notebook together from front matter, prose and fences.
struct NotebookParser {
  let source: SourceText
  var frontMatter = FrontMatter()
  var parameters: ParametersBlock?
  var injected: SourceRange?
  var elements: [Notebook.Element] = []
  var silences: [Silence] = []
  var diagnostics: [Diagnostic] = []
  /// Where each step's name was first given, by its lowercase form: SQL does not tell case.
  private var steps: [String: SourceRange] = [:]

  init(_ source: SourceText) {
    self.source = source
  }

  mutating func parse() {
    guard source.bytes.contains(where: { !isSpace($0) }) else {
      diagnostics.append(
        .error(
          "empty-notebook", "the notebook is empty", at: source.range(0..<0),
          solutions: ["start with a heading: `# Title`"]))
      return
    }
    let firstLine = readFrontMatter()
    var prose = ProseBuilder(parsing: source, from: firstLine)
    for piece in prose.pieces() {
      switch piece {
      case .block(let block): readProse(block)
      case .code(let info, let text, let lines, let column, let range):
        let block = Block.code(info: info, text: text, range)
        if let fence = Fence(in: source, line: lines.lowerBound, column: column) {
          read(fence, lines, as: block)
        } else {
          add(.prose(block), range)
        }
      }
    }
    diagnostics += prose.diagnostics
  }

  /// Adds an element, which is what the comments before it silence.
  private mutating func add(_ element: Notebook.Element, _ range: SourceRange) {
    for index in silences.indices.reversed() {
      guard silences[index].target == nil else { break }
      silences[index].target = range
    }
    elements.append(element)
  }

  private mutating func readProse(_ block: Block) {
    let range = block.range
    let start = source.start(ofLine: range.start.line - source.origin.line)
    if case .html(let text, _) = block,
      let silence = Silence(text, at: start, range, in: source)
    {
      if let problem = silence.problem { diagnostics.append(problem) }
      silences.append(silence)
    } else {
      add(.prose(block), range)
    }
  }

  private mutating func readFrontMatter() -> Int {
    guard isMark(line: 0, ["---"]) else { return 0 }
    guard let end = (1..<source.lineCount).first(where: { isMark(line: $0, ["---", "..."]) })
    else {
      diagnostics.append(
        .error(
          "unclosed-front-matter", "the front matter that begins here is not closed",
          at: source.range(source.line(0)),
          explanation: "`---` on the first line begins front matter.",
          solutions: ["close it with a line `---`"]))
      return 1
    }
    let inner = source.start(ofLine: 1)..<source.start(ofLine: end)
    let (node, found) = YAMLNode.parse(
      source.text(inner), file: source.file, startingAt: source.origin.line + 1)
    diagnostics += found
    if let node { frontMatter = FrontMatter(decoding: node, diagnostics: &diagnostics) }
    frontMatter.range = source.range(0..<source.line(end).upperBound)
    return end + 1
  }

  private func isMark(line: Int, _ marks: [String]) -> Bool {
    let whole = source.line(line)
    let stretch = whole.lowerBound..<trimmed(source.bytes, whole).upperBound
    return marks.contains { source.bytes[stretch].elementsEqual($0.utf8) }
  }

  // MARK: - Fences

  private mutating func read(_ fence: Fence, _ lines: ClosedRange<Int>, as block: Block) {
    let isClosed =
      lines.count > 1 && fence.isClosed(by: lines.upperBound, in: source)
    let content = FenceContent(
      fence, lines: (lines.lowerBound + 1)..<(isClosed ? lines.upperBound : lines.upperBound + 1),
      in: source)
    let end = isClosed ? source.line(lines.upperBound).upperBound : content.end
    let range = source.range(fence.line.lowerBound..<max(end, fence.line.upperBound))
    if !isClosed {
      diagnostics.append(unclosed(fence, next: content.nextOpening))
      add(.prose(block), range)
      return
    }
    if fence.role != .inert, let next = content.nextOpening {
      diagnostics.append(unclosed(fence, next: next))
      return
    }
    switch fence.role {
    case .inert:
      if let suspicion = fence.suspicion(in: source) { diagnostics.append(suspicion) }
      add(.prose(block), range)
    case .parameters: readParameters(fence, content, range)
    case .injectedParameters: injected = range
    case .step(let language): readStep(fence, language, content, range)
    }
  }

  private func unclosed(_ fence: Fence, next: Int?) -> Diagnostic {
    let marks = source.text(fence.marker)
    return .error(
      "unclosed-fence", "the fence that opens here is not closed", at: source.range(fence.line),
      explanation: next.map {
        "Line \($0 + source.origin.line) looks like the start of another fence, "
          + "but it stands inside this one."
      },
      solutions: ["end it with \(marks) on a line of its own"])
  }

  private mutating func readParameters(
    _ fence: Fence, _ content: FenceContent, _ range: SourceRange
  ) {
    if fence.words.count > 2 {
      diagnostics.append(
        .error(
          "fence-option", "a parameters fence takes no options",
          at: source.range(fence.words[2].stretch.lowerBound..<fence.line.upperBound)))
    }
    if let first = parameters {
      diagnostics.append(
        .error(
          "second-parameters",
          "there is already a parameters block on line \(first.range.start.line)",
          at: source.range(fence.line), explanation: "The first is at \(first.range).",
          solutions: ["move these declarations into the first block"]))
      return
    }
    let declarations = mapping(content, of: "a parameters block", example: "name: { type: int }")
    parameters = ParametersBlock(declarations: declarations, range: range)
    add(.parameters, range)
  }

  private mutating func readStep(
    _ fence: Fence, _ language: FenceLanguage, _ content: FenceContent, _ range: SourceRange
  ) {
    let word = fence.words.count > 2 ? fence.words[2] : nil
    guard let word, !word.text.contains("=") else {
      let end = fence.words[1].stretch
      diagnostics.append(
        .error(
          "missing-name", "the step has no name", at: source.range(end),
          solutions: ["write ```\(language.rawValue) step NAME"]))
      return
    }
    let nameRange = source.range(word.stretch)
    var options = FenceOptions(in: word.stretch.upperBound..<fence.line.upperBound, of: source)
    diagnostics += options.diagnostics
    if let found = diagnostic(forName: word.text, of: "a step", at: nameRange) {
      diagnostics.append(found)
      return
    }
    if let first = steps[word.text.lowercased()] {
      diagnostics.append(
        .error(
          "duplicate-step", "there is already a step `\(word.text)` on line \(first.start.line)",
          at: nameRange, explanation: "The first is at \(first); SQL does not tell case.",
          solutions: ["give one of the two another name"]))
      return
    }
    steps[word.text.lowercased()] = nameRange
    let node = self.options(language, &options, content, nameRange)
    add(
      .step(
        StepSource(
          name: word.text, nameRange: nameRange, language: language.rawValue, options: node,
          body: content.text, bodyRange: content.range, range: range)), range)
  }

  private mutating func options(
    _ language: FenceLanguage, _ options: inout FenceOptions, _ content: FenceContent,
    _ nameRange: SourceRange
  ) -> YAMLNode {
    guard language == .yaml else {
      let range =
        options.entries.first.map { first in
          SourceRange(
            file: source.file, start: first.keyRange.start,
            end: options.entries.last?.value.range.end ?? first.keyRange.end)
        } ?? nameRange
      return YAMLNode(.mapping(options.entries), at: range)
    }
    let body = mapping(content, of: "a yaml step", example: "uses: chart")
    var entries = body.entries
    for entry in options.entries {
      if let other = body.entries.first(where: { $0.key == entry.key }) {
        diagnostics.append(
          .error(
            "duplicate-key", "`\(entry.key)` is given on the fence and in the body",
            at: entry.keyRange, explanation: "The body has it at \(other.keyRange).",
            solutions: ["keep one of the two"]))
      } else {
        entries.append(entry)
      }
    }
    return YAMLNode(.mapping(entries), at: body.entries.isEmpty ? nameRange : body.range)
  }

  /// The body as a mapping, an empty one when there is nothing or something else.
  private mutating func mapping(
    _ content: FenceContent, of what: String, example: String
  ) -> YAMLNode {
    let (node, found) = YAMLNode.parse(
      content.text, file: source.file, startingAt: content.range.start.line,
      column: content.range.start.column)
    diagnostics += found
    guard let node, !node.isNull else { return YAMLNode(.mapping([]), at: content.range) }
    if case .mapping = node.content { return node }
    diagnostics.append(
      .error(
        "wrong-type", "the body of \(what) must be a mapping, not \(node.found)", at: node.range,
        solutions: ["write lines such as `\(example)`"]))
    return YAMLNode(.mapping([]), at: content.range)
  }
}
