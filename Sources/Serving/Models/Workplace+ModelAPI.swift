internal import Archiving
internal import Comparing
internal import HTTPTypes
internal import Hummingbird
internal import Steps

extension Workplace {
  private struct ModelItem: Encodable {
    var name: String
    var alias: String
    var version: Int
    var artifact: String
    var path: String
  }

  private struct RegisteredItem: Encodable {
    var name: String
    var newest: Int
    var versions: [Int]
    var aliases: [String: Int]
  }

  private struct ModelList: Encodable {
    /// The models of the registry.
    var registered: [RegisteredItem]
    /// The models of reports.
    var models: [ModelItem]
  }

  private struct VersionItem: Encodable {
    var name: String
    var version: Int
    var aliases: [String]
    var metrics: [String: Double]
    var notebook: String
    var edition: String
    var parameters: [String: String]
    var inputs: [String: String]
    var engines: [String: String]
    var digest: String
    var registeredAt: String?
    var registeredBy: String?

    init?(_ entry: ModelEntry, _ number: Int) {
      guard let facts = entry.facts[number] else { return nil }
      name = entry.name
      version = number
      aliases = entry.aliases(of: number)
      metrics = facts.metrics
      notebook = facts.notebook
      edition = facts.edition
      parameters = facts.parameters
      inputs = facts.inputs
      engines = facts.engines
      digest = facts.digest
      let made = entry.registration(of: number)
      registeredAt = made.map { ClockText.utc($0.at) }
      registeredBy = made?.by
    }
  }

  private struct EventItem: Encodable {
    var at: String
    var action: String
    var version: Int
    var alias: String?
    var from: Int?
    var by: String
    var because: String?

    init(_ event: ModelRegistry.Event) {
      at = ClockText.utc(event.at)
      action = event.action.rawValue
      version = event.version
      alias = event.alias
      from = event.from
      by = event.by
      because = event.because
    }
  }

  private struct ModelDetails: Encodable {
    var name: String
    var aliases: [String: Int]
    /// Newest first.
    var versions: [VersionItem]
    /// Newest first.
    var history: [EventItem]
  }

  private struct Moved: Encodable {
    var model: String
    var alias: String
    /// The version that has the alias now; absent when nothing has it.
    var version: Int?
    /// The version that had it before.
    var before: Int?
  }

  func apiModels(_ call: Call) throws -> Response {
    let visitor = try call.known()
    return Answer.json(
      ModelList(
        registered: try registered(for: visitor).map { entry in
          RegisteredItem(
            name: entry.name, newest: entry.versions.last ?? 0, versions: entry.versions,
            aliases: entry.aliases)
        },
        models: exported(for: visitor).map { model in
          let place = model.version.place
          return ModelItem(
            name: model.name, alias: place.edition, version: model.version.number,
            artifact: model.artifact, path: model.predictPath)
        }))
  }

  func apiModel(_ call: Call, _ name: String) throws -> Response {
    let entry = try registered(name, for: try call.known())
    return Answer.json(
      ModelDetails(
        name: entry.name, aliases: entry.aliases,
        versions: entry.versions.reversed().compactMap { VersionItem(entry, $0) },
        history: entry.events.reversed().map(EventItem.init)))
  }

  func apiModelVersion(_ call: Call, _ name: String, _ slot: String) throws -> Response {
    let entry = try registered(name, for: try call.known())
    guard let number = entry.number(slot), let item = VersionItem(entry, number) else {
      throw Problem.notFound(
        "The model `\(name)` has no `\(slot)`.", "モデル `\(name)` に `\(slot)` はありません。")
    }
    return Answer.json(item)
  }

  /// Moves an alias. `expect` is the version that has it, or null for none; when another one has it by
  /// now, nothing is done.
  func apiChangeModel(
    _ call: Call, _ name: String, _ kind: ModelChange.Kind
  ) async throws -> Response {
    let entry = try registered(name, for: try call.known())
    let bytes = try await call.body(upTo: 1 << 16)
    guard let body = JSONValue(parsing: bytes), case .object = body else {
      throw Problem.bad("The body is no JSON object.", "本文が JSON オブジェクトではありません。")
    }
    let known = ["alias", "because", "expect"] + (kind == .promote ? ["version"] : [])
    if let other = body.members.first(where: { !known.contains($0.name) }) {
      throw Problem.bad(
        "There is no `\(other.name)`; there are \(known.joined(separator: ", ")).",
        "`\(other.name)` は使えません。使えるのは \(known.joined(separator: "、")) です。")
    }
    let change = try ModelChange(
      kind, of: entry, alias: try Self.text("alias", in: body) ?? "champion",
      version: try Self.version("version", in: body))
    var expecting = ModelRegistry.Expectation.anything
    if let expected = body["expect"] {
      let version = try Self.version("expect", in: body)
      let number = version.flatMap { RegistryName.number($0) ?? Int($0) }
      guard expected == .null || number != nil else {
        throw Problem.bad(
          "`expect` is a version such as 2, or null for none.",
          "`expect` はバージョン番号か null です。")
      }
      expecting = .version(number)
    }
    try await carryOut(
      change, expecting: expecting, because: try Self.text("because", in: body), on: entry, call)
    return Answer.json(
      Moved(model: name, alias: change.alias, version: change.target, before: change.current))
  }

  private static func text(_ name: String, in body: JSONValue) throws(Problem) -> String? {
    switch body[name] {
    case nil, .null: return nil
    case .string(let text): return text
    default:
      throw .bad("`\(name)` must be a text.", "`\(name)` は文字列にしてください。")
    }
  }

  /// A version as a number, or as a text such as `v3` or an alias.
  private static func version(_ name: String, in body: JSONValue) throws(Problem) -> String? {
    switch body[name] {
    case nil, .null: return nil
    case .string(let text), .number(let text): return text
    default:
      throw .bad("`\(name)` must be a version.", "`\(name)` はバージョンにしてください。")
    }
  }
}
