internal import Archiving
internal import ArgumentParser
internal import Learning
internal import Vocabulary

extension ModelsCommand {
  /// `washi models compare`.
  struct Compare: Action {
    static let configuration = CommandConfiguration(
      commandName: "compare",
      abstract:
        "Compare the figures and the making of two models, and their scores on the same rows.",
      discussion: """
        With --data both models score the same rows: how the scores are distributed and how far they \
        move, whether the rows keep their order (Spearman's correlation; how many of the highest tenth \
        are the same), and which rows go over the threshold. The rows are

          FILE           a CSV, JSON Lines or Parquet file with the columns that both models read
          DIGEST         a snapshot, by the first digits of its SHA-256 (6 at least)
          VERSION:NAME   what a version read or made under this name: a catalog entry that it kept \
        (`snapshot: true`), or a step, which is made again from what was kept

        EXAMPLES:
          washi models compare credit-default@champion credit-default@latest
          washi models compare credit-default@v1 credit-default@v2 --data loans.csv --keep loan_id
          washi models compare credit-default@v1 credit-default@v2 \\
            --data credit/retrain@2021-01:newest --threshold 0.2 --csv moved.csv
        """)
    @OptionGroup var place: Place
    @Argument(help: "A model, such as credit-default@champion.")
    var first: String
    @Argument(help: "Another one, such as credit-default@latest.")
    var second: String

    @Option(help: ArgumentHelp("Rows to score with both.", valueName: "rows"))
    var data: String?
    @Option(
      help: ArgumentHelp(
        "A score from this one on is above the threshold (default: 0.5, none for a regression).",
        valueName: "score"))
    var threshold: Double?
    @Option(
      name: [.short, .long], parsing: .singleValue,
      help: ArgumentHelp("A column to tell rows by, again for more.", valueName: "column"))
    var keep: [String] = []
    @Option(help: ArgumentHelp("How many rows to show.", valueName: "n"))
    var rows = 10
    @Option(help: ArgumentHelp("Write all rows with both scores.", valueName: "file"))
    var csv: String?
    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
      if data == nil, threshold != nil || csv != nil || !keep.isEmpty {
        throw ValidationError("--threshold, --keep and --csv need rows to score: give --data")
      }
      if let threshold, !threshold.isFinite {
        throw ValidationError("--threshold must be a number")
      }
      if rows < 0 { throw ValidationError("--rows must not be negative") }
    }

    func perform(at desk: Desk) async throws -> ExitStatus {
      let registry = try place.open(at: desk)
      let one = try registry.resolve(first)
      let other = try registry.resolve(second)
      let facts = ModelDifference(
        old: try registry.facts(of: one.name, one.number),
        new: try registry.facts(of: other.name, other.number),
        names: ("\(one.name)@v\(one.number)", "\(other.name)@v\(other.number)"))
      var scores: ScoreDifference?
      if let data {
        let models = (
          try registry.model(one.name, one.number), try registry.model(other.name, other.number)
        )
        let scoring = ComparedScoring(
          models: (models.0, models.1), threshold: threshold, keep: keep, csv: csv, desk: desk)
        scores = try await scoring.difference(on: data)
      }
      if json {
        desk.console.say(
          JSONText.encode(
            ComparisonFacts(difference: facts, scores: scores, rows: rows), isIndented: true))
        return .done
      }
      for line in facts.lines { desk.console.say(line) }
      if let scores {
        desk.console.say("")
        for line in scores.lines(showing: rows, names: facts.names) { desk.console.say(line) }
      }
      return .done
    }
  }
}

/// Two models by what is recorded of them.
struct ModelDifference {
  var old: ModelRegistry.Facts
  var new: ModelRegistry.Facts
  var names: (String, String)

  var lines: [String] {
    let format = NumberFormat.automatic
    var rows = [["", names.0, names.1, "CHANGE"]]
    for name in Set(old.metrics.keys).union(new.metrics.keys).sorted() {
      let (x, y) = (old.metrics[name], new.metrics[name])
      let change = x.flatMap { x in y.map { format.signedString($0 - x) } } ?? ""
      rows.append([name, x.map(format.string) ?? "", y.map(format.string) ?? "", change])
    }
    func texts(_ kind: String, _ a: [String: String], _ b: [String: String]) {
      for name in Set(a.keys).union(b.keys).sorted() where a[name] != b[name] {
        let values = [a[name], b[name]].map { $0.map { String($0.prefix(24)) } ?? "absent" }
        rows.append(["\(kind) \(name)"] + values + [""])
      }
    }
    texts("parameter", old.parameters, new.parameters)
    texts(
      "input", old.inputs.mapValues { String($0.prefix(12)) },
      new.inputs.mapValues { String($0.prefix(12)) })
    texts("engine", old.engines, new.engines)
    return TextTable(rows: rows, numeric: [1, 2, 3]).lines
      + (old.digest == new.digest ? ["The bundles are the same."] : [])
  }
}
