import Testing

@testable import Commands

/// `washi check` as a linter and formatter.
@Suite struct CheckTests {
  private let loose = "#  Title\n```sql  step   a   show=1\nSELECT 1 AS a  \n```\n"
  private let tidy = "#  Title\n\n```sql step a show=1\nSELECT 1 AS a\n```\n"

  @Test func fixWritesTheLayoutAndSaysSo() async throws {
    let bench = try Bench()
    try bench.write(loose, to: "n.md")
    #expect(await bench.washi("check", "n.md", "--check-format") == .wrong)
    #expect(bench.err.contains("n.md:2:1: error"))
    #expect(bench.err.contains("[unformatted]"))
    #expect(await bench.washi("check", "n.md", "--fix") == .done)
    #expect(bench.out == "n.md: ok, formatted\n")
    #expect(bench.text("n.md") == tidy)
    #expect(
      bench.names() == ["n.md", "washi.yaml"] || !bench.names().contains { $0.hasSuffix(".tmp") })
    #expect(await bench.washi("check", "n.md", "--fix") == .done)
    #expect(bench.out == "n.md: ok\n")
    #expect(await bench.washi("check", "n.md", "--check-format") == .done)
  }

  @Test func diffShowsTheLayoutAndWritesNothing() async throws {
    let bench = try Bench()
    try bench.write(loose, to: "n.md")
    #expect(await bench.washi("check", "n.md", "--diff") == .done)
    #expect(
      bench.out == """
        --- n.md
        +++ n.md (formatted)
        @@ -1,4 +1,5 @@
         #  Title
        -```sql  step   a   show=1
        -SELECT 1 AS a  
        +
        +```sql step a show=1
        +SELECT 1 AS a
         ```

        """)
    #expect(bench.text("n.md") == loose)
  }

  @Test func standardInputIsFormattedToStandardOutput() async throws {
    let bench = try Bench(input: loose)
    #expect(await bench.washi("check", "-", "--fix") == .done)
    #expect(bench.out == tidy)
  }

  @Test func leavesANotebookWithErrorsAsItIs() async throws {
    let bench = try Bench()
    try bench.write("```sql  step 1a\nSELECT 1\n```\n", to: "n.md")
    #expect(await bench.washi("check", "n.md", "--fix") == .wrong)
    #expect(bench.text("n.md") == "```sql  step 1a\nSELECT 1\n```\n")
  }

  @Test func strictTakesWarningsAsErrors() async throws {
    let bench = try Bench()
    try bench.write("```sql step a\nSELECT 1 AS a\n```\n", to: "n.md")
    #expect(await bench.washi("check", "n.md") == .done)
    #expect(bench.err.contains("[unused-step]"))
    #expect(await bench.washi("check", "n.md", "--strict") == .wrong)
    try bench.write("lint: { unused-step: error }\n", to: "washi.yaml")
    #expect(await bench.washi("check", "n.md") == .wrong)
    #expect(await bench.washi("run", "n.md", "--no-progress-bar") == .done)
  }

  @Test func listsTheRules() async throws {
    let bench = try Bench()
    #expect(await bench.washi("check", "--rules") == .done)
    #expect(bench.out.contains("unordered-table"))
    #expect(await bench.washi("check") == .wrong)
    #expect(bench.err.contains("Name a notebook"))
  }

  @Test func neverPrintsTheSecretThatItFinds() async throws {
    let bench = try Bench()
    let secret = "s3cr3t" + "Passw0rd"
    try bench.write(
      "password: \(secret)\n\n```sql step a show=1\nSELECT 1 AS a\n```\n", to: "n.md")
    #expect(await bench.washi("check", "n.md") == .done)
    #expect(bench.err.contains("[secret-in-text]"))
    #expect(bench.err.contains("password: **************\n"))
    #expect(!(bench.out + bench.err).contains(secret))
  }

  @Test func namesOfRulesAreChecked() async throws {
    let bench = try Bench()
    try bench.write("lint: { unused-stp: off }\n", to: "washi.yaml")
    try bench.write("# Hello\n", to: "n.md")
    #expect(await bench.washi("check", "n.md") == .wrong)
    #expect(bench.err.contains("washi.yaml:1:9: error: there is no rule `unused-stp`"))
    #expect(bench.err.contains("did you mean `unused-step`?"))
  }
}
