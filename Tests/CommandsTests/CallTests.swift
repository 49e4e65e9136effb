import Testing

@testable import Commands

/// Calls that are wrong before a notebook is looked at.
@Suite struct CallTests {
  @Test(arguments: [
    ["run"], ["run", "a.md", "--nonsense"], ["run", "a.md", "-p", "x"], ["run", "a.md", "-p"],
    ["run", "a.md", "-f"], ["frobnicate"], ["log", "--limit", "0"], ["log", "--limit", "many"],
    ["run", "a.md", "--execution-timeout", "-1"], ["run", "a.md", "--log-level", "loud"],
    ["run", "a.md", "out.md"], ["check"], ["run", "a.md", "--progress-bar=maybe"],
  ])
  func wrongCallsEndWithTwo(arguments: [String]) async throws {
    let bench = try Bench()
    let status = await answer(arguments, at: bench.desk())
    #expect(status == .wrong)
    #expect(bench.out == "")
    #expect(bench.err != "")
  }

  @Test func explainsPapermillsSecondArgument() async throws {
    let bench = try Bench()
    #expect(await bench.washi("run", "a.md", "out.md") == .wrong)
    #expect(bench.err.contains("--output"))
  }

  @Test func namesTheNotebookThatWasMeant() async throws {
    let bench = try Bench()
    try bench.write("# Hello", to: "notebooks/credit/monthly.md")
    #expect(await bench.washi("run", "notebooks/credit/montly.md") == .wrong)
    #expect(bench.err.contains("did you mean `monthly.md`?"))
    #expect(await bench.washi("run", "credit/monthly") == .wrong)
    #expect(bench.err.contains("did you mean `notebooks/credit/monthly.md`?"))
    #expect(await bench.washi("run", "notebooks") == .wrong)
    #expect(bench.err.contains("is a folder"))
  }

  @Test func namesTheEnvironmentThatWasMeant() async throws {
    let bench = try Bench()
    try bench.write("# Hello", to: "a.md")
    try bench.write("", to: "washi.prod.yaml")
    #expect(await bench.washi("run", "a.md", "--env", "prd") == .wrong)
    #expect(bench.err.contains("did you mean `prod`?"))
  }

  @Test func knowsNothingOfUnknownReports() async throws {
    let bench = try Bench()
    #expect(await bench.washi("show", "latest") == .wrong)
    #expect(bench.err.contains("nothing is published"))
    #expect(await bench.washi("log", "credit") == .wrong)
    #expect(await bench.washi("log") == .done)
    #expect(bench.names() == ["washi.yaml"])
  }
}
