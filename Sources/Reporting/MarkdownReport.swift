internal import Charting
internal import Parsing
internal import Planning
internal import Running
internal import Steps
internal import Vocabulary

/// The text twin of the page, in the Markdown that GitHub renders: charts as linked pictures, one
/// table row per line and no padding, so that one changed figure is one changed line.
struct MarkdownReport {
  var manuscript: Manuscript
  private let prose: ProseMarkdown
  private var words: Words { manuscript.words }
  private var run: Run { manuscript.run }

  init(_ manuscript: Manuscript) {
    self.manuscript = manuscript
    prose = ProseMarkdown(manuscript)
  }

  var text: String {
    var sections: [[String]] = [
      ["# " + prose.text(manuscript.heading).split(separator: "\n").joined(separator: " ")],
      [series],
    ]
    sections += bands
    if let lead = manuscript.lead { sections.append(prose.paragraph(lead)) }
    if !manuscript.tiles.isEmpty { sections.append(metrics(manuscript.tiles)) }
    var pending: [Block] = []
    for element in manuscript.elements {
      switch element {
      case .prose(let block): pending.append(block)
      case .step(let step):
        sections.append(prose.lines(pending))
        pending = []
        sections += lines(step)
      }
    }
    sections.append(prose.lines(pending))
    if let trend = manuscript.trend {
      sections.append(["## \(words.overTheEditions)"])
      for placed in trend.exhibits {
        switch placed.exhibit {
        case .chart(let chart): sections += lines(chart.chart, placed: placed)
        case .table(let table): sections += lines(table, file: "tables/\(placed.file).csv")
        default: break
        }
      }
    }
    sections += making
    return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
      .joined(separator: "\n\n") + "\n"
  }

  private var series: String {
    let name = manuscript.eyebrow.map { escapedForMarkdown($0) + " · " } ?? ""
    let edition = escapedForMarkdown(run.plan.edition)
    return "\(name)\(inlineCode(manuscript.notebook)) · \(words.edition) **\(edition)**"
  }

  private var bands: [[String]] {
    var bands: [[String]] = []
    if !manuscript.failures.isEmpty {
      bands.append(band(manuscript.failures, words.runFailed, words.runFailedAdvice))
    }
    if let consequence = run.consequence {
      bands.append(band(manuscript.refusals, words.runRefused, words.advice(for: consequence)))
    }
    if !manuscript.warnings.isEmpty {
      bands.append(band(manuscript.warnings, words.gateWarned, words.gateWarnedAdvice))
    }
    return bands
  }

  private func band(
    _ failures: [Manuscript.Failure], _ what: String, _ advice: String
  ) -> [String] {
    ["> **\(what)**\(words.sentenceGap)\(advice)", ">"]
      + failures.map { failure in
        "> - \(escapedForMarkdown(failure.title))\(words.colon)\(Message(failure.text).markdown)"
      }
  }

  private func metrics(_ tiles: [Manuscript.Tile]) -> [String] {
    let hasIntervals = tiles.contains { $0.metric.interval != nil }
    let hasChanges = tiles.contains { words.change(of: $0.metric) != nil }
    let hasPast = tiles.contains { words.changeSinceEdition(of: $0) != nil }
    func cells(_ texts: (String, String, interval: String, change: String, past: String))
      -> [String]
    {
      [texts.0, texts.1] + (hasIntervals ? [texts.interval] : [])
        + (hasChanges ? [texts.change] : []) + (hasPast ? [texts.past] : [])
    }
    return [
      row(
        cells((words.metric, words.value, words.interval, words.change, words.sinceEdition))),
      row(cells(("---", "---:", "---", "---", "---"))),
    ]
      + tiles.map { tile in
        let metric = tile.metric
        let unit = metric.unit.map { " " + escapedForMarkdown($0) } ?? ""
        return row(
          cells(
            (
              escapedForMarkdown(metric.label ?? metric.name), words.text(of: metric) + unit,
              metric.interval.map { words.range(of: $0, format: metric.format) } ?? "",
              words.change(of: metric).map { escapedForMarkdown($0.text) } ?? "",
              words.changeSinceEdition(of: tile).map { escapedForMarkdown($0.text) } ?? ""
            )))
      }
  }

  // MARK: Steps

  private func lines(_ step: PlacedStep) -> [[String]] {
    var parts: [[String]] = []
    if let heading = step.heading { parts.append(["**\(escapedForMarkdown(heading))**"]) }
    switch step.state {
    case .done(let result): parts += shown(result, of: step)
    case .failed(let failure): parts += lines(failure.diagnostic, title: words.failed(step.name))
    case .skipped(let reason): parts.append([absence(words.skipped, reason)])
    case .notRun(let reason): parts.append([absence(words.notRun, reason)])
    }
    return parts + how(step)
  }

  private func shown(_ result: StepResult, of step: PlacedStep) -> [[String]] {
    var parts: [[String]] = []
    var tiles: [Manuscript.Tile] = []
    for placed in step.exhibits {
      switch placed.exhibit {
      case .table(let table): parts += lines(table, file: "tables/\(placed.file).csv")
      case .profile(let profile):
        parts += lines(profile, placed: placed)
        if let picture = profile.picture { parts += lines(picture, placed: placed) }
      case .chart(let chart): parts += lines(chart.chart, placed: placed)
      case .tile(let name):
        guard let metric = result.metric(name) else { continue }
        tiles.append(run.past.tile(metric, of: step.name))
      case .picture(let picture): parts += lines(picture, placed: placed)
      case .report(let report):
        let path = linkPath("\(report.folder)/report.md")
        parts.append([
          "[\(escapedForMarkdown(report.title))](\(path)) · \(words.steps(report.stepCount))"
        ])
      case .text(let text):
        parts.append(fenced(text.lines.map { $0 + "\n" }.joined(), info: "text"))
        if text.lines.count < text.totalLines {
          parts.append([words.lines(text.lines.count, of: text.totalLines)])
        }
      }
    }
    if !tiles.isEmpty { parts.insert(metrics(tiles), at: 0) }
    parts += result.remarks.map { ["> **\(words.remark)** \(Message($0).markdown)"] }
    if !result.artifacts.isEmpty {
      parts.append(
        result.artifacts.map { artifact in
          let facts = [artifact.rows.map { words.rows($0) }, byteCount(artifact.size)]
          let path = linkPath("artifacts/\(artifact.path)")
          return "- [\(escapedForMarkdown(artifact.path))](\(path)) · "
            + facts.compactMap(\.self).joined(separator: " · ")
        })
    }
    return parts
  }

  private func lines(_ exhibit: TableExhibit, file: String) -> [[String]] {
    let columns = exhibit.table.columns.map { TableColumn($0, of: exhibit) }
    let shown = exhibit.visibleRows
    var parts: [[String]] = []
    if let title = exhibit.title { parts.append(["**\(escapedForMarkdown(title))**"]) }
    if !columns.isEmpty {
      let head = columns.map { column in
        escapedForMarkdown(column.label)
          + (column.unit.map { " " + escapedForMarkdown("(\($0))") } ?? "")
      }
      let totals = columns.enumerated().map { index, column in
        column.total.map { total in
          (words.word(for: total.kind).map { $0 + " " } ?? "")
            + "**\(escapedForMarkdown(total.text))**"
        } ?? (index == 0 ? "**\(words.total)**" : "")
      }
      let foot = columns.contains { $0.total != nil } ? [row(totals)] : []
      let rows = (0..<shown).map { index in
        row(
          columns.map { column in
            column.texts[index].map {
              guard !$0.isEmpty else { return "*(\(words.emptyText))*" }
              let text = escapedForMarkdown(clipped($0))
              return exhibit.emphasized.contains(index) ? "**\(text)**" : text
            } ?? "–"
          })
      }
      parts.append([row(head), row(columns.map { $0.isNumeric ? "---:" : "---" })] + rows + foot)
    }
    if let caption = exhibit.caption {
      parts.append([escapedForMarkdown(caption, startsLine: true)])
    }
    let count = shown < exhibit.totalRows ? words.rows(shown, of: exhibit.totalRows) + " · " : ""
    parts.append(["\(count)[\(words.csv)](\(linkPath(file)))"])
    return parts
  }

  private func lines(_ profile: ProfileExhibit, placed: PlacedExhibit) -> [[String]] {
    let file = "tables/\(placed.file).csv"
    let pictures = placed.columnPictures
    let names = [
      words.column, words.type, words.missingShare, words.distinct, words.minimum, words.median,
      words.maximum, words.mean, words.deviation,
    ]
    let marks = ["---", "---"] + Array(repeating: "---:", count: 7)
    let rows = profile.columns.enumerated().map { index, column in
      let figures = ProfileFigures(column, totalRows: profile.totalRows)
      let numbers = [
        figures.missing, figures.distinct, figures.minimum, figures.median, figures.maximum,
        figures.mean, figures.deviation,
      ]
      let name = escapedForMarkdown(clipped(column.name))
      let picture = pictures.indices.contains(index) ? pictures[index] : nil
      let head = picture.map { "[\(name)](\(linkPath("charts/\($0).svg")))" } ?? name
      return row(
        [head, escapedForMarkdown(column.type)]
          + numbers.map { $0.map { escapedForMarkdown($0) } ?? "–" })
    }
    let size = words.profile(rows: profile.totalRows, columns: profile.columns.count)
    return (profile.title.map { [["**\(escapedForMarkdown($0))**"]] } ?? [])
      + [[row(names), row(marks)] + rows, ["\(size) · [\(words.csv)](\(linkPath(file)))"]]
  }

  private func lines(_ chart: Chart, placed: PlacedExhibit) -> [[String]] {
    guard let picture = placed.picturePath.map(linkPath) else { return [] }
    let image = "![\(escapedForMarkdown(chart.alternative))](\(picture))"
    let data = placed.chartDataPath.map { " · [\(words.csv)](\(linkPath($0)))" } ?? ""
    return [[image], ["[\(words.svg)](\(picture))\(data)"]]
  }

  private func lines(_ exhibit: PictureExhibit, placed: PlacedExhibit) -> [[String]] {
    guard let path = placed.picturePath.map(linkPath) else { return [] }
    return (exhibit.title.map { [["**\(escapedForMarkdown($0))**"]] } ?? [])
      + [["![\(escapedForMarkdown(exhibit.alternative))](\(path))"]]
  }

  private func absence(_ word: String, _ reason: String) -> String {
    "*\(word)*" + (reason.isEmpty ? "" : words.colon + Message(words.reason(reason)).markdown)
  }

  private func how(_ step: PlacedStep) -> [[String]] {
    let source = step.step.source
    let code = fenced(source.body, info: source.language)
    switch run.plan.notebook.frontMatter.code {
    case .hidden: return []
    case .shown: return [code]
    case .folded:
      let line = "\(words.how)\(words.colon)\(manuscript.howLine(of: step))"
      return [["<details><summary>\(escapedForHTML(line))</summary>"], code, ["</details>"]]
    }
  }

  private func lines(_ english: Diagnostic, title: String?) -> [[String]] {
    let diagnostic = words.diagnostic(english)
    var parts: [[String]] = []
    if let title {
      parts.append([
        "> **\(escapedForMarkdown(title))**\(words.colon)\(Message(diagnostic.summary).markdown)"
      ])
    }
    if let explanation = diagnostic.explanation {
      parts.append([escapedLineStart(Message(explanation).markdown)])
    }
    if let range = diagnostic.range {
      parts.append([inlineCode(portablePlace(range))])
      if let excerpt = SourceExcerpt(range, in: run.plan) {
        parts.append(fenced(excerpt.text, info: "text"))
      }
    }
    if !diagnostic.solutions.isEmpty {
      parts.append(diagnostic.solutions.map { "- " + Message($0).markdown })
    }
    return parts
  }

  // MARK: The end

  private var making: [[String]] {
    var parts: [[String]] = [["## \(words.making)"]]
    if let owner = run.plan.notebook.frontMatter.owner {
      parts.append([words.owner + words.colon + escapedForMarkdown(owner)])
    }
    if !run.plan.parameters.isEmpty {
      parts += [["### \(words.parameters)"], parameters]
    }
    if !run.inputs.isEmpty {
      let keepsRows = !run.snapshots.isEmpty
      let rows = run.inputs.map { input in
        let kept = run.snapshot(of: input).map { inlineCode($0.digest.short) } ?? "–"
        return row(
          [
            inlineCodeInCell(input.entry), inlineCodeInCell(input.path), byteCount(input.size),
            inlineCode(input.digest.short),
          ] + (keepsRows ? [kept] : []))
      }
      let head = [
        row([words.name, words.file, words.size, "SHA-256"] + (keepsRows ? [words.keptRows] : [])),
        "| --- | --- | ---: | --- |" + (keepsRows ? " --- |" : ""),
      ]
      parts += [["### \(words.inputs)"], head + rows]
    }
    if !run.past.isEmpty {
      let names = run.past.editions.map { escapedForMarkdown($0.name) }
      parts += [["### \(words.earlierEditions)"], [words.list(names)]]
    }
    if !run.engines.isEmpty {
      let rows = run.engines.map {
        row([escapedForMarkdown($0.name), escapedForMarkdown($0.version)])
      }
      parts += [
        ["### \(words.engines)"], [row([words.name, words.version]), "| --- | --- |"] + rows,
      ]
    }
    parts += [["### \(words.reproduce)"], fenced(manuscript.command, info: "sh")]
    if run.plan.parameters.contains(where: \.isSecret) { parts.append([words.secretsStayOut]) }
    return parts + warnings
  }

  private var parameters: [String] {
    let names = [words.name, words.type, words.value, words.origin, words.meaning]
    return [row(names), "| --- | --- | --- | --- | --- |"]
      + run.plan.parameters.map { parameter in
        row([
          inlineCodeInCell(parameter.name), parameter.type.rawValue,
          inlineCodeInCell(parameter.shownText), words.text(of: parameter.origin),
          parameter.description.map { escapedForMarkdown($0) } ?? "",
        ])
      }
  }

  private var warnings: [[String]] {
    let found = run.diagnostics.filter { $0.severity < .error }
    guard !found.isEmpty else { return [] }
    let items = found.map { diagnostic in
      let place = diagnostic.range.map { inlineCode(portablePlace($0)) + " " } ?? ""
      return "- \(place)\(Message(words.summary(of: diagnostic)).markdown)"
    }
    return [["### \(words.warnings)"], items]
  }
}
