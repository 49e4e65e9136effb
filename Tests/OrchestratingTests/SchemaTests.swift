import Testing

@testable import Orchestrating

/// What becomes of declarations.
@Suite struct SchemaTests {
  @Test(arguments: [
    (
      "n: { type: int, default: 10, min: 1, max: 200 }",
      #"Param(10, type="integer", minimum=1, maximum=200)"#
    ),
    (
      "x: { type: float, default: 0.2, min: 0, max: 1 }",
      #"Param(0.2, type="number", minimum=0.0, maximum=1.0)"#
    ),
    (
      "kind: { type: string, default: card, choices: [card, retail] }",
      #"Param("card", type="string", enum=["card", "retail"])"#
    ),
    (
      "id: { type: string, default: '007', pattern: '[0-9]+' }",
      #"Param("007", type="string", pattern="^(?:[0-9]+)$")"#
    ),
    ("on: { type: bool, default: true }", #"Param(True, type="boolean")"#),
    (
      "day: { type: date, default: 2021-01-31 }",
      #"Param("2021-01-31", type="string", format="date")"#
    ),
    (
      "month: { type: month, default: 2021-01 }",
      #"Param("2021-01", type="string", pattern="^[0-9]{4}-(0[1-9]|1[0-2])(-01)?$")"#
    ),
    (
      "all: { type: list, default: [a, b] }",
      #"Param(["a", "b"], type="array", items={"type": "string"})"#
    ),
    ("must: { type: path }", #"Param(type="string", minLength=1)"#),
    (
      "may: { type: int, required: false }",
      #"Param(None, type=["null", "integer"], description="left to the notebook unless given")"#
    ),
    (
      "big: { type: float, default: .inf }",
      #"Param(None, type=["null", "number"], description="left to the notebook unless given")"#
    ),
    (
      "later: { type: date, default: 2021-05-01, min: 2021-01-01, description: A day }",
      #"Param("2021-05-01", type="string", format="date", description="A day; from 2021-01-01")"#
    ),
  ])
  func statesDeclarationsAsJSONSchema(declaration: String, param: String) throws {
    let text = try workflow(parameters: declaration).airflowFile(by: .bash)
    let name = String(declaration.prefix { $0 != ":" })
    #expect(text.contains("        \"\(name)\": \(param),\n"), "\(text)")
  }

  @Test func leavesSecretsToTheEnvironment() throws {
    let workflow = try workflow(parameters: "token: { type: secret, from: env:REPORT_TOKEN }")
    #expect(workflow.parameters.isEmpty)
    #expect(workflow.secrets == ["REPORT_TOKEN"])
    #expect(!workflow.airflowFile(by: .bash).contains("token"))
    #expect(workflow.airflowFile(by: .kubernetes).contains(#"SECRET_KEYS = ["REPORT_TOKEN"]"#))
  }

  @Test func givesTheRunsDateToTheParameterThatIsOne() throws {
    let text = try workflow(parameters: "month: { type: month, default: 2021-01 }", date: "month")
      .airflowFile(by: .bash)
    #expect(text.contains(#"DATES = {"month": "%Y-%m"}"#))
    #expect(text.contains("Param(None, type=[\"null\", \"string\"]"))
  }

  @Test func writesHostileTextsAsTexts() throws {
    let hostile = #"""
      ---
      title: "A \"title\" '; import os\u2028 {{ 1 }}"
      description: "\"\"\" and \\ and \n a line"
      owner: "'; rm -rf /"
      ---

      ```yaml parameters
      name: { type: string, default: "'; rm -rf / \\{{ conf }} ${HOME} $(id) \"" }
      ```

      """#
    let plan = try placed(hostile, at: "notebooks/it's $(a) notebook.md")
    let airflow = try workflow([plan]).airflowFile(by: .bash)
    #expect(airflow.contains(##""'; rm -rf / {{ conf }} ${HOME} $(id) \"""##))
    #expect(airflow.contains(##"notebook="notebooks/it's $(a) notebook.md","##))
    #expect(!airflow.contains("\u{2028}"))
    let argo = try workflow([plan]).argoFile()
    #expect(argo.contains(#""notebooks/it's $$(a) notebook.md""#))
    #expect(
      rules {
        _ = try workflow([placed("# x\n", at: "notebooks/{{x}}.md")]).argoFile();
        return try workflow([])
      } == ["unsafe-name"])
  }
}
