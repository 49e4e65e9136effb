internal import Parsing
internal import Planning
internal import Running
internal import Vocabulary

/// The headings of a report with levels that skip none and anchors that stay, and the places where a
/// value is missing.
struct Outline {
  /// A heading of the page.
  struct Heading {
    var level: Int
    var anchor: String
    var text: String
  }

  /// The headings below the first, in document order.
  private(set) var headings: [Heading] = []
  private(set) var headingIndices: [SourceRange: Int] = [:]
  /// The expressions without a value, in document order.
  private(set) var missing: [Expression] = []
  private(set) var missingAnchors: [SourceRange: String] = [:]

  private let run: Run
  private var anchors = Anchors()
  /// By how much the author's levels move down: by one when `#` is used for sections.
  private var shift = 0

  init(of opening: Opening, in run: Run) {
    self.run = run
    note(missingIn: (opening.heading ?? []) + (opening.lead ?? []))
    let blocks = opening.rest.compactMap { element -> Block? in
      if case .prose(let block) = element { block } else { nil }
    }
    shift = blocks.contains { if case .heading(1, _, _) = $0 { true } else { false } } ? 1 : 0
    for block in blocks { visit(block) }
  }

  /// The page's heading for the author's at this place.
  func heading(at range: SourceRange) -> Heading? {
    headingIndices[range].map { headings[$0] }
  }

  private mutating func visit(_ block: Block) {
    switch block {
    case .heading(let level, let inlines, let range):
      note(missingIn: inlines)
      let wanted = min(6, max(2, level + shift))
      // A level is never skipped: readers who hear the page count them.
      let deepest = (headings.last?.level ?? 1) + 1
      headingIndices[range] = headings.count
      headings.append(
        Heading(
          level: min(wanted, deepest), anchor: anchors.anchor(for: inlines),
          text: plainText(of: inlines, in: run)))
    case .paragraph(let inlines, _): note(missingIn: inlines)
    case .quote(let blocks, _): for block in blocks { visit(block) }
    case .list(_, _, let items, _): for item in items { for block in item { visit(block) } }
    case .table(_, let header, let rows, _):
      for cell in header { note(missingIn: cell) }
      for row in rows { for cell in row { note(missingIn: cell) } }
    case .code, .rule, .html: break
    }
  }

  private mutating func note(missingIn inlines: [Inline]) {
    for inline in inlines {
      switch inline {
      case .expression(let expression):
        if run.texts[expression.range] == nil {
          missing.append(expression)
          missingAnchors[expression.range] = "missing-\(missing.count)"
        }
      case .emphasis(let inner), .strong(let inner): note(missingIn: inner)
      case .link(_, _, let inner), .image(_, _, let inner): note(missingIn: inner)
      case .text, .code, .html, .softBreak, .hardBreak: break
      }
    }
  }
}

/// Hands out anchors for headings as GitHub makes them, unique within the page.
///
/// An anchor is made of what the author wrote and not of the values in it, so that a link to it still
/// works next month.
struct Anchors {
  private var taken: Set<String> = [
    "main", "contents", "making", "parameters", "inputs", "earlier-editions", "engines",
    "reproduce", "warnings", Trend.anchor,
  ]

  mutating func anchor(for inlines: [Inline]) -> String {
    var slug = ""
    for scalar in staticText(of: inlines).lowercased().unicodeScalars where slug.utf8.count < 80 {
      switch scalar {
      case " ", "\n", "-": if !slug.isEmpty, slug.last != "-" { slug += "-" }
      case "_": slug += "_"
      default:
        let properties = scalar.properties
        if properties.isAlphabetic || properties.numericType != nil
          || properties.generalCategory == .nonspacingMark
        {
          slug.unicodeScalars.append(scalar)
        }
      }
    }
    while slug.last == "-" { slug.removeLast() }
    // Steps, charts and missing values have anchors of their own.
    let isReserved = ["step-", "chart-", "narrow-", "missing-"].contains { slug.hasPrefix($0) }
    if slug.isEmpty || isReserved { slug = slug.isEmpty ? "section" : "section-\(slug)" }
    var anchor = slug
    var number = 1
    while !taken.insert(anchor).inserted {
      anchor = "\(slug)-\(number)"
      number += 1
    }
    return anchor
  }
}

private func staticText(of inlines: [Inline]) -> String {
  inlines.reduce(into: "") { text, inline in
    switch inline {
    case .text(let part), .code(let part): text += part
    case .emphasis(let inner), .strong(let inner): text += staticText(of: inner)
    case .link(_, _, let inner), .image(_, _, let inner): text += staticText(of: inner)
    case .softBreak, .hardBreak: text += " "
    case .expression, .html: break
    }
  }
}

/// Inline text without its marks, values filled in.
func plainText(of inlines: [Inline], in run: Run) -> String {
  inlines.reduce(into: "") { text, inline in
    switch inline {
    case .text(let part), .code(let part): text += part
    case .expression(let expression): text += run.texts[expression.range] ?? "…"
    case .emphasis(let inner), .strong(let inner): text += plainText(of: inner, in: run)
    case .link(_, _, let inner), .image(_, _, let inner): text += plainText(of: inner, in: run)
    case .softBreak, .hardBreak: text += " "
    case .html(let markup):
      text += run.plan.project.allowsRawHTML || isComment(markup) ? "" : markup
    }
  }
}

/// Whether markup is nothing but comments, which no reader is meant to see.
func isComment(_ markup: String) -> Bool {
  var rest = Substring(markup).drop(while: \.isWhitespace)
  while rest.hasPrefix("<!--") {
    guard let end = rest.firstEnd(of: "-->") else { return false }
    rest = rest[end...].drop(while: \.isWhitespace)
    if rest.isEmpty { return true }
  }
  return false
}

extension Substring {
  /// The place behind the first `mark`.
  fileprivate func firstEnd(of mark: String) -> Index? {
    var place = startIndex
    while place < endIndex {
      if self[place...].hasPrefix(mark) { return index(place, offsetBy: mark.count) }
      place = index(after: place)
    }
    return nil
  }
}
