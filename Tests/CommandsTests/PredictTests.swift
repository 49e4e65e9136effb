import Foundation
import Learning
import LightGBM
import Testing
import Vocabulary

@testable import Commands

/// Whether the engines can be loaded from here.
private let hasEngines: Bool = {
  guard let bench = try? Bench() else { return false }
  let desk = bench.desk()
  let (project, circumstances) = (desk.project, desk.circumstances)
  return (try? OpenEngine(for: project, in: circumstances)) != nil
    && (try? LightGBM.Library.load(.lightGBM(for: project, in: circumstances))) != nil
}()

/// `washi predict` beside the `predict` step of the notebook that made the model.
@Suite(.enabled(if: hasEngines)) struct PredictTests {
  static let notebook = """
    ---
    catalog:
      loans: { path: data/loans.csv, columns: { kind: VARCHAR } }
      fresh: { path: data/fresh.csv, columns: { kind: VARCHAR } }
    ---

    ```yaml parameters
    rate: { type: float, default: 0.1 }
    cut: { type: float, default: 0.4 }
    token: { type: secret, from: env:TOKEN }
    ```

    ```yaml step model
    uses: train
    table: loans
    target: bad
    id: id
    split: { validation: 0.3, seed: 1 }
    algorithm: lightgbm
    params: { learning_rate: "{{ $rate }}", num_leaves: 6, min_data_in_leaf: 5 }
    rounds: 12
    ```

    ```yaml step scores
    uses: predict
    model: model
    table: fresh
    keep: [id]
    threshold: "{{ $cut }}"
    ```

    ```yaml step file
    uses: export
    table: scores
    path: scores.csv
    ```

    ```yaml step bundle
    uses: export
    model: model
    path: models/tree
    ```

    """

  static func rows(_ count: Int, from first: Int, hasTarget: Bool) -> String {
    var text = hasTarget ? "id,amount,kind,bad\n" : "id,amount,kind,extra\n"
    for id in first..<first + count {
      let kind = ["007", "7", "b", ""][id * 7 % 4]
      let amount = id % 11 == 0 ? "" : String(Double(id * 37 % 101) / 3)
      let isBad = (id * 37 % 101) + (id * 7 % 4) * 20 > 90
      text += "\(id),\(amount),\(kind),\(hasTarget ? (isBad ? "yes" : "no") : "x")\n"
    }
    return text
  }

  /// A project whose notebook has run.
  private func bench(input: String = "") async throws -> Bench {
    let bench = try Bench(environment: ["TOKEN": "s3cret-value"], input: input)
    try bench.write(Self.notebook, to: "notebooks/loans.md")
    try bench.write(Self.rows(300, from: 0, hasTarget: true), to: "data/loans.csv")
    try bench.write(Self.rows(50, from: 1000, hasTarget: false), to: "data/fresh.csv")
    #expect(await bench.washi("run", "notebooks/loans.md") == .done, "\(bench.err)")
    return bench
  }

  static let version = "output/loans/default/v1"

  @Test func givesTheScoresOfTheNotebookToTheLastBit() async throws {
    let bench = try await bench()
    let expected = bench.text("\(Self.version)/artifacts/scores.csv")
    #expect(expected?.split(separator: "\n").count == 51)
    for address in [
      "loans", "latest", "loans@default/v1", Self.version, "\(Self.version)/artifacts/models/tree",
      "\(Self.version)/artifacts/models/tree/model.txt",
    ] {
      let status = await bench.washi(
        "predict", address, "--input", "data/fresh.csv", "--output", "out/made.csv", "--keep", "id",
        "--threshold", "0.4")
      #expect(status == .done, "\(bench.err)")
      #expect(bench.out == "out/made.csv\n")
      #expect(bench.err.contains("scored 50 rows with \(Self.version)/artifacts/models/tree"))
      #expect(bench.text("out/made.csv") == expected)
    }
    #expect(bench.names("out") == ["made.csv"])
  }

  @Test func readsAndWritesEveryFormat() async throws {
    let bench = try await bench()
    #expect(
      await bench.washi("predict", "loans", "-i", "data/fresh.csv", "-k", "id") == .done)
    let expected = bench.out
    #expect(expected.hasPrefix("id,score,label\n1000,0."))
    #expect(!bench.err.contains("not seen"))
    // Each file is the input of the next call: what is kept goes on, the scores stay.
    var name = "data/fresh.csv"
    for next in ["a.jsonl", "b.parquet", "c.csv"] {
      let status = await bench.washi(
        "predict", "loans", "-i", name, "-o", next, "-k", "id", "-k", "amount", "-k", "kind")
      #expect(status == .done, "\(bench.err)")
      let convert = await bench.washi("predict", "loans", "-i", next, "--keep", "id")
      #expect(convert == .done, "\(bench.err)")
      #expect(bench.out == expected)
      name = next
    }
    let first = bench.text("a.jsonl")?.split(separator: "\n").first ?? ""
    #expect(
      first.hasPrefix(#"{"id":1000,"amount":"#) && first.contains(#""kind":"007","score":0."#))
  }

  @Test func readsStandardInput() async throws {
    let bench = try await bench(input: Self.rows(50, from: 1000, hasTarget: false))
    #expect(
      await bench.washi("predict", "loans", "--keep", "id", "--threshold", "0.4") == .done,
      "\(bench.err)")
    #expect(bench.out == bench.text("\(Self.version)/artifacts/scores.csv"))
  }

  @Test func keepsAllColumnsAsTheyAreWritten() async throws {
    let input = "kind,id,amount,note\n007,0010,1.50,=1+1\n"
    let bench = try await bench(input: input)
    #expect(await bench.washi("predict", "loans", "--keep", "*") == .done, "\(bench.err)")
    #expect(bench.out.hasPrefix("kind,id,amount,note,score,label\n007,0010,1.50,'=1+1,0."))
    let raw = try await self.bench(input: input)
    #expect(await raw.washi("predict", "loans", "--keep", "*", "--keep-formulas") == .done)
    #expect(raw.out.contains(",1.50,=1+1,0."))
  }

  @Test func countsWhatTheModelCannotUse() async throws {
    let bench = try await bench(
      input: "amount,kind\n1,007\nmuch,new\n,newer\n3,\n")
    #expect(await bench.washi("predict", "loans") == .done, "\(bench.err)")
    #expect(bench.out.split(separator: "\n").count == 5)
    #expect(bench.err.contains("1 values of `amount` are not readable and count as missing."))
    #expect(bench.err.contains("2 values of `kind` are not seen in training and count as missing."))
  }

  @Test func scoresNoRows() async throws {
    let bench = try await bench(input: "amount,kind\n")
    #expect(await bench.washi("predict", "loans") == .done, "\(bench.err)")
    #expect(bench.out == "score,label\n")
    #expect(bench.err.contains("scored 0 rows"))
  }

  @Test func refusesWhatCannotBeScored() async throws {
    let bench = try await bench(input: "Amount,id\n1,2\n")
    #expect(await bench.washi("predict", "loans", "--keep", "it") == .wrong)
    #expect(bench.err.contains("standard input has no column `it` to keep"))
    #expect(bench.err.contains("standard input has no column `amount`, which the model reads"))
    #expect(bench.err.contains("did you mean `Amount`?"))
    #expect(bench.err.contains("standard input has no column `kind`"))
    #expect(bench.out == "")

    try bench.write("old", to: "scores.csv")
    #expect(
      await bench.washi("predict", "loans", "--output", "scores.csv") == .wrong)
    #expect(bench.text("scores.csv") == "old")
    #expect(bench.names().filter { $0.hasPrefix(".washi-") } == [])

    #expect(await bench.washi("predict", "loans", "--input", "data/frsh.csv") == .wrong)
    #expect(bench.err.contains("did you mean `data/fresh.csv`?"))
    #expect(await bench.washi("predict", "laons", "--input", "data/fresh.csv") == .wrong)
    #expect(await bench.washi("predict", "data", "--input", "data/fresh.csv") == .wrong)
    #expect(bench.err.contains("data holds no model"))
    #expect(bench.err.contains("uses: export, model: NAME"))
    #expect(await bench.washi("predict", "loans", "-i", "data/fresh.csv", "-o", "x.xls") == .wrong)
    #expect(bench.err.contains("the ending of the output `x.xls` names no format"))
    #expect(
      await bench.washi("predict", "loans", "-i", "data", "-o", "x.csv", "--format", "csv")
        == .wrong)
    #expect(
      await bench.washi("predict", "loans", "-i", "data/fresh.csv", "-o", "data/x.csv/") == .done)
  }

  @Test func refusesABrokenModelAndATornFile() async throws {
    let bench = try await bench()
    let folder = "\(Self.version)/artifacts/models/tree"
    try bench.write("PAR1 torn", to: "torn.parquet")
    #expect(await bench.washi("predict", folder, "-i", "torn.parquet") == .wrong)
    #expect(bench.err.contains("torn.parquet cannot be read as Parquet"))
    try bench.write("{}", to: "broken/model.json")
    try bench.write("{}", to: "broken/encoder.json")
    #expect(await bench.washi("predict", "broken", "-i", "data/fresh.csv") == .wrong)
    #expect(bench.err.contains("is not what Washi writes"))
  }

  @Test func aModelSaysWhereItComesFrom() async throws {
    let bench = try await bench()
    let path = "\(Self.version)/artifacts/models/tree/provenance.json"
    let text = try #require(bench.text(path))
    #expect(!text.contains("s3cret") && !text.contains(bench.folder))
    let provenance = try JSONDecoder().decode(ModelProvenance.self, from: Data(text.utf8))
    #expect(provenance.notebook == "loans" && provenance.step == "model")
    // What only the scores use is not the model's.
    #expect(provenance.parameters == [.init(name: "rate", type: "float", value: "0.1")])
    #expect(provenance.inputs.map(\.path) == ["data/loans.csv"])
    let digest = Fingerprint(of: Self.rows(300, from: 0, hasTarget: true)).description
    #expect(provenance.inputs.map(\.sha256) == [digest])
    #expect(Set(["washi", "DuckDB", "LightGBM"]).isSubset(of: provenance.engines.map(\.name)))

    let other = try await self.bench()
    #expect(other.text(path) == text)
    #expect(
      await other.washi("run", "notebooks/loans.md", "-p", "rate", "0.2") == .done, "\(other.err)")
    let changed = try #require(
      other.names("output/loans").filter { $0 != "default" }.first)
    let again = try #require(
      other.text("output/loans/\(changed)/v1/artifacts/models/tree/provenance.json"))
    let second = try JSONDecoder().decode(ModelProvenance.self, from: Data(again.utf8))
    #expect(second.parameters.map(\.value) == ["0.2"])
    #expect(second.fingerprint != provenance.fingerprint)
  }

  @Test func asksWhichOfSeveralModels() async throws {
    let bench = try await bench()
    let text =
      Self.notebook + """
        ```yaml step again
        uses: export
        model: model
        path: models/other
        ```

        """
    try bench.write(text, to: "notebooks/loans.md")
    #expect(await bench.washi("run", "notebooks/loans.md") == .done, "\(bench.err)")
    #expect(await bench.washi("predict", "loans", "-i", "data/fresh.csv") == .wrong)
    #expect(bench.err.contains("loans holds 2 models"))
    #expect(bench.err.contains("--model artifacts/models/other"))
    for name in ["tree", "models/other"] {
      let status = await bench.washi("predict", "loans", "-i", "data/fresh.csv", "--model", name)
      #expect(status == .done, "\(bench.err)")
    }
    #expect(
      await bench.washi("predict", "loans", "-i", "data/fresh.csv", "--model", "tre") == .wrong)
  }

  /// The notebook with a target of three grades, or of a number, instead of two classes.
  static func notebook(of target: String) -> String {
    notebook.replacing("target: bad", with: "target: \(target)")
      .replacing("\n    threshold: \"{{ $cut }}\"", with: "")
      .replacing("threshold: \"{{ $cut }}\"\n", with: "")
      .replacing("table: loans\n", with: "table: graded\nfeatures: [amount, kind]\n")
      .replacing(
        "```yaml step model",
        with: """
          ```sql step graded
          SELECT *, 'g' || (id * 37 % 101) // 34 AS grade, (id * 37 % 101) + length(kind) / 7.0 AS size
          FROM loans
          ```

          ```yaml step model
          """)
  }

  @Test(arguments: [
    ("grade", "id,score_g0,score_g1,score_g2,score,label", "score_g1"),
    ("size", "id,prediction", "prediction"),
  ])
  func predictsClassesAndNumbers(
    _ target: String, _ header: String, _ taken: String
  ) async throws {
    let bench = try Bench(environment: ["TOKEN": "s3cret-value"])
    try bench.write(Self.notebook(of: target), to: "notebooks/loans.md")
    try bench.write(Self.rows(300, from: 0, hasTarget: true), to: "data/loans.csv")
    try bench.write(Self.rows(50, from: 1000, hasTarget: false), to: "data/fresh.csv")
    #expect(await bench.washi("run", "notebooks/loans.md") == .done, "\(bench.err)")
    let expected = try #require(bench.text("\(Self.version)/artifacts/scores.csv"))
    #expect(expected.split(separator: "\n").first.map(String.init) == header)
    var name = "data/fresh.csv"
    for next in ["a.jsonl", "b.parquet", "c.csv"] {
      let status = await bench.washi(
        "predict", "loans", "-i", name, "-o", next, "-k", "id", "-k", "amount", "-k", "kind")
      #expect(status == .done, "\(bench.err)")
      #expect(await bench.washi("predict", "loans", "-i", next, "--keep", "id") == .done)
      #expect(bench.out == expected)
      name = next
    }
    #expect(
      await bench.washi("predict", "loans", "-i", "data/fresh.csv", "--threshold", "0.3") == .wrong)
    #expect(bench.err.contains("`--threshold` does nothing for a model of a "))
    try bench.write("amount,kind,\(taken)\n1,b,2\n", to: "taken.csv")
    #expect(await bench.washi("predict", "loans", "-i", "taken.csv", "--keep", "*") == .wrong)
    #expect(bench.err.contains("`\(taken)` cannot be kept"))
    #expect(await bench.washi("predict", "loans", "-i", "taken.csv") == .done, "\(bench.err)")
  }
}
