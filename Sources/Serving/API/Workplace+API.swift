internal import Archiving
internal import Comparing
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Parsing
internal import Reporting
internal import Vocabulary

extension Workplace {
  /// The one place where the API's routes meet what answers them.
  func api(_ call: Call, _ route: APIRoute) async throws -> Response {
    switch route {
    case .document:
      return Answer.text(
        String(decoding: PackageResources.openapi_json, as: UTF8.self), "application/json")
    case .me:
      let visitor = try call.known()
      return Answer.json(
        APIValues.Me(name: visitor.name, roles: visitor.grants, formToken: call.formToken))
    case .notebooks: return try await apiNotebooks(call)
    case .notebook(let name): return try await apiNotebook(call, name)
    case .schedule(let name): return try await apiSchedule(call, name)
    case .setSchedule(let name): return try await apiSetSchedule(call, name)
    case .upload: return try await apiUpload(call)
    case .startRun: return try await apiStart(call)
    case .runs: return try await apiRuns(call)
    case .run(let id):
      return Answer.json(try await apiRun(try await job(id, call)))
    case .runEvents(let id):
      _ = try await job(id, call)
      return follow(call, id) { job in Answer.encoded(try await self.apiRun(job)) }
    case .cancelRun(let id):
      return Answer.json(try await apiRun(try await cancel(call, id)), status: .accepted)
    case .versions(let name):
      _ = try call.known(.viewer, in: name)
      let versions = shelf.editions(of: name).reversed().flatMap { edition in
        edition.versions.reversed().map {
          APIValues.VersionItem(Version(place: edition.place, number: $0))
        }
      }
      return Answer.json(APIValues.Versions(versions: versions))
    case .version(let place): return try apiVersion(call, place)
    case .versionReport(let place):
      return try await apiFile(call, place, "index.html")
    case .versionMetrics(let place):
      let facts = try facts(call, place).facts
      return Answer.json(APIValues.Metrics(metrics: facts.metrics.mapValues(APIValues.Metric.init)))
    case .versionTable(let place, let name):
      return try await apiFile(call, place, "tables/\(name).csv")
    case .versionArtifact(let place, let name):
      return try await apiFile(call, place, "artifacts/\(name)")
    case .difference:
      let difference = try await difference(call, call.address["from"], call.address["to"])
      return Answer.text(difference.json, "application/json")
    case .models: return try apiModels(call)
    case .model(let name): return try apiModel(call, name)
    case .modelVersion(let name, let slot): return try apiModelVersion(call, name, slot)
    case .changeModel(let name, let kind): return try await apiChangeModel(call, name, kind)
    case .predict(let model, let alias): return try await predict(call, model, alias)
    }
  }

  private func apiNotebooks(_ call: Call) async throws -> Response {
    let cards = try await cards(for: try call.known())
    return Answer.json(
      APIValues.Notebooks(
        notebooks: cards.filter { !$0.isGone }.map { card in
          APIValues.NotebookItem(
            name: card.name, title: card.title, description: card.summary,
            mayRun: card.isRunnable, latest: card.newest.map(APIValues.VersionItem.init))
        }))
  }

  private func apiNotebook(_ call: Call, _ name: String) async throws -> Response {
    let visitor = try call.known(.viewer, in: name)
    let opened = try await opened(name)
    return Answer.json(
      APIValues.NotebookDetails(
        name: name, title: opened.title, description: opened.summary,
        mayRun: visitor.may(.runner, in: name),
        parameters: opened.declarations.map(APIValues.Parameter.init),
        uploads: opened.uploads.map { entry in
          APIValues.UploadEntry(
            name: entry.name, format: entry.format, columns: entry.columns.map(\.key))
        }, editions: shelf.editions(of: name).map(\.place.edition)))
  }

  /// A file as the whole body, written to disk as it comes in.
  private func apiUpload(_ call: Call) async throws -> Response {
    let visitor = try call.known()
    guard visitor.grants.contains(where: { $0.role >= .runner }) else {
      throw Problem(
        .notAllowed, "Uploading needs the role runner.", "アップロードには実行者の役割が必要です。")
    }
    if let length = call.header(.contentLength).flatMap({ Int($0) }), length > settings.uploadLimit
    {
      throw Problem.upload(tooLarge: settings.uploadLimit)
    }
    let name = call.address["name"] ?? "upload"
    let writer = try uploadWriter()
    var pace = Pace()
    for try await buffer in call.request.body {
      try pace.take(buffer.readableBytes)
      try writer.write(ArraySlice(buffer.readableBytesView))
    }
    let format = call.address["format"]
    guard format == nil || ["csv", "jsonl", "parquet"].contains(format) else {
      throw Problem.bad(
        "`format` is csv, jsonl or parquet.", "`format` は csv、jsonl、parquet のいずれかです。")
    }
    let upload = try writer.finish(named: name, format: format, at: places.upload)
    try await keep(upload, call)
    return Answer.json(APIValues.UploadReceipt(upload), status: .created)
  }

  private func apiStart(_ call: Call) async throws -> Response {
    _ = try call.known()
    let bytes = try await call.body(upTo: 1 << 20)
    guard let body = JSONValue(parsing: bytes), case .object = body else {
      throw Problem.bad("The body is no JSON object.", "本文が JSON オブジェクトではありません。")
    }
    let known = ["notebook", "parameters", "uploads", "replace"]
    if let other = body.members.first(where: { !known.contains($0.name) }) {
      throw Problem.bad(
        "An order has no `\(other.name)`; it has \(known.joined(separator: ", ")).",
        "`\(other.name)` は使えません。使えるのは \(known.joined(separator: "、")) です。")
    }
    guard let name = body["notebook"]?.string else {
      throw Problem.bad("`notebook` is missing.", "`notebook` がありません。")
    }
    let visitor = try call.known(.runner, in: name)
    let opened = try await opened(name)
    var order = Order()
    for (name, value) in body["parameters"]?.members ?? [] {
      order.values.append(Job.Assignment(name, try Self.text(of: value, named: name)))
    }
    for (entry, value) in body["uploads"]?.members ?? [] {
      order.uploads[entry] = value.string ?? ""
    }
    order.replaces = body["replace"] == .bool(true)
    if let key = call.header(.idempotencyKey) {
      guard (1...255).contains(key.utf8.count) else {
        throw Problem.bad("The Idempotency-Key is too long.", "Idempotency-Key が長すぎます。")
      }
      order.key = key
    }
    // Sent again, it must not fail on what its first sending has changed.
    if let earlier = try await earlier(order, of: name, by: visitor) {
      return Answer.json(try await apiRun(earlier))
    }
    let checked = try await check(order, of: opened, by: visitor)
    let (job, isNew) = try await accept(order, checked, of: name, by: visitor)
    if isNew { await note("run", "\(name) \(job.id)", call) }
    var response = Answer.json(try await apiRun(job), status: isNew ? .accepted : .ok)
    response.headers[.location] = "/api/v1/runs/\(job.id)"
    return response
  }

  /// A JSON value as one would write it on a command line; its declared type is known later.
  private static func text(of value: JSONValue, named name: String) throws(Problem) -> String {
    switch value {
    case .string(let text): return text
    case .number(let text): return text
    case .bool(let flag): return flag ? "true" : "false"
    case .array(let items):
      var texts: [String] = []
      for item in items {
        guard case .string(let text) = item else {
          texts.append(try self.text(of: item, named: name))
          continue
        }
        texts.append(
          "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\"")
      }
      return "[" + texts.joined(separator: ", ") + "]"
    case .null, .object:
      throw .bad(
        "`\(name)` must be a text, a number, true, false or a list.",
        "`\(name)` は文字列、数値、真偽値、リストのいずれかにしてください。")
    }
  }

  private func apiRuns(_ call: Call) async throws -> Response {
    let visitor = try call.known()
    let limit = call.address["limit"].map { Int($0) } ?? 50
    guard let limit, (1...500).contains(limit) else {
      throw Problem.bad("`limit` is 1 to 500.", "`limit` は 1 から 500 です。")
    }
    let jobs = try await store.jobs(of: call.address["notebook"], limit: limit)
    return Answer.json(
      APIValues.Runs(
        runs: jobs.filter { visitor.role(in: $0.notebook) != nil }.map(APIValues.Run.init)))
  }

  private func apiRun(_ job: Job) async throws -> APIValues.Run {
    var run = APIValues.Run(job)
    run.placeInQueue = await queue.place(of: job.id)
    let places = places
    (run.steps, run.findings) = try await blocking {
      let folder = try places.runFolder(job.id)
      return (
        RunProgress(in: folder).steps,
        job.state.isOver && job.state != .done ? RunResult(in: folder)?.diagnostics : nil
      )
    }
    return run
  }

  private func facts(
    _ call: Call, _ place: Route.Place
  ) throws -> (version: Version, facts: ReportFacts) {
    _ = try call.known(.viewer, in: place.notebook)
    let (version, _) = try shelf.version(place)
    guard let facts = shelf.facts(of: version) else {
      throw Problem(
        .gone, "The report.json of \(version) cannot be read.",
        "\(version) の report.json を読み取れません。")
    }
    return (version, facts)
  }

  private func apiVersion(_ call: Call, _ place: Route.Place) throws -> Response {
    let (version, facts) = try facts(call, place)
    let path = shelf.archive.path(of: version)
    return Answer.json(
      APIValues.VersionDetails(
        notebook: version.place.notebook, edition: version.place.edition,
        version: version.number, title: facts.title,
        metrics: facts.metrics.mapValues(APIValues.Metric.init),
        tables: DiskFile.files(in: "\(path)/tables").compactMap { name in
          name.hasSuffix(".csv") ? String(name.dropLast(4)) : nil
        },
        artifacts: DiskFile.files(in: "\(path)/artifacts").map { name in
          APIValues.Artifact(name: name, size: DiskFile.size(of: "\(path)/artifacts/\(name)") ?? 0)
        }))
  }

  private func apiFile(_ call: Call, _ place: Route.Place, _ file: String) async throws -> Response
  {
    _ = try call.known(.viewer, in: place.notebook)
    let (version, _) = try shelf.version(place)
    let path = try shelf.file(file, of: version)
    await note("download", "\(version)/\(file)", call)
    return try await self.file(path, named: file, call)
  }
}
