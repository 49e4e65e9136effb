internal import HTTPTypes

/// What the API answers, below `/api/v1`; names that hold slashes come as one component (`%2F`).
enum APIRoute: Sendable, Hashable {
  case document
  case me
  case notebooks
  case notebook(String)
  case schedule(String)
  case setSchedule(String)
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
  case model(String)
  case modelVersion(String, slot: String)
  case changeModel(String, ModelChange.Kind)
  case predict(model: String, alias: String)

  init(
    _ method: HTTPRequest.Method, _ parts: [String], _ address: Address
  ) throws(Problem) {
    var allowed: [HTTPRequest.Method] = []
    func take(_ wanted: HTTPRequest.Method, _ route: APIRoute) -> APIRoute? {
      if !allowed.contains(wanted) { allowed.append(wanted) }
      return method == wanted ? route : nil
    }
    let found: APIRoute? =
      switch (parts.first, parts.count) {
      case ("openapi.json", 1): take(.get, .document)
      case ("me", 1): take(.get, .me)
      case ("notebooks", 1): take(.get, .notebooks)
      case ("notebooks", 2): take(.get, .notebook(parts[1]))
      case ("notebooks", 3) where parts[2] == "versions": take(.get, .versions(parts[1]))
      case ("notebooks", 3) where parts[2] == "schedule":
        take(.get, .schedule(parts[1])) ?? take(.put, .setSchedule(parts[1]))
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
      case ("models", 2):
        Self.model(parts[1]).map { take(.get, .modelVersion($0.name, slot: $0.alias)) }
          ?? take(.get, .model(parts[1]))
      case ("models", 3) where parts[2] == "predict":
        Self.model(parts[1]).flatMap {
          take(.post, .predict(model: $0.name, alias: $0.alias))
        }
      case ("models", 3):
        ModelChange.Kind(rawValue: parts[2]).flatMap { take(.post, .changeModel(parts[1], $0)) }
      default: nil
      }
    guard let found else {
      throw allowed.isEmpty
        ? .nothing(at: address.path) : .method(method, at: address.path, allowed: allowed)
    }
    self = found
  }

  /// The name and the alias in `credit-default@champion`.
  private static func model(_ text: String) -> (name: String, alias: String)? {
    text.lastIndex(of: "@").map { mark in
      (String(text[..<mark]), String(text[text.index(after: mark)...]))
    }
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
    case .schedule, .setSchedule: "schedule"
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
    case .model, .modelVersion: "model"
    case .changeModel(_, let kind): kind.rawValue
    case .predict: "predict"
    }
  }
}
