import Foundation
import Testing

/// The registry as a user meets it.
@Suite struct ModelsTests {
  /// Trains and registers `returns`; another seed makes another version.
  static func training(seed: Int) -> String {
    """
    # Training

    ```sql step people
    SELECT i AS id, (i * 7919 % 1000) / 10.0 AS minutes, (i * 104729 % 97) AS visits,
      (i * 7919 % 1000 + (i * 15485863 % 499) > 900)::INTEGER AS returns
    FROM range(1200) t(i)
    ```

    ```yaml step model
    { uses: train, table: people, target: returns, id: id, split: { test: 0.3, validation: 0.2, seed: \(seed) },
      params: { num_leaves: 7 }, rounds: 20, early_stopping: 5 }
    ```

    ```yaml step quality
    { uses: evaluate, model: model, on: test, charts: [] }
    ```

    ```yaml step good
    uses: gate
    on_refusal: withhold_promotion
    expect: [quality.auc >= 0.6, quality.auc >= champion.auc - 0.5, quality.rows < $most]
    ```

    ```yaml parameters
    most: { type: int, default: 100000 }
    ```

    ```yaml step kept
    { uses: register, model: model, name: returns, metrics: quality, promote: champion, needs: [good] }
    ```
    """
  }

  private static let scoring = """
    # Scoring

    The champion is v{{ champion.version }} with {{ format('{:.3f}', champion.auc) }}.

    ```sql step people
    SELECT i AS id, (i * 31 % 1000) / 10.0 AS minutes, (i * 17 % 97) AS visits FROM range(200) t(i)
    ```

    ```yaml step scores
    { uses: predict, model: returns@champion, table: people, keep: [id] }
    ```

    ```yaml step file
    { uses: export, table: scores, path: scores.csv }
    ```
    """

  @Test func predictsTheSameFromTheRegistryAlone() throws {
    let shop = try Workshop()
    try shop.write("notebooks/train.md", Self.training(seed: 0))
    try shop.write("notebooks/score.md", Self.scoring)
    let early = try shop.washi("check", "notebooks/score.md")
    #expect(early.status == 2)
    #expect(early.errors.contains("there is no registered model `returns`"))
    let trained = try shop.washi("run", "notebooks/train.md")
    #expect(trained.status == 0, "\(trained.errors)")
    #expect(trained.errors.contains("registered: returns@v1"))
    #expect(trained.errors.contains("promoted: returns@v1 is champion"))
    let scored = try shop.washi("run", "notebooks/score.md")
    #expect(scored.status == 0, "\(scored.errors)")
    let first = try shop.files(below: "output/score/default/v1")["artifacts/scores.csv"]
    let report = try shop.read("output/score/default/v1/report.md")
    #expect(report.contains("The champion is v1 with"))
    #expect(report.contains("`returns@champion` | `registry/returns/v1/version.json`"))

    // Everything but the registry is gone.
    let other = try Workshop()
    for (path, bytes) in try shop.files(below: "registry") {
      try other.write("registry/\(path)", bytes)
    }
    try other.write("notebooks/score.md", Self.scoring)
    #expect(try other.washi("run", "notebooks/score.md").status == 0)
    #expect(try other.files(below: "output/score/default/v1")["artifacts/scores.csv"] == first)
  }

  @Test func promotesByGateAndVerifiesWithTheSameChampion() throws {
    let shop = try Workshop()
    try shop.write("notebooks/train.md", Self.training(seed: 0))
    try shop.write("notebooks/score.md", Self.scoring)
    #expect(try shop.washi("run", "notebooks/train.md").status == 0)
    #expect(try shop.washi("run", "notebooks/score.md").status == 0)
    // Another model that a gate refuses is registered, and not promoted.
    try shop.write("notebooks/train.md", Self.training(seed: 5))
    let refused = try shop.washi("run", "notebooks/train.md", "-p", "most", "1")
    #expect(refused.status == 3, "\(refused.errors)")
    #expect(refused.errors.contains("registered: returns@v2"))
    #expect(!refused.errors.contains("promoted"))
    let list = try shop.washi("models")
    #expect(list.output.contains("returns  v2      champion v1"), "\(list.output)")
    let promoted = try shop.washi("models", "promote", "returns@v2", "--expect", "v1")
    #expect(promoted.output == "v2 of returns is champion now, v1 was\n")
    let late = try shop.washi("models", "promote", "returns@v2", "--expect", "v7")
    #expect(late.status == 1 && late.errors.contains("meanwhile"), "\(late.errors)")
    let verified = try shop.washi("verify", "score")
    #expect(verified.status == 0, "\(verified.output) \(verified.errors)")
    let compared = try shop.washi("models", "compare", "returns@v1", "returns@champion")
    #expect(compared.output.contains("auc"))
    #expect(try shop.washi("models", "rollback", "returns").output.hasPrefix("v1 of returns is"))
    let shown = try shop.washi("models", "show", "returns@champion")
    #expect(shown.output.contains("returns@v1") && shown.output.contains("rollback"))
    #expect(try shop.washi("models", "demote", "returns@champion").status == 0)
    let gone = try shop.washi("models", "export", "returns@champion", "bundle")
    #expect(gone.status == 2 && gone.errors.contains("has no alias `champion`"), "\(gone.errors)")
    #expect(try shop.washi("models", "export", "returns@v1", "bundle").status == 0)
    #expect(
      try shop.files(below: "bundle").keys.sorted() == [
        "encoder.json", "model.json", "model.txt", "version.json",
      ])
  }

  @Test(arguments: [
    ("model: returns@champoin", "did you mean `champion`?"),
    ("model: returns@v9", "its newest is `v1`"),
    ("model: retruns@champion", "did you mean `returns`?"),
    ("model: returns@", "names no model of the registry"),
  ])
  func saysWhichModelsThereAre(_ option: String, _ message: String) throws {
    let shop = try Workshop()
    try shop.write("notebooks/train.md", Self.training(seed: 0))
    #expect(try shop.washi("run", "notebooks/train.md").status == 0)
    try shop.write(
      "notebooks/score.md",
      Self.scoring.replacingOccurrences(of: "model: returns@champion", with: option))
    let check = try shop.washi("check", "notebooks/score.md")
    #expect(check.status == 2)
    #expect(check.errors.contains(message), "\(check.errors)")
    #expect(check.errors.contains("notebooks/score.md:10:"), "\(check.errors)")
  }

  @Test func comparesTwoModelsOnTheSameRows() throws {
    let shop = try Workshop()
    try shop.write("data/people.csv", Self.people)
    try shop.write("notebooks/train.md", Self.kept(seed: 0))
    #expect(try shop.washi("run", "notebooks/train.md", "-q").status == 0)
    try shop.write(
      "notebooks/train.md", Self.kept(seed: 5).replacing("rounds: 20", with: "rounds: 9"))
    #expect(try shop.washi("run", "notebooks/train.md", "-q").status == 0)
    let models = ["models", "compare", "returns@v1", "returns@v2"]
    func compare(_ options: String...) throws -> Workshop.Outcome {
      try shop.washi(models + options)
    }
    let whole = try compare(
      "--data", "train@default/v1:people", "--csv", "moved.csv", "--keep", "id")
    #expect(whole.status == 0, "\(whole.errors)")
    #expect(whole.output.contains("Scores on 1,200 rows of train@default/v1:people"))
    #expect(whole.output.contains("Order: Spearman 0."))
    #expect(whole.output.contains("Threshold 0.5: "))
    let moved = try shop.read("moved.csv").split(separator: "\n")
    #expect(moved.count == 1201)
    #expect(
      moved[0] == "row,id,old_score,new_score,score_change,old_rank,new_rank,crossed")
    #expect(moved[3].hasPrefix("3,2,"))

    // The scores are those of `predict`, to the last bit.
    let bundle = try shop.washi("models", "export", "returns@v2", "bundle")
    #expect(bundle.status == 0)
    let scored = try shop.washi("predict", "bundle", "--input", "data/people.csv")
    let scores = scored.output.split(separator: "\n").dropFirst()
      .map { $0.split(separator: ",")[0] }
    #expect(moved.dropFirst().map { $0.split(separator: ",")[3] } == scores)

    // A step's rows are made again from what was kept when the file is gone.
    try FileManager.default.removeItem(at: shop.folder.appending(path: "data"))
    let json = try compare("--data", "train@default/v1:older", "--threshold", "0.3", "--json")
    #expect(json.status == 0, "\(json.errors)")
    #expect(json.errors.contains("its rows come from the snapshot"))
    let facts = try #require(
      try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    let found = try #require(facts["scores"] as? [String: Any])
    #expect(found["rows"] as? Int == 600)
    #expect((found["quantiles"] as? [Any])?.count == 10)
    let up = try #require(found["up"] as? Int)
    let down = try #require(found["down"] as? Int)
    #expect(((found["moved"] as? [Any])?.count ?? -1) == min(10, up + down))
    let name = try #require(try shop.files(below: "snapshots").keys.first)
    let digest = try compare("--data", String(name.prefix(8)))
    #expect(digest.status == 0, "\(digest.errors)")
    #expect(digest.output.contains("Scores on 1,200 rows of snapshot"))
    #expect(try compare("--data", "train@default/v1:people").output.contains("1,200 rows"))
  }

  @Test(arguments: [
    (["--data", "nothing.csv"], "no file, no snapshot and no VERSION:NAME"),
    (["--data", "bare.csv"], "has no column `visits`, which the first model reads"),
    (["--data", "train@default:nobody"], "has no step of that name"),
    (["--data", "train@default:model"], "step `model` makes no table"),
    (["--data", "data/people.csv", "--keep", "idd"], "did you mean `id`?"),
    (["--data", "empty.csv"], "empty.csv has no rows"),
    (["--csv", "x.csv"], "give --data"),
  ])
  func saysWhatIsWrongWithTheRowsToCompareOn(_ options: [String], _ message: String) throws {
    let shop = try Workshop()
    try shop.write("data/people.csv", Self.people)
    try shop.write("bare.csv", "id,minutes\n1,2\n")
    try shop.write("empty.csv", "id,minutes,visits\n")
    try shop.write("notebooks/train.md", Self.kept(seed: 0))
    #expect(try shop.washi("run", "notebooks/train.md", "-q").status == 0)
    let outcome = try shop.washi(["models", "compare", "returns@v1", "returns@latest"] + options)
    #expect(outcome.status == 2, "\(outcome.output)")
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }

  private static let people: String = {
    let rows = (0..<1200).map { i in
      "\(i),\(Double(i * 7919 % 1000) / 10),\(i * 104_729 % 97),"
        + "\(i * 7919 % 1000 + i * 15_485_863 % 499 > 900 ? 1 : 0)"
    }
    return "id,minutes,visits,returns\n" + rows.joined(separator: "\n") + "\n"
  }()

  /// The training on rows of a file, which the version keeps.
  private static func kept(seed: Int) -> String {
    """
    ---
    catalog:
      people: { path: data/people.csv, snapshot: true }
    ---

    ```sql step older
    SELECT * FROM people WHERE id < 600
    ```

    ```yaml step model
    { uses: train, table: people, target: returns, id: id, split: { test: 0.3, validation: 0.2, seed: \(seed) },
      params: { num_leaves: 7 }, rounds: 20, early_stopping: 5 }
    ```

    ```yaml step quality
    { uses: evaluate, model: model, on: test, charts: [] }
    ```

    ```yaml step kept
    { uses: register, model: model, name: returns, metrics: quality, promote: champion }
    ```
    """
  }
}
