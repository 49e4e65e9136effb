internal import Reporting

extension PageScene {
  /// The page for what could not be done.
  func page(for problem: Problem) -> String {
    let title = problem.title(say)
    var body: [HTML] = [
      .tag("h1", [:], text: title),
      .paragraph(say(problem.english, problem.japanese), "lead"),
    ]
    if !problem.findings.isEmpty { body.append(findings(problem.findings)) }
    switch problem.kind {
    case .signInNeeded: body.append(.link("/signin", say("Sign in", "サインイン")))
    default: body.append(.tag("p", [:], [.link("/", say("To all reports", "レポート一覧へ"))]))
    }
    return page(title, body)
  }

  /// Findings with their places and remedies.
  func findings(_ findings: [RunResult.Finding]) -> HTML {
    .tag(
      "ul", ["class": "findings"],
      findings.map { finding in
        var parts: [HTML] = [.tag("p", ["class": "title"], text: finding.summary)]
        if let file = finding.file {
          let place = [finding.line, finding.column].compactMap { $0.map { ":\($0)" } }.joined()
          parts.append(.paragraph(file + place, "place"))
        }
        if let explanation = finding.explanation { parts.append(.paragraph(explanation)) }
        parts += finding.solutions.map { .paragraph("→ " + $0) }
        return .tag("li", ["class": finding.severity], parts)
      })
  }
}
