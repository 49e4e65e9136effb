internal import Mustache
internal import Parsing
internal import Planning
internal import Running
internal import Steps
internal import Vocabulary

/// The report as one HTML file that needs nothing else.
struct Page {
  var manuscript: Manuscript
  private var words: Words { manuscript.words }
  private var run: Run { manuscript.run }

  init(_ manuscript: Manuscript) {
    self.manuscript = manuscript
  }

  func html(with templates: Templates) -> String {
    let steps = StepPage(manuscript)
    let body = manuscript.elements.flatMap { element in
      switch element {
      case .prose(let block): steps.prose.html(block)
      case .step(let step): [steps.html(step)]
      }
    }
    let lead = manuscript.lead.map { plainText(of: $0, in: run) }
    let frame = PageFrame(
      words: words, title: "\(run.title) · \(run.plan.edition)",
      description: run.description ?? lead ?? "", templates: templates,
      allowsAnyStyle: run.plan.project.allowsRawHTML, masthead: [masthead],
      contents: contents.map { [$0] } ?? [], body: body + trend + [Colophon(manuscript).html],
      extraStyle: (manuscript.showsPictures ? PicturePage.style : "")
        + (manuscript.warnings.isEmpty ? "" : Self.warnedStyle))
    return templates.page.render(frame)
  }

  /// The key figures over the editions.
  private var trend: [HTML] {
    guard let trend = manuscript.trend else { return [] }
    var parts: [HTML] = [.tag("h2", ["id": Trend.anchor], text: words.overTheEditions)]
    for placed in trend.exhibits {
      switch placed.exhibit {
      case .chart(let chart): parts.append(FigurePage(words: words).html(chart, placed: placed))
      case .table(let table):
        parts.append(
          TablePage(words: words).html(
            table, file: "tables/\(placed.file).csv", label: words.figuresByEdition))
      default: break
      }
    }
    return [.tag("section", ["class": "step", "aria-labelledby": Trend.anchor], parts)]
  }

  private var masthead: HTML {
    let prose = ProsePage(manuscript)
    var parts: [HTML] = []
    parts += bands
    parts.append(
      .tag(
        "p", ["class": "series"],
        [
          .tag("span", [:], text: manuscript.eyebrow ?? manuscript.notebook), " ",
          .tag("span", ["class": "edition"], text: run.plan.edition),
        ]))
    parts.append(.tag("h1", [:], prose.html(manuscript.heading)))
    if let lead = manuscript.lead {
      parts.append(.tag("p", ["class": "lead"], prose.html(lead)))
    }
    if !manuscript.tiles.isEmpty {
      parts.append(
        FigurePage(words: words).html(manuscript.tiles, label: words.keyFigures, id: "trend"))
    }
    return .tag("header", ["class": "masthead"], parts)
  }

  /// What a reader must know before reading: which step failed, which value is missing, which gate
  /// refused.
  private var bands: [HTML] {
    var bands: [HTML] = []
    if let band = band(manuscript.failures, words.runFailed, words.runFailedAdvice) {
      bands.append(band)
    }
    if let consequence = run.consequence,
      let band = band(manuscript.refusals, words.runRefused, words.advice(for: consequence))
    {
      bands.append(band)
    }
    if let band = band(
      manuscript.warnings, words.gateWarned, words.gateWarnedAdvice, className: "band warned")
    {
      bands.append(band)
    }
    return bands
  }

  /// What the style sheet needs for a gate that warned, when one did.
  private static let warnedStyle = """
    .band.warned { border-left-color: var(--warning); background: none; }
    .band.warned strong { color: var(--warning); }

    """

  private func band(
    _ failures: [Manuscript.Failure], _ what: String, _ advice: String, className: String = "band"
  ) -> HTML? {
    let items = failures.map { failure -> HTML in
      let title: HTML =
        failure.anchor.map { .tag("a", ["href": "#\($0)"], text: failure.title) }
        ?? .text(failure.title)
      return HTML.tag("li", [:], [title, .text(words.colon)] + Message(failure.text).html)
    }
    guard !items.isEmpty else { return nil }
    return .tag(
      "section", ["class": className, "aria-label": what],
      [
        .tag(
          "p", [:], [.tag("strong", [:], text: what), .text(words.sentenceGap + advice)]),
        .tag("ul", [:], items),
      ])
  }

  /// The headings of the second and third level; a very long report lists the second only.
  private var contents: HTML? {
    guard run.plan.notebook.frontMatter.hasTableOfContents else { return nil }
    var headings = manuscript.outline.headings.filter { $0.level <= 3 }
    if headings.count > 60 { headings.removeAll { $0.level == 3 } }
    guard !headings.isEmpty else { return nil }
    if manuscript.trend != nil {
      headings.append(
        Outline.Heading(level: 2, anchor: Trend.anchor, text: words.overTheEditions))
    }
    headings.append(Outline.Heading(level: 2, anchor: "making", text: words.making))
    var items: [HTML] = []
    var inner: [HTML] = []
    for heading in headings.reversed() {
      let link = HTML.tag("a", ["href": "#\(heading.anchor)"], text: heading.text)
      if heading.level == 3 {
        inner.append(.tag("li", [:], [link]))
      } else {
        let list = inner.isEmpty ? [] : [HTML.tag("ol", [:], inner.reversed())]
        items.append(.tag("li", [:], [link] + list))
        inner = []
      }
    }
    items += inner
    return .tag(
      "nav", ["aria-label": words.contents],
      [
        .tag(
          "details", [:],
          [
            .tag("summary", [:], text: words.contents), .tag("ol", [:], items.reversed()),
          ])
      ])
  }
}

extension Manuscript {
  fileprivate var showsPictures: Bool {
    steps.contains { step in
      step.exhibits.contains { if case .picture = $0.exhibit { true } else { false } }
    }
  }

  /// Something that went wrong, with its place on the page.
  struct Failure {
    var title: String
    var text: String
    var anchor: String?
  }

  /// Every reason for which a step refused, in the order of the page.
  var refusals: [Failure] {
    steps.flatMap { step in
      (step.result?.verdict?.refusals ?? []).map {
        Failure(title: step.name, text: $0, anchor: step.anchor)
      }
    }
  }

  /// Every expectation that only warned, in the order of the page.
  var warnings: [Failure] {
    steps.flatMap { step in
      (step.result?.verdict?.warnings ?? []).map {
        Failure(title: step.name, text: $0, anchor: step.anchor)
      }
    }
  }

  /// Everything that keeps the run from being a success, in the order of the page.
  var failures: [Failure] {
    let steps = steps.compactMap { step -> Failure? in
      guard case .failed(let failure) = step.state else { return nil }
      return Failure(
        title: words.failed(step.name), text: words.summary(of: failure.diagnostic),
        anchor: step.anchor)
    }
    let errors = run.diagnostics.filter { $0.severity == .error }.map { diagnostic in
      let anchor = outline.missing.first { $0.range.contains(diagnostic.range) }
        .flatMap { outline.missingAnchors[$0.range] }
      let place = diagnostic.range.map(portablePlace) ?? words.error
      return Failure(title: place, text: words.summary(of: diagnostic), anchor: anchor)
    }
    return steps + errors
  }
}

extension SourceRange {
  fileprivate func contains(_ other: SourceRange?) -> Bool {
    guard let other, other.file == file else { return false }
    return start <= other.start && other.start <= end
  }
}
