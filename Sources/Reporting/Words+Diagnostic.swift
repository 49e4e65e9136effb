internal import Vocabulary

extension Words {
  /// A diagnostic in the language of the report. Names and what other programs said stay as they
  /// are; so does a sentence that is not known here.
  func diagnostic(_ english: Diagnostic) -> Diagnostic {
    guard self == .japanese else { return english }
    var diagnostic = english
    diagnostic.summary = summary(of: english)
    diagnostic.explanation = english.explanation.map(sentence)
    diagnostic.solutions = english.solutions.map(sentence)
    return diagnostic
  }

  /// What is wrong, in one sentence.
  func summary(of diagnostic: Diagnostic) -> String {
    guard self == .japanese else { return diagnostic.summary }
    if let known = known(diagnostic.summary) { return known }
    // What the engine says of SQL is its own; what it is about can be said.
    return engineKinds[diagnostic.rule].map { "\($0)：\(diagnostic.summary)" } ?? diagnostic.summary
  }

  /// A sentence of the rooms below.
  func sentence(_ english: String) -> String {
    guard self == .japanese else { return english }
    return known(english) ?? english
  }

  private func known(_ english: String) -> String? {
    for pattern in SentencePattern.all {
      if let text = pattern.translated(english, name: inner) { return text }
    }
    return nil
  }

  /// What stands within a sentence: a list of names, or the end of a sentence that is put together.
  private func inner(_ text: Substring) -> String {
    let text = String(text)
    for pattern in SentencePattern.endings {
      if let ending = pattern.translated(text) { return ending }
    }
    let pieces = text.split(separator: "`", omittingEmptySubsequences: false)
    guard pieces.count >= 5, pieces.count % 2 == 1 else { return text }
    // Names between backticks, with commas between them.
    return pieces.enumerated().map { index, piece in
      index % 2 == 1 ? "`\(piece)`" : piece == ", " ? "、" : String(piece)
    }.joined()
  }

  private var engineKinds: [String: String] {
    [
      "sql-parser": "SQLの文法エラー", "sql-binder": "SQLの参照エラー", "sql-catalog": "SQLで存在しない名前を参照",
      "sql-conversion": "SQLの型変換エラー", "sql-out-of-range": "SQLの数値が範囲外",
      "sql-constraint": "SQLの制約違反", "sql-io": "ファイルの読み書きエラー", "sql-permission": "許可されていない操作",
      "sql-interrupted": "SQLの実行を中断", "sql-invalid-input": "SQLの引数が不正",
      "sql-out-of-memory": "メモリー不足", "sql-parameter": "SQLのパラメーターに値がない",
      "sql-shape": "SQLの結果の形が不正", "sql-library": "計算エンジンを読み込めない", "sql-other": "計算エンジンのエラー",
      "bad-expression": "式のエラー", "engine": "計算エンジンのエラー", "lightgbm": "学習ライブラリーのエラー",
      "cannot-learn": "学習できない", "bad-parameter": "パラメーターの誤り", "bad-model": "モデルを使えない",
    ]
  }
}
