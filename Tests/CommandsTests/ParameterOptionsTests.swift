import ArgumentParser
import Parsing
import Planning
import Testing
import Vocabulary

@testable import Commands

@Suite struct ParameterOptionsTests {
  private func sources(_ arguments: String..., bench: Bench? = nil) throws -> [Arguments.Source] {
    let bench = try bench ?? Bench()
    let parsed = try Washi.parseAsRoot(
      GivenParameter.numbered(["run", "a.md"] + arguments))
    let command = try #require(parsed as? RunCommand)
    return try command.parameters.arguments(in: bench.desk().circumstances).arguments.sources
      .map(\.source)
  }

  @Test func keepsTheOrderOfTheCommandLineAcrossKinds() throws {
    let bench = try Bench()
    try bench.write("from_file: 3\n", to: "p.yaml")
    // echo 'from_base64: 4' | base64
    let found = try sources(
      "-p", "a", "1", "-y", "from_yaml: 2", "-f", "p.yaml", "--quiet", "-b", "ZnJvbV9iYXNlNjQ6IDQK",
      "-r", "b", "5", "--parameters", "a", "6", bench: bench)
    let words = found.map { source in
      switch source {
      case .text(let name, let value): "text \(name) \(value)"
      case .raw(let name, let value): "raw \(name) \(value)"
      case .values(let node): node.entries.map(\.key).joined(separator: ",")
      }
    }
    #expect(
      words == ["text a 1", "from_yaml", "from_file", "from_base64", "raw b 5", "text a 6"])
  }

  @Test(arguments: ["-1", "--quiet", "-p", "", "a b", "日本", "x=y", "-r", "--", "'", "\n"])
  func takesAnyTextAsAValue(value: String) throws {
    #expect(try sources("-p", "x", value) == [.text("x", value)])
    #expect(try sources("--parameters_raw", "x", value) == [.raw("x", value)])
    #expect(try sources("--parameters-raw", "x", value) == [.raw("x", value)])
    #expect(try sources("--parameters=x", value) == [.text("x", value)])
  }

  @Test func leavesWhatIsBehindTwoDashesAlone() throws {
    let numbered = try GivenParameter.numbered(["run", "-p", "a", "1", "--", "-p", "b", "2"])
    #expect(numbered.suffix(4) == ["--", "-p", "b", "2"])
  }

  @Test func pointsIntoAParametersFile() throws {
    let bench = try Bench()
    try bench.write("a: 1\na: 2\n", to: "p.yaml")
    let refusal = #expect(throws: Refusal.self) { try sources("-f", "p.yaml", bench: bench) }
    #expect(refusal?.diagnostics.first?.range?.description == "p.yaml:2:1")
    #expect(throws: Refusal.self) { try sources("-f", "nowhere.yaml") }
    #expect(throws: Refusal.self) { try sources("-b", "%%%") }
  }
}
