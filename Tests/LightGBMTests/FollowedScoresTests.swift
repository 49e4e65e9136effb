import DuckDB
import LightGBM
import Testing
import Vocabulary

/// Walking trees as they grow gives what LightGBM's own prediction gives, to the last bit.
@Suite struct FollowedScoresTests {
  /// Numbers, missing ones, zeros, booleans, categories that are unseen at first, infinities.
  private func sql(_ count: Int, from start: Int = 0) -> String {
    """
    SELECT (i * 37 % 101)::INTEGER AS a, CASE WHEN i % 9 > 0 THEN sin(i) END AS b, i % 4 = 0 AS c,
      CASE WHEN i % 13 > 0 THEN i * 7 % (CASE WHEN i < 2000 THEN 40 ELSE 55 END) END AS code,
      CASE WHEN i % 3 = 0 THEN 0 ELSE cos(i * 0.7) END AS zeros,
      CASE WHEN i % 50 = 0 THEN 'inf'::DOUBLE WHEN i % 51 = 0 THEN '-inf'::DOUBLE
        ELSE i % 17 / 3 END AS far
    FROM range(\(start), \(start + count)) t(i)
    """
  }

  private let labels = (0..<2000).map { Float(($0 * 37 % 101 > 50) != ($0 % 7 == 0) ? 1 : 0) }

  @Test(
    arguments: [
      [:], ["use_missing": "false"], ["zero_as_missing": "true"], ["max_bin": "15"],
      ["bagging_fraction": "0.5", "bagging_freq": "1"], ["feature_fraction": "0.5"],
      ["data_sample_strategy": "goss", "learning_rate": "0.3"], ["extra_trees": "true"],
      ["monotone_constraints": "1,-1,0,0,0,0"], ["objective": "regression"],
      ["max_cat_to_onehot": "64"], ["num_leaves": "255", "min_data_in_leaf": "1"],
      ["num_leaves": "2"], ["min_data_in_leaf": "5000"], ["objective": "regression_l1"],
    ] as [Parameters])
  func followWhatTheModelPredicts(changes: Parameters) throws {
    let connection = try connection()
    let training = try connection.stream(sql(2000))
    let (unseen, again) = (
      try connection.stream(sql(700, from: 1800)), try connection.stream(sql(700, from: 1800))
    )
    let settings = Parameters([
      ("objective", "binary"), ("verbosity", "-1"), ("min_data_in_leaf", "5"),
      ("num_leaves", "31"),
    ]).merging(.deterministic(seed: 1, threads: 1)).merging(changes)
    let (followed, predicted) = try Session.run(lightGBM()) { session throws(LightGBMError) in
      let data = try Dataset(
        session, stream: training, label: labels, parameters: settings, categorical: ["code"])
      let booster = try Booster(session, training: data, parameters: settings)
      var scores = FollowedScores(of: try FollowedRows(reading: unseen))
      for round in 0..<30 {
        try booster.update()
        // Several rounds at once are followed like one.
        if round % 3 != 1 { try scores.follow(booster) }
      }
      try scores.follow(booster)
      return (scores.raw, try booster.predict(again, .raw))
    }
    #expect(followed.count == 700)
    #expect(followed == predicted)
    if changes["min_data_in_leaf"] != "5000" { #expect(Set(followed).count > 1) }
  }

  @Test func refuseSeveralTreesARound() throws {
    let connection = try connection()
    let (training, unseen) = (
      try connection.stream(sql(300)), try connection.stream(sql(20))
    )
    let settings: Parameters = [
      "objective": "multiclass", "num_class": "3", "verbosity": "-1", "num_threads": "1",
    ]
    try Session.run(lightGBM()) { session throws(LightGBMError) in
      let data = try Dataset(
        session, stream: training, label: (0..<300).map { Float($0 % 3) }, parameters: settings)
      let booster = try Booster(session, training: data, parameters: settings)
      try booster.update()
      var scores = FollowedScores(of: try FollowedRows(reading: unseen))
      do throws(LightGBMError) {
        try scores.follow(booster)
        Issue.record("three trees were taken for one")
      } catch {
        #expect(error.message == "a round has 3 trees where one was expected")
      }
    }
  }
}
