internal import Synchronization

/// A channel with what every request of one session says.
struct SparkConversation: Sendable {
  let channel: SparkChannel
  /// The session's id, made by the client.
  let id: String
  let user: String

  /// Names the session and the user in a request.
  func sign(_ request: inout some SparkRequest) {
    request.sessionID = id
    request.userContext.userID = user
    request.userContext.userName = user
    request.clientType = "washi"
  }

  /// Ends an operation at the server; that it cannot be reached ends it for us, too.
  func interrupt(_ operation: String) async {
    var request = SparkInterruptRequest()
    sign(&request)
    request.interruptType = .operationID
    request.operationID = operation
    _ =
      try? await channel.answer("Interrupt", request, within: .seconds(5))
      as SparkInterruptResponse
  }

  /// Lets the server forget an operation.
  func release(_ operation: String) async {
    var request = SparkReleaseExecuteRequest()
    sign(&request)
    request.operationID = operation
    request.releaseAll = .init()
    _ =
      try? await channel.answer("ReleaseExecute", request, within: .seconds(5))
      as SparkReleaseExecuteResponse
  }
}

/// What all requests have.
protocol SparkRequest {
  var sessionID: String { get set }
  var userContext: SparkUserContext { get set }
  var clientType: String { get set }
}

extension SparkExecutePlanRequest: SparkRequest {}
extension SparkReattachExecuteRequest: SparkRequest {}
extension SparkReleaseExecuteRequest: SparkRequest {}
extension SparkAnalyzePlanRequest: SparkRequest {}
extension SparkInterruptRequest: SparkRequest {}
extension SparkConfigRequest: SparkRequest {}
extension SparkReleaseSessionRequest: SparkRequest {}
