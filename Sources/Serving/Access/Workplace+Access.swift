internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import Synchronization

extension Workplace {
  /// Refuses names that are not this server's: a page elsewhere could let its own name lead here.
  func checkHost(of request: Request) throws(Problem) {
    let host = request.head.authority ?? ""
    if host == settings.publicHost { return }
    guard settings.isLoopback else {
      if settings.publicHost == nil { return }
      // Machines that look after the server ask by its address.
      if (request.head.path ?? "").hasPrefix("/healthz") { return }
      throw Self.wrongHost(host)
    }
    let name = host.hasPrefix("[") ? host.prefix { $0 != "]" } + "]" : host.prefix { $0 != ":" }
    guard ["localhost", "127.0.0.1", "[::1]"].contains(String(name)) else {
      throw Self.wrongHost(host)
    }
  }

  private static func wrongHost(_ host: String) -> Problem {
    Problem(
      .misdirected, "This server is not `\(host)`.", "このサーバーは「\(host)」ではありません。")
  }

  /// Refuses to change anything for a page of somebody else's.
  func checkOrigin(of call: Call) throws(Problem) {
    guard call.request.method != .get, call.request.method != .head else { return }
    if let site = call.header(.fetchSite), site != "same-origin", site != "none" {
      throw .staleForm
    }
    if let origin = call.header(.origin) {
      let host = origin.firstRange(of: "://").map { String(origin[$0.upperBound...]) }
      guard let host,
        host == call.request.head.authority
          || host == settings.publicHost
      else { throw .staleForm }
    }
    // A browser proves who someone is without being asked; a program that uses the API does not.
    if case .api = call.route, call.visitor?.isAmbient == true {
      guard let token = call.header(.formToken), Secret.areEqual(token, call.formToken) else {
        throw Problem(
          .crossSite,
          "Send an API token, or the header X-Washi-Form with the value that /api/v1/me answers.",
          "API トークンか、/api/v1/me が返す値を X-Washi-Form ヘッダーで送ってください。")
      }
    }
  }

  /// Who asks; nil when they have not said.
  func visitor(of request: Request, _ context: WorkplaceContext) async throws -> Visitor? {
    if let header = request.headers[.authorization] {
      return try await bearer(header, request)
    }
    if let cookie = Call.cookie("washi_session", of: request),
      let user = try await store.session(cookie, now: now())
    {
      return Visitor(
        name: user.name, grants: user.grants, proof: .session(Secret.digest(cookie)))
    }
    if let proxy = settings.proxy, let name = try Self.name(from: proxy, request, context),
      let user = try await store.user(name)
    {
      return Visitor(name: user.name, grants: user.grants, proof: .proxy)
    }
    if settings.isOpen, try await !store.hasUsers(now: now()) {
      return Visitor(name: "local", grants: [Grant(.admin)], proof: .open)
    }
    return nil
  }

  private func bearer(_ header: String, _ request: Request) async throws -> Visitor? {
    guard request.headers[values: .authorization].count == 1,
      header.lowercased().hasPrefix("bearer "),
      let (user, token) = try await store.bearer(
        String(header.dropFirst("bearer ".count)), now: now())
    else {
      throw Problem(
        .signInNeeded, "The token is not known, has ended or was revoked.",
        "トークンが無効か、期限切れか、失効しています。")
    }
    let grants = user.grants.map { grant in
      Grant(min(grant.role, token.role ?? grant.role), in: grant.folder)
    }
    return Visitor(name: user.name, grants: grants, proof: .token(token.id))
  }

  /// The name that a trusted proxy gives. From anywhere else the header means nothing; sent twice,
  /// it is not believed at all.
  private static func name(
    from proxy: WorkplaceSettings.Proxy, _ request: Request, _ context: WorkplaceContext
  ) throws(Problem) -> String? {
    guard let address = context.remoteAddress, proxy.addresses.contains(address),
      let field = HTTPField.Name(proxy.header)
    else { return nil }
    let values = request.headers[values: field]
    guard values.count <= 1 else {
      throw .bad("The header \(proxy.header) came twice.", "\(proxy.header) が重複しています。")
    }
    return values.first.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// What forms carry, so that they can only come from a page that this visitor was shown.
  func formToken(for visitor: Visitor?) -> String {
    let subject =
      switch visitor?.proof {
      case .session(let digest): "session \(digest)"
      case .open: "open"
      case .proxy: "proxy \(visitor?.name ?? "")"
      case .token(let id): "token \(id)"
      case nil: "nobody"
      }
    if let known = formTokens.withLock({ $0[subject] }) { return known }
    let token = key.signature(of: subject, for: "forms")
    formTokens.withLock { tokens in
      if tokens.count >= 1000 { tokens.removeAll() }
      tokens[subject] = token
    }
    return token
  }

  /// Where a request came from: the other side's address, or the one that a proxy of ours names.
  func origin(of request: Request, _ context: WorkplaceContext) -> String {
    let address = context.remoteAddress ?? ""
    var proxies = settings.proxy?.addresses ?? []
    if settings.publicURL != nil, settings.isLoopback { proxies += ["127.0.0.1", "::1"] }
    guard proxies.contains(address), let chain = request.headers[.forwardedFor],
      let last = chain.split(separator: ",").last
    else { return address }
    // What stands before the last one, anybody may have written.
    return String(last.drop { $0 == " " })
  }

  /// Notes what somebody did; a log that cannot be written does not hinder them.
  func note(_ action: String, _ subject: String, _ call: Call, by name: String? = nil) async {
    let user = name ?? call.visitor?.name ?? ""
    do {
      try await store.note(action, subject, by: user, from: call.origin, at: call.now)
    } catch {
      log.error("not in the audit log: \(user) \(action) \(subject): \(error)")
    }
  }

  // MARK: - Sign-in

  func signIn(_ call: Call) async throws -> Response {
    let scene = scene(call)
    guard call.request.method == .post else {
      if call.visitor != nil { return Answer.seeOther("/") }
      return Answer.page(scene.signInPage(failed: nil, back: call.address["back"] ?? "/"))
    }
    let form = try await sentForm(call)
    let name = form["name"] ?? ""
    let back = Self.safe(form["back"] ?? "/")
    let keys: [SignInLimit.Key] = [.name(name), .address(call.origin)]
    if let wait = signInLimit.wait(for: keys, now: call.now) {
      let seconds = Int(wait / 1000) + 1
      await note("sign-in blocked", name, call, by: name)
      var problem = Problem(
        .tooManyRequests, "Try again in \(seconds) seconds.", "\(seconds) 秒後にもう一度お試しください。")
      problem.retryAfter = seconds
      throw problem
    }
    let user = try await store.user(name)
    // Counted before the answer is known, so that many at once do not slip through.
    signInLimit.fail(keys, now: call.now)
    guard await PasswordHash.isRight(form["password"] ?? "", for: user?.password), let user else {
      await note("sign-in failed", name, call, by: name)
      let words = call.say(
        "The name or the password is wrong.", "名前またはパスワードが違います。")
      return Answer.page(
        scene.signInPage(failed: words, name: name, back: back), status: .unauthorized)
    }
    for key in keys { signInLimit.succeed(key) }
    let cookie = try await store.beginSession(of: user.name, now: call.now)
    await note("sign-in", user.name, call, by: user.name)
    var response = Answer.seeOther(back)
    response.headers[.setCookie] =
      "washi_session=\(cookie); Path=/; HttpOnly; SameSite=Lax" + secureFlag
    return response
  }

  func signOut(_ call: Call) async throws -> Response {
    _ = try await sentForm(call)
    if case .session(let digest) = call.visitor?.proof {
      try await store.endSession(digest: digest)
      await note("sign-out", call.visitor?.name ?? "", call)
    }
    var response = Answer.seeOther("/signin")
    response.headers[.setCookie] =
      "washi_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0" + secureFlag
    return response
  }

  /// A path of this server; anything else, such as `//elsewhere`, is the front page.
  private static func safe(_ path: String) -> String {
    path.hasPrefix("/") && !path.hasPrefix("//") && !path.contains("\\")
      && !path.unicodeScalars.contains { $0.value < 32 } ? path : "/"
  }

  // MARK: - Account

  func accountPage(_ call: Call) async throws -> Response {
    try await accountPage(call, made: nil)
  }

  private func accountPage(_ call: Call, made: String?) async throws -> Response {
    let visitor = try call.known()
    guard let user = try await store.user(visitor.name) else {
      throw Problem.notFound(
        "An open workplace has no accounts.", "開放された作業場にはアカウントがありません。")
    }
    return Answer.page(
      scene(call).accountPage(user, try await store.tokens(of: user.name), made: made))
  }

  func makeToken(_ call: Call) async throws -> Response {
    let visitor = try call.known()
    let form = try await sentForm(call)
    guard try await store.user(visitor.name) != nil else { return Answer.seeOther("/account") }
    let label = String((form["label"] ?? "").prefix(80))
    guard !label.isEmpty else {
      throw Problem.bad("Say what the token is for.", "トークンの用途を書いてください。")
    }
    let (token, text) = try await store.makeToken(
      for: visitor.name, label: label, role: form["role"].flatMap { Role(rawValue: $0) },
      endsAt: nil, now: call.now)
    await note("token made", token.id, call)
    return try await accountPage(call, made: text)
  }

  func revokeToken(_ call: Call, _ id: String) async throws -> Response {
    let visitor = try call.known()
    _ = try await sentForm(call)
    guard try await store.revokeToken(id, of: visitor.name, now: call.now) else {
      throw Problem.notFound("You have no such token.", "そのトークンはありません。")
    }
    await note("token revoked", id, call)
    return Answer.seeOther("/account")
  }

  func auditPage(_ call: Call) async throws -> Response {
    guard try call.known().isAdmin else { throw Problem.role(.admin, in: "/") }
    return Answer.page(scene(call).auditPage(try await store.audit(limit: 500)))
  }

  /// A form without files.
  func sentForm(_ call: Call) async throws -> SentForm {
    try await SentForm.read(
      call,
      writer: {
        throw Problem.bad("This form takes no file.", "このフォームはファイルを受け付けません。")
      },
      keep: { _, _, _ in
        throw Problem.bad("This form takes no file.", "このフォームはファイルを受け付けません。")
      })
  }
}
