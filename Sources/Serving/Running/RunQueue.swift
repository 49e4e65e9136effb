internal import Archiving
internal import Logging

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// The orders that are not over: which one is next, which processes run, what became of them.
///
/// Every order is in the store before it is answered. After a restart, processes that still run are
/// watched on; those that ended meanwhile have left their result in a file; those that vanished are
/// started again, which is harmless because equal runs publish nothing new.
actor RunQueue {
  private let store: WorkplaceStore
  private let pressroom: any Pressroom
  private let places: WorkplacePlaces
  private let limit: Int
  private let now: @Sendable () -> Int64
  private let log: Logger
  /// Not over, first ordered first.
  private var open: [Job] = []
  /// Whether new processes are started.
  private var isClosing = false

  /// An order whose process vanishes is started so often.
  private static let attempts = 3
  /// A process that was asked to stop has so many milliseconds.
  private static let grace: Int64 = 10_000

  init(
    store: WorkplaceStore, pressroom: any Pressroom, places: WorkplacePlaces, limit: Int,
    now: @escaping @Sendable () -> Int64, log: Logger
  ) {
    self.store = store
    self.pressroom = pressroom
    self.places = places
    self.limit = limit
    self.now = now
    self.log = log
  }

  /// How many wait and how many run.
  var load: (waiting: Int, running: Int) {
    (open.count { $0.state == .queued }, open.count { $0.state == .running })
  }

  /// An order that is not over.
  func openJob(_ id: String) -> Job? { open.first { $0.id == id } }

  /// The place of a waiting order, from 1.
  func place(of id: String) -> Int? {
    open.filter { $0.state == .queued }.firstIndex { $0.id == id }.map { $0 + 1 }
  }

  /// Takes up what an earlier process left.
  func recover() async throws {
    open = try await store.openJobs()
    await advance()
  }

  /// Accepts an order; one with the same key is answered instead, and `isNew` is false.
  func order(_ job: Job) async throws -> (job: Job, isNew: Bool) {
    let accepted = try await store.accept(job)
    guard accepted.id == job.id else {
      return (openJob(accepted.id) ?? accepted, false)
    }
    open.append(accepted)
    await advance()
    return (openJob(accepted.id) ?? accepted, true)
  }

  /// Takes up an order that is in the store already.
  func take(_ job: Job) async {
    guard openJob(job.id) == nil else { return }
    open.append(job)
    await advance()
  }

  /// Stops an order: one that waits is over at once, one that runs is asked to stop.
  func cancel(_ id: String, by user: String) async throws -> Job? {
    guard let index = open.firstIndex(where: { $0.id == id }) else {
      return try await store.job(id)
    }
    open[index].cancelledBy = user
    open[index].cancelledAt = now()
    if open[index].state == .queued {
      open[index].state = .cancelled
      open[index].endedAt = now()
    } else if let process = open[index].process, process.isAlive {
      kill(process.id, SIGINT)
    }
    let job = open[index]
    try await store.update(job)
    if job.state.isOver { open.removeAll { $0.id == id } }
    return job
  }

  /// Watches processes and starts waiting orders until the task is cancelled.
  func work() async {
    while !Task.isCancelled {
      await advance()
      try? await Task.sleep(for: .milliseconds(open.isEmpty ? 500 : 100))
    }
  }

  /// Looks after everything once.
  func step() async throws { await advance() }

  /// Starts nothing any more. Processes that run go on, and are found again by the next workplace.
  func close() { isClosing = true }

  private func advance() async {
    for job in open where job.state == .running { await look(after: job) }
    guard !isClosing else { return }
    for job in open where job.state == .queued {
      let running = open.filter { $0.state == .running }
      guard running.count < limit else { return }
      // One run per notebook: a file that was uploaded for one must not change under another.
      guard !running.contains(where: { $0.notebook == job.notebook }) else { continue }
      await start(job)
    }
  }

  private func start(_ order: Job) async {
    // The actor may have waited since the order was looked at.
    guard var job = openJob(order.id), job.state == .queued else { return }
    job.attempts += 1
    job.startedAt = now()
    job.state = .running
    replace(job)
    do {
      let folder = try places.runFolder(job.id)
      for upload in job.uploads { try places.place(upload) }
      job.process = try pressroom.start(job, in: folder)
      log.info("run \(job.id) of \(job.notebook) started as process \(job.processID ?? 0)")
    } catch {
      job.state = .failed
      job.endedAt = now()
      job.message = Problem(about: error).summary
      log.error("run \(job.id) of \(job.notebook) cannot start: \(job.message ?? "")")
    }
    replace(job)
    await save(job)
  }

  private func look(after watched: Job) async {
    guard let job = openJob(watched.id), job.state == .running else { return }
    if let process = job.process, process.isAlive {
      if let asked = job.cancelledAt, now() - asked > Self.grace { kill(process.id, SIGKILL) }
      return
    }
    guard let folder = try? places.runFolder(job.id), let result = RunResult(in: folder) else {
      await vanished(job)
      return
    }
    // Nobody asked for it: a machine that shuts down ends processes, too.
    if result.status == "interrupted", job.cancelledBy == nil, job.attempts < Self.attempts {
      await again(job)
      return
    }
    var ended = job
    ended.state = result.state(isCancelled: job.cancelledBy != nil)
    ended.run = result.run
    ended.edition = result.edition ?? job.edition
    ended.version = result.version
    ended.isNew = result.isNew
    ended.path = result.path
    ended.message = result.message
    await close(ended)
  }

  /// A process that ended without a word, or an order whose process was never noted.
  private func vanished(_ job: Job) async {
    var ended = job
    if job.cancelledBy != nil {
      ended.state = .cancelled
      await close(ended)
    } else if job.attempts < Self.attempts {
      await again(job)
    } else {
      ended.state = .failed
      ended.message = "its process ended without a word, \(job.attempts) times"
      await close(ended)
    }
  }

  private func again(_ job: Job) async {
    guard !isClosing else { return }
    log.warning("run \(job.id) of \(job.notebook): its process is gone; it starts again")
    var waiting = job
    waiting.state = .queued
    waiting.process = nil
    replace(waiting)
    await save(waiting)
  }

  private func close(_ job: Job) async {
    var job = job
    job.endedAt = now()
    job.process = nil
    log.info("run \(job.id) of \(job.notebook): \(job.state.rawValue)")
    await save(job)
    open.removeAll { $0.id == job.id }
  }

  private func replace(_ job: Job) {
    if let index = open.firstIndex(where: { $0.id == job.id }) { open[index] = job }
  }

  private func save(_ job: Job) async {
    do {
      try await store.update(job)
    } catch {
      // The file on disk is older now; a restart finds the process or its result again.
      log.error("run \(job.id) is not in the store: \(error)")
    }
  }
}
