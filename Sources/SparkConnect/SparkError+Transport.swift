internal import ArrowIPC
internal import GRPCCore
internal import NIOCore

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

extension SparkError {
  /// What ended a call; `isEstablished` says whether the server had answered before.
  init(_ error: any Error, isEstablished: Bool) {
    switch error {
    case let error as SparkError: self = error
    case let error as RPCError: self.init(error, isEstablished: isEstablished)
    case is CancellationError: self.init(.cancelled, "the query was cancelled")
    case let error as ArrowIPCError: self.init(error)
    default: self.init(.other, "Spark could not be asked: \(error)")
    }
  }

  /// What the bytes of a result have against being read.
  init(_ error: ArrowIPCError) {
    guard case .column(let name, let type) = error.kind else {
      self.init(.other, error.summary)
      return
    }
    self.init(.type, error.summary, solutions: Self.casts(of: name, type))
  }

  /// What to write in a query instead of a column whose type stays there.
  static func casts(of column: String, _ type: String) -> [String] {
    let name = "`\(column.replacing("`", with: "``"))`"
    return switch type {
    case "VARIANT": ["write it as text in the query: to_json(\(name)) AS \(name)"]
    case "GEOMETRY", "GEOGRAPHY":
      ["write it as bytes in the query: ST_AsBinary(\(name)) AS \(name)"]
    default: ["cast it in the query: CAST(\(name) AS STRING) AS \(name)"]
    }
  }

  private init(_ error: RPCError, isEstablished: Bool) {
    // Spark's own errors come with details about the exception, the transport's without.
    let isReported = error.metadata["grpc-status-details-bin"].contains { _ in true }
    if isReported || error.message.hasPrefix("[") {
      self.init(reported: error.message)
      return
    }
    switch error.code {
    case .unavailable:
      self.init(isEstablished ? .lost : .unreachable, Self.reason(of: error) ?? "no answer")
    case .deadlineExceeded:
      self.init(isEstablished ? .lost : .unreachable, "no answer in time")
    case .cancelled:
      self.init(.cancelled, "the query was cancelled")
    case .unauthenticated, .permissionDenied:
      self.init(
        .refused, Self.plain(error.message),
        solutions: ["see that the token is right"])
    case .unimplemented:
      self.init(.other, "what answers there is no Spark Connect server of version 3.5 or later")
    case .resourceExhausted:
      self.init(
        .other, "a batch of rows is too large: \(Self.plain(error.message))",
        solutions: ["lower spark.connect.grpc.arrow.maxBatchSize at the server"])
    default:
      self.init(
        isEstablished ? .lost : .unreachable,
        "what Spark answered cannot be read: \(Self.plain(error.message))")
    }
  }

  /// Why there is no connection, in the system's words, which name no host.
  private static func reason(of error: any Error) -> String? {
    switch error {
    case let error as RPCError: error.cause.flatMap(reason)
    case let error as IOError:
      unsafe strerror(error.errnoCode).map { unsafe String(cString: $0) }?.lowercased()
    case let error as ChannelError:
      if case .connectTimeout = error { "no answer to the connection" } else { nil }
    default: reason(inWords: "\(error)")
    }
  }

  /// Errors of TLS, whose types say no more than their text.
  private static func reason(inWords text: String) -> String? {
    if text.contains("CERTIFICATE_VERIFY_FAILED") {
      "its certificate is signed by nobody who is trusted here"
    } else if text.contains("failedToValidateHostname") {
      "its certificate is for another host"
    } else if text.contains("WRONG_VERSION_NUMBER") || text.contains("handshakeFailed") {
      "it does not speak TLS"
    } else {
      nil
    }
  }

  /// The first line, short.
  private static func plain(_ message: String) -> String {
    String((message.split(whereSeparator: \.isNewline).first ?? "no reason given").prefix(200))
  }
}
