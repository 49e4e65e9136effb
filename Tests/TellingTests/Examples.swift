import Learning
import Parsing

@testable import Telling

extension RunNews {
  /// A month's run that went well.
  static var example: RunNews {
    var news = RunNews(
      run: "20210201T060000Z-k3x9a", notebook: "credit/monthly",
      path: "notebooks/credit/monthly.md", edition: "2021-01",
      title: "Credit default, January 2021", status: .done, startedAt: 1_612_159_200_000,
      endedAt: 1_612_159_211_500, user: "ann")
    news.description = "Scores of the month."
    news.owner = "credit-risk"
    news.tags = ["credit", "monthly"]
    news.version = 3
    news.isNew = true
    news.digest = "abc123"
    news.parameters = [Parameter("target_date", "2021-01"), Parameter("trials", "10")]
    news.figures = [
      Figure("evaluation.auc", 0.7433, label: "AUC", text: "0.743", isTile: true),
      Figure("evaluation.rows", 4812, label: "Rows", text: "4,812"),
      Figure("evaluation.none", nil, label: "None"),
    ]
    news.curves = [
      Curve("model.validation.auc", steps: [1, 2, 3], values: [0.6, .nan, 0.7])
    ]
    news.inputs = [
      Input(entry: "initial", path: "data/initial.csv", sha256: String(repeating: "a", count: 64))
    ]
    news.engines = [Engine("washi", "0.1.0"), Engine("DuckDB", "2.0.0")]
    news.folder = "output/credit/monthly/2021-01/v3"
    return news
  }
}

extension Model {
  /// A model that needs no library: 1 / (1 + exp(-(x - 1))).
  static var example: [Model.File] {
    [
      File(
        name: "encoder.json",
        contents: """
          {"categorical": "native", "drop_first": false,
           "columns": [{"name": "it's", "type": "DOUBLE", "kind": "number", "levels": []}]}
          """),
      File(
        name: "model.json",
        contents: """
          {"format": 1, "algorithm": "logistic_regression",
           "target": {"column": "bad", "type": "BIGINT", "task": "binary", "classes": ["0", "1"]},
           "signature": [], "parameters": {"C": "0.5"}, "best_round": 1, "rounds": 1,
           "curve": {"metric": "", "train": [], "validation": [], "train_auc": [],
           "validation_auc": []}, "importance": [], "metrics": {}}
          """),
      File(
        name: "linear.json",
        contents: """
          {"standardizer": {"fills": [0], "indicators": [], "means": [1], "scales": [1]},
           "functions": [{"coefficients": [1], "intercept": 0,
           "calibration": {"slope": 1, "offset": 0}}]}
          """),
    ]
  }
}

/// A report of three files, and a registry with one model.
struct ExampleMatter: TrackedMatter {
  var aliases = ["champion": 2, "very.new": 2]

  func reportFiles() -> [TrackedFiles.File] {
    [
      TrackedFiles.File("charts/roc.svg", size: 4), TrackedFiles.File("index.html", size: 6),
      TrackedFiles.File("artifacts/big.bin", size: 1 << 30),
    ]
  }

  func bytes(ofReportFile path: String) -> [UInt8]? { Array("<\(path)>".utf8) }

  func bundle(of name: String, _ number: Int) -> [Model.File]? { Model.example }

  func aliases(of name: String) -> [String: Int] { aliases }
}
