/// The few calls of MLflow's REST API that a run needs, each with what it answers.
///
/// Source: mlflow/protos/service.proto and model_registry.proto, of MLflow 3.17.
struct MLflowServer: Sendable {
  let exchange: any Exchange

  private static let prefix = "/api/2.0/"

  // MARK: Experiments and runs

  /// The identifier of the experiment of this name, which is made when there is none.
  func experiment(_ name: String) async throws(SendingError) -> String {
    if let found = try await existing(experiment: name) { return found }
    let reply = try await send("POST", "mlflow/experiments/create", ["name": name])
    if Self.isSuccess(reply) { return try Self.read(ExperimentMade.self, reply).experimentId }
    // Somebody else may have been quicker.
    guard Self.code(of: reply) == "RESOURCE_ALREADY_EXISTS",
      let found = try await existing(experiment: name)
    else { throw SendingError(reply) }
    return found
  }

  private func existing(experiment name: String) async throws(SendingError) -> String? {
    let reply = try await send(
      "GET", "mlflow/experiments/get-by-name?experiment_name=\(percentEncoded(name))")
    if Self.isSuccess(reply) {
      return try Self.read(ExperimentFound.self, reply).experiment.experimentId
    }
    guard reply.status == 404, Self.code(of: reply) == "RESOURCE_DOES_NOT_EXIST" else {
      throw SendingError(reply)
    }
    return nil
  }

  /// A run as the server knows it.
  struct RunPlace: Decodable {
    var runId: String
    var artifactUri: String?
  }

  /// The run with this tag, when there is one.
  func run(tagged key: String, _ value: String, in experiment: String) async throws(SendingError)
    -> RunPlace?
  {
    let text = value.replacing("'", with: "")
    let reply = try await send(
      "POST", "mlflow/runs/search",
      Search(
        experimentIds: [experiment], filter: "tags.`\(key)` = '\(text)'", maxResults: 1))
    return try Self.read(RunsFound.self, reply).runs?.first?.info
  }

  /// Makes a run.
  func make(_ creation: MLflowRun.Creation) async throws(SendingError) -> RunPlace {
    let reply = try await send("POST", "mlflow/runs/create", creation)
    return try Self.read(RunMade.self, reply).run.info
  }

  /// Sends a request whose answer says nothing.
  func tell(_ path: String, _ body: some Encodable) async throws(SendingError) {
    let reply = try await send("POST", path, body)
    guard Self.isSuccess(reply) else { throw SendingError(reply) }
  }

  /// Puts a file below `root`, the path that `proxied` gives.
  func put(_ bytes: [UInt8], at path: String, below root: String) async throws(SendingError) {
    let whole = (root.split(separator: "/") + path.split(separator: "/"))
      .map { percentEncoded(String($0)) }.joined(separator: "/")
    let reply = try await exchange.answer(
      to: Query(
        "PUT", "\(Self.prefix)mlflow-artifacts/artifacts/\(whole)",
        type: "application/octet-stream", body: bytes))
    guard Self.isSuccess(reply) else { throw SendingError(reply) }
  }

  /// The path of an artifact address that the server takes files for; nil when it takes none, because
  /// clients are to write to the store themselves.
  static func proxied(_ address: String) -> String? {
    let scheme = "mlflow-artifacts:"
    guard address.hasPrefix(scheme) else { return nil }
    var rest = address.dropFirst(scheme.count)
    if rest.hasPrefix("//") { rest = rest.dropFirst(2).drop { $0 != "/" } }
    return rest.split(separator: "/").joined(separator: "/")
  }

  // MARK: Models

  /// A logged model as the server knows it.
  struct LoggedModel: Decodable {
    var modelId: String
    var artifactUri: String?
  }

  /// Makes a logged model; nil when the server is older than MLflow 3 and has none.
  func makeModel(_ body: some Encodable) async throws(SendingError) -> LoggedModel? {
    let reply = try await send("POST", "mlflow/logged-models", body)
    if reply.status == 404 || reply.status == 405 { return nil }
    return try Self.read(LoggedModelMade.self, reply).model.info
  }

  /// Says that a logged model's files are all there.
  func finishModel(_ id: String) async throws(SendingError) {
    let reply = try await send(
      "PATCH", "mlflow/logged-models/\(percentEncoded(id))",
      ["model_id": id, "status": "LOGGED_MODEL_READY"])
    guard Self.isSuccess(reply) else { throw SendingError(reply) }
  }

  /// A version of a registered model.
  struct ModelVersion: Decodable {
    var version: String
    var tags: [MLflowRun.Pair]?
  }

  /// All versions of a registered model.
  func versions(of name: String) async throws(SendingError) -> [ModelVersion] {
    var versions: [ModelVersion] = []
    var token = ""
    repeat {
      let filter = percentEncoded("name='\(name)'")
      let page = token.isEmpty ? "" : "&page_token=\(percentEncoded(token))"
      let reply = try await send(
        "GET", "mlflow/model-versions/search?filter=\(filter)&max_results=200\(page)")
      let found = try Self.read(VersionsFound.self, reply)
      versions += found.modelVersions ?? []
      token = found.nextPageToken ?? ""
    } while !token.isEmpty && versions.count < 10_000
    return versions
  }

  /// Makes sure that a registered model of this name exists.
  func makeRegistered(_ name: String) async throws(SendingError) {
    let reply = try await send("POST", "mlflow/registered-models/create", ["name": name])
    guard Self.isSuccess(reply) || Self.code(of: reply) == "RESOURCE_ALREADY_EXISTS" else {
      throw SendingError(reply)
    }
  }

  /// Makes a version of a registered model, and tells its number.
  func makeVersion(_ body: some Encodable) async throws(SendingError) -> String {
    let reply = try await send("POST", "mlflow/model-versions/create", body)
    return try Self.read(VersionMade.self, reply).modelVersion.version
  }

  /// The version behind every alias of a registered model; nil when there is no such model.
  func aliases(of name: String) async throws(SendingError) -> [String: String]? {
    let reply = try await send(
      "GET", "mlflow/registered-models/get?name=\(percentEncoded(name))")
    if reply.status == 404 { return nil }
    let found = try Self.read(RegisteredFound.self, reply).registeredModel.aliases ?? []
    return Dictionary(found.map { ($0.alias, $0.version) }) { first, _ in first }
  }

  /// Takes an alias away.
  func removeAlias(_ alias: String, of name: String) async throws(SendingError) {
    let reply = try await send(
      "DELETE", "mlflow/registered-models/alias", ["name": name, "alias": alias])
    guard Self.isSuccess(reply) else { throw SendingError(reply) }
  }

  // MARK: Requests and answers

  private func send(_ method: String, _ path: String) async throws(SendingError) -> Reply {
    try await exchange.answer(to: Query(method, Self.prefix + path))
  }

  private func send(
    _ method: String, _ path: String, _ body: some Encodable
  ) async throws(SendingError) -> Reply {
    try await exchange.answer(
      to: Query(method, Self.prefix + path, body: JSONCoding.encode(body)))
  }

  private static func isSuccess(_ reply: Reply) -> Bool { (200..<300).contains(reply.status) }

  private static func code(of reply: Reply) -> String? {
    try? JSONCoding.decode(Problem.self, reply.body).errorCode
  }

  private static func read<Answer: Decodable>(
    _ type: Answer.Type, _ reply: Reply
  ) throws(SendingError) -> Answer {
    guard isSuccess(reply) else { throw SendingError(reply) }
    do {
      return try JSONCoding.decode(type, reply.body)
    } catch {
      throw SendingError(.rejected, "does not answer as MLflow does")
    }
  }

  private struct Problem: Decodable { var errorCode: String? }
  private struct ExperimentMade: Decodable { var experimentId: String }
  private struct ExperimentFound: Decodable {
    var experiment: ExperimentMade
  }
  private struct RunMade: Decodable { var run: RunFound }
  private struct RunFound: Decodable { var info: RunPlace }
  private struct RunsFound: Decodable { var runs: [RunFound]? }
  private struct Search: Encodable {
    var experimentIds: [String]
    var filter: String
    var maxResults: Int
  }
  private struct LoggedModelMade: Decodable {
    struct Model: Decodable { var info: LoggedModel }
    var model: Model
  }
  private struct VersionMade: Decodable { var modelVersion: ModelVersion }
  private struct VersionsFound: Decodable {
    var modelVersions: [ModelVersion]?
    var nextPageToken: String?
  }
  private struct RegisteredFound: Decodable {
    struct Alias: Decodable {
      var alias: String
      var version: String
    }
    struct Registered: Decodable { var aliases: [Alias]? }
    var registeredModel: Registered
  }
}
