import Foundation
import LinearAlgebra
import Testing
import Vocabulary

@testable import Learning

/// Models that earlier versions of Washi wrote.
@Suite struct OlderModelTests {
  /// A folder from before models of several classes and of numbers, as it was recorded then, with the
  /// scores of Python's LightGBM.
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Expectations/older").path

  struct Expected: Decodable {
    var rows: [Row]
    var scores: [Double]

    struct Row: Decodable {
      var age: Double?
      var income: Double?
      var home: String?
      var married: Bool?
    }
  }

  @Test func scoresWithAModelFromBeforeThereWereTasks() throws {
    let model = try Model(contentsOf: Self.folder)
    #expect(
      model.target
        == Model.Target(column: "defaulted", type: "INTEGER", negative: "0", positive: "1"))
    let expected = try JSONDecoder().decode(
      Expected.self, from: Data(contentsOf: URL(fileURLWithPath: Self.folder + "/expected.json")))
    let rows = expected.rows
    let table = Table(columns: [
      Column("age", reals: rows.map(\.age)), Column("income", reals: rows.map(\.income)),
      Column("home", texts: rows.map(\.home)),
      Column(name: "married", type: .boolean, cells: .booleans(rows.map(\.married))),
    ])
    let scores = try model.scores(of: table, with: Engines.lightGBM)
    for (ours, theirs) in zip(scores, expected.scores) { #expect(abs(ours - theirs) < 1e-12) }
    #expect(scores.count == 4)
    // What is written is today's form, and the same model.
    let files = try model.files()
    #expect(files.contains { $0.contents.contains(#""task" : "binary""#) })
    #expect(try Model(files: files) == model)
  }

  /// Linear models and networks of today, put into the form that they had before.
  @Test func readsTheFunctionsAndNetworksOfBefore() throws {
    let standardizer = Standardizer(fitting: .init(columnCount: 1, values: [1, 2, 4]))
    let linear = LinearModel(
      standardizer: standardizer,
      functions: [.init(coefficients: [0.5], intercept: -1, calibration: .logistic)])
    let old = #"""
      {"standardizer": {"fills": [2], "indicators": [], "means": [2.3333333333333335],
        "scales": [1.247219128924647]},
       "coefficients": [0.5], "intercept": -1, "calibration": {"slope": 1, "offset": 0}}
      """#
    let read = try JSONDecoder().decode(LinearModel.self, from: Data(old.utf8))
    #expect(read.functions == linear.functions)
    #expect(read.standardizer.fills == standardizer.fills)

    let network = Network([NetworkLayer(units: 2)], after: standardizer, seed: 1)
    let encoded = try #require(
      JSONSerialization.jsonObject(with: Data(Model.json(network).utf8)) as? [String: Any])
    let before = encoded.filter { $0.key != "output" }
    #expect(before.count == encoded.count - 1)
    let again = try JSONDecoder().decode(
      Network.self, from: JSONSerialization.data(withJSONObject: before))
    #expect(again == network)
    let curve =
      #"{"metric": "binary_logloss", "train": [1], "validation": [], "validation_auc": []}"#
    #expect(
      try JSONDecoder().decode(LossCurve.self, from: Data(curve.utf8))
        == LossCurve(metric: "binary_logloss", train: [1]))
  }

  @Test(arguments: [
    (#""negative" : "0","#, "", "`target` has no `negative`"),
    (#""column" : "defaulted","#, "", "`target` has no `column`"),
    (
      #""negative" : "0","#, #""task" : "binary", "classes" : ["0"],"#,
      "`target.classes`: 1 classes are no binary target"
    ),
    (#""best_round" : 12,"#, #""best_round" : "twelve","#, "`best_round` is no Int"),
    ("{", "", "it is no JSON"),
  ])
  func saysWhatAFileLacks(_ old: String, _ new: String, _ words: String) throws {
    let files = try ["encoder.json", "model.json", "model.txt"].map { name in
      let text = try String(contentsOfFile: "\(Self.folder)/\(name)", encoding: .utf8)
      guard name == "model.json" else { return Model.File(name: name, contents: text) }
      let range = try #require(text.range(of: old))
      return Model.File(name: name, contents: text.replacingCharacters(in: range, with: new))
    }
    let error = #expect(throws: LearningError.self) { try Model(files: files) }
    #expect(error?.summary == "the model's file `model.json` is not what Washi writes")
    #expect(error?.explanation == words)
    #expect(error?.solutions == ["train the model again"])
  }

  @Test func refusesAFormatOfTomorrow() throws {
    let files = try ["encoder.json", "model.json", "model.txt"].map { name in
      let text = try String(contentsOfFile: "\(Self.folder)/\(name)", encoding: .utf8)
      return Model.File(
        name: name,
        contents: text.replacingOccurrences(of: #""format" : 1"#, with: #""format" : 2"#))
    }
    let error = #expect(throws: LearningError.self) { try Model(files: files) }
    #expect(error?.solutions == ["use a newer version of Washi"])
  }
}
