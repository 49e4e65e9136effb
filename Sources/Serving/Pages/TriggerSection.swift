internal import Parsing
internal import Reporting

extension Words {
  /// What ordered a run when nobody did, in words.
  func cause(_ cause: String) -> String {
    let parts = cause.split(separator: " ", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { return cause }
    return switch parts[0] {
    case "schedule": self("the schedule, due \(parts[1])", "予定（\(parts[1])）")
    case "arrival": self("the arrival of \(parts[1])", "\(parts[1]) の到着")
    default: cause
    }
  }

  /// Who has ordered a run.
  func orderer(of job: Job) -> String {
    switch job.user {
    case Job.schedule: self("the schedule", "予定")
    case Job.arrival: self("an arrival", "ファイルの到着")
    default: job.user
    }
  }

  func catchUp(_ policy: FrontMatter.Schedule.CatchUp) -> String {
    switch policy {
    case .none: self("A time that is missed is left out.", "逃した予定は実行しません。")
    case .last:
      self("Of times that are missed, the last one is made up for.", "逃した予定は最後の 1 回だけ実行します。")
    case .all:
      self("Times that are missed are made up for, one after the other.", "逃した予定は順にすべて実行します。")
    }
  }
}

extension PageScene {
  /// When a notebook runs by itself, and what it waits for.
  func triggers(_ state: NotebookState) -> [HTML] {
    var parts: [HTML] = []
    if let schedule = state.schedule { parts += section(schedule, state) }
    if !state.awaited.isEmpty {
      parts.append(.tag("h2", [:], text: say("Files it waits for", "待っているファイル")))
      for item in state.awaited { parts += section(item) }
    }
    return parts
  }

  private func section(_ schedule: ScheduleState, _ state: NotebookState) -> [HTML] {
    var rows: [(String, [HTML])] = [
      (
        say("Due", "規則"),
        [.tag("code", [:], text: schedule.cron), .text(" " + schedule.timezone)]
      )
    ]
    if let problem = schedule.problem {
      rows.append(
        (
          say("Next", "次回"),
          [.tag("span", ["class": "warning"], text: say(problem.english, problem.japanese))]
        ))
    } else if let user = schedule.pausedBy {
      let time = schedule.pausedAt.map { ClockText.minute($0) } ?? ""
      rows.append(
        (
          say("Next", "次回"),
          [.text(say("paused by \(user), \(time)", "\(user) が停止中（\(time)）"))]
        ))
    } else {
      rows.append(
        (
          say("Next", "次回"),
          [
            .text(
              schedule.next.isEmpty
                ? say("never", "ありません") : schedule.next.map(\.text).joined(separator: ", "))
          ]
        ))
    }
    if schedule.delay > 0 {
      rows.append(
        (
          say("Begins", "開始"),
          [
            .text(
              say(
                "\(say.duration(Double(schedule.delay))) later, so that not all begin at once",
                "集中を避けるため \(say.duration(Double(schedule.delay))) 後"))
          ]
        ))
    }
    rows.append((say("Missed", "逃した予定"), [.text(say.catchUp(schedule.catchUp))]))
    var parts: [HTML] = [
      .tag("h2", [:], text: say("Schedule", "予定")),
      .tag(
        "dl", ["class": "facts"],
        rows.flatMap { [HTML.tag("dt", [:], text: $0.0), .tag("dd", [:], $0.1)] }),
    ]
    if state.mayRun, schedule.problem == nil {
      let isPaused = schedule.pausedBy != nil
      parts.append(
        form(
          "/schedule/" + Address.encoded(state.opened.name, slashesStay: true),
          [
            .tag(
              "p", ["class": "buttons"],
              [
                .tag(
                  "button", ["name": "do", "value": isPaused ? "resume" : "pause"],
                  text: isPaused
                    ? say("Let the schedule go on", "予定を再開する")
                    : say("Pause the schedule", "予定を停止する"))
              ])
          ]))
    }
    return parts
  }

  private func section(_ item: ArrivalState) -> [HTML] {
    var words: [HTML] = [.tag("code", [:], text: item.entry), .text(": ")]
    if let problem = item.problem {
      // What is wrong with the notebook says more than that something is.
      let reason = problem.findings.first?.summary ?? say(problem.english, problem.japanese)
      words.append(.tag("span", ["class": "warning"], text: reason))
    } else if let place = item.place {
      let shown = HTML.tag("code", [:], text: place)
      words +=
        say.isJapanese
        ? [shown, .text(" に新しいファイルが届くと実行します")]
        : [.text("a new file "), shown, .text(" starts it")]
      if let parameter = item.parameter {
        let told = HTML.tag("code", [:], text: parameter)
        words +=
          say.isJapanese
          ? [.text("（"), told, .text(" はパスから決まります）")] : [.text("; its path tells "), told]
      }
    }
    var parts: [HTML] = [.tag("p", [:], words)]
    guard !item.arrivals.isEmpty else { return parts }
    parts.append(
      .table(
        say("Files that came", "届いたファイル"),
        [say("File", "ファイル"), say("Seen", "日時"), say("Run", "実行")],
        item.arrivals.prefix(10).map { arrival in
          [
            .rowHead([.tag("code", [:], text: arrival.path)]),
            .cell(ClockText.minute(arrival.seenAt)),
            arrival.job.map { id in
              .cell([.link("/runs/\(id)", say("its run", "この実行"))])
            } ?? .cell(arrival.message ?? ""),
          ]
        }))
    return parts
  }
}
