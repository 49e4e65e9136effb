/// Puts a YAML text into our layout without touching comments or line breaks: one space behind a
/// colon, `{ a: 1 }` and `[a, b]`, double quotes where single ones do no more, no trailing blanks.
struct YAMLLayout {
  private let scalars: [Unicode.Scalar]
  private let events: [YAMLEvent]
  private var index = 0
  private var edits: [(range: Range<Int>, text: String)] = []
  /// Stretches whose blanks are content.
  private var blocks: [Range<Int>] = []

  /// The text in our layout; as it was when it is not well formed.
  ///
  /// With `aligningRoot` the values of the outermost mapping stand in one column. Keys named in
  /// `first` come first, in that order, when each of the outermost keys begins a line.
  static func format(_ text: String, aligningRoot: Bool = false, first: [String] = []) -> String {
    let (events, problem) = yamlEvents(in: text)
    guard problem == nil else { return text }
    var layout = YAMLLayout(text, events)
    layout.document(aligningRoot: aligningRoot)
    return YAMLOrder.putting(first, firstIn: layout.result)
  }

  private init(_ text: String, _ events: [YAMLEvent]) {
    scalars = Array(text.unicodeScalars)
    self.events = events
  }

  private var result: String {
    var text = String.UnicodeScalarView()
    var cursor = 0
    for edit in edits.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      guard edit.range.lowerBound >= cursor else { continue }
      text += scalars[cursor..<edit.range.lowerBound]
      text += edit.text.unicodeScalars
      cursor = edit.range.upperBound
    }
    text += scalars[cursor...]
    return String(text)
  }

  // MARK: - Walking

  private mutating func document(aligningRoot: Bool) {
    guard next()?.kind == .documentStart, index < events.count else { return }
    if aligningRoot, events[index].kind == .mappingStart, !isBracket(events[index].start, "{") {
      alignedMapping()
    } else {
      node()
    }
    dropTrailingBlanks()
  }

  private mutating func next() -> YAMLEvent? {
    guard index < events.count else { return nil }
    defer { index += 1 }
    return events[index]
  }

  /// Walks the next node; the place behind it.
  @discardableResult
  private mutating func node() -> Int {
    guard let event = next() else { return scalars.count }
    switch event.kind {
    case .scalar(let text, let style):
      switch style {
      case .literal, .folded: blocks.append(event.start..<max(event.start, event.end))
      case .singleQuoted: requote(event, text)
      case .plain, .doubleQuoted: break
      }
      return event.end
    case .sequenceStart:
      return isBracket(event.start, "[") ? flowSequence(event) : blockSequence()
    case .mappingStart:
      return isBracket(event.start, "{") ? flowMapping(event) : blockMapping()
    case .alias, .documentStart, .sequenceEnd, .mappingEnd: return event.end
    }
  }

  private mutating func blockMapping() -> Int {
    var end = 0
    while index < events.count, events[index].kind != .mappingEnd {
      let colon = node()
      end = value(behind: colon, pad: " ")
    }
    index += 1
    return end
  }

  /// The outermost mapping with its values in one column.
  private mutating func alignedMapping() {
    index += 1
    var colons: [(end: Int, value: Int, width: Int)] = []
    while index < events.count, events[index].kind != .mappingEnd {
      let start = events[index].start
      let end = node()
      let place = index < events.count ? events[index].start : end
      if isGap(end..<place, around: ":") {
        colons.append((end, place, end - start))
      }
      node()
    }
    let widest = colons.map(\.width).max() ?? 0
    for colon in colons {
      let pad = String(repeating: " ", count: widest - colon.width + 1)
      edits.append((colon.end..<colon.value, ":" + pad))
    }
  }

  private mutating func value(behind colon: Int, pad: String) -> Int {
    let place = index < events.count ? events[index].start : colon
    let end = node()
    if place < end, isGap(colon..<place, around: ":") {
      edits.append((colon..<place, ":" + pad))
    }
    return max(colon, end)
  }

  private mutating func blockSequence() -> Int {
    var end = 0
    while index < events.count, events[index].kind != .sequenceEnd {
      let start = events[index].start
      end = node()
      tightenDash(before: start, itemEnd: end)
    }
    index += 1
    return end
  }

  /// `-   item` has one space; what goes on over further lines hangs on its column.
  private mutating func tightenDash(before start: Int, itemEnd: Int) {
    guard start <= itemEnd, itemEnd <= scalars.count, !scalars[start..<itemEnd].contains("\n")
    else { return }
    var dash = start
    while dash > 0, scalars[dash - 1] == " " { dash -= 1 }
    guard dash > 0, scalars[dash - 1] == "-", start - dash > 1 else { return }
    edits.append((dash..<start, " "))
  }

  private mutating func flowSequence(_ start: YAMLEvent) -> Int {
    var end = start.start + 1
    var isFirst = true
    while index < events.count, events[index].kind != .sequenceEnd {
      space(end..<events[index].start, isFirst ? "" : ",", isFirst ? "" : ", ")
      isFirst = false
      end = max(end, node())
    }
    return close(from: end, with: "")
  }

  private mutating func flowMapping(_ start: YAMLEvent) -> Int {
    var end = start.start + 1
    var isFirst = true
    while index < events.count, events[index].kind != .mappingEnd {
      space(end..<max(end, events[index].start), isFirst ? "" : ",", isFirst ? " " : ", ")
      isFirst = false
      let colon = node()
      end = max(end, value(behind: colon, pad: " "))
    }
    return close(from: end, with: isFirst ? "" : " ")
  }

  private mutating func close(from end: Int, with gap: String) -> Int {
    guard let last = next() else { return end }
    space(end..<max(end, last.end - 1), "", gap)
    return last.end
  }

  // MARK: - Edits

  private mutating func space(_ range: Range<Int>, _ mark: String, _ text: String) {
    if isGap(range, around: mark) { edits.append((range, text)) }
  }

  /// Whether a stretch on one line is the mark with spaces around it.
  private func isGap(_ range: Range<Int>, around mark: String) -> Bool {
    guard range.upperBound <= scalars.count else { return false }
    let visible = scalars[range].filter { $0 != " " && $0 != "\t" }
    return visible.elementsEqual(mark.unicodeScalars)
  }

  private func isBracket(_ place: Int, _ bracket: Unicode.Scalar) -> Bool {
    scalars.indices.contains(place) && scalars[place] == bracket
  }

  /// Double quotes, when nothing in the text would have to be escaped in them.
  private mutating func requote(_ event: YAMLEvent, _ text: String) {
    guard event.start <= event.end, event.end <= scalars.count,
      !scalars[event.start..<event.end].contains(where: { $0.value < 0x20 || $0.value == 0x7F }),
      !text.contains("\""), !text.contains("\\")
    else { return }
    edits.append((event.start..<event.end, "\"\(text)\""))
  }

  private mutating func dropTrailingBlanks() {
    var end = 0
    while end <= scalars.count {
      let line = end
      while end < scalars.count, scalars[end] != "\n" { end += 1 }
      var start = end
      while start > line, scalars[start - 1] == " " || scalars[start - 1] == "\t" { start -= 1 }
      if start < end, !blocks.contains(where: { $0.contains(start) }) {
        edits.append((start..<end, ""))
      }
      end += 1
    }
  }
}

/// The order of the outermost keys.
enum YAMLOrder {
  /// The text with the lines of some keys moved to the top, comments above them included.
  static func putting(_ keys: [String], firstIn text: String) -> String {
    guard !keys.isEmpty, let places = rootKeys(of: text) else { return text }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let endsWithLine = lines.last?.isEmpty == true
    if endsWithLine { lines.removeLast() }
    var starts: [(key: String, line: Int)] = []
    for (key, line) in places {
      var start = line
      while start > (starts.last.map { $0.line + 1 } ?? 0), lines[start - 1].hasPrefix("#") {
        start -= 1
      }
      starts.append((key, start))
    }
    guard let first = starts.first, first.line == 0 else { return text }
    var segments = starts.enumerated().map { number, start in
      let end = number + 1 < starts.count ? starts[number + 1].line : lines.count
      return (key: start.key, lines: lines[start.line..<end])
    }
    var target = 0
    for key in keys {
      guard let place = segments.firstIndex(where: { $0.key == key }) else { continue }
      segments.insert(segments.remove(at: place), at: target)
      target += 1
    }
    return segments.flatMap(\.lines).joined(separator: "\n") + (endsWithLine ? "\n" : "")
  }

  /// The keys of the outermost mapping with their lines, when each begins one.
  private static func rootKeys(of text: String) -> [(key: String, line: Int)]? {
    let (events, problem) = yamlEvents(in: text)
    guard problem == nil else { return nil }
    let scalars = Array(text.unicodeScalars)
    var keys: [(key: String, line: Int)] = []
    var depth = 0
    var isKey = true
    var line = 0
    var cursor = 0
    for event in events {
      switch event.kind {
      case .sequenceStart, .mappingStart:
        if depth == 0, event.kind == .sequenceStart { return nil }
        if depth == 1, isKey { return nil }
        depth += 1
      case .sequenceEnd, .mappingEnd:
        depth -= 1
        if depth == 1 { isKey = true }
      case .scalar(let key, _) where depth == 1:
        if isKey {
          guard event.start >= cursor, event.start <= scalars.count,
            event.start == 0 || scalars[event.start - 1] == "\n"
          else { return nil }
          line += scalars[cursor..<event.start].count { $0 == "\n" }
          cursor = event.start
          keys.append((key, line))
        }
        isKey.toggle()
      case .scalar where depth == 0, .alias: return nil
      case .scalar, .documentStart: break
      }
    }
    return keys
  }
}
