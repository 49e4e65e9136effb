/// What the learning library and the runner say.
extension SentencePattern {
  static let learning: [SentencePattern] = [
    .init("{} cannot be set here", "{1}はここでは指定できません"),
    .init("{} has no parameter {}", "{1}にパラメーター{2}はありません"),
    .init("{} must be {}, not {}", "{1}は{2}でなければなりません（指定は{3}）"),
    .init("{} and another name of {} are both set", "{1}と、{2}の別名が両方指定されています"),
    .init("the model was trained with {}, which is unknown", "モデルは未知の{1}で学習されています"),
    .init("{} does not fit a {} target", "{1}は{2}の目的変数に合いません"),
    .init("{} has no SHAP values", "{1}ではSHAP値を計算できません"),
    .init("there is no column {}, which the model reads", "モデルが読む列{1}がありません"),
    .init("column {} is {}, but the model was trained on {}", "列{1}の型は{2}ですが、学習時は{3}でした"),
    .init("the rows have no column {}", "行に列{1}がありません"),
    .init("{} must be at least 1", "{1}は1以上でなければなりません"),
    .init("{} names {}, which is no feature", "{1}の{2}は特徴量ではありません"),
    .init("{} is text, whose values have no order to be monotone in", "{1}は文字列なので単調性を指定できません"),
    .init("the model has {} coefficients for {} inputs", "モデルの係数は{1}個ですが、入力は{2}個です"),
    .init(
      "{} takes no weights of rows: liblinear knows those of classes only",
      "{1}では行の重みを使えません。liblinearで使えるのはクラスの重みだけです"),
    .init("there are {} labels for {} rows", "{2}行に対して正解が{1}個です"),
    .init("the model has no file {}", "モデルにファイル{1}がありません"),
    .init("the model has format {}, which this version cannot read", "モデルの形式{1}はこのバージョンでは読めません"),
    .init("the model's file {} cannot be read", "モデルのファイル{1}を読めません"),
    .init("the model cannot be written to {}", "モデルを{1}に書き込めません"),
    .init("the model's file {} is not what Washi writes", "モデルのファイル{1}はWashiの形式ではありません"),
    .init("the model takes {} features, and there are {}", "モデルの特徴量は{1}個ですが、{2}個あります"),
    .init(
      "the network's weights are no numbers any more after epoch {}",
      "エポック{1}の後、ネットワークの重みが数値でなくなりました"),
    .init("the {} share must be at least 0 and below 1", "{1}の割合は0以上1未満でなければなりません"),
    .init(
      "the test and validation shares leave nothing to train on", "テストと検証の割合の合計が1以上で、学習データが残りません"),
    .init("{} tells classes apart and cannot learn numbers", "{1}は分類のアルゴリズムで、数値は学習できません"),
    .init("{} takes no monotone constraints", "{1}では単調性の制約を使えません"),
    .init("{} holds {}, which is no number", "{1}の値{2}は数値ではありません"),
    .init("{} of {} is no value that can be learned", "{2}の値{1}は学習できません"),
    .init("there is no feature to learn from", "学習に使う特徴量がありません"),
    .init("there are no rows to learn from", "学習に使う行がありません"),
    .init(
      "a value of the target is not finite, or beyond what 32 bits hold",
      "目的変数に有限でない値、または32ビットで表せない値があります"),
    .init("the target has one value only in the training rows", "学習データの目的変数が1種類の値だけです"),
    .init("the training rows hold one class only", "学習データにクラスが1つしかありません"),
    .init("the training rows hold no row of class {}", "学習データにクラス{1}の行がありません"),
    .init("none of {} rows is of class {}", "{1}行の中にクラス{2}の行がありません"),
    .init("there are {} weights for {} rows", "{2}行に対して重みが{1}個です"),
    .init("a weight is negative or not finite", "負または有限でない重みがあります"),
    .init("all rows weigh 0", "すべての行の重みが0です"),
    // The runner.
    .init(
      "{} of catalog entry {} changed while it was read", "カタログ{2}の{1}が読み込み中に変更されました"),
    .init(
      "The figures may be of neither its old nor its new content.",
      "計算結果が変更前と変更後のどちらの内容とも一致しない可能性があります。"),
    .init("the steps cannot be checked: {}", "ステップを検査できません（{1}）"),
    .init("the engine cannot be confined: {}", "計算エンジンを制限できません（{1}）"),
    .init("{} of catalog entry {}: {}", "カタログ{2}の{1}：{3}"),
    .init("{} cannot be read: {}", "{1}を読めません（{2}）"),
    .init("files: {}", "ファイル：{1}"),
    .init("the cache has no result of step {}, which {} needs", "{2}に必要なステップ{1}の結果がキャッシュにありません"),
    .init("the cache has lost the result of {}", "キャッシュから{1}の結果が失われています"),
    .init(
      "It has not run with these parameters and files, or was changed since.",
      "このパラメーターとファイルではまだ実行されていないか、その後に変更されています。"),
    .init("the notebook cannot be run", "ノートブックを実行できません"),
    .init(
      "step {} of the notebook left nothing, so there is no {}", "ノートブックのステップ{1}の結果がないため、{2}もありません"),
    // Expressions in prose.
    .init("step {} has no metric {}", "ステップ{1}に指標{2}はありません"),
    .init("the expression ends too early", "式が途中で終わっています"),
    .init("the expression must give one value", "式の値は1つでなければなりません"),
    // The engine's most frequent words.
    .init("Could not convert string '{}' to {}", "文字列`{1}`を{2}に変換できません"),
    .init("Could not convert string \"{}\" to {}", "文字列`{1}`を{2}に変換できません"),
    .init("Division by zero!", "0による除算です"),
    // Warnings of a plan.
    .init("nothing uses parameter {}", "パラメーター{1}は使われていません"),
    .init("nothing reads catalog entry {}", "カタログ{1}は読まれていません"),
  ]
}
