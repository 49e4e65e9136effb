internal import Logging
internal import Parsing
internal import Planning
internal import Synchronization
internal import Vocabulary

/// What a notebook waits for, as people see it.
struct ArrivalState: Sendable {
  var entry: String
  /// The folder and the ending of names, such as `data/credit/*.csv`; nil when it cannot be watched.
  var place: String?
  /// The parameter that a file tells.
  var parameter: String?
  /// What came last, newest first.
  var arrivals: [Arrival] = []
  /// Why nothing is watched.
  var problem: Problem?
}

/// What the triggers remember between two looks.
struct TriggerBoard: Sendable {
  /// When the notebooks were read last, milliseconds since 1970.
  var readAt: Int64?
  var notebooks: [OpenedNotebook] = []
  var watches: [ArrivalWatch] = []
  /// When folders were looked at last.
  var lookedAt: Int64?
  /// Files as the last look found them, by notebook, entry and path.
  var sights: [[String]: ArrivalWatch.Sight] = [:]
}

extension Workplace {
  /// Notebooks are read again after so many milliseconds.
  private static let readingPause: Int64 = 30_000
  /// Two looks at a file are so many milliseconds apart.
  private static let lookingPause: Int64 = 2000

  /// Starts what is due, and what has arrived.
  func pullTriggers() async {
    do {
      let board = try await freshBoard()
      await orderWhatIsDue(of: board.notebooks)
      let isTooEarly = board.lookedAt.map { (0..<Self.lookingPause).contains(now() - $0) } ?? false
      guard !board.watches.isEmpty, !isTooEarly else { return }
      self.board.withLock { $0.lookedAt = now() }
      for watch in board.watches {
        do {
          try await look(at: watch)
        } catch is CancellationError {
          return
        } catch {
          log.error("\(watch.opened.name): waiting for `\(watch.entry)`: \(error)")
        }
      }
    } catch is CancellationError {
      return
    } catch {
      log.error("schedules: \(error)")
    }
  }

  private func freshBoard() async throws -> TriggerBoard {
    let known = board.withLock { $0 }
    if let readAt = known.readAt, (0..<Self.readingPause).contains(now() - readAt) { return known }
    let pressroom = pressroom
    let (notebooks, watches) = try await blocking {
      let notebooks = pressroom.notebooks().compactMap { (try? pressroom.notebook($0)) ?? nil }
      let watches = notebooks.flatMap { opened in
        opened.awaited.compactMap { entry -> ArrivalWatch? in
          if let old = known.watches.first(where: {
            $0.opened.name == opened.name && $0.entry == entry.name
              && $0.opened.notebook.source == opened.notebook.source
          }) {
            return old
          }
          return try? ArrivalWatch(of: entry, in: opened, pressroom)
        }
      }
      return (notebooks, watches)
    }
    return board.withLock { board in
      board.readAt = now()
      board.notebooks = notebooks
      board.watches = watches
      return board
    }
  }

  /// One look. A file counts as complete when two looks find it the same.
  private func look(at watch: ArrivalWatch) async throws {
    let project = places.project
    let name = watch.opened.name
    let files = try await blocking { try watch.look(in: project) }
    let place = watch.place
    guard try await store.watchedFolder(of: watch.entry, in: name) == place else {
      let old = files.map { file in
        Arrival(
          notebook: name, entry: watch.entry, path: file.path, size: file.size,
          modified: file.modified, seenAt: now())
      }
      try await store.beginWatch(of: watch.entry, in: name, folder: place, with: old)
      return
    }
    let arrivals = try await store.arrivals(of: watch.entry, in: name)
    let known = Dictionary(arrivals.map { ($0.path, $0) }) { first, _ in first }
    for file in files {
      if let old = known[file.path], old.size == file.size, old.modified == file.modified {
        continue
      }
      let key = [name, watch.entry, file.path]
      let isSame = board.withLock { board in
        defer { board.sights[key] = file }
        return board.sights[key] == file
      }
      guard isSame else { continue }
      try await take(file, at: watch, known[file.path])
      board.withLock { $0.sights[key] = nil }
    }
  }

  /// A complete file that was not there before, or not with this content.
  private func take(
    _ file: ArrivalWatch.Sight, at watch: ArrivalWatch, _ old: Arrival?
  ) async throws {
    let (pressroom, project) = (pressroom, places.project)
    let name = watch.opened.name
    let digest = try await blocking { try DiskFile.digest(of: "\(project)/\(file.path)") }
    var arrival = Arrival(
      notebook: name, entry: watch.entry, path: file.path, size: file.size,
      modified: file.modified, digest: digest, seenAt: now())
    if let old, old.digest == digest {
      (arrival.seenAt, arrival.job, arrival.message) = (old.seenAt, old.job, old.message)
      return try await store.keep(arrival, nil)
    }
    if let job = try await store.job(of: name, uploading: digest, to: file.path) {
      arrival.job = job.id
      return try await store.keep(arrival, nil)
    }
    guard
      let values = try await blocking({ try watch.values(of: file.path, pressroom) })
    else {
      arrival.message = "no value of `\(watch.parameter?.name ?? "")` leads to this path"
      return try await store.keep(arrival, nil)
    }
    let job = await job(
      of: watch.opened, by: Job.arrival, cause: "arrival \(file.path)",
      key: "arrival \(name) \(file.path) \(digest) \(file.modified)"
    ) { values }
    arrival.job = job.id
    arrival.message = job.message
    try await store.keep(arrival, job)
    log.info("\(name): \(file.path) has arrived, run \(job.id)")
    try await store.note("run", "\(name) \(job.id)", by: job.user, from: "", at: job.orderedAt)
    if job.state == .queued { await queue.take(job) }
  }

  /// What a notebook waits for.
  func arrivals(of opened: OpenedNotebook) async throws -> [ArrivalState] {
    let pressroom = pressroom
    var states: [ArrivalState] = []
    for entry in opened.awaited {
      var state = ArrivalState(entry: entry.name)
      do {
        let watch = try await blocking { try ArrivalWatch(of: entry, in: opened, pressroom) }
        state.place = watch.place
        state.parameter = watch.parameter?.name
      } catch {
        state.problem = Problem(about: error)
      }
      state.arrivals = try await store.arrivals(of: entry.name, in: opened.name, limit: 50)
        .filter { $0.digest != nil }
      states.append(state)
    }
    return states
  }
}

extension ArrivalWatch {
  /// Where it looks, in words that are the same as long as nothing about it changes.
  fileprivate var place: String { (folder.isEmpty ? "" : folder + "/") + "*" + ending }
}

extension OpenedNotebook {
  /// The catalog entries whose files start it.
  var awaited: [CatalogEntry] {
    let own = notebook.frontMatter.catalog
    let names = Set(own.map(\.name))
    return (own + project.catalog.filter { !names.contains($0.name) }).filter { $0.arrival != nil }
  }
}
