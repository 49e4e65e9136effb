internal import Archiving
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Parsing
internal import Planning
internal import Reporting
internal import Synchronization
internal import Vocabulary

extension Workplace {
  /// The page of a notebook; a form sent to it is checked, and run when that is wanted.
  func notebookPage(_ call: Call, _ name: String) async throws -> Response {
    let visitor = try call.known(.viewer, in: name)
    let opened = try await opened(name)
    var state = NotebookState(
      opened: opened, mayRun: visitor.may(.runner, in: name), uploadLimit: settings.uploadLimit)
    state.editions = shelf.editions(of: name)
    state.jobs = try await store.jobs(of: name, limit: 10)
    state.schedule = try await schedule(of: opened)
    state.awaited = try await arrivals(of: opened)
    guard call.request.method == .post else {
      for (key, value) in call.address.query where key.hasPrefix("p.") {
        state.filled[String(key.dropFirst(2)), default: []].append(value)
      }
      if state.mayRun {
        let checked = try? await check(
          Order(values: Self.values(state.filled, of: opened)), of: opened, by: visitor)
        state.preview = checked?.preview
      }
      return Answer.page(scene(call).notebookPage(state))
    }
    _ = try call.known(.runner, in: name)
    let form = try await SentForm.read(
      call, writer: { try self.uploadWriter() },
      keep: { writer, field, file in try await self.keep(writer, field, file, opened, call) })
    for (key, value) in form.values where key.hasPrefix("p.") {
      state.filled[String(key.dropFirst(2)), default: []].append(value)
    }
    var order = Order(values: Self.values(state.filled, of: opened))
    order.replaces = form["replace"] == "yes"
    for (field, digest) in form.values where field.hasPrefix("kept.") && !digest.isEmpty {
      order.uploads[String(field.dropFirst("kept.".count))] = digest
    }
    for (field, upload) in form.uploads where field.hasPrefix("upload.") {
      order.uploads[String(field.dropFirst("upload.".count))] = upload.digest
    }
    state.replaces = order.replaces
    for (entry, digest) in order.uploads {
      state.kept[entry] = try await store.upload(digest, of: visitor.name)
    }
    do {
      let checked = try await check(order, of: opened, by: visitor)
      guard form["do"] != "check" else {
        state.preview = checked.preview
        return Answer.page(scene(call).notebookPage(state))
      }
      let (job, _) = try await accept(order, checked, of: name, by: visitor)
      await note("run", "\(name) \(job.id)", call)
      return Answer.seeOther("/runs/\(job.id)")
    } catch {
      let problem = Problem(about: error)
      guard problem.kind != .unexpected else { throw error }
      state.problem = problem
      return Answer.page(scene(call).notebookPage(state), status: problem.status)
    }
  }

  /// What was filled in and is not the default: a default that is sent back is nobody's choice.
  private static func values(
    _ filled: [String: [String]], of opened: OpenedNotebook
  ) -> [Job.Assignment] {
    var unknown = Set(filled.keys)
    var values: [Job.Assignment] = []
    for declaration in opened.declarations {
      unknown.remove(declaration.name)
      // A choice of nothing is sent as a dash, since browsers send an empty one like none.
      guard let text = filled[declaration.name]?.first, !text.isEmpty, text != "-",
        text != declaration.defaultText
      else { continue }
      values.append(Job.Assignment(declaration.name, text))
    }
    return values + unknown.sorted().map { Job.Assignment($0, filled[$0]?.first ?? "") }
  }

  func uploadWriter() throws(ServingError) -> UploadWriter {
    try UploadWriter(at: places.incoming(), limit: settings.uploadLimit)
  }

  private func keep(
    _ writer: UploadWriter, _ field: String, _ file: String, _ opened: OpenedNotebook, _ call: Call
  ) async throws -> Upload {
    let entry = opened.uploads.first { "upload.\($0.name)" == field }
    let upload = try writer.finish(named: file, format: entry?.format, at: places.upload)
    try await keep(upload, call)
    return upload
  }

  func keep(_ upload: Upload, _ call: Call) async throws {
    let visitor = try call.known()
    try await store.keep(upload, of: visitor.name, now: call.now)
    await note("upload", "\(upload.name) \(upload.digest)", call)
  }

  // MARK: - Runs

  /// An order that the visitor may see; what they may not see is not there.
  func job(_ id: String, _ call: Call) async throws -> Job {
    let visitor = try call.known()
    let job: Job?
    if let open = await queue.openJob(id) { job = open } else { job = try await store.job(id) }
    guard let job, visitor.role(in: job.notebook) != nil else {
      throw Problem.notFound("There is no run of that name.", "その実行はありません。")
    }
    return job
  }

  /// Whether a visitor may stop a run: their own, or anybody's with the role admin.
  func mayCancel(_ job: Job, _ visitor: Visitor) -> Bool {
    visitor.may(.admin, in: job.notebook)
      || (visitor.may(.runner, in: job.notebook) && visitor.name == job.user)
  }

  private func state(of job: Job, _ visitor: Visitor, withLog: Bool) async throws -> RunState {
    let place = await queue.place(of: job.id)
    let (mayCancel, mayRepeat) = (
      mayCancel(job, visitor), visitor.may(.runner, in: job.notebook)
    )
    let places = places
    return try await blocking {
      let folder = try places.runFolder(job.id)
      var state = RunState(
        job: job, progress: RunProgress(in: folder), place: place, mayCancel: mayCancel,
        mayRepeat: mayRepeat)
      if job.state.isOver, job.state != .done {
        state.findings =
          RunResult(in: folder)?.diagnostics.filter { $0.severity == "error" } ?? []
        state.hasReport = Self.failedReport(of: job, in: places) != nil
      }
      if withLog, let data = DiskFile.data(at: folder.log) {
        state.log = String(decoding: data.suffix(20_000), as: UTF8.self)
      }
      return state
    }
  }

  /// The folder of a failed run's report, when it left one.
  static func failedReport(of job: Job, in places: WorkplacePlaces) -> String? {
    guard job.state.isOver, job.state != .done, let run = job.run, !run.contains("/"),
      !run.hasPrefix(".")
    else { return nil }
    let folder = "\(places.project)/.washi/runs/\(run)"
    return DiskFile.size(of: "\(folder)/index.html") == nil ? nil : folder
  }

  func runsPage(_ call: Call) async throws -> Response {
    let visitor = try call.known()
    let jobs = try await store.jobs(limit: 200)
    return Answer.page(
      scene(call).runsPage(jobs.filter { visitor.role(in: $0.notebook) != nil }))
  }

  func runPage(_ call: Call, _ id: String) async throws -> Response {
    let job = try await job(id, call)
    let state = try await state(of: job, try call.known(), withLog: true)
    return Answer.page(scene(call).runPage(state))
  }

  /// The changing part of the page, sent anew whenever it has changed.
  func runEvents(_ call: Call, _ id: String) async throws -> Response {
    _ = try await job(id, call)
    return follow(call, id) { job in
      let visitor = try call.known()
      let state = try await self.state(of: job, visitor, withLog: true)
      var scene = self.scene(call)
      scene.now = self.now()
      scene.path = "/runs/\(id)"
      return scene.runBody(state).serialized
    }
  }

  /// A stream that tells what `text` says of a run, until the run is over.
  func follow(
    _ call: Call, _ id: String, text: @escaping @Sendable (Job) async throws -> String
  ) -> Response {
    Answer.events { writer in
      var last = ""
      var silence = 0
      while true {
        let job = try await self.job(id, call)
        let now = try await text(job)
        if now != last {
          try await writer.write(Answer.event("progress", now))
          last = now
          silence = 0
        } else {
          silence += 1
          // Keeps proxies from closing, and notices that nobody listens any more.
          if silence % 20 == 0 { try await writer.write(ByteBuffer(string: ": still here\n\n")) }
        }
        if job.state.isOver {
          try await writer.write(Answer.event("end", job.state.rawValue))
          return
        }
        if self.isClosing.withLock({ $0 }) { return }
        try await Task.sleep(for: .milliseconds(500))
      }
    }
  }

  func runLog(_ call: Call, _ id: String) async throws -> Response {
    let job = try await job(id, call)
    let places = places
    let data = try await blocking { DiskFile.data(at: try places.runFolder(job.id).log) }
    let text = data.map { String(decoding: $0, as: UTF8.self) } ?? ""
    return Answer.text(text, "text/plain; charset=utf-8")
  }

  func cancelRun(_ call: Call, _ id: String) async throws -> Response {
    _ = try await sentForm(call)
    _ = try await cancel(call, id)
    return Answer.seeOther("/runs/\(id)")
  }

  /// Stops a run for somebody who may.
  func cancel(_ call: Call, _ id: String) async throws -> Job {
    let job = try await job(id, call)
    let visitor = try call.known(.runner, in: job.notebook)
    guard mayCancel(job, visitor) else {
      throw Problem(
        .notAllowed, "It is \(job.user)'s run; stopping it needs the role admin.",
        "\(job.user) の実行です。中止するには管理者の役割が必要です。")
    }
    guard let stopped = try await queue.cancel(id, by: visitor.name) else { return job }
    await note("cancel", "\(job.notebook) \(id)", call)
    return stopped
  }

  func repeatRun(_ call: Call, _ id: String) async throws -> Response {
    _ = try await sentForm(call)
    let earlier = try await job(id, call)
    let visitor = try call.known(.runner, in: earlier.notebook)
    let opened = try await opened(earlier.notebook)
    var order = Order(values: earlier.parameters)
    // An order that never began has not put its files into their places.
    for upload in earlier.uploads
    where try await store.upload(upload.digest, of: visitor.name) != nil {
      order.uploads[upload.entry] = upload.digest
    }
    let checked = try await check(order, of: opened, by: visitor)
    let (job, _) = try await accept(order, checked, of: earlier.notebook, by: visitor)
    await note("run", "\(earlier.notebook) \(job.id)", call)
    return Answer.seeOther("/runs/\(job.id)")
  }

  func runReport(_ call: Call, _ id: String) async throws -> Response {
    let job = try await job(id, call)
    guard Self.failedReport(of: job, in: places) != nil else {
      throw Problem(
        .gone, "The report of this run is not kept any more.", "この実行のレポートは残っていません。")
    }
    let pass = pass(to: "run/\(job.id)", call)
    let scene = scene(call)
    let title = call.say("Report of a run that failed", "失敗した実行のレポート")
    return Answer.page(
      scene.page(
        title,
        [
          .tag(
            "p", ["class": "crumb"],
            [.link("/runs/\(job.id)", call.say("To the run", "実行へ戻る"))]),
          .tag("h1", ["class": "hidden"], text: title),
          scene.frame("/files/\(pass)/run/\(job.id)/index.html", title),
        ], isWide: true))
  }
}
