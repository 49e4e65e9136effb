internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// The responses that the workplace gives, each with the headers that its kind needs.
enum Answer {
  /// What a page of our own may do: our style and script, pictures of ours, forms to us, frames of
  /// ours; and nobody may frame it.
  static let pagePolicy =
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    + "connect-src 'self'; form-action 'self'; frame-src 'self'; base-uri 'none'; "
    + "frame-ancestors 'none'"

  /// What a report may do: its own style. It is in a sandbox even when it is opened by itself.
  static let reportPolicy =
    "sandbox allow-downloads; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    + "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

  static func page(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
    var response = self.text(text, "text/html; charset=utf-8", status: status)
    response.headers[.contentSecurityPolicy] = pagePolicy
    response.headers[.frameOptions] = "DENY"
    response.headers[.cacheControl] = "no-store"
    return response
  }

  /// A page of a report's words.
  static func report(_ text: String) -> Response {
    var response = self.text(text, "text/html; charset=utf-8")
    response.headers[.contentSecurityPolicy] = reportPolicy
    response.headers[.cacheControl] = "private, no-cache"
    return response
  }

  static func text(
    _ text: String, _ type: String, status: HTTPResponse.Status = .ok
  ) -> Response {
    Response(
      status: status, headers: [.contentType: type],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }

  static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) -> Response {
    var response = text(encoded(value), "application/json", status: status)
    response.headers[.cacheControl] = "no-store"
    return response
  }

  /// JSON with its members sorted by name.
  static func encoded(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    guard let data = try? encoder.encode(value) else { return "null" }
    return String(decoding: data, as: UTF8.self)
  }

  /// After a form: the browser asks for another page.
  static func seeOther(_ path: String) -> Response {
    Response(status: .seeOther, headers: [.location: path, .cacheControl: "no-store"])
  }

  /// A stream of events that `write` writes; it ends when that returns.
  static func events(
    _ write: @concurrent @escaping @Sendable (inout any ResponseBodyWriter) async throws -> Void
  ) -> Response {
    Response(
      status: .ok,
      headers: [
        .contentType: "text/event-stream", .cacheControl: "no-store", .buffering: "no",
      ],
      body: ResponseBody { writer in
        try await write(&writer)
        try await writer.finish(nil)
      })
  }

  /// One event; every line of the text is a line of its data.
  static func event(_ name: String, _ text: String) -> ByteBuffer {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return ByteBuffer(
      string: "event: \(name)\n" + lines.map { "data: \($0)\n" }.joined() + "\n")
  }
}

extension HTTPField.Name {
  static let contentSecurityPolicy = HTTPField.Name("Content-Security-Policy") ?? .contentType
  static let frameOptions = HTTPField.Name("X-Frame-Options") ?? .contentType
  static let typeOptions = HTTPField.Name("X-Content-Type-Options") ?? .contentType
  static let referrerPolicy = HTTPField.Name("Referrer-Policy") ?? .contentType
  static let openerPolicy = HTTPField.Name("Cross-Origin-Opener-Policy") ?? .contentType
  static let resourcePolicy = HTTPField.Name("Cross-Origin-Resource-Policy") ?? .contentType
  static let transportSecurity = HTTPField.Name("Strict-Transport-Security") ?? .contentType
  static let forwardedFor = HTTPField.Name("X-Forwarded-For") ?? .contentType
  static let buffering = HTTPField.Name("X-Accel-Buffering") ?? .contentType
  static let fetchSite = HTTPField.Name("Sec-Fetch-Site") ?? .contentType
  static let formToken = HTTPField.Name("X-Washi-Form") ?? .contentType
  static let idempotencyKey = HTTPField.Name("Idempotency-Key") ?? .contentType
}
