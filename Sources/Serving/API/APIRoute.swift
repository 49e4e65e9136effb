internal import HTTPTypes

/// What the API answers, below `/api/v1`; names that hold slashes come as one component (`%2F`).
enum APIRoute: Sendable, Hashable {
  case document
  case me
  case notebooks
  case notebook(String)
  case upload
  case startRun
  case runs
  case run(String)
  case runEvents(String)
  case cancelRun(String)
  case versions(String)
  case version(Route.Place)
  case versionReport(Route.Place)
  case versionMetrics(Route.Place)
  case versionTable(Route.Place, String)
  case versionArtifact(Route.Place, String)
  case difference
  case models
  case predict(model: String, alias: String)

  init(
    _ method: HTTPRequest.Method, _ parts: [String], _ address: Address
  ) throws(Problem) {
    var isKnown = false
    func take(_ wanted: HTTPRequest.Method, _ route: APIRoute) -> APIRoute? {
      isKnown = true
      return method == wanted ? route : nil
    }
    let found: APIRoute? =
      switch (parts.first, parts.count) {
      case ("openapi.json", 1): take(.get, .document)
      case ("me", 1): take(.get, .me)
      case ("notebooks", 1): take(.get, .notebooks)
      case ("notebooks", 2): take(.get, .notebook(parts[1]))
      case ("notebooks", 3) where parts[2] == "versions": take(.get, .versions(parts[1]))
      case ("notebooks", 5...) where parts[2] == "versions":
        Self.place(parts).flatMap { place in
          switch (parts.count, parts.count > 5 ? parts[5] : "") {
          case (5, _): take(.get, .version(place))
          case (6, "report"): take(.get, .versionReport(place))
          case (6, "metrics"): take(.get, .versionMetrics(place))
          case (7, "tables"): take(.get, .versionTable(place, parts[6]))
          case (7, "artifacts"): take(.get, .versionArtifact(place, parts[6]))
          default: nil
          }
        }
      case ("uploads", 1): take(.post, .upload)
      case ("runs", 1): take(.get, .runs) ?? take(.post, .startRun)
      case ("runs", 2): take(.get, .run(parts[1]))
      case ("runs", 3) where parts[2] == "events": take(.get, .runEvents(parts[1]))
      case ("runs", 3) where parts[2] == "cancel": take(.post, .cancelRun(parts[1]))
      case ("diff", 1): take(.get, .difference)
      case ("models", 1): take(.get, .models)
      case ("models", 3) where parts[2] == "predict":
        parts[1].lastIndex(of: "@").flatMap { mark in
          take(
            .post,
            .predict(
              model: String(parts[1][..<mark]),
              alias: String(parts[1][parts[1].index(after: mark)...])))
        }
      default: nil
      }
    guard let found else {
      throw isKnown
        ? Problem(
          .wrongMethod, "\(address.path) does not take \(method.rawValue).",
          "\(address.path) では \(method.rawValue) を使えません。")
        : .nothing(at: address.path)
    }
    self = found
  }

  /// `latest` or a number behind the edition.
  private static func place(_ parts: [String]) -> Route.Place? {
    if parts[4] == "latest" { return Route.Place(notebook: parts[1], edition: parts[3]) }
    guard let number = Int(parts[4]), number > 0 else { return nil }
    return Route.Place(notebook: parts[1], edition: parts[3], version: number)
  }

  /// A short name for figures and logs.
  var label: String {
    switch self {
    case .document: "document"
    case .me: "me"
    case .notebooks: "notebooks"
    case .notebook: "notebook"
    case .upload: "upload"
    case .startRun: "start"
    case .runs: "runs"
    case .run: "run"
    case .runEvents: "run-events"
    case .cancelRun: "cancel"
    case .versions: "versions"
    case .version: "version"
    case .versionReport: "report"
    case .versionMetrics: "metrics"
    case .versionTable: "table"
    case .versionArtifact: "artifact"
    case .difference: "diff"
    case .models: "models"
    case .predict: "predict"
    }
  }
}
