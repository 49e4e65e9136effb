internal import Parsing
internal import Planning
internal import Running
internal import Steps
internal import Vocabulary

/// Steps as HTML: what they show, what they remark, and folded under it how they did it.
struct StepPage {
  var manuscript: Manuscript
  var prose: ProsePage
  private var words: Words { manuscript.words }

  init(_ manuscript: Manuscript) {
    self.manuscript = manuscript
    prose = ProsePage(manuscript)
  }

  func html(_ step: PlacedStep) -> HTML {
    var parts: [HTML] = []
    if let heading = step.heading {
      parts.append(.tag("p", ["class": "step-title"], text: heading))
    }
    switch step.state {
    case .done(let result): parts += shown(result, of: step)
    case .failed(let failure):
      parts.append(
        html(
          failure.diagnostic, title: words.failed(step.name), className: "failure"))
    case .skipped(let reason): parts.append(absence(words.skipped, reason))
    case .notRun(let reason): parts.append(absence(words.notRun, reason))
    }
    if let how = how(step) { parts.append(how) }
    return .tag(
      "section", ["class": "step", "id": step.anchor], parts)
  }

  private func shown(_ result: StepResult, of step: PlacedStep) -> [HTML] {
    var parts: [HTML] = []
    var tiles: [Manuscript.Tile] = []
    for placed in step.exhibits {
      switch placed.exhibit {
      case .table(let table):
        parts.append(
          TablePage(words: words).html(table, file: "tables/\(placed.file).csv", step: step.name))
      case .profile(let profile):
        parts.append(ProfilePage(words: words).html(profile, placed: placed, step: step.name))
      case .chart(let chart):
        parts.append(FigurePage(words: words).html(chart, placed: placed))
      case .tile(let name):
        guard let metric = result.metric(name) else { continue }
        tiles.append(manuscript.run.past.tile(metric, of: step.name))
      case .picture(let picture):
        parts.append(PicturePage(words: words).html(picture, placed: placed))
      case .text(let text): parts.append(PicturePage(words: words).html(text))
      case .report(let report): parts.append(PicturePage(words: words).html(report))
      }
    }
    if !tiles.isEmpty {
      parts.insert(
        FigurePage(words: words).html(tiles, label: step.name, id: "trend-\(step.name)"), at: 0)
    }
    parts += result.remarks.map { remark in
      .tag(
        "p", ["class": "remark"],
        [.tag("strong", [:], text: words.remark), " "] + Message(remark).html)
    }
    if !result.artifacts.isEmpty {
      parts.append(.tag("ul", ["class": "files"], result.artifacts.map(file)))
    }
    return parts
  }

  private func file(_ artifact: Artifact) -> HTML {
    let path = "artifacts/\(artifact.path)"
    let facts = [artifact.rows.map { words.rows($0) }, byteCount(artifact.size)].compactMap(\.self)
    return .tag(
      "li", [:],
      [
        .tag("a", ["href": linkPath(path)], text: artifact.path),
        .text(" · " + facts.joined(separator: " · ")),
      ])
  }

  private func absence(_ word: String, _ reason: String) -> HTML {
    let text = reason.isEmpty ? [] : [.text(words.colon)] + Message(words.reason(reason)).html
    return .tag("p", ["class": "absent"], [.tag("strong", [:], text: word)] + text)
  }

  private func how(_ step: PlacedStep) -> HTML? {
    let display = manuscript.run.plan.notebook.frontMatter.code
    guard display != .hidden else { return nil }
    return .tag(
      "details", ["class": "how", "open": display == .shown ? "" : nil],
      [
        .tag(
          "summary", [:],
          [
            .tag("span", ["class": "word"], text: words.how), " ",
            .text(manuscript.howLine(of: step)),
          ]),
        prose.code(step.step.source.body, label: words.code(ofStep: step.name)),
      ])
  }

  /// A diagnostic with the lines it speaks of.
  func html(_ english: Diagnostic, title: String?, className: String) -> HTML {
    let diagnostic = words.diagnostic(english)
    var parts: [HTML] = []
    if let title { parts.append(.tag("p", ["class": "title"], text: title)) }
    parts.append(.tag("p", ["class": "what"], Message(diagnostic.summary).html))
    if let explanation = diagnostic.explanation {
      parts.append(.tag("p", ["class": "why"], Message(explanation).html))
    }
    if let range = diagnostic.range {
      parts.append(.tag("p", ["class": "place"], text: portablePlace(range)))
      if let excerpt = SourceExcerpt(range, in: manuscript.run.plan) {
        parts.append(prose.code(excerpt.text, label: portablePlace(range)))
      }
    }
    if !diagnostic.solutions.isEmpty {
      parts.append(
        .tag(
          "ul", ["class": "remedies"],
          diagnostic.solutions.map { .tag("li", [:], Message($0).html) }))
    }
    return .tag("div", ["class": className], parts)
  }
}

extension Manuscript {
  /// `training · sql · 20,000 rows out`.
  func howLine(of step: PlacedStep) -> String {
    let rows = words.rows(in: step.result?.rowsIn, out: step.result?.rowsOut)
    return [step.name, step.kind, rows].compactMap(\.self).joined(separator: " · ")
  }
}

/// A size in bytes as people write it.
func byteCount(_ size: Int) -> String {
  size < 1000 ? "\(size) B" : NumberFormat.si(digits: 3).string(Double(size)).spacedUnit + "B"
}

extension String {
  /// `308k` as `308 k`.
  fileprivate var spacedUnit: String {
    guard let last, last.isLetter else { return self + " " }
    return dropLast() + " " + String(last)
  }
}
