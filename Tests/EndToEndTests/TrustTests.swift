import Foundation
import Testing

/// What a notebook must not be able to do, and what data must not become.
@Suite struct TrustTests {
  @Test(
    arguments: [
      "SELECT * FROM read_csv('/etc/passwd')",
      "SELECT * FROM read_text('/etc/hostname')",
      "SELECT * FROM '/etc/passwd'",
      "SELECT * FROM glob('/etc/*')",
      "COPY (SELECT 1) TO 'out.csv'",
      "ATTACH 'other.db'",
      "SET threads = 8",
      "PRAGMA enable_external_access",
      "INSTALL httpfs",
      "LOAD httpfs",
      "CREATE TABLE x AS SELECT 1",
      "DROP TABLE a",
      "SELECT 1; SELECT 2",
      "EXPORT DATABASE 'dump'",
      "CALL pragma_version()",
      "SELECT getenv('HOME')",
    ])
  func refusesSQLThatReachesOutside(_ sql: String) throws {
    let shop = try Workshop()
    try shop.write("n.md", "```sql step a show=5\n\(sql)\n```\n")
    let run = try shop.washi("run", "n.md")
    #expect(run.status == 1 || run.status == 2, "\(run.output)\(run.errors)")
    #expect(!FileManager.default.fileExists(atPath: shop.folder.path + "/output"))
    #expect(!FileManager.default.fileExists(atPath: shop.folder.path + "/out.csv"))
    #expect(!run.errors.contains("root:"))
  }

  @Test func readsNoFileOutsideTheProjectThatNoCatalogNames() throws {
    let outside = try Workshop()
    try outside.write("secret.csv", "a\nmust-stay-outside\n")
    let shop = try Workshop()
    // The text of an expression is computed, so no check before the run can see the path.
    try shop.write(
      "n.md",
      "The value: {{ (SELECT content FROM read_text('\(outside.folder.path)/secret.csv')) }}\n")
    let run = try shop.washi("run", "n.md")
    #expect(run.status != 0)
    #expect(!run.errors.contains("must-stay-outside"))
  }

  @Test func leavesNoTraceOfASecret() throws {
    let shop = try Workshop()
    let secret = "s3cr3t-\(UUID().uuidString)"
    try shop.write(
      "notebooks/n.md",
      """
      ```yaml parameters
      token: { type: secret, from: env:REPORT_TOKEN }
      ```

      ```sql step a show=1
      SELECT 42 AS n
      ```
      """)
    let run = try shop.washi("run", "notebooks/n.md", environment: ["REPORT_TOKEN": secret])
    #expect(run.status == 0, "\(run.errors)")
    let given = try shop.washi(
      "run", "notebooks/n.md", "-p", "token", secret, "--log-level", "trace")
    #expect(given.status == 0, "\(given.errors)")
    try shop.write(
      "notebooks/fails.md",
      """
      ```yaml parameters
      token: { type: secret, from: env:REPORT_TOKEN }
      ```

      ```sql step a
      SELECT CAST($token AS INTEGER) AS n
      ```

      The token is {{ $token }}.
      """)
    let failed = try shop.washi("run", "notebooks/fails.md", environment: ["REPORT_TOKEN": secret])
    #expect(failed.status == 2, "\(failed.errors)")
    #expect(failed.errors.contains("secret"))
    for outcome in [run, given, failed] {
      #expect(!outcome.output.contains(secret) && !outcome.errors.contains(secret))
    }
    for (name, data) in try shop.files(below: ".") {
      #expect(data.range(of: Data(secret.utf8)) == nil, "the secret is in \(name)")
    }
  }

  static let hostile = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "${HOME}", "{{ 1 + 1 }}", "]]>",
    "=1+1", "| a | b |", "`code` *bold* [x](javascript:alert(1))", "a\nb", "&lt;b&gt;",
    "\u{202E}abc", "' OR 1=1 --",
  ]

  @Test func showsHostileDataAsText() throws {
    let shop = try Workshop()
    let names = Self.hostile.map { $0.replacingOccurrences(of: "\"", with: "\"\"") }
    let header = names.map { "\"\($0)\"" }.joined(separator: ",")
    let cells = names.map { "\"\($0)\"" }.joined(separator: ",")
    try shop.write("data.csv", "\(header),n\n\(cells),1\n\(cells),2\n")
    try shop.write(
      "notebooks/n.md",
      """
      ---
      title: "{{ $name }}"
      edition: fixed
      catalog:
        data: { path: data.csv }
      ---

      # Report for {{ $name }}

      Hello {{ $name }}, *{{ $name }}*, `{{ $name }}`.

      | who | {{ $name }} |
      | --- | --- |
      | a | {{ $name }} |

      ```yaml parameters
      name: { type: string, default: x }
      ```

      ```sql step rows show=5
      SELECT * FROM data
      ```

      ```yaml step shown
      uses: table
      table: rows
      title: "{{ $name }}"
      ```

      ```sql step bars
      SELECT $name AS label, n FROM rows
      ```

      ```yaml step drawn
      uses: chart
      mark: bar
      table: bars
      x: label
      y: n
      title: "{{ $name }}"
      ```

      ```yaml step summary
      uses: profile
      table: rows
      ```

      ```yaml step file
      uses: export
      table: rows
      path: rows.csv
      ```
      """)
    for name in Self.hostile {
      let run = try shop.washi("run", "notebooks/n.md", "-r", "name", name)
      #expect(run.status == 0, "\(name): \(run.errors)")
      for (path, data) in try shop.files(below: "output/n/fixed/latest") {
        let text = String(decoding: data, as: UTF8.self)
        if path.hasSuffix(".html") || path.hasSuffix(".svg") {
          #expect(!text.contains("<script"), "\(path)")
          #expect(!text.contains("<img src=x"), "\(path)")
          #expect(!text.contains("javascript:alert(1)\""), "\(path)")
        }
        if path.hasSuffix(".csv") {
          #expect(!text.contains("\n=1+1") && !text.contains(",=1+1"), "\(path)")
        }
        if path.hasSuffix("report.md") {
          #expect(!hasTag(text), "\(path)")
        }
      }
    }
  }

  /// Whether Markdown has a tag outside of code; a backslash makes a `<` a character.
  private func hasTag(_ markdown: String) -> Bool {
    var isCode = false
    for line in markdown.split(separator: "\n") {
      if line.hasPrefix("```") {
        isCode.toggle()
      } else if !isCode {
        // What stands between backticks is code, too.
        let prose = line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
          .filter { $0.offset % 2 == 0 }.map(\.element).joined(separator: " ")
        let bare = prose.replacingOccurrences(of: "\\<", with: "")
        if bare.contains("<script") || bare.contains("<img") { return true }
      }
    }
    return false
  }
}
