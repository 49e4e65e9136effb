internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// One request with what was found out about it.
struct Call: Sendable {
  var request: Request
  var context: WorkplaceContext
  var address: Address
  var route: Route
  var say: Words
  /// Nil only on what anybody may see.
  var visitor: Visitor?
  /// What its forms must carry.
  var formToken: String
  /// Milliseconds since 1970.
  var now: Int64
  /// Where it came from, for the audit log.
  var origin: String

  /// Who asks.
  func known() throws(Problem) -> Visitor {
    guard let visitor else { throw .signIn }
    return visitor
  }

  /// Who asks, when they may do that with a notebook. What one may not even read is not there.
  func known(_ role: Role, in notebook: String) throws(Problem) -> Visitor {
    let visitor = try known()
    guard visitor.role(in: notebook) != nil else { throw .notebook(notebook) }
    guard visitor.may(role, in: notebook) else { throw .role(role, in: notebook) }
    return visitor
  }

  func header(_ name: HTTPField.Name) -> String? { request.headers[name] }

  /// The value of a cookie.
  func cookie(_ name: String) -> String? { Self.cookie(name, of: request) }

  static func cookie(_ name: String, of request: Request) -> String? {
    for field in request.headers[values: .cookie] {
      for pair in field.split(separator: ";") {
        let parts = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
        if parts.count == 2, parts[0] == name { return String(parts[1]) }
      }
    }
    return nil
  }

  /// A short body, whole.
  func body(upTo limit: Int) async throws -> [UInt8] {
    if let length = header(.contentLength).flatMap({ Int($0) }), length > limit {
      throw Problem.body(tooLarge: limit)
    }
    var bytes: [UInt8] = []
    for try await buffer in request.body {
      bytes += buffer.readableBytesView
      guard bytes.count <= limit else { throw Problem.body(tooLarge: limit) }
    }
    return bytes
  }
}

extension Problem {
  static let signIn = Problem(
    .signInNeeded, "This page is only for people who have signed in.", "サインインが必要なページです。")

  static let staleForm = Problem(
    .crossSite,
    "The form did not come from a page of this server, or the server was started anew. Go back, reload the page and send it again.",
    "フォームがこのサーバーのページから送られていないか、サーバーが再起動されました。戻って再読み込みし、もう一度送ってください。")

  static func body(tooLarge limit: Int) -> Problem {
    Problem(
      .tooLarge, "The request may have \(ByteCount.text(limit)) at most.",
      "リクエストは \(ByteCount.text(limit)) までです。")
  }
}
