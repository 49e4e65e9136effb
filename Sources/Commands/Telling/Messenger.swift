internal import Archiving
internal import DuckDB
internal import Parsing
internal import Planning
internal import Running
internal import Steps
internal import Telling
internal import Vocabulary

/// Tells the outside of a run: writes down first what is to be told, then tells it within a few
/// seconds. What could not be told waits in the outbox; the run's own end does not depend on it.
struct Messenger: Sendable {
  let desk: Desk
  let file: NotebookFile
  /// Whether notifications are sent.
  let notifies: Bool
  /// Whether the run is tracked.
  let tracks: Bool
  /// Whether only what is wrong is said.
  let isQuiet: Bool

  /// Whom this run tells.
  private var rules: [NotifyRule] {
    guard notifies else { return [] }
    guard let own = file.notebook.frontMatter.notify else { return file.projectFile.notify }
    // `notify: off` in a notebook silences the project's rules, too.
    return own.isEmpty ? [] : file.projectFile.notify + own
  }

  private var server: TrackingOptions? { tracks ? file.projectFile.tracking : nil }

  /// Tells of a run that ended. One that was asked to do a part only is nobody's news.
  func tell(_ printed: Press.Printed, by press: Press) async {
    guard server != nil || !rules.isEmpty, printed.run.isComplete || printed.status != .done
    else { return await sendWhatWaits() }
    let news = RunNews(of: printed, by: press)
    let errands = messages(on: news, of: printed.run) + tracking(of: news)
    await send(errands, of: news)
  }

  /// Tells of a run that left no report, because of these errors, when the fault lies in the notebook or
  /// in what it reads; what is wrong with the call is told to the caller only.
  func tell(_ diagnostics: [Diagnostic], isOurs: Bool = false) async {
    let errors = diagnostics.filter { $0.severity == .error }
    let isOurs =
      isOurs || errors.contains { $0.range.map { file.sources[$0.file] != nil } ?? false }
    guard isOurs, !errors.isEmpty, !rules.isEmpty else { return }
    let news = RunNews(refused: errors, of: file, at: desk)
    await send(messages(on: news, of: nil), of: news)
  }

  /// Tells the tracking server of a project, when it has one, that aliases of a model have moved.
  static func tellAliases(of model: String, at desk: Desk) async {
    guard let (projectFile, _) = try? desk.project.file(environment: nil),
      let server = projectFile.tracking
    else { return }
    let dispatcher = Dispatcher(for: desk.project, projectFile, at: desk)
    let errand = Errand.aliases(of: model, server)
    let id = "\(Amounts.utcStamp(desk.circumstances.now()))-\(model).aliases"
    do throws(ArchiveError) {
      try dispatcher.outbox.add(id, errand.bytes)
    } catch {
      return desk.console.note("warning: \(errand.recipient) is not told: \(error.description)")
    }
    if case .waiting(let problem) = await dispatcher.perform(id).outcome {
      tellWaiting(errand, problem, dispatcher, at: desk)
    }
  }

  // MARK: What is to be told

  private func tracking(of news: RunNews) -> [Errand] {
    server.map { [.track(news, $0, site: file.projectFile.site)] } ?? []
  }

  private func messages(on news: RunNews, of run: Run?) -> [Errand] {
    let happened = news.events
    let wanted = rules.filter { !Set($0.events).isDisjoint(with: happened) }
    guard !wanted.isEmpty else { return [] }
    let texts = texts(of: wanted, in: run)
    return wanted.map { rule in
      func text(_ template: Template?) -> String? {
        guard let template else { return nil }
        var whole = ""
        for segment in template.segments {
          switch segment {
          case .text(let text): whole += text
          case .expression(let expression):
            // Without a value for it the message has the report's own words.
            guard let value = texts[expression] else { return nil }
            whole += value
          }
        }
        return whole
      }
      let message = Message(
        of: news, for: happened.filter { rule.events.contains($0) },
        figures: rule.figures?.map(\.name), title: text(rule.title), text: text(rule.text),
        site: rule.site ?? file.projectFile.site)
      return .notify(message, rule.channel)
    }
  }

  /// The values of the rules' expressions; one that fails is said, and left out.
  private func texts(of rules: [NotifyRule], in run: Run?) -> [Expression: String] {
    let expressions = rules.flatMap(\.expressions)
    guard !expressions.isEmpty, let run,
      let engine = try? OpenEngine(for: file.project, in: desk.circumstances)
    else { return [:] }
    var metrics: [String: [Metric]] = [:]
    for outcome in run.outcomes { metrics[outcome.name] = outcome.result?.metrics ?? [] }
    var texts: [Expression: String] = [:]
    for expression in expressions where texts[expression] == nil {
      do throws(StepFailure) {
        texts[expression] = try run.plan.value(
          of: expression, metrics: metrics, using: engine.connection
        ).plainText
      } catch {
        desk.show(
          [
            .warning(
              "notification", "a notification says less: \(error.diagnostic.summary)",
              at: error.diagnostic.range)
          ], in: file.sources)
      }
    }
    return texts
  }

  // MARK: Sending

  private var dispatcher: Dispatcher {
    Dispatcher(for: file.project, file.projectFile, at: desk)
  }

  private func send(_ errands: [Errand], of news: RunNews) async {
    let dispatcher = dispatcher
    var ids: [String] = []
    for (index, errand) in errands.enumerated() {
      let kind = if case .track = errand { "track" } else { "notify-\(index + 1)" }
      let id = "\(news.run).\(kind)"
      do throws(ArchiveError) {
        try dispatcher.outbox.add(id, errand.bytes)
        ids.append(id)
      } catch {
        desk.console.note("warning: \(errand.recipient) is not told: \(error.description)")
      }
    }
    // Side by side: a channel that is slow holds up no other.
    let outcomes = await withTaskGroup(of: (Int, Errand?, Dispatcher.Outcome).self) { group in
      for (index, id) in ids.enumerated() {
        group.addTask {
          let (errand, outcome) = await dispatcher.perform(id)
          return (index, errand, outcome)
        }
      }
      var outcomes: [(Int, Errand?, Dispatcher.Outcome)] = []
      for await outcome in group { outcomes.append(outcome) }
      return outcomes.sorted { $0.0 < $1.0 }
    }
    var isAway = false
    for (_, errand, outcome) in outcomes {
      switch outcome {
      case .done(let page, let remarks): tellDone(errand, page, remarks)
      case .waiting(let problem):
        isAway = true
        if let errand { Self.tellWaiting(errand, problem, dispatcher, at: desk) }
      case .untouched: break
      }
    }
    if !isAway { await sendWhatWaits(besides: ids) }
  }

  /// Does what earlier runs have left, for as long as a run may take for it.
  private func sendWhatWaits(besides done: [String] = []) async {
    guard server != nil || !rules.isEmpty else { return }
    let dispatcher = dispatcher
    let deadline = ContinuousClock.now + Dispatcher.messageTime
    var sent = 0
    for id in dispatcher.outbox.ids where !done.contains(id) && ContinuousClock.now < deadline {
      let (_, outcome) = await dispatcher.perform(id, until: deadline)
      if case .done = outcome { sent += 1 }
    }
    if sent > 0, !isQuiet {
      desk.console.note("sent what was waiting: \(Amounts.count(sent, "errand"))")
    }
  }

  private func tellDone(_ errand: Errand?, _ page: String?, _ remarks: [String]) {
    if let errand, !isQuiet {
      switch errand {
      case .track, .aliases: desk.console.note("tracked: \(page ?? errand.recipient)")
      case .notify: desk.console.note("notified: \(errand.recipient)")
      }
    }
    for remark in remarks { desk.console.note("warning: tracking: \(visibleText(remark))") }
  }

  private static func tellWaiting(
    _ errand: Errand, _ problem: SendingError, _ dispatcher: Dispatcher, at desk: Desk
  ) {
    let count = dispatcher.outbox.ids.count
    let what = if case .notify = errand { "notification" } else { "tracking" }
    desk.console.note(
      "warning: \(what): \(errand.recipient) \(visibleText(problem.reason)); "
        + "\(Amounts.count(count, "errand")) waiting, `washi sync` sends them")
  }
}
