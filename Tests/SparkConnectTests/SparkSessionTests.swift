import CEngines
import Foundation
import GRPCCore
import SwiftProtobuf
import Testing
import Vocabulary

@testable import SparkConnect

@Suite struct SparkSessionTests {
  @Test func entersWithTheTokenAndSetsTheZone() async throws {
    try await FakeSpark.serving({ _, _, _ in }) { server, fake in
      let spark = try SparkSession(at: server)
      #expect(spark.version == "4.3.0")
      spark.close()
      #expect(
        fake.asked.map(\.method) == ["AnalyzePlan", "Config", "ReleaseSession"])
      #expect(fake.asked[1].detail.hasPrefix("spark.sql.session.timeZone=UTC "))
      #expect(fake.asked.allSatisfy { $0.authorization == "Bearer hush" })
    }
  }

  @Test func bringsRowsAndReleasesTheExecution() async throws {
    try await FakeSpark.serving({ _, _, writer in
      try await writer.write(.rows("a"))
      try await writer.write(.rows("b"))
      try await writer.write(.complete("c"))
    }) { server, fake in
      let spark = try SparkSession(at: server)
      let stream = try spark.rows(
        of: SparkQuery("SELECT :n", binding: ["n": .int(3), "l": .list([.text("x")])]))
      #expect(stream.fields.map(\.format) == ["l", "u"])
      #expect(rowCount(of: stream) == 20)
      spark.close()
      let executed = try #require(fake.asked.first { $0.method == "ExecutePlan" })
      #expect(
        fake.asked.contains { $0.method == "ReleaseExecute" && $0.operation == executed.operation })
      let sql = try #require(fake.lastPlan?.root.sql)
      #expect(sql.query == "SELECT :n")
      #expect(sql.namedArguments["n"]?.literal.long == 3)
      #expect(sql.namedArguments["l"]?.unresolvedFunction.functionName == "array")
      #expect(sql.namedArguments["l"]?.unresolvedFunction.arguments.map(\.literal.string) == ["x"])
    }
  }

  @Test func asksForTheRestOfAStreamThatEnds() async throws {
    try await FakeSpark.serving({ last, _, writer in
      switch last {
      case nil: try await writer.write(.rows("a"))
      case "a":
        try await writer.write(.rows("b"))
        throw RPCError(code: .unavailable, message: "the network is down")
      case "b":
        try await writer.write(.rows("c"))
        try await writer.write(.complete("d"))
      default: throw RPCError(code: .internalError, message: "[INVALID_CURSOR] no such answer")
      }
    }) { server, fake in
      let spark = try SparkSession(at: server)
      #expect(rowCount(of: try spark.rows(of: SparkQuery("SELECT 1"))) == 30)
      spark.close()
      #expect(
        fake.asked.filter { $0.method == "ReattachExecute" }.map(\.detail) == ["a", "b"])
    }
  }

  @Test func saysThatTheExecutionIsLost() async throws {
    try await FakeSpark.serving({ last, _, writer in
      if last == nil { return try await writer.write(.rows("a")) }
      throw RPCError(
        code: .notFound, message: "[INVALID_HANDLE.OPERATION_NOT_FOUND] The handle is invalid.")
    }) { server, _ in
      let spark = try SparkSession(at: server)
      let stream = try spark.rows(of: SparkQuery("SELECT 1"))
      #expect(rowCount(of: stream) == nil)
      #expect((stream.failure as? SparkError)?.kind == .lost)
      spark.close()
    }
  }

  @Test func tellsWhatSparkSays() async throws {
    try await FakeSpark.serving({ _, _, _ in
      throw RPCError(
        code: .internalError,
        message:
          "[DIVIDE_BY_ZERO] Division by zero. SQLSTATE: 22012\n== SQL (line 1, position 8) ==")
    }) { server, _ in
      let spark = try SparkSession(at: server)
      let error = #expect(throws: SparkError.self) {
        try spark.rows(of: SparkQuery("SELECT 1/0"))
      }
      #expect(error?.condition == "DIVIDE_BY_ZERO")
      #expect(error?.state == "22012")
      #expect(error?.summary == "Division by zero")
      spark.close()
    }
  }

  @Test func cancellingReachesTheServer() async throws {
    try await FakeSpark.serving({ _, server, writer in
      try await writer.write(.rows("a"))
      while !server.wasAsked("Interrupt") { try await Task.sleep(for: .milliseconds(5)) }
      throw RPCError(
        code: .internalError, message: "[OPERATION_CANCELED] Operation has been canceled.")
    }) { server, fake in
      let spark = try SparkSession(at: server)
      let stream = try spark.rows(of: SparkQuery("SELECT 1"))
      spark.cancel()
      spark.cancel()
      #expect(rowCount(of: stream) == nil)
      #expect((stream.failure as? SparkError)?.kind == .cancelled)
      spark.close()
      let executed = try #require(fake.asked.first { $0.method == "ExecutePlan" })
      #expect(
        fake.asked.filter { $0.method == "Interrupt" }.map(\.operation) == [executed.operation])
    }
  }

  @Test func rowsThatNobodyTakesAreInterrupted() async throws {
    try await FakeSpark.serving({ _, server, writer in
      for _ in 0..<10 { try await writer.write(.rows("a")) }
      while !server.wasAsked("Interrupt") { try await Task.sleep(for: .milliseconds(5)) }
      throw RPCError(
        code: .internalError, message: "[OPERATION_CANCELED] Operation has been canceled.")
    }) { server, fake in
      let spark = try SparkSession(at: server)
      _ = try spark.rows(of: SparkQuery("SELECT 1"))
      spark.close()
      #expect(fake.wasAsked("Interrupt"))
    }
  }

  @Test func namesAView() async throws {
    try await FakeSpark.serving({ _, _, writer in try await writer.write(.complete("a")) }) {
      server, fake in
      let spark = try SparkSession(at: server)
      try spark.createView("kept", as: SparkQuery("SELECT :d", binding: ["d": .null]))
      let command = try #require(fake.lastPlan?.command.createDataframeView)
      #expect(command.name == "kept")
      #expect(command.replace)
      #expect(!command.isGlobal)
      #expect(
        command.input.sql.namedArguments["d"]?.literal.literalType
          == .null(.with { $0.null = .init() }))
      spark.close()
    }
  }

  @Test func saysThatNobodyIsThere() async throws {
    // The port is free again when its server has gone.
    let server = try await FakeSpark.serving({ _, _, _ in }) { server, _ in server }
    let error = try await onThread {
      #expect(throws: SparkError.self) { try SparkSession(at: server) }
    }
    #expect(error?.kind == .unreachable)
    #expect(error?.summary.contains("127.0.0.1") == false)
  }

  /// Takes all rows as an engine does; nil when the stream failed.
  private func rowCount(of stream: ColumnStream) -> Int? {
    let pointer = unsafe stream.address.assumingMemoryBound(to: ArrowArrayStream.self)
    var rows = 0
    while true {
      var array = unsafe ArrowArray()
      guard unsafe pointer.pointee.get_next(pointer, &array) == 0 else { return nil }
      guard unsafe array.release != nil else { return rows }
      rows += unsafe Int(array.length)
      unsafe array.release(&array)
    }
  }
}
