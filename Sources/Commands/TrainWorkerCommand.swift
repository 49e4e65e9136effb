internal import ArgumentParser
internal import Dispatch
internal import Synchronization
internal import Teaming
internal import Vocabulary

/// `washi train-worker`: a machine that trains for others.
struct TrainWorkerCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "train-worker",
    abstract: "Train together with other machines for steps that say `workers:`.",
    discussion: """
      A step of kind `train` whose rows are too many for one machine names several: each gets the rows that \
      fall to it by the hash of their id, and LightGBM grows the same trees on all of them. Start one worker \
      on each machine. It waits for steps, trains for one at a time, and goes back to waiting whatever becomes \
      of it. It needs no project and runs nothing but LightGBM.

      Step and workers share a secret of 16 characters or more, in WASHI_WORKER_TOKEN or in a file that \
      WASHI_WORKER_TOKEN_FILE names. It keeps strangers out and is never sent, but rows and model are not \
      encrypted: let workers talk over a network of your own. All machines need the same version of washi and \
      of LightGBM, and must reach each other.

      EXAMPLES:
        export WASHI_WORKER_TOKEN=$(openssl rand -hex 24)
        washi train-worker --listen 10.0.0.4:7171        step: workers: ["10.0.0.4:7171", "10.0.0.5:7171"]
        washi train-worker --listen 10.0.0.4:0 --join 10.0.0.1:7170
                                                         step: workers: { count: 2, listen: "10.0.0.1:7170" }
        washi train-worker                               on this machine only, to try it
      """)

  @Option(
    help: ArgumentHelp(
      "Where to listen for steps and other workers; port 0 takes a free one.",
      valueName: "host:port"))
  var listen = "127.0.0.1:\(WorkerAddress.workerPort)"

  @Option(
    help: ArgumentHelp(
      "Offer this worker where a step waits for some, again and again.", valueName: "host:port"))
  var join: String?

  @Option(
    help: ArgumentHelp("Threads to train with; all of the machine by default.", valueName: "count"))
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "The most that the rows of a training may take, such as 8GB; three quarters of the machine's memory "
        + "by default.", valueName: "size"))
  var memory: String?

  @Flag(help: "End after one training.")
  var once = false

  func validate() throws {
    if WorkerAddress(listen, port: WorkerAddress.workerPort) == nil {
      throw ValidationError("--listen must be an address such as 10.0.0.4:7171")
    }
    if let join, WorkerAddress(join, port: WorkerAddress.meetingPort) == nil {
      throw ValidationError("--join must be an address such as 10.0.0.1:7170")
    }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads must be 1 to 1024")
    }
    if let memory, ServeStartCommand.bytes(memory) == nil {
      throw ValidationError("--memory must be a size such as 500MB or 8GB")
    }
  }

  func perform(at desk: Desk) async throws -> ExitStatus {
    let circumstances = desk.circumstances
    guard let address = WorkerAddress(listen, port: WorkerAddress.workerPort) else {
      return .wrong
    }
    var settings = TrainWorker.Settings(
      address: address,
      meeting: join.flatMap { WorkerAddress($0, port: WorkerAddress.meetingPort) },
      token: try WorkerToken(environment: circumstances.environment),
      threads: threads ?? circumstances.threads,
      memory: memory.flatMap(ServeStartCommand.bytes) ?? circumstances.memory / 4 * 3,
      lightGBM: .lightGBM(for: desk.project, in: circumstances), version: Washi.version)
    settings.isForOne = once
    let worker = try TrainWorker(settings)
    let stop = Stop()
    let watch = SignalWatch { stop.ask() }
    let console = desk.console
    console.note(
      "listening on \(worker.address): LightGBM \(worker.engineVersion), "
        + "\(Amounts.count(settings.threads, "thread")), at most \(Amounts.bytes(settings.memory)) of rows"
        + (settings.meeting.map { ", offered at \($0)" } ?? ""))
    await withCheckedContinuation { continuation in
      // The worker waits in short pieces for as long as it lives: not on a thread of Swift's pool.
      DispatchQueue.global().async {
        worker.run(unless: { stop.isAsked }) { console.note($0) }
        continuation.resume()
      }
    }
    return watch.received ?? .done
  }

  /// A wish to stop that every thread can see.
  private final class Stop: Sendable {
    private let asked = Atomic(false)
    var isAsked: Bool { asked.load(ordering: .relaxed) }
    func ask() { asked.store(true, ordering: .relaxed) }
  }
}
