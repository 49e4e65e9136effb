internal import ArrowIPC
internal import SwiftProtobuf
internal import Synchronization
public import Vocabulary

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// A session at a Spark Connect server: queries, their rows as Arrow columns, and temporary views.
///
/// Every method blocks its thread until Spark has answered, so none may be called from a task. One
/// thread at a time; only `cancel()` comes from any.
///
/// For example: `let spark = try SparkSession(at: SparkServer(host: "localhost")); try spark.rows(of:
/// SparkQuery("SELECT id FROM range(:n)", binding: ["n": .int(3)]))`.
///
/// Source: the protocol of Apache Spark 4.3, sql/connect.
public final class SparkSession: Sendable {
  /// Spark's version, such as `4.3.0`.
  public let version: String
  private let conversation: SparkConversation
  private let current = Mutex(Current())
  private let report: @Sendable (SparkProgress) -> Void

  /// What runs now, so that another thread can end it.
  private struct Current {
    var execution: SparkExecution?
    var isClosed = false
  }

  /// Enters a server; `report` is told how far the work is, on threads of its own.
  ///
  /// Times are UTC in the session, whatever the server's zone is.
  public init(
    at server: SparkServer, reporting report: @escaping @Sendable (SparkProgress) -> Void = { _ in }
  ) throws(SparkError) {
    let channel = try SparkChannel(to: server)
    let conversation = SparkConversation(
      channel: channel, id: UUID().uuidString.lowercased(), user: server.user)
    self.conversation = conversation
    self.report = report
    do {
      version = try waiting {
        var question = SparkAnalyzePlanRequest()
        conversation.sign(&question)
        question.sparkVersion = .init()
        let answer: SparkAnalyzePlanResponse = try await channel.answer("AnalyzePlan", question)
        var order = SparkConfigRequest()
        conversation.sign(&order)
        order.operation.set.pairs = [
          .with {
            $0.key = "spark.sql.session.timeZone"
            $0.value = "UTC"
          },
          .with {
            // The default, INT96, is older than times in Parquet.
            $0.key = "spark.sql.parquet.outputTimestampType"
            $0.value = "TIMESTAMP_MICROS"
          },
        ]
        let _: SparkConfigResponse = try await channel.answer("Config", order)
        return answer.sparkVersion.version
      }
    } catch {
      channel.close()
      throw SparkError(error, isEstablished: false)
    }
  }

  /// The rows of a query, computed and brought over while they are consumed.
  ///
  /// Waits for the first of them. The stream's `failure` is what `failure` makes of a `SparkError`.
  public func rows(
    of query: SparkQuery, failure: @escaping (SparkError) -> any Error = { $0 }
  ) throws(SparkError) -> ColumnStream {
    let reader = BatchReader(of: begin(.with { $0.root = query.relation }))
    let fields = try reader.fields()
    return .pulling(fields) {
      do throws(SparkError) {
        return try reader.next()
      } catch {
        throw failure(error)
      }
    }
  }

  /// The text in the first column of the first row of a query; nil when it is NULL or there is none.
  public func text(of query: SparkQuery) throws(SparkError) -> String? {
    let reader = BatchReader(of: begin(.with { $0.root = query.relation }))
    let fields = try reader.fields()
    guard case .text? = fields.first?.type else {
      throw SparkError(.type, "text was expected in the first column")
    }
    while let batch = try reader.next() {
      if batch.rowCount > 0 { return batch.text(inColumn: 0, row: 0) }
    }
    return nil
  }

  /// Gives a query the name of a temporary view that later queries of the session can read; its rows are
  /// computed when they are read.
  public func createView(_ name: String, as query: SparkQuery) throws(SparkError) {
    try finish(
      .with { plan in
        plan.command.createDataframeView = .with { command in
          command.input = query.relation
          command.name = name
          command.replace = true
        }
      })
  }

  /// Writes the rows of a query as Parquet files into a folder of the server's, which must be new.
  public func writeParquet(_ query: SparkQuery, to path: String) throws(SparkError) {
    try finish(
      .with { plan in
        plan.command.writeOperation = .with { command in
          command.input = query.relation
          command.source = "parquet"
          command.path = path
          command.mode = .errorIfExists
        }
      })
  }

  /// Ends what runs now, at the server too; it fails with `.cancelled`. Nothing runs: nothing happens.
  public func cancel() {
    current.withLock { $0.execution }?.cancel()
  }

  /// Leaves the server, which forgets the session's views. Calling it again does nothing.
  public func close() {
    let (execution, wasClosed) = current.withLock { current in
      defer { current.isClosed = true }
      return (current.execution, current.isClosed)
    }
    guard !wasClosed else { return }
    let conversation = conversation
    _ = try? waiting {
      execution?.cancel()
      await execution?.end()
      var request = SparkReleaseSessionRequest()
      conversation.sign(&request)
      let _: SparkReleaseSessionResponse = try await conversation.channel.answer(
        "ReleaseSession", request, within: .seconds(5))
    }
    conversation.channel.close()
  }

  private func begin(_ plan: SparkPlan) -> SparkExecution {
    let execution = SparkExecution(plan, in: conversation, reporting: report)
    current.withLock { $0.execution = execution }
    return execution
  }

  /// Executes a plan whose rows do not matter.
  private func finish(_ plan: SparkPlan) throws(SparkError) {
    let execution = begin(plan)
    while try execution.batches.take() != nil {}
  }
}

/// Takes the batches of an execution on the thread that wants them. When it goes, the rest is not wanted.
private final class BatchReader {
  private let execution: SparkExecution
  private var decoder = IPCDecoder()
  private var waiting: ArraySlice<RecordBatch> = []

  init(of execution: SparkExecution) {
    self.execution = execution
  }

  deinit { execution.batches.abandon() }

  /// The columns, which come with the first batch, be it empty.
  func fields() throws(SparkError) -> [ArrowField] {
    guard try read(), let fields = decoder.fields else {
      throw SparkError(.other, "Spark ended the query without a result")
    }
    for field in fields { try SparkError.refuseForeign(field) }
    return fields
  }

  func next() throws(SparkError) -> RecordBatch? {
    while waiting.isEmpty {
      guard try read() else { return nil }
    }
    return waiting.popFirst()
  }

  private func read() throws(SparkError) -> Bool {
    guard let bytes = try execution.batches.take() else { return false }
    do throws(ArrowIPCError) {
      waiting = try decoder.batches(in: bytes)[...]
    } catch {
      throw SparkError(error)
    }
    return true
  }
}

extension SparkError {
  /// Fails for the types that Spark sends as structures with a mark.
  fileprivate static func refuseForeign(
    _ field: ArrowField, within path: String = ""
  ) throws(SparkError) {
    guard case .structure(let parts) = field.type else { return }
    let name = path.isEmpty ? field.name : "\(path).\(field.name)"
    for part in parts {
      if let mark = ["variant", "geometry", "geography"].first(where: { part.metadata[$0] != nil })
      {
        throw SparkError(
          ArrowIPCError(
            .column(name: name, type: mark.uppercased()),
            "column `\(name)` has type \(mark.uppercased()), which has no local counterpart"))
      }
      try refuseForeign(part, within: name)
    }
  }
}
