internal import Archiving
internal import ArgumentParser
internal import Parsing
internal import Reporting
internal import Telling
internal import Vocabulary

/// `washi notify`: whom runs tell, and whether it arrives.
struct NotifyCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "notify",
    abstract: "List whom runs tell, and try the channels with a message.",
    discussion: """
      Channels come from `notify:` of washi.yaml and, with a notebook, of its front matter: webhooks, \
      mail, commands. --test sends each of them a message that says that it is a test, whatever its \
      `on:` says. Exit code 1 when one could not be reached.

      EXAMPLES:
        washi notify
        washi notify notebooks/credit/monthly.md --env prod
        washi notify notebooks/credit/monthly.md --test
      """)

  @Argument(help: "A notebook, whose own channels come after the project's.", completion: .file())
  var notebook: String?

  @Flag(help: "Send a test message to every channel.")
  var test = false

  @Option(
    name: .customLong("env"),
    help: ArgumentHelp("Read washi.<name>.yaml over washi.yaml.", valueName: "name"))
  var environment: String?

  func perform(at desk: Desk) async throws -> ExitStatus {
    let project: Project
    let projectFile: ProjectFile
    var rules: [NotifyRule]
    var title = "Washi"
    var name = "test"
    if let notebook {
      let file = try NotebookFile(notebook, environment: environment, in: desk.circumstances)
      if let refusal = file.refusal {
        desk.show(refusal.diagnostics, in: file.sources)
        return .wrong
      }
      let own = file.notebook.frontMatter.notify
      (project, projectFile) = (file.project, file.projectFile)
      rules = own?.isEmpty == true ? [] : projectFile.notify + (own ?? [])
      name = seriesName(ofNotebookAt: file.notebook.path)
      title = file.notebook.frontMatter.title?.plainText ?? name
    } else {
      let (found, sources) = try desk.project.file(environment: environment)
      if found.diagnostics.contains(where: { $0.severity == .error }) {
        desk.show(found.diagnostics, in: sources)
        return .wrong
      }
      (project, projectFile, rules) = (desk.project, found, found.notify)
    }
    guard !rules.isEmpty else {
      desk.console.note("nobody is told: there is no `notify:`")
      return .idle
    }
    guard test else {
      for rule in rules {
        desk.console.say(
          "\(rule.channel.recipient)  on \(rule.events.map(\.rawValue).joined(separator: ", "))")
      }
      return .done
    }
    return await send(rules, on: name, title, of: project, projectFile, at: desk)
  }

  private func send(
    _ rules: [NotifyRule], on name: String, _ title: String, of project: Project,
    _ projectFile: ProjectFile, at desk: Desk
  ) async -> ExitStatus {
    let now = desk.circumstances.now()
    var news = RunNews(
      run: "\(Amounts.utcStamp(now))-test", notebook: name, path: notebook ?? "", edition: nil,
      title: "\(title), a test", status: .done, startedAt: now, endedAt: now,
      user: desk.circumstances.user)
    news.description =
      "This is a test of a notification channel, sent by `washi notify --test`. Nothing was run."
    let folder = project.path(".washi/outbox")
    var status = ExitStatus.done
    for (index, rule) in rules.enumerated() {
      let message = Message(of: news, for: [.success], site: rule.site ?? projectFile.site)
      let postman = Postman(
        desk: desk, project: project, allowsProcesses: projectFile.allowsProcesses,
        deadline: .now + Dispatcher.messageTime, folder: folder)
      do throws(SendingError) {
        try await postman.deliver(message, by: rule.channel, id: "\(news.run).\(index + 1)")
        desk.console.say("told: \(rule.channel.recipient)")
      } catch {
        desk.console.note("not told: \(rule.channel.recipient) \(visibleText(error.reason))")
        status = .failed
      }
    }
    return status
  }
}
