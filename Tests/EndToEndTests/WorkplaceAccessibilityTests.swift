import Foundation
import Testing

/// The workplace's pages, looked at as people see them, by axe-core in Chromium.
@Suite struct WorkplaceAccessibilityTests {
  private static let reason: Comment =
    "there is no Chromium or no axe-core here; `Scripts/setup --tests` installs both"

  private static let notebook = """
    ---
    title: Cups
    description: How many cups were sold.
    edition: "{{ strftime($month, '%Y-%m') }}"
    schedule: "0 6 1 * *"
    catalog:
      cups: { path: "data/cups.csv", upload: true }
    ---

    ```yaml parameters
    month:  { type: month, default: 2021-01, description: Month to report }
    place:  { type: string, default: all, choices: [all, north], description: Where }
    least:  { type: int, default: 1, min: 1, max: 9 }
    sure:   { type: bool, default: true }
    ```

    ```sql step total
    SELECT sum(cups) AS cups FROM cups WHERE cups >= $least AND $sure AND $place <> ''
    ```

    ```yaml step headline
    { uses: metric, label: Cups, value: "{{ (SELECT cups FROM total) }}" }
    ```
    """

  @Test(
    .enabled(if: Browser.installed != nil || Browser.isDemanded, reason), .timeLimit(.minutes(4)))
  func pagesHaveNoViolations() async throws {
    let browser = try #require(Browser.installed, Self.reason)
    let shop = try Workshop()
    try shop.write("notebooks/cups.md", Self.notebook)
    try shop.write("data/cups.csv", "cups\n1\n2\n")
    #expect(try shop.washi("run", "notebooks/cups.md", "-p", "month", "2020-12").status == 0)
    for seed in [0, 1] {
      try shop.write("notebooks/train.md", ModelsTests.training(seed: seed))
      #expect(try shop.washi("run", "notebooks/train.md").status == 0)
    }
    let server = try await Server(in: shop)
    let page = try server.get("/notebooks/cups")
    let ordered = try server.post(
      [("form", nil, page.formToken), ("do", nil, "run")], to: "/notebooks/cups")
    let run = ordered.header("Location")
    _ = try await server.end(of: String(run.dropFirst("/runs/".count)))
    let wrong = try server.post(
      [("form", nil, page.formToken), ("p.least", nil, "10"), ("do", nil, "run")],
      to: "/notebooks/cups")
    #expect(wrong.status == 422)
    let style = try server.get("/assets/workplace.css").body
    var pages = [(name: "wrong", html: whole(wrong.body, style))]
    let paths = [
      "/", "/notebooks/cups", run, "/runs", "/reports/cups@2021-01/v1", "/history/cups",
      "/compare?old=cups@2020-12/v1&new=cups@2021-01/v1", "/models", "/models/returns",
      "/models/returns/promote?version=v1&alias=champion", "/models/returns/rollback",
      "/models/returns/demote", "/audit", "/nowhere",
    ]
    for path in paths {
      for language in ["en", "ja"] {
        let mark = path.contains("?") ? "&" : "?"
        let reply = try server.get("\(path)\(mark)lang=\(language)")
        #expect(reply.body.contains("<html lang=\"\(language)\">"))
        pages.append(("\(path) \(language)", whole(reply.body, style)))
      }
    }
    let added = try shop.washi("serve", "user", "add", "ada", "--role", "admin", "--no-password")
    #expect(added.status == 0)
    // What another process changes holds within a second.
    var door = try server.get("/signin")
    for _ in 0..<50 where door.status != 200 {
      try await Task.sleep(for: .milliseconds(100))
      door = try server.get("/signin")
    }
    pages.append(("/signin", whole(door.body, style)))
    for scheme in Browser.Scheme.allCases {
      for finding in try browser.audit(pages, scheme, in: shop.folder) {
        #expect(finding.problems.isEmpty, "\(finding.page), \(scheme)")
      }
    }
  }

  /// A page that needs no server: its style inside, nothing loaded.
  private func whole(_ html: String, _ style: String) -> String {
    let lines = html.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.hasPrefix("<link rel=\"stylesheet\"") ? "<style>\(style)</style>" : String(line)
    }
    return lines.filter { !$0.hasPrefix("<script ") }.joined(separator: "\n")
      .replacing("<iframe src=\"", with: "<iframe data-src=\"")
  }
}
