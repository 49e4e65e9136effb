internal import Archiving
internal import Charting
internal import Reporting
internal import Vocabulary

extension ReportFacts.Figure {
  /// The value as the report writes it.
  var valueText: String {
    guard let value else { return "–" }
    let format = self.format.flatMap { NumberFormat(parsing: $0) } ?? .automatic
    return format.string(value) + (unit.map { " " + $0 } ?? "")
  }
}

/// A notebook in the list of all.
struct NotebookCard: Sendable {
  var name: String
  var title: String
  var summary: String?
  var newest: Version?
  var newestJob: Job?
  var figure: (label: String, text: String)?
  /// The key figure over the last editions, oldest first.
  var history: [Double?] = []
  /// When it runs next by itself.
  var schedule: ScheduleState?
  var isRunnable: Bool
  /// Whether the notebook's file is gone while its reports are still there.
  var isGone = false
}

extension PageScene {
  /// All notebooks that a visitor may see.
  func frontPage(_ cards: [NotebookCard]) -> String {
    let title = say("Reports", "レポート")
    var body: [HTML] = [.tag("h1", [:], text: title)]
    if cards.isEmpty {
      body.append(
        .paragraph(
          say(
            "There is no notebook here yet. Put a Markdown file into notebooks/, or begin with `washi init`.",
            "ノートブックはまだありません。notebooks/ に Markdown ファイルを置くか、`washi init` で始めてください。"),
          "lead"))
      return page(title, body)
    }
    let rows = cards.enumerated().map { index, card in row(card, index) }
    body.append(
      .table(
        title,
        [
          say("Notebook", "ノートブック"), say("Last report", "最新レポート"), say("Key figure", "主要指標"),
          say("Over time", "推移"), say("Last run", "最後の実行"), say("Scheduled", "予定"),
        ], rows))
    return page(title, body, isWide: true)
  }

  private func due(_ schedule: ScheduleState) -> [HTML] {
    if schedule.problem != nil {
      return [.tag("span", ["class": "warning"], text: say("zone unknown", "不明なタイムゾーン"))]
    }
    guard schedule.pausedBy == nil else {
      return [.tag("span", ["class": "state cancelled"], text: "– " + say("paused", "停止中"))]
    }
    guard let next = schedule.next.first else { return [.text("–")] }
    return [.text(next.text), .paragraph(schedule.timezone, "small")]
  }

  private func row(_ card: NotebookCard, _ index: Int) -> [HTML] {
    var name: [HTML] = [.link(.notebookPath(card.name), card.title)]
    name.append(.paragraph(card.summary ?? card.name, "small"))
    let report: HTML =
      card.newest.map { version in
        .cell([
          .link("/reports/" + Route.Place(version).path, version.place.edition),
          .tag("span", ["class": "small"], text: " v\(version.number)"),
        ])
      } ?? .cell(say("none yet", "まだありません"), "none")
    let figure: HTML =
      card.figure.map { figure in
        .cell([
          .tag("strong", [:], text: figure.text), .paragraph(figure.label, "small"),
        ])
      } ?? .cell("")
    let known = card.history.compactMap(\.self)
    let spark: HTML =
      known.count > 1
      ? .cell(
        [
          .link(
            "/history/" + Address.encoded(card.name, slashesStay: true),
            say("history", "推移を見る")),
          .verbatim(
            Chart.sparkline(card.history, name: card.figure?.label ?? "").inlineSVG(
              id: "spark-\(index)")),
        ], "spark") : .cell("")
    let job: HTML =
      card.newestJob.map { job in
        .cell([
          .tag("a", ["href": "/runs/\(job.id)", "class": "bare"], [.state(job.state, say)]),
          .paragraph(ClockText.minute(job.endedAt ?? job.orderedAt), "small"),
        ])
      } ?? .cell("")
    if card.isGone {
      name.append(
        .paragraph(say("its notebook is gone", "ノートブックはなくなりました"), "small warning"))
    }
    let next: HTML = card.schedule.map { .cell(due($0)) } ?? .cell("")
    return [.rowHead(name), report, figure, spark, job, next]
  }
}

extension Route.Place {
  init(_ version: Version) {
    self.init(
      notebook: version.place.notebook, edition: version.place.edition, version: version.number)
  }
}
