import Foundation
import Testing

/// Reports with `lang: ja`: a reader in Japan meets no English word but names and technical terms.
@Suite struct JapaneseTests {
  /// Terms that Japanese reports write in Latin letters, and what others write: engines, types, units.
  private static let terms: Set<String> = [
    "AUC", "ROC", "PR", "AP", "KS", "PSI", "SHAP", "TPE", "PED", "ANOVA", "F1", "MCC", "TP", "FP",
    "FN", "TN", "TPR", "FPR", "CSV", "SVG", "SHA", "SQL", "DuckDB", "LightGBM", "liblinear",
    "OpenBLAS", "washi", "Washi", "BIGINT", "DOUBLE", "VARCHAR", "INTEGER", "DATE", "kB", "float",
    "num", "leaves", "min", "data", "in", "leaf", "UTC",
  ]

  /// What a page says: its text without code, file names and types, and what is read to those who do
  /// not see it.
  private func words(of html: String) -> [Substring] {
    var text = html
    for part in [
      #/<style.*?</style>/#.dotMatchesNewlines(), #/<pre.*?</pre>/#.dotMatchesNewlines(),
      #/<code.*?</code>/#.dotMatchesNewlines(),
      #/<summary>\s*<span class="word">.*?</summary>/#.dotMatchesNewlines(),
      #/<td class="type">.*?</td>/#, #/<ul class="files">.*?</ul>/#.dotMatchesNewlines(),
      // Values of the column that a split adds, and the digest of a model: data, not words.
      #/<td>(?:train|validation|test|[0-9a-f]{12})</td>/#,
    ] {
      text = text.replacing(part, with: " ")
    }
    let told = text.matches(of: #/(?:aria-label|alt|title)="([^"]*)"/#).map { String($0.1) }
    text = text.replacing(#/<[^>]*>/#, with: " ")
    let all = ([text] + told).joined(separator: " ")
      .replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&amp;", with: "&")
      .replacing("&quot;", with: "\"")
    return all.matches(of: #/[A-Za-z][A-Za-z0-9]+/#).map(\.0)
  }

  private func foreign(_ words: [Substring]) -> [String] {
    var seen: Set<String> = []
    return words.map(String.init).filter {
      !Self.terms.contains($0) && !JapaneseNotebook.names.contains($0) && seen.insert($0).inserted
    }
  }

  @Test func leaveNoEnglishWord() throws {
    let shop = try Workshop()
    try shop.write("washi.yaml", "processes: allow\n")
    try shop.write("notebooks/whole.md", JapaneseNotebook.text)
    let first = try shop.washi("run", "-q", "notebooks/whole.md", "-p", "month", "2026-02")
    #expect(first.status == 3, "\(first.errors)")
    let run = try shop.washi("run", "-q", "notebooks/whole.md")
    #expect(run.status == 3, "\(run.errors)")
    let folder = "output/whole/2026-03/v1"
    let page = try shop.read("\(folder)/index.html")
    #expect(foreign(words(of: page)) == [])
    // Every kind is there.
    let kinds = [
      "sql", "table", "metric", "chart", "profile", "validate", "split", "train", "compare",
      "evaluate", "explain", "drift", "fairness", "predict", "export", "sh", "gate", "register",
    ]
    for kind in kinds { #expect(page.contains(" · \(kind)"), "\(kind)") }
    // Figures have Japanese names even where the page does not show them.
    let facts = try JSONSerialization.jsonObject(
      with: Data(try shop.read("\(folder)/report.json").utf8))
    let metrics = try #require((facts as? [String: Any])?["metrics"] as? [String: [String: Any]])
    let nameless = metrics.filter { name, metric in
      let label = metric["label"] as? String ?? String(name.split(separator: ".").last ?? "")
      return !foreign(words(of: label)).isEmpty
    }
    #expect(nameless.keys.sorted() == [])
    // Pictures that stand alone, and the text twin.
    for (path, data) in try shop.files(below: folder) where path.hasSuffix(".svg") {
      #expect(foreign(words(of: String(decoding: data, as: UTF8.self))) == [], "\(path)")
    }
    // What changed since the month before.
    let diff = try shop.washi("diff", "whole@2026-02", "whole@2026-03", "--html")
    #expect(diff.status == 0, "\(diff.errors)")
    let edition = diff.output.replacing(#/<th scope="row">.*?</th>/#, with: "")
    #expect(foreign(words(of: edition)).filter { !Self.columns.contains($0) } == [])
  }

  /// Names of columns in CSV files, which programs read and which do not depend on the language.
  private static let columns: Set<String> = [
    "fpr", "tpr", "recall", "precision", "round", "train", "validation", "value", "count", "low",
    "high", "rows", "mean", "score", "observed", "rate", "expectation", "v1", "SELECT", "FROM",
  ]

  @Test func sayWhyARunFailed() throws {
    let shop = try Workshop()
    try shop.write(
      "notebooks/failing.md",
      """
      ---
      title: 失敗する実行
      lang: ja
      ---

      # 失敗する実行

      ```sql step people
      SELECT i AS 番号, '男性' AS 性別, i * 1.0 AS 年収 FROM range(10) t(i)
      ```

      ```yaml step model
      { uses: train, table: people, target: 性別, features: [年収], seed: 1 }
      ```

      ```sql step broken
      SELECT CAST(性別 AS INTEGER) AS n FROM people
      ```

      ```sql step after
      SELECT n FROM broken
      ```
      """)
    let run = try shop.washi("run", "-q", "notebooks/failing.md")
    #expect(run.status == 1, "\(run.errors)")
    // The command line speaks English.
    #expect(run.errors.contains("the target `性別` holds `男性` only"))
    let files = try shop.files(below: ".washi/runs")
    for (name, told) in [
      ("/index.html", "目的変数<code>性別</code>の値が<code>男性</code>だけです"),
      ("/report.md", "目的変数`性別`の値が`男性`だけです"),
    ] {
      let file = try #require(files.first { $0.key.hasSuffix(name) })
      let text = String(decoding: file.value, as: UTF8.self)
      #expect(text.contains(told), "\(text)")
      #expect(text.contains("区別するものがありません") && text.contains("が失敗したため"))
      #expect(!text.contains("holds") && !text.contains("nothing to tell"))
    }
  }
}
