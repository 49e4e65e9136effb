import Foundation
import Parsing
import Testing

@testable import Commands

/// `washi init --git`: what it writes, and what it leaves alone.
@Suite struct GitSetupTests {
  private func git(_ bench: Bench, _ words: String...) throws -> ChildProcess.Output {
    try ChildProcess.output(of: "git", ["-C", bench.folder] + words)
  }

  @Test func writesOnceAndKeepsWhatIsThere() async throws {
    let bench = try Bench()
    #expect(await bench.washi("init", "--git") == .wrong)
    #expect(bench.err.contains("is in no git repository"))
    #expect(try git(bench, "init", "-q").isSuccess)
    try bench.write("*.png binary\n", to: ".gitattributes")
    try bench.write("mine\n", to: ".github/workflows/washi.yml")
    #expect(await bench.washi("init", "--git") == .done)
    #expect(bench.out == "git diff output\n")
    #expect(bench.err.contains("extended  .gitattributes"))
    #expect(bench.err.contains("created   ci/washi-review.sh"))
    #expect(bench.err.contains("kept      .github/workflows/washi.yml, which is not the one"))
    #expect(bench.text(".github/workflows/washi.yml") == "mine\n")
    let attributes = try #require(bench.text(".gitattributes"))
    #expect(attributes.hasPrefix("*.png binary\n\n# Reports: "))
    #expect(attributes.hasSuffix("# Reports: end\n"))
    #expect(bench.text(".gitignore")?.contains("\n.washi/\n") == true)
    #expect(FileManager.default.isExecutableFile(atPath: "\(bench.folder)/ci/washi-review.sh"))

    // Lines around the marks are the user's, those between are ours.
    try bench.write(
      attributes.replacing("merge=binary", with: "merge=text") + "more -diff\n",
      to: ".gitattributes")
    #expect(await bench.washi("init", "--git") == .done)
    #expect(bench.text(".gitattributes") == attributes + "more -diff\n")
    let ignored = bench.text(".gitignore")
    #expect(await bench.washi("init", "--git") == .done)
    #expect(!bench.err.contains("created") && !bench.err.contains("set "), "\(bench.err)")
    #expect(bench.text(".gitattributes") == attributes + "more -diff\n")
    #expect(bench.text(".gitignore") == ignored)
    #expect(!bench.names("notebooks").contains("hello.md"))
  }

  @Test func beginsAProjectWhereThereIsNone() async throws {
    let bench = try Bench()
    #expect(try git(bench, "init", "-q", "deep/er").isSuccess)
    try FileManager.default.removeItem(atPath: "\(bench.folder)/washi.yaml")
    #expect(await bench.washi("init", "--git", "deep/er/reports") == .wrong)
    try FileManager.default.createDirectory(
      atPath: "\(bench.folder)/deep/er/reports", withIntermediateDirectories: true)
    #expect(await bench.washi("init", "--git", "deep/er/reports") == .done, "\(bench.err)")
    #expect(bench.text("deep/er/reports/notebooks/hello.md") != nil)
    // The workflow lies at the top of the repository and knows the project's folder.
    let workflow = try #require(bench.text("deep/er/.github/workflows/washi.yml"))
    #expect(workflow.contains("working-directory: \"reports\"\n"))
    #expect(workflow.contains("- \"reports/notebooks/**\"\n"))
    #expect(YAMLNode.parse(workflow, file: "w").1.isEmpty)
  }

  private var workflow: YAMLNode {
    get throws {
      let (node, findings) = YAMLNode.parse(ReviewFiles.workflow(below: ""), file: "washi.yml")
      #expect(findings.isEmpty)
      return try #require(node)
    }
  }

  private func text(_ node: YAMLNode?) -> String? {
    if case .scalar(let scalar)? = node?.content { scalar.text } else { nil }
  }

  @Test func givesTheWorkflowNoMoreThanItNeeds() throws {
    let workflow = try workflow
    #expect(workflow["on"]?.entries.map(\.key) == ["pull_request"])
    #expect(workflow["permissions"]?.entries.isEmpty == true)
    let jobs = try #require(workflow["jobs"])
    let permissions = jobs.entries.map { job in
      (job.value["permissions"]?.entries ?? []).map { "\($0.key): \(text($0.value) ?? "")" }
    }
    // Whoever runs the pull request's code cannot write, and whoever writes runs none of it.
    #expect(permissions == [["contents: read"], ["pull-requests: write"]])
    var uses: [String] = []
    for job in jobs.entries {
      guard case .sequence(let steps)? = job.value["steps"]?.content else { continue }
      for step in steps {
        if let action = text(step["uses"]) { uses.append("\(job.key) \(action)") }
        // Expressions reach scripts as variables only.
        #expect(text(step["run"])?.contains("${{") != true)
      }
    }
    #expect(uses.count == 4 && !uses.contains { $0.hasPrefix("comment actions/checkout") })
    for action in uses {
      let commit = action.split(separator: "@").last ?? ""
      #expect(commit.count == 40 && commit.allSatisfy(\.isHexDigit), "\(action)")
    }
  }

  /// The last step of the workflow, with a `gh` that writes down what it is asked.
  @Test(arguments: [nil, "42\n43\n"])
  func writesOneCommentAndThenWritesItAnew(known: String?) throws {
    guard try ChildProcess.output(of: "sh", ["-c", "command -v jq"]).isSuccess else { return }
    let steps = try workflow["jobs"]?["comment"]?["steps"]
    guard case .sequence(let steps)? = steps?.content, let script = text(steps.last?["run"]) else {
      Issue.record("there is no script")
      return
    }
    let bench = try Bench()
    try bench.write("<!-- washi review -->\n\"quoted\" `$(id)` \\ 日本\n", to: "review.md")
    try bench.write(
      """
      #!/bin/sh
      echo "$@" >> calls
      case $* in *--paginate*) printf '%s' "$KNOWN";; esac

      """, to: "bin/gh")
    try bench.write(
      "cd \"\(bench.folder)\" && chmod +x bin/gh && export PATH=\"$PWD/bin:$PATH\"\n\(script)",
      to: "script")
    let output = try ChildProcess.output(
      of: "env",
      [
        "GITHUB_REPOSITORY=o/r", "NUMBER=7", "KNOWN=\(known ?? "")", "bash", "-eo", "pipefail",
        "\(bench.folder)/script",
      ])
    #expect(output.isSuccess, "\(output.errors)")
    let calls = try #require(bench.text("calls")).split(separator: "\n")
    #expect(calls.count == 2 && calls[0].contains("repos/o/r/issues/7/comments --jq"))
    #expect(
      calls[1]
        == (known == nil
          ? "api --silent --method POST repos/o/r/issues/7/comments --input comment.json"
          : "api --silent --method PATCH repos/o/r/issues/comments/42 --input comment.json"))
    let comment = try JSONSerialization.jsonObject(
      with: Data(contentsOf: URL(filePath: "\(bench.folder)/comment.json")))
    #expect(comment as? [String: String] == ["body": bench.text("review.md") ?? ""])
  }
}
