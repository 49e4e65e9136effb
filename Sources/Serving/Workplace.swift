public import Archiving
internal import HTTPTypes
public import Hummingbird
public import Logging
internal import NIOCore
public import Reporting
internal import Synchronization
public import Vocabulary

/// The web workplace: a function from requests to responses, over the versions, a store and a queue.
///
/// For example: `let response = await workplace.respond(to: request, context: context)`.
public final class Workplace: HTTPResponder, Sendable {
  let settings: WorkplaceSettings
  let pressroom: any Pressroom
  let places: WorkplacePlaces
  let store: WorkplaceStore
  let shelf: Shelf
  let queue: RunQueue
  let templates: WorkplaceTemplates
  let reportTemplates: Templates
  let models: ModelShelf
  let scorer: Scorer
  /// Keeps what was scored, when that is wanted.
  let scoreLog: ScoreLog?
  /// The name of this machine, for the history of models.
  let host: String
  let figures = ServingFigures()
  let signInLimit = SignInLimit()
  let key = SigningKey()
  let digests = Mutex<[String: String]>([:])
  /// What forms carry, by whom they were made for.
  let formTokens = Mutex<[String: String]>([:])
  let board = Mutex(TriggerBoard())
  /// When old uploads were looked for last.
  let sweptAt = Mutex<Int64?>(nil)
  let now: @Sendable () -> Int64
  let log: Logger
  /// Whether the server is shutting down.
  let isClosing = Mutex(false)

  /// What the workplace is made of beside its settings.
  public struct Parts: Sendable {
    /// The project's folder, absolute.
    public var project: String
    /// The folder of the workplace's own files, absolute.
    public var folder: String
    /// The project's versions.
    public var archive: Archive
    /// The project's registered models.
    public var registry: ModelRegistry
    /// The name of this machine, for the history of models.
    public var host: String
    /// What knows the project's notebooks and runs them.
    public var pressroom: any Pressroom
    /// The frames of the workplace's pages.
    public var templates: WorkplaceTemplates
    /// The frames of reports, for differences.
    public var reportTemplates: Templates
    /// Where LightGBM is looked for.
    public var lightGBM: LibrarySearch
    /// Where DuckDB is looked for.
    public var duckDB: LibrarySearch

    /// The parts of a workplace.
    public init(
      project: String, folder: String, archive: Archive, registry: ModelRegistry, host: String,
      pressroom: any Pressroom, templates: WorkplaceTemplates, reportTemplates: Templates,
      lightGBM: LibrarySearch, duckDB: LibrarySearch
    ) {
      self.project = project
      self.folder = folder
      self.archive = archive
      self.registry = registry
      self.host = host
      self.pressroom = pressroom
      self.templates = templates
      self.reportTemplates = reportTemplates
      self.lightGBM = lightGBM
      self.duckDB = duckDB
    }
  }

  /// A workplace; what an earlier one left in its queue is taken up by `recover`.
  public init(
    of parts: Parts, _ settings: WorkplaceSettings, now: @escaping @Sendable () -> Int64,
    log: Logger
  ) throws(ServingError) {
    self.settings = settings
    pressroom = parts.pressroom
    places = try WorkplacePlaces(project: parts.project, folder: parts.folder)
    store = try WorkplaceStore(at: places.database)
    shelf = Shelf(parts.archive, now: now)
    queue = RunQueue(
      store: store, pressroom: parts.pressroom, places: places, limit: settings.concurrentRuns,
      now: now, log: log)
    templates = parts.templates
    reportTemplates = parts.reportTemplates
    models = ModelShelf(parts.registry)
    scorer = Scorer(shelf: shelf, models: models, lightGBM: parts.lightGBM, now: now)
    host = parts.host
    scoreLog = try settings.scoreLog.map { folder throws(ServingError) in
      try ScoreLog(in: folder, with: parts.duckDB, now: now, log: log)
    }
    self.now = now
    self.log = log
  }

  /// Whether anybody has been added.
  public func hasUsers() async throws -> Bool { try await store.hasUsers() }

  /// Takes up the orders that an earlier workplace left.
  public func recover() async throws { try await queue.recover() }

  /// Watches runs, starts waiting ones, and orders what is due or has arrived, until the task is
  /// cancelled.
  public func work() async {
    await withTaskGroup { group in
      group.addTask { await self.queue.work() }
      group.addTask {
        while !Task.isCancelled {
          if !self.isClosing.withLock({ $0 }) { await self.pullTriggers() }
          await self.sweepUploads()
          try? await Task.sleep(for: .seconds(1))
        }
      }
    }
  }

  /// Starts no further run and ends the streams of events. Runs that are under way go on; the next
  /// workplace finds them again.
  public func close() async {
    isClosing.withLock { $0 = true }
    await queue.close()
  }

  /// Answers a request. It never fails: what went wrong is a response, too.
  public func respond(to request: Request, context: WorkplaceContext) async -> Response {
    let start = ContinuousClock.now
    var label = "none"
    var say = words(of: request)
    var visitor: Visitor?
    var token = ""
    var response: Response
    do {
      let address = try Address(request.head.path ?? "/")
      if let language = address["lang"], ["en", "ja"].contains(language) {
        say = Words(isJapanese: language == "ja")
      }
      try checkHost(of: request)
      let route = try Route(request.method, address)
      label = route.label
      visitor = try await self.visitor(of: request, context)
      token = formToken(for: visitor)
      if visitor == nil, !route.isPublic { throw Problem.signIn }
      let call = Call(
        request: request, context: context, address: address, route: route, say: say,
        visitor: visitor, formToken: token, now: now(), origin: origin(of: request, context))
      try checkOrigin(of: call)
      response = try await answer(call)
      if let language = address["lang"], ["en", "ja"].contains(language) {
        response.headers[values: .setCookie].append(
          "washi_lang=\(language); Path=/; Max-Age=31536000; SameSite=Lax" + secureFlag)
      }
    } catch {
      if !(error is Problem), !(error is Refusal), !(error is CancellationError) {
        log.error("\(request.method) \(label): \(error)")
      }
      let scene = scene(say, visitor, token, path: request.head.path ?? "/")
      response = self.response(to: request, for: Problem(about: error), in: scene)
    }
    secure(&response)
    if request.method == .head { response = response.createHeadResponse() }
    let duration = ContinuousClock.now - start
    figures.count(label, response.status.code, duration)
    if settings.logsRequests { tell(request, context, label, response, visitor, duration) }
    return response
  }

  /// The one place where routes meet what answers them.
  private func answer(_ call: Call) async throws -> Response {
    switch call.route {
    case .front: try await frontPage(call)
    case .signIn: try await signIn(call)
    case .signOut: try await signOut(call)
    case .notebook(let name): try await notebookPage(call, name)
    case .history(let name): try historyPage(call, name)
    case .schedule(let name): try await changeSchedule(call, name)
    case .report(let place): try reportPage(call, place)
    case .reportChoice: try reportChoice(call)
    case .compare: try comparePage(call)
    case .comparison: try await comparison(call)
    case .runs: try await runsPage(call)
    case .run(let id): try await runPage(call, id)
    case .runEvents(let id): try await runEvents(call, id)
    case .runLog(let id): try await runLog(call, id)
    case .runReport(let id): try await runReport(call, id)
    case .cancelRun(let id): try await cancelRun(call, id)
    case .repeatRun(let id): try await repeatRun(call, id)
    case .models: try modelsPage(call)
    case .model(let name): try modelPage(call, name)
    case .changeModel(let name, let kind): try await changeModel(call, name, kind)
    case .account: try await accountPage(call)
    case .makeToken: try await makeToken(call)
    case .revokeToken(let id): try await revokeToken(call, id)
    case .audit: try await auditPage(call)
    case .passedFile(let pass, let place, let file):
      try await passedFile(call, pass, place, file)
    case .passedRunFile(let pass, let run, let file):
      try await passedRunFile(call, pass, run, file)
    case .download(let place, let file): try await download(call, place, file)
    case .asset(let name): try asset(call, name)
    case .health: Answer.text("ok\n", "text/plain")
    case .readiness: try await readiness()
    case .metrics: try await metrics(call)
    case .api(let route): try await api(call, route)
    }
  }

  func scene(_ call: Call) -> PageScene {
    scene(call.say, call.visitor, call.formToken, path: call.address.path)
  }

  private func scene(
    _ say: Words, _ visitor: Visitor?, _ token: String, path: String
  ) -> PageScene {
    PageScene(
      say: say, visitor: visitor, formToken: token, path: path, templates: templates, now: now())
  }

  private func words(of request: Request) -> Words {
    Words(
      cookie: Call.cookie("washi_lang", of: request), accepted: request.headers[.acceptLanguage])
  }

  var secureFlag: String { settings.isSecure ? "; Secure" : "" }

  /// One line of the log for a request. What stands behind `/files/` is a pass, which is nobody
  /// else's business, and so is a query.
  private func tell(
    _ request: Request, _ context: WorkplaceContext, _ label: String, _ response: Response,
    _ visitor: Visitor?, _ duration: Duration
  ) {
    let path = (request.head.path ?? "/").prefix { $0 != "?" }
    let parts = duration.components
    let milliseconds = parts.seconds * 1000 + parts.attoseconds / 1_000_000_000_000_000
    log.info(
      "request",
      metadata: [
        "method": "\(request.method)", "route": "\(label)",
        "path": path.hasPrefix("/files/") ? "/files/" : "\(path)",
        "status": "\(response.status.code)", "milliseconds": "\(milliseconds)",
        "user": "\(visitor?.name ?? "")", "address": "\(origin(of: request, context))",
      ])
  }

  private func secure(_ response: inout Response) {
    response.headers[.typeOptions] = "nosniff"
    response.headers[.referrerPolicy] = "same-origin"
    response.headers[.openerPolicy] = "same-origin"
    response.headers[.resourcePolicy] = "same-origin"
    if response.headers[.contentSecurityPolicy] == nil {
      response.headers[.contentSecurityPolicy] = "sandbox; default-src 'none'"
    }
    if settings.isSecure {
      response.headers[.transportSecurity] = "max-age=31536000"
    }
  }

  private func response(
    to request: Request, for problem: Problem, in scene: PageScene
  ) -> Response {
    let isAPI = (request.head.path ?? "").hasPrefix("/api/")
    var response: Response
    if isAPI {
      response = Answer.problem(problem)
    } else if problem.kind == .signInNeeded, request.method == .get {
      let back = request.head.path ?? "/"
      return Answer.seeOther("/signin" + (back == "/" ? "" : "?back=" + Address.encoded(back)))
    } else {
      response = Answer.page(scene.page(for: problem), status: problem.status)
    }
    if let seconds = problem.retryAfter { response.headers[.retryAfter] = String(seconds) }
    if !problem.allowed.isEmpty {
      response.headers[.allow] = problem.allowed.map(\.rawValue).joined(separator: ", ")
    }
    if problem.kind == .signInNeeded { response.headers[.wwwAuthenticate] = "Bearer" }
    return response
  }
}
