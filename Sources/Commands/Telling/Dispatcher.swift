internal import Archiving
internal import Parsing
internal import Telling
internal import Vocabulary

/// Does the errands of a project's outbox: each by one process at a time, within a time, noting how
/// far it has got.
struct Dispatcher: Sendable {
  let desk: Desk
  let project: Project
  /// The project file as it is now: its tracking server takes what was meant for another.
  let projectFile: ProjectFile
  /// Whether programs of the author's may be started.
  let allowsProcesses: Bool

  /// A dispatcher for a project.
  init(for project: Project, _ projectFile: ProjectFile, at desk: Desk) {
    self.desk = desk
    self.project = project
    self.projectFile = projectFile
    allowsProcesses = projectFile.allowsProcesses
  }

  /// What became of an errand.
  enum Outcome: Sendable {
    /// It is done; the text says where to see it.
    case done(page: String?, remarks: [String])
    /// It stays in the outbox.
    case waiting(SendingError)
    /// Somebody else works on it, it is done already, or it was not tried.
    case untouched
  }

  /// Milliseconds for which a service that was away is not asked again by a run.
  static let awayTime: Int64 = 60_000
  /// What a message may take.
  static let messageTime: Duration = .seconds(10)

  var outbox: Outbox { Outbox(in: project.path(".washi")) }

  /// Does an errand.
  ///
  /// By itself (`isAsked` false), what waits for a person is left alone, and so is what is for a
  /// service that was away a minute ago: a run is not held up by it again and again.
  func perform(
    _ id: String, until deadline: ContinuousClock.Instant? = nil, isAsked: Bool = false
  ) async -> (errand: Errand?, outcome: Outcome) {
    guard let claim = outbox.claim(id), let bytes = try? claim.entry() else {
      return (nil, .untouched)
    }
    guard let errand = Errand(bytes)?.redirected(to: projectFile.tracking) else {
      let problem = SendingError(.rejected, "was written by another Washi and cannot be read")
      return (nil, .waiting(problem))
    }
    var progress = Errand.Progress(claim.progress())
    let service = errand.recipient
    if !isAsked {
      if progress.isStuck { return (errand, .untouched) }
      if let since = outbox.away(service), desk.circumstances.now() - since < Self.awayTime {
        return (
          errand, .waiting(progress.problem ?? SendingError(.away, "did not answer a moment ago"))
        )
      }
    }
    progress.attempts += 1
    do throws(SendingError) {
      let (page, remarks) = try await carryOut(
        errand, claim, progress, until: deadline ?? (.now + errand.time))
      outbox.notePresent(service)
      claim.end()
      return (errand, .done(page: page, remarks: remarks))
    } catch {
      // What the delivery noted meanwhile stays.
      var last = Errand.Progress(claim.progress())
      last.attempts = progress.attempts
      last.problem = error
      try? claim.note(last.bytes)
      if error.kind == .away { outbox.noteAway(service, at: desk.circumstances.now()) }
      return (errand, .waiting(error))
    }
  }

  private func carryOut(
    _ errand: Errand, _ claim: Outbox.Claim, _ progress: Errand.Progress,
    until deadline: ContinuousClock.Instant
  ) async throws(SendingError) -> (page: String?, remarks: [String]) {
    switch errand {
    case .notify(let message, let channel):
      let postman = Postman(
        desk: desk, project: project, allowsProcesses: allowsProcesses, deadline: deadline,
        folder: project.path(".washi/outbox"))
      try await postman.deliver(message, by: channel, id: claim.id)
      return (nil, [])
    case .track(let news, let options, let site):
      let matter = ProjectMatter(project: project, registry: registry, folder: news.folder)
      let headers = try options.headers(in: desk.circumstances.environment)
      let outcome = await WebExchange.using(options.url, headers: headers, until: deadline) {
        exchange in
        await Result { () async throws(SendingError) in
          var delivery = MLflowDelivery(
            of: news, to: options, site: site, over: exchange, from: matter,
            goingOnFrom: progress.tracking
          ) { state in
            var next = progress
            next.tracking = state
            // A delivery goes on when it cannot be noted; at worst something is sent twice.
            try? claim.note(next.bytes)
          }
          return try await delivery.deliver()
        }
      }
      let done = try outcome.get()
      return (done.page, done.remarks)
    case .aliases(let model, let options):
      let matter = ProjectMatter(project: project, registry: registry, folder: nil)
      let headers = try options.headers(in: desk.circumstances.environment)
      let outcome = await WebExchange.using(options.url, headers: headers, until: deadline) {
        exchange in
        await Result { () async throws(SendingError) in
          try await MLflowDelivery.settleAliases(of: model, from: matter, over: exchange)
        }
      }
      try outcome.get()
      return ("\(options.url)/#/models/\(model)", [])
    }
  }

  private var registry: ModelRegistry {
    let name = projectFile.registry ?? "registry"
    return ModelRegistry(project.path(name), shownAs: name)
  }
}

extension Errand {
  /// The errand, for the tracking server that the project has now.
  fileprivate func redirected(to server: TrackingOptions?) -> Errand {
    guard let server else { return self }
    return switch self {
    case .track(let news, _, let site): .track(news, server, site: site)
    case .aliases(let model, _): .aliases(of: model, server)
    case .notify: self
    }
  }

  /// What it may take.
  var time: Duration {
    switch self {
    case .track(_, let options, _), .aliases(_, let options): .seconds(options.timeout)
    case .notify: Dispatcher.messageTime
    }
  }
}

extension TrackingOptions {
  /// What every request says of who sends it.
  fileprivate func headers(
    in environment: [String: String]
  ) throws(SendingError) -> [(name: String, value: String)] {
    func value(_ text: OutsideText) throws(SendingError) -> String {
      guard let value = text.value(in: environment) else {
        throw SendingError(.away, "wants to know who asks, and \(text.shown) is not set")
      }
      return value
    }
    if let token { return [("Authorization", "Bearer \(try value(token))")] }
    if let user, let password {
      return [
        ("Authorization", WebExchange.basic(user: try value(user), password: try value(password)))
      ]
    }
    return []
  }
}
