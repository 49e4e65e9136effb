internal import SwiftProtobuf
internal import Synchronization

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// One operation at the server, from its plan to its last batch of rows.
///
/// It is a reattachable one: the server ends streams after minutes, networks end them any time, and the
/// execution goes on meanwhile; the client asks for what follows the last answer that it has seen.
final class SparkExecution: Sendable {
  /// How often the rest of an execution is asked for when the server does not answer, with pauses of
  /// 0.1, 0.2, 0.4, ... s between: some seconds in all.
  private static let patience = 7

  let id: String
  /// The Arrow IPC streams of the result, in order; bounded, so that memory stays flat.
  let batches = Handoff<Data>(capacity: 2)
  private let conversation: SparkConversation
  private let state = Mutex(State())
  private let report: @Sendable (SparkProgress) -> Void

  private struct State {
    var task: Task<Void, Never>?
    var last: String?
    var isStarted = false
    var isComplete = false
    var failures = 0
    var isCancelled = false
  }

  /// Begins to execute the plan.
  init(
    _ plan: SparkPlan, in conversation: SparkConversation,
    reporting report: @escaping @Sendable (SparkProgress) -> Void
  ) {
    id = UUID().uuidString.lowercased()
    self.conversation = conversation
    self.report = report
    let task = Task.detached { await self.run(plan) }
    state.withLock { $0.task = task }
  }

  /// Ends the work at the server, and then here; returns at once.
  func cancel() {
    let (isNew, task) = state.withLock { state in
      defer { state.isCancelled = true }
      return (!state.isCancelled, state.task)
    }
    guard isNew else { return }
    Task.detached {
      // The server answers the execution's stream with the end of the operation. When it does not
      // answer at all, the stream ends here.
      await self.conversation.interrupt(self.id)
      try? await Task.sleep(for: .seconds(1))
      self.batches.finish(SparkError(.cancelled, "the query was cancelled"))
      task?.cancel()
    }
  }

  /// Waits until everything is over.
  func end() async {
    await state.withLock { $0.task }?.value
  }

  private func run(_ plan: SparkPlan) async {
    while true {
      do {
        try await listen(plan)
        // A stream without an end of the result goes on in another stream.
        if state.withLock({ $0.isComplete }) { break }
      } catch is Unwanted {
        await conversation.interrupt(id)
        batches.finish(SparkError(.cancelled, "the rest of the rows was not wanted"))
        break
      } catch {
        let error = SparkError(error, isEstablished: true)
        let failures = state.withLock { state in
          state.failures += 1
          return state.isCancelled ? .max : state.failures
        }
        if error.kind == .lost, failures <= Self.patience, error.condition == nil,
          (try? await Task.sleep(for: .milliseconds(50 << failures))) != nil
        {
          continue
        }
        let isCancelled = state.withLock { $0.isCancelled }
        batches.finish(isCancelled ? SparkError(.cancelled, "the query was cancelled") : error)
        // There is nobody to release it at.
        if error.kind == .lost { return }
        break
      }
    }
    batches.finish(nil)
    await conversation.release(id)
  }

  private func listen(_ plan: SparkPlan) async throws {
    let (isStarted, last) = state.withLock { state in
      defer { state.isStarted = true }
      return (state.isStarted, state.last)
    }
    if isStarted {
      var request = SparkReattachExecuteRequest()
      conversation.sign(&request)
      request.operationID = id
      if let last { request.lastResponseID = last }
      try await conversation.channel.answers(
        "ReattachExecute", request, of: SparkExecutePlanResponse.self
      ) { try await self.take($0) }
    } else {
      var request = SparkExecutePlanRequest()
      conversation.sign(&request)
      request.operationID = id
      request.plan = plan
      request.requestOptions = [.with { $0.reattachOptions.reattachable = true }]
      try await conversation.channel.answers(
        "ExecutePlan", request, of: SparkExecutePlanResponse.self
      ) { try await self.take($0) }
    }
  }

  private func take(_ response: SparkExecutePlanResponse) async throws {
    state.withLock { state in
      state.failures = 0
      if !response.responseID.isEmpty { state.last = response.responseID }
    }
    switch response.responseType {
    case .arrowBatch(let batch):
      guard await batches.put(batch.data) else { throw Unwanted() }
    case .resultComplete: state.withLock { $0.isComplete = true }
    case .executionProgress(let progress):
      let tasks = progress.stages.reduce(into: (done: 0, all: 0)) { sum, stage in
        sum.done += Int(clamping: stage.numCompletedTasks)
        sum.all += Int(clamping: stage.numTasks)
      }
      if tasks.all > 0 { report(SparkProgress(tasksDone: tasks.done, tasks: tasks.all)) }
    case nil: break
    }
  }

  /// The thread that takes the rows has gone.
  private struct Unwanted: Error {}
}

/// How far an execution is.
public struct SparkProgress: Sendable, Hashable {
  /// How many of Spark's tasks are done.
  public var tasksDone: Int
  /// How many are known so far; more can come.
  public var tasks: Int
}
