import DuckDB
import LightGBM
import Testing
import Vocabulary

/// Data that a month's file may hold; each must be a model or an error, never a crash.
@Suite struct OddDataTests {
  @Test(
    arguments: [
      "SELECT 1.0::DOUBLE AS a WHERE false", "SELECT 1.0::DOUBLE AS a",
      "SELECT NULL::DOUBLE AS a FROM range(50)", "SELECT 'inf'::DOUBLE AS a FROM range(50)",
      "SELECT CASE WHEN i % 2 = 0 THEN '-inf'::DOUBLE ELSE 'nan'::DOUBLE END AS a FROM range(50) t(i)",
      "SELECT 18446744073709551615::UBIGINT AS a FROM range(50)",
      "SELECT NULL::BOOLEAN AS a, i AS b FROM range(5000) t(i)",
      "SELECT i AS \"a\", i * 2 AS \"A\", i AS \"日本 🎌\", i AS \"\u{1}[x]\" FROM range(50) t(i)",
    ], [Float(1), 0, .nan, -3, .infinity])
  func trainsOrRefuses(sql: String, label: Float) throws {
    let connection = try connection()
    let rows = try connection.count("SELECT count(*) FROM (\(sql))")
    let stream = try connection.stream(sql)
    let again = try connection.stream(sql)
    let labels = (0..<rows).map { $0 % 3 == 0 ? 0 : label }
    do throws(LightGBMError) {
      let count = try Session.run(try lightGBM()) { session throws(LightGBMError) in
        let settings: Parameters = ["objective": "binary", "verbosity": "-1", "num_threads": "1"]
        let data = try Dataset(session, stream: stream, label: labels, parameters: settings)
        let booster = try Booster(session, training: data, parameters: settings)
        try booster.update()
        let copy = try Booster(session, model: booster.modelText())
        return try copy.predict(again).count
      }
      #expect(count == rows)
    } catch {
      #expect(!error.message.isEmpty)
    }
  }

  @Test(
    arguments: [
      "", "tree\nend of trees\n", "tree\n\nend of trees\n", "tree\nversion=v4\n\nend of trees\n",
      "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\nmax_feature_idx=0\n\nend of trees\n",
      "tree\nversion=v4\nnum_class=x\nnum_tree_per_iteration=1\nlabel_index=0\nmax_feature_idx=0\nfeature_names=a\nfeature_infos=none\ntree_sizes=9999999\n\nTree=0\n\nend of trees\n",
    ])
  func refusesWhatIsNoModel(text: String) throws {
    #expect(throws: LightGBMError.self) {
      try Session.run(lightGBM()) { session throws(LightGBMError) in
        _ = try Booster(session, model: text)
      }
    }
  }
}
