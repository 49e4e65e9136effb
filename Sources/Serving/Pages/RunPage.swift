internal import Archiving
internal import Reporting

/// What the page of a run shows.
struct RunState: Sendable {
  var job: Job
  var progress: RunProgress
  /// The place in the queue while it waits.
  var place: Int?
  var findings: [RunResult.Finding] = []
  var log = ""
  var mayCancel: Bool
  var mayRepeat: Bool
  /// Whether a failed run has left a report.
  var hasReport = false
}

extension PageScene {
  /// A run: what is happening, and afterwards what became of it.
  func runPage(_ state: RunState) -> String {
    let job = state.job
    let title = say("Run of \(job.notebook)", "\(job.notebook) の実行")
    let isLive = !job.state.isOver
    let body: [HTML] = [
      .tag(
        "p", ["class": "crumb"],
        [
          .link("/", say("Reports", "レポート")), " / ",
          .link(.notebookPath(job.notebook), job.notebook),
        ]),
      .tag("h1", [:], text: title),
      .tag(
        "div",
        [
          "id": "live", "data-events": isLive ? "/runs/\(job.id)/events" : nil,
          "aria-live": "polite",
        ], runBody(state)),
    ]
    return page(title, body, refresh: isLive ? 3 : nil)
  }

  /// The part of the page that changes while it runs.
  func runBody(_ state: RunState) -> [HTML] {
    let job = state.job
    var parts: [HTML] = [
      .tag("p", ["class": "lead"], [.state(job.state, say), .text(" " + sentence(state))])
    ]
    parts += actions(state)
    if !state.findings.isEmpty { parts.append(findings(state.findings)) }
    if !state.progress.steps.isEmpty { parts.append(steps(state)) }
    parts += order(job)
    if !state.log.isEmpty {
      parts.append(
        .tag(
          "details", ["class": "how"],
          [
            .tag("summary", [:], text: say("Log", "ログ")),
            .tag("pre", [:], [.tag("code", [:], text: state.log)]),
          ]))
    }
    return parts
  }

  private func sentence(_ state: RunState) -> String {
    let job = state.job
    switch job.state {
    case .queued:
      return state.place.map {
        say("It is number \($0) in the queue.", "待ち行列の \($0) 番目です。")
      } ?? ""
    case .running:
      if job.cancelledBy != nil { return say("It is being stopped.", "中止しています。") }
      guard !state.progress.steps.isEmpty else {
        return say("The notebook is being read.", "ノートブックを読んでいます。")
      }
      if let files = state.progress.inputs, files > 0,
        state.progress.steps.allSatisfy({ $0.state == "waiting" })
      {
        return say(
          files == 1 ? "1 file is being read." : "\(files) files are being read.",
          "\(files) 件のファイルを読んでいます。")
      }
      return say(
        "\(state.progress.ended) of \(state.progress.steps.count) steps are over.",
        "\(state.progress.steps.count) ステップ中 \(state.progress.ended) まで終わりました。")
    case .done:
      return job.isNew == false
        ? say(
          "The report equals the newest version; nothing new was published.",
          "最新バージョンと同じ内容のため、新しくは公開していません。")
        : say("The report is published.", "レポートを公開しました。")
    case .failed:
      return job.message ?? say("It failed; nothing was published.", "失敗しました。公開はしていません。")
    case .refused:
      return job.message ?? say("A gate said no.", "ゲートで不合格になりました。")
    case .cancelled:
      return say(
        "\(job.cancelledBy ?? "") stopped it; nothing was published.",
        "\(job.cancelledBy ?? "") が中止しました。公開はしていません。")
    }
  }

  private func actions(_ state: RunState) -> [HTML] {
    let job = state.job
    var parts: [HTML] = []
    if let edition = job.edition, let version = job.version {
      let place = Route.Place(notebook: job.notebook, edition: edition, version: version)
      parts.append(
        .tag(
          "a", ["href": "/reports/" + place.path, "class": "button main"],
          text: say("Read the report", "レポートを読む")))
    }
    if state.hasReport {
      parts.append(
        .tag(
          "a", ["href": "/runs/\(job.id)/report", "class": "button"],
          text: say("What there is of the report", "途中までのレポート")))
    }
    if state.mayCancel, !job.state.isOver, job.cancelledBy == nil {
      parts.append(
        form(
          "/runs/\(job.id)/cancel",
          [.tag("button", [:], text: say("Stop this run", "この実行を中止する"))]))
    }
    if state.mayRepeat, job.state.isOver {
      parts.append(
        form(
          "/runs/\(job.id)/again",
          [
            .tag(
              "button", [:],
              text: job.state == .done
                ? say("Run again", "もう一度実行する") : say("Try again", "再試行する"))
          ]))
    }
    guard !parts.isEmpty else { return [] }
    let isRepeated = state.mayRepeat && job.state.isOver && job.state != .done
    return [.tag("div", ["class": "buttons"], parts)]
      + (isRepeated
        ? [
          .paragraph(
            say(
              "Steps that were done are not done again, unless what they read has changed.",
              "完了したステップは、入力が変わっていなければ再計算しません。"), "small")
        ] : [])
  }

  private func steps(_ state: RunState) -> HTML {
    .table(
      say("Steps", "ステップ"),
      [
        say("Step", "ステップ"), say("State", "状態"), say("Time", "時間"), say("Rows", "行数"),
        say("Note", "備考"),
      ],
      numbers: [2, 3],
      state.progress.steps.map { step in
        let seconds =
          step.seconds
          ?? (step.state == "running" && !state.job.state.isOver
            ? step.startedAt.map { Double(max(0, now - $0)) / 1000 } : nil)
        let mark =
          switch step.state {
          case "done": "● "
          case "running": "◐ "
          case "failed": "✕ "
          case "skipped": "– "
          default: "◌ "
          }
        // A step that was running when its process vanished is not running any more.
        let word = step.state == "running" && state.job.state.isOver ? "not run" : step.state
        return [
          .rowHead([.tag("code", [:], text: step.name)]),
          .cell(
            [
              .tag(
                "span", ["class": "state \(word.replacing(" ", with: "-"))"],
                text: mark + say.stepState(word)
                  + (step.isCached == true ? say(", kept from before", "（保存済みの結果）") : ""))
            ]),
          .cell(seconds.map { say.duration($0) } ?? "", "number"),
          .cell(step.rows.map { say.rows($0) } ?? "", "number"),
          .cell(step.message ?? ""),
        ]
      })
  }

  private func order(_ job: Job) -> [HTML] {
    var rows: [(String, String)] = [
      (say("Ordered by", "依頼者"), job.cause.map { say.cause($0) } ?? job.user),
      (say("Ordered", "依頼日時"), ClockText.minute(job.orderedAt)),
    ]
    if let edition = job.edition { rows.append((say("Edition", "版"), edition)) }
    if let start = job.startedAt {
      rows.append(
        (say("Took", "所要時間"), say.duration(Double((job.endedAt ?? now) - start) / 1000)))
    }
    rows += job.parameters.map { ($0.name, $0.text) }
    rows += job.uploads.map {
      (say("File \($0.entry)", "ファイル \($0.entry)"), "\($0.path) (SHA-256 \($0.digest.prefix(12))…)")
    }
    return [
      .tag("h2", [:], text: say("What was ordered", "依頼の内容")),
      .tag(
        "dl", ["class": "facts"],
        rows.flatMap { [HTML.tag("dt", [:], text: $0.0), HTML.tag("dd", [:], text: $0.1)] }),
    ]
  }

  /// Runs, newest first.
  func runsPage(_ jobs: [Job]) -> String {
    let title = say("Runs", "実行")
    let body: HTML =
      jobs.isEmpty
      ? .paragraph(
        say("Nothing has been run here yet.", "まだ何も実行されていません。"), "lead")
      : runTable(jobs, showsNotebook: true)
    return page(title, [.tag("h1", [:], text: title), body], isWide: true)
  }

  func runTable(_ jobs: [Job], showsNotebook: Bool) -> HTML {
    var names = [say("Ordered", "依頼日時"), say("State", "状態"), say("Edition", "版")]
    if showsNotebook { names.insert(say("Notebook", "ノートブック"), at: 1) }
    names += [say("By", "依頼者"), say("Took", "所要時間"), say("Note", "備考")]
    return .table(
      say("Runs", "実行"), names,
      jobs.map { job in
        var cells: [HTML] = [
          .rowHead([.link("/runs/\(job.id)", ClockText.minute(job.orderedAt))]),
          .cell([.state(job.state, say)]),
          .cell(job.edition ?? ""),
          .cell(say.orderer(of: job)),
          .cell(
            job.startedAt.map { start in
              say.duration(Double((job.endedAt ?? now) - start) / 1000)
            } ?? "", "number"),
          .cell(job.state == .done ? "" : job.message ?? "", "long"),
        ]
        if showsNotebook {
          cells.insert(.cell([.link(.notebookPath(job.notebook), job.notebook)]), at: 1)
        }
        return cells
      })
  }
}
