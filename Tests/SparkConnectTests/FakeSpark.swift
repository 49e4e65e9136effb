import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import GRPCProtobuf
import SwiftProtobuf
import Synchronization

@testable import SparkConnect

/// A Spark Connect server on the loopback interface that executes plans as it is told.
final class FakeSpark: Sendable {
  /// What it was asked, in order: the method and what matters of the request.
  struct Asked: Sendable, Hashable {
    var method: String
    var operation = ""
    var detail = ""
    var authorization = ""
  }

  /// Answers an `ExecutePlan`, or with `last` a `ReattachExecute`.
  typealias Script =
    @Sendable (
      _ last: String?, _ server: FakeSpark, _ writer: RPCWriter<SparkExecutePlanResponse>
    ) async throws -> Void

  private let script: Script
  private let record = Mutex<[Asked]>([])
  private let plan = Mutex<SparkPlan?>(nil)

  private init(_ script: @escaping Script) {
    self.script = script
  }

  var asked: [Asked] { record.withLock { $0 } }
  var lastPlan: SparkPlan? { plan.withLock { $0 } }
  func wasAsked(_ method: String) -> Bool { asked.contains { $0.method == method } }

  /// Runs a server while a thread does the work.
  static func serving<Success: Sendable>(
    _ script: @escaping Script,
    _ work: @escaping @Sendable (SparkServer, FakeSpark) throws -> Success
  ) async throws -> Success {
    let fake = FakeSpark(script)
    let server = GRPCServer(
      transport: .http2NIOPosix(
        address: .ipv4(host: "127.0.0.1", port: 0), transportSecurity: .plaintext),
      router: fake.router())
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await server.serve() }
      let port = try await server.transport.listeningAddress.ipv4?.port ?? 0
      let address = SparkServer(host: "127.0.0.1", port: port, token: "hush")
      defer { group.cancelAll() }
      return try await onThread { try work(address, fake) }
    }
  }

  private func router() -> RPCRouter<HTTP2ServerTransport.Posix> {
    var router = RPCRouter<HTTP2ServerTransport.Posix>()
    register("AnalyzePlan", in: &router) { (_: SparkAnalyzePlanRequest) in
      ("", "", SparkAnalyzePlanResponse.with { $0.sparkVersion.version = "4.3.0" })
    }
    register("Config", in: &router) { (request: SparkConfigRequest) in
      let pairs = request.operation.set.pairs.map { "\($0.key)=\($0.value)" }
      return ("", pairs.joined(separator: " "), SparkConfigResponse())
    }
    register("Interrupt", in: &router) { (request: SparkInterruptRequest) in
      (request.operationID, "", SparkInterruptResponse())
    }
    register("ReleaseExecute", in: &router) { (request: SparkReleaseExecuteRequest) in
      (request.operationID, "", SparkReleaseExecuteResponse())
    }
    register("ReleaseSession", in: &router) { (_: SparkReleaseSessionRequest) in
      ("", "", SparkReleaseSessionResponse())
    }
    stream("ExecutePlan", in: &router) { (request: SparkExecutePlanRequest) in
      self.plan.withLock { $0 = request.plan }
      return (request.operationID, nil)
    }
    stream("ReattachExecute", in: &router) { (request: SparkReattachExecuteRequest) in
      (request.operationID, request.lastResponseID)
    }
    return router
  }

  private func register<Request: Message, Response: Message>(
    _ method: String, in router: inout RPCRouter<HTTP2ServerTransport.Posix>,
    _ answer: @escaping @Sendable (Request) -> (operation: String, detail: String, Response)
  ) {
    router.registerHandler(
      forMethod: descriptor(method), deserializer: ProtobufDeserializer<Request>(),
      serializer: ProtobufSerializer<Response>()
    ) { request, _ in
      let single = try await ServerRequest(stream: request)
      let (operation, detail, response) = answer(single.message)
      self.note(method, operation, detail, single.metadata)
      return StreamingServerResponse(single: ServerResponse(message: response))
    }
  }

  private func stream<Request: Message>(
    _ method: String, in router: inout RPCRouter<HTTP2ServerTransport.Posix>,
    _ read: @escaping @Sendable (Request) -> (operation: String, last: String?)
  ) {
    router.registerHandler(
      forMethod: descriptor(method), deserializer: ProtobufDeserializer<Request>(),
      serializer: ProtobufSerializer<SparkExecutePlanResponse>()
    ) { request, _ in
      let single = try await ServerRequest(stream: request)
      let (operation, last) = read(single.message)
      self.note(method, operation, last ?? "", single.metadata)
      return StreamingServerResponse { writer in
        try await self.script(last, self, writer)
        return [:]
      }
    }
  }

  private func note(_ method: String, _ operation: String, _ detail: String, _ metadata: Metadata) {
    let authorization = metadata[stringValues: "authorization"].first { _ in true } ?? ""
    record.withLock {
      $0.append(
        Asked(
          method: method, operation: operation, detail: detail, authorization: authorization))
    }
  }

  private func descriptor(_ method: String) -> MethodDescriptor {
    MethodDescriptor(fullyQualifiedService: "spark.connect.SparkConnectService", method: method)
  }
}

extension SparkExecutePlanResponse {
  /// The ten rows of the fixture `batches`.
  static func rows(_ id: String) throws -> SparkExecutePlanResponse {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../ArrowIPCTests/Fixtures/batches.arrows")
    let data = try Data(contentsOf: path)
    return .with {
      $0.responseID = id
      $0.arrowBatch.rowCount = 10
      $0.arrowBatch.data = data
    }
  }

  /// The end of a result.
  static func complete(_ id: String) -> SparkExecutePlanResponse {
    .with {
      $0.responseID = id
      $0.resultComplete = .init()
    }
  }
}

/// Does blocking work on a thread of its own, so that tasks have theirs.
func onThread<Success: Sendable>(
  _ work: @escaping @Sendable () throws -> Success
) async throws -> Success {
  try await withCheckedThrowingContinuation { continuation in
    Thread.detachNewThread { continuation.resume(with: Result { try work() }) }
  }
}
