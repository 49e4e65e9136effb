internal import Archiving
internal import HTTPTypes

/// Everything that can be asked for: one case each, so that the compiler lists who must answer.
enum Route: Sendable, Hashable {
  // Pages.
  case front
  case signIn
  case signOut
  case notebook(String)
  case history(String)
  case schedule(String)
  case report(Place)
  case reportChoice
  case compare
  case comparison
  case runs
  case run(String)
  case runEvents(String)
  case runLog(String)
  case runReport(String)
  case cancelRun(String)
  case repeatRun(String)
  case models
  case model(String)
  case changeModel(String, ModelChange.Kind)
  case account
  case makeToken
  case revokeToken(String)
  case audit
  // Files.
  case passedFile(pass: String, Place, file: String)
  case passedRunFile(pass: String, run: String, file: String)
  case download(Place, file: String)
  case asset(String)
  // Operations.
  case health
  case readiness
  case metrics
  // The API.
  case api(APIRoute)

  /// A version in an address: `credit/monthly@2021-01/v2`, or without the number the newest.
  struct Place: Sendable, Hashable {
    var notebook: String
    var edition: String
    var version: Int?

    /// The path behind `/reports/`.
    var path: String {
      Address.encoded(notebook, slashesStay: true) + "@" + Address.encoded(edition)
        + (version.map { "/v\($0)" } ?? "")
    }
  }

  /// The route of a request; an unknown path is not found, a known one with another method is said
  /// to be so.
  init(_ method: HTTPRequest.Method, _ address: Address) throws(Problem) {
    // What answers GET answers HEAD.
    let verb = method == .head ? .get : method
    let parts = address.components
    if parts.starts(with: ["api", "v1"]) {
      self = .api(try APIRoute(verb, Array(parts.dropFirst(2)), address))
      return
    }
    guard let found = Self.page(parts), !found.isEmpty else { throw .nothing(at: address.path) }
    guard let route = found.first(where: { $0.method == verb })?.route else {
      throw .method(method, at: address.path, allowed: found.map(\.method))
    }
    self = route
  }

  private static func page(
    _ parts: [String]
  ) -> [(method: HTTPRequest.Method, route: Route)]? {
    func get(_ route: Route) -> [(method: HTTPRequest.Method, route: Route)] { [(.get, route)] }
    func post(_ route: Route) -> [(method: HTTPRequest.Method, route: Route)] { [(.post, route)] }
    func both(_ route: Route) -> [(method: HTTPRequest.Method, route: Route)] {
      get(route) + post(route)
    }
    let rest = Array(parts.dropFirst())
    let name = rest.joined(separator: "/")
    switch (parts.first, rest.count) {
    case (nil, _): return get(.front)
    case ("signin", 0): return both(.signIn)
    case ("signout", 0): return post(.signOut)
    case ("notebooks", 1...): return both(.notebook(name))
    case ("history", 1...): return get(.history(name))
    case ("schedule", 1...): return post(.schedule(name))
    case ("reports", 0): return get(.reportChoice)
    case ("reports", 1...):
      return place(rest).flatMap { $0.file.isEmpty ? get(.report($0.0)) : nil }
    case ("download", 2...):
      return place(rest).flatMap { $0.file.isEmpty ? nil : get(.download($0.0, file: $0.file)) }
    case ("files", 3...) where rest[1] == "run" && !rest[2].contains("@"):
      let file = rest.dropFirst(3).joined(separator: "/")
      return get(.passedRunFile(pass: rest[0], run: rest[2], file: file))
    case ("files", 3...):
      return place(Array(rest.dropFirst())).map {
        get(.passedFile(pass: rest[0], $0.0, file: $0.file))
      }
    case ("compare", 0): return get(.compare)
    case ("compare", 1) where rest[0] == "page": return get(.comparison)
    case ("runs", 0): return get(.runs)
    case ("runs", 1): return get(.run(rest[0]))
    case ("runs", 2):
      switch rest[1] {
      case "events": return get(.runEvents(rest[0]))
      case "log": return get(.runLog(rest[0]))
      case "report": return get(.runReport(rest[0]))
      case "cancel": return post(.cancelRun(rest[0]))
      case "again": return post(.repeatRun(rest[0]))
      default: return nil
      }
    case ("models", 0): return get(.models)
    case ("models", 1): return get(.model(rest[0]))
    case ("models", 2):
      return ModelChange.Kind(rawValue: rest[1]).flatMap { both(.changeModel(rest[0], $0)) }
    case ("account", 0): return get(.account)
    case ("account", 1) where rest[0] == "tokens": return post(.makeToken)
    case ("account", 3) where rest[0] == "tokens" && rest[2] == "revoke":
      return post(.revokeToken(rest[1]))
    case ("audit", 0): return get(.audit)
    case ("assets", 1): return get(.asset(rest[0]))
    case ("healthz", 0): return get(.health)
    case ("readyz", 0): return get(.readiness)
    case ("metrics", 0): return get(.metrics)
    default: return nil
    }
  }

  /// The version that components begin with, and the file behind it.
  private static func place(_ parts: [String]) -> (Place, file: String)? {
    guard let index = parts.firstIndex(where: { $0.contains("@") }) else { return nil }
    let last = parts[index]
    guard let mark = last.lastIndex(of: "@") else { return nil }
    let notebook = (parts[..<index] + [String(last[..<mark])]).joined(separator: "/")
    let edition = String(last[last.index(after: mark)...])
    var behind = parts[(index + 1)...]
    var version: Int?
    if let first = behind.first, first.first == "v", let number = Int(first.dropFirst()), number > 0
    {
      version = number
      behind = behind.dropFirst()
    }
    guard !notebook.isEmpty, !edition.isEmpty else { return nil }
    return (
      Place(notebook: notebook, edition: edition, version: version),
      behind.joined(separator: "/")
    )
  }

  /// Whether it is answered to anybody, before they say who they are.
  var isPublic: Bool {
    switch self {
    case .signIn, .asset, .health, .readiness, .passedFile, .passedRunFile, .api(.document): true
    default: false
    }
  }

  /// A short name without anything of a visitor's, for figures and logs.
  var label: String {
    switch self {
    case .front: "front"
    case .signIn: "signin"
    case .signOut: "signout"
    case .notebook: "notebook"
    case .history: "history"
    case .schedule: "schedule"
    case .report, .reportChoice: "report"
    case .compare, .comparison: "compare"
    case .runs: "runs"
    case .run: "run"
    case .runEvents: "run-events"
    case .runLog: "run-log"
    case .runReport: "run-report"
    case .cancelRun: "run-cancel"
    case .repeatRun: "run-again"
    case .models: "models"
    case .model, .changeModel: "model"
    case .account, .makeToken, .revokeToken: "account"
    case .audit: "audit"
    case .passedFile, .passedRunFile, .download: "file"
    case .asset: "asset"
    case .health: "health"
    case .readiness: "readiness"
    case .metrics: "metrics"
    case .api(let route): "api-\(route.label)"
    }
  }
}
