internal import HTTPTypes
internal import Hummingbird

/// Problem details (RFC 9457), with the findings and their places.
private struct ProblemDetails: Encodable {
  var type: String
  var title: String
  var status: Int
  var detail: String
  var findings: [RunResult.Finding]?
}

extension Answer {
  static func problem(_ problem: Problem) -> Response {
    var response = json(
      ProblemDetails(
        type: "urn:washi:problem:\(problem.kind.rawValue)", title: problem.title(.english),
        status: problem.status.code, detail: problem.english,
        findings: problem.findings.isEmpty ? nil : problem.findings),
      status: problem.status)
    response.headers[.contentType] = "application/problem+json"
    return response
  }
}
