internal import Vocabulary

/// Makes nodes of libyaml's events.
struct YAMLComposer {
  let events: [YAMLEvent]
  let source: SourceText
  var diagnostics: [Diagnostic] = []
  private var index = 0
  private var saidTooDeep = false

  /// Deeper nesting is refused; nobody writes it and the tree is walked recursively.
  private static let deepest = 64

  init(events: [YAMLEvent], source: SourceText) {
    self.events = events
    self.source = source
  }

  /// The first document's root.
  mutating func document() -> YAMLNode? {
    guard let first = next(), first.kind == .documentStart, index < events.count else { return nil }
    let root = node(depth: 0)
    if let second = next(), second.kind == .documentStart {
      diagnostics.append(
        .error(
          "yaml-documents", "there is a second YAML document here", at: range(second),
          explanation: "Only one document is read; `---` starts another.",
          solutions: ["remove the line `---`"]))
    }
    return root
  }

  private mutating func next() -> YAMLEvent? {
    guard index < events.count else { return nil }
    defer { index += 1 }
    return events[index]
  }

  private mutating func node(depth: Int) -> YAMLNode {
    guard let event = next() else {
      return YAMLNode(.scalar(YAMLScalar("", isPlain: true)), at: source.range(0..<0))
    }
    refuseDecoration(of: event)
    switch event.kind {
    case .scalar(let text, let style):
      return scalar(text, style, event)
    case .sequenceStart, .mappingStart:
      if depth >= Self.deepest { return tooDeep(event) }
      if event.kind == .sequenceStart { return sequence(event, depth: depth) }
      return isUnquotedExpression(event)
        ? unquotedExpression(event) : mapping(event, depth: depth)
    case .alias(let name):
      diagnostics.append(
        .error(
          "yaml-alias", "the alias `*\(name)` is not supported", at: range(event),
          explanation: "Every value is written where it is used.",
          solutions: ["write the value again", "put quotes around a text that starts with `*`"]))
      return YAMLNode(.scalar(YAMLScalar("", isPlain: true)), at: range(event))
    case .documentStart, .sequenceEnd, .mappingEnd:
      return YAMLNode(.scalar(YAMLScalar("", isPlain: true)), at: range(event))
    }
  }

  private mutating func scalar(
    _ text: String, _ style: YAMLScalarStyle, _ event: YAMLEvent
  ) -> YAMLNode {
    var raw = source.offset(ofScalar: event.start)..<source.offset(ofScalar: event.end)
    if style == .literal || style == .folded || style == .plain {
      raw = raw.lowerBound..<max(raw.lowerBound, trimmed(source.bytes, raw).upperBound)
    }
    var scalar = YAMLScalar(text, isPlain: style == .plain)
    let bytes = Array(text.utf8)
    if text.contains("{{") {
      let alignment = ScalarAlignment(of: bytes, written: style, at: raw, in: source.bytes)
      scalar.parsedTemplate = Template(
        parsing: SourceText(bytes: bytes, file: source.file), diagnostics: &diagnostics
      ) { offset in
        source.position(at: alignment.offsets[min(offset, alignment.offsets.count - 1)])
      }
    }
    return YAMLNode(.scalar(scalar), at: source.range(raw))
  }

  private mutating func sequence(_ start: YAMLEvent, depth: Int) -> YAMLNode {
    var items: [YAMLNode] = []
    while index < events.count, events[index].kind != .sequenceEnd {
      items.append(node(depth: depth + 1))
    }
    let end = next()
    return YAMLNode(.sequence(items), at: range(start, end, items.last?.range))
  }

  private mutating func mapping(_ start: YAMLEvent, depth: Int) -> YAMLNode {
    var entries: [YAMLEntry] = []
    var places: [String: Int] = [:]
    var last: SourceRange?
    while index < events.count, events[index].kind != .mappingEnd {
      let key = key(depth: depth + 1)
      let value = node(depth: depth + 1)
      last = value.range
      guard let key else { continue }
      if let first = places[key.text] {
        diagnostics.append(
          .duplicateKey(key.text, at: key.range, first: entries[first].keyRange))
      } else {
        places[key.text] = entries.count
        entries.append(YAMLEntry(key: key.text, at: key.range, value: value))
      }
    }
    let end = next()
    return YAMLNode(.mapping(entries), at: range(start, end, last))
  }

  private mutating func key(depth: Int) -> (text: String, range: SourceRange)? {
    let event = events[index]
    guard case .scalar(let text, let style) = event.kind else {
      let node = node(depth: depth)
      if case .alias = event.kind { return nil }
      diagnostics.append(
        .error(
          "yaml-key", "a key must be a word, not a list or a mapping", at: node.range,
          solutions: ["put quotes around a text that starts with `{` or `[`"]))
      return nil
    }
    index += 1
    refuseDecoration(of: event)
    let range = range(event)
    if text.isEmpty, style == .plain {
      diagnostics.append(.error("yaml-key", "there is no key before the `:`", at: range))
      return nil
    }
    if text == "<<", style == .plain {
      diagnostics.append(
        .error(
          "yaml-merge", "merge keys `<<` are not supported", at: range,
          explanation: "They are no part of YAML 1.2.", solutions: ["write the entries again"]))
      return nil
    }
    return (text, range)
  }

  private mutating func refuseDecoration(of event: YAMLEvent) {
    if let anchor = event.anchor {
      diagnostics.append(
        .error(
          "yaml-alias", "the anchor `&\(anchor)` is not supported", at: range(event),
          explanation: "Every value is written where it is used.",
          solutions: ["remove the anchor", "put quotes around a text that starts with `&`"]))
    }
    if let tag = event.tag, tag != "!" {
      diagnostics.append(
        .error(
          "yaml-tag", "the tag `\(tag)` is not supported", at: range(event),
          solutions: ["remove the tag", "put quotes around a text that starts with `!`"]))
    }
  }

  private mutating func tooDeep(_ event: YAMLEvent) -> YAMLNode {
    if !saidTooDeep {
      saidTooDeep = true
      diagnostics.append(
        .error(
          "yaml-too-deep", "lists and mappings are nested more than \(Self.deepest) deep",
          at: range(event)))
    }
    skipRest()
    return YAMLNode(.scalar(YAMLScalar("", isPlain: true)), at: range(event))
  }

  /// YAML reads `{{ $x }}` without quotes as a mapping whose key is a mapping.
  private func isUnquotedExpression(_ event: YAMLEvent) -> Bool {
    guard index < events.count, events[index].kind == .mappingStart else { return false }
    let start = source.offset(ofScalar: event.start)
    return source.bytes[start...].starts(with: openBraces)
  }

  private mutating func unquotedExpression(_ event: YAMLEvent) -> YAMLNode {
    let end = skipRest() ?? event
    let raw = source.offset(ofScalar: event.start)..<source.offset(ofScalar: end.end)
    let text = source.text(raw)
    diagnostics.append(.unquotedExpression(text, at: source.range(raw)))
    return YAMLNode(.scalar(YAMLScalar(text, isPlain: false)), at: source.range(raw))
  }

  /// Passes everything inside the collection just opened; its last event.
  @discardableResult
  private mutating func skipRest() -> YAMLEvent? {
    var open = 1
    var last: YAMLEvent?
    while open > 0, let event = next() {
      last = event
      switch event.kind {
      case .sequenceStart, .mappingStart: open += 1
      case .sequenceEnd, .mappingEnd: open -= 1
      default: break
      }
    }
    return last
  }

  private func range(_ event: YAMLEvent) -> SourceRange {
    source.range(source.offset(ofScalar: event.start)..<source.offset(ofScalar: event.end))
  }

  /// A collection ends with its bracket, or with its last item: libyaml's own mark of a block's end
  /// is the next thing behind it.
  private func range(
    _ start: YAMLEvent, _ end: YAMLEvent?, _ last: SourceRange?
  ) -> SourceRange {
    let first = source.offset(ofScalar: start.start)
    let opening = first < source.bytes.count ? source.bytes[first] : 0
    if opening == UInt8(ascii: "{") || opening == UInt8(ascii: "["), let end {
      return source.range(first..<max(first, source.offset(ofScalar: end.end)))
    }
    let place = source.position(at: first)
    return SourceRange(file: source.file, start: place, end: max(place, last?.end ?? place))
  }
}
