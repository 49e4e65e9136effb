internal import Dispatch
internal import LightGBM
internal import Synchronization
internal import Vocabulary

/// A model of trees, loaded once and kept on LightGBM's own thread; rows are handed to it.
final class TreeWorker: Sendable {
  /// What comes back: the scores, and when asked for the contributions, row after row.
  struct Scored: Sendable {
    var scores: [Double]
    var contributions: [Double]?
  }

  private struct Request {
    var matrix: [Double]
    var wantsReasons: Bool
    var answer: CheckedContinuation<Result<Scored, LightGBMError>, Never>
  }

  private final class Mailbox: Sendable {
    let requests = Mutex<[Request]>([])
    let isClosed = Mutex(false)
    let signal = DispatchSemaphore(value: 0)
  }

  private let mailbox = Mailbox()
  /// From so many rows on, all processors take part.
  private static let many = 256

  /// Loads a model; `text` is LightGBM's.
  init(_ text: String, with search: LibrarySearch, threads: Int) async throws(LightGBMError) {
    let mailbox = mailbox
    let loaded = await withCheckedContinuation {
      (done: CheckedContinuation<Result<Void, LightGBMError>, Never>) in
      // A queue of its own: its thread belongs to the model for as long as it is served.
      DispatchQueue(label: "washi.model").async {
        var isReady = false
        do throws(LightGBMError) {
          try Session.run(Library.load(search)) { session throws(LightGBMError) in
            let booster = try Booster(session, model: text)
            let rows = try RowPredictor(of: booster)
            isReady = true
            done.resume(returning: .success(()))
            Self.serve(mailbox, booster, rows, threads)
          }
        } catch {
          if !isReady { done.resume(returning: .failure(error)) }
        }
      }
    }
    try loaded.get()
  }

  deinit {
    mailbox.isClosed.withLock { $0 = true }
    mailbox.signal.signal()
  }

  /// Scores encoded rows.
  func score(_ matrix: [Double], wantsReasons: Bool) async throws(LightGBMError) -> Scored {
    let result = await withCheckedContinuation {
      (answer: CheckedContinuation<Result<Scored, LightGBMError>, Never>) in
      mailbox.requests.withLock {
        $0.append(Request(matrix: matrix, wantsReasons: wantsReasons, answer: answer))
      }
      mailbox.signal.signal()
    }
    return try result.get()
  }

  private static func serve(
    _ mailbox: Mailbox, _ booster: Booster, _ rows: RowPredictor, _ threads: Int
  ) {
    while true {
      mailbox.signal.wait()
      let requests = mailbox.requests.withLock { requests in
        defer { requests.removeAll(keepingCapacity: true) }
        return requests
      }
      for request in requests {
        let result: Result<Scored, LightGBMError>
        do throws(LightGBMError) {
          result = .success(try scored(request, booster, rows, threads))
        } catch {
          result = .failure(error)
        }
        request.answer.resume(returning: result)
      }
      // Whoever waits for an answer holds the worker, so nothing is left when it closes.
      if mailbox.isClosed.withLock({ $0 }) { return }
    }
  }

  private static func scored(
    _ request: Request, _ booster: Booster, _ rows: RowPredictor, _ threads: Int
  ) throws(LightGBMError) -> Scored {
    let width = try booster.featureCount()
    let count = width > 0 ? request.matrix.count / width : 0
    let settings: Parameters = ["num_threads": String(count < many ? 1 : max(1, threads))]
    let scores =
      count == 1
      ? try rows.prediction(for: request.matrix)
      : try booster.predict(matrix: request.matrix, parameters: settings)
    guard request.wantsReasons else { return Scored(scores: scores) }
    return Scored(
      scores: scores,
      contributions: try booster.predict(
        matrix: request.matrix, .contributions, parameters: settings))
  }
}
