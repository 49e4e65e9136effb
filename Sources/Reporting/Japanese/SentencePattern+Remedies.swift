/// What to do, and why a step has no result.
extension SentencePattern {
  static let remedies: [SentencePattern] = [
    .init("did you mean {}?", "{1}ではありませんか"),
    .init("valid names: {}", "使える名前：{1}"),
    .init("there are: {}", "候補：{1}"),
    .init("columns with numbers: {}", "数値の列：{1}"),
    .init("leave it out of {}", "{1}から除く"),
    .init("leave it out: {}", "除く：{1}"),
    .init("leave it out, or set it to {}", "省略するか、{1}にする"),
    .init("leave {} out, or set it to {}", "{1}を省略するか、{2}にする"),
    .init("leave {} out, so that the validation rows choose", "検証データで選ぶように{1}を省略する"),
    .init("leave {} out", "{1}を省略する"),
    .init("leave it out", "省略する"),
    .init("leave them out: {}", "除く：{1}"),
    .init("leave such rows out in SQL", "SQLでその行を除く"),
    .init("set `folds` lower", "`folds`を小さくする"),
    .init("set {}", "{1}を指定する"),
    .init("use {}, {} or one of the tree algorithms", "{1}、{2}、または木のアルゴリズムを使う"),
    .init("use {}, {} and {}", "{1}、{2}、{3}を使う"),
    .init("use {} or {}", "{1}か{2}を使う"),
    .init("use {}, or remove it", "{1}を使うか、削除する"),
    .init("use it, or remove it", "使うか、削除する"),
    .init("use a newer version of Washi", "新しいバージョンのWashiを使う"),
    .init("use {}", "{1}を使う"),
    .init("it has {}", "使えるのは{1}"),
    .init("give {} a {} share", "{1}に{2}の割合を指定する"),
    .init(
      "give the {} of the {} step a share for {}", "{2}ステップの{1}に{3}の割合を指定する"),
    .init("give the {} step {}", "{1}ステップに{2}を指定する"),
    .init("give the column another name in SQL", "SQLで列に別の名前を付ける"),
    .init("give the column the type {}", "列の型を{1}にする"),
    .init("give the parameter another name", "パラメーターに別の名前を付ける"),
    .init("give rare classes enough rows, or put them together in SQL", "少ないクラスの行を増やすか、SQLでまとめる"),
    .init("say which value counts as 1 with `positive:`", "どの値を1とするかを`positive:`で指定する"),
    .init("make a number of it in SQL", "SQLで数値にする"),
    .init("make numbers or text of it in SQL", "SQLで数値か文字列にする"),
    .init("make bands of it in SQL", "SQLで階級に分ける"),
    .init("make them 0 or more in SQL, or leave such rows out", "SQLで0以上にするか、その行を除く"),
    .init("make it: {}", "作成する：{1}"),
    .init("make it of a table that is right: {}", "正しい表から作る：{1}"),
    .init("put values together in SQL", "SQLで値をまとめる"),
    .init("group its values in SQL", "SQLで値をまとめる"),
    .init("keep one of them", "どちらか1つにする"),
    .init("lower {}", "{1}を小さくする"),
    .init("train the model again", "モデルを学習し直す"),
    .init("add {}", "{1}を加える"),
    .init("name the column that tells rows apart: {}", "行を区別する列を指定する：{1}"),
    .init("write it with an {} step: {}, {}", "{1}ステップで書き出す：{2}、{3}"),
    .init("write lines such as {}", "{1}のような行を書く"),
    .init(
      "install Python, or name one in the project file: {}", "Pythonをインストールするか、プロジェクトファイルで指定する：{1}"),
    .init(
      "if you trust this notebook, write {} in washi.yaml", "このノートブックを信頼できるなら、washi.yamlに{1}と書く"),
    .init("it may need more memory than {} MB: raise {}", "メモリーが{1} MBでは足りない可能性があります：{2}を増やす"),
    .init("read all {} lines that it wrote: {}", "出力の全{1}行を読む：{2}"),
    .init("run it again when nothing writes to the file", "ファイルへの書き込みが終わってから再実行する"),
    .init("run without {}: what the cache has is reused", "{1}を付けずに実行する（キャッシュにある結果は再利用されます）"),
    .init("0.2 is a fifth of the rows", "0.2は行の5分の1です"),
    .init("let {} and {} add up to less than 1", "{1}と{2}の合計を1未満にする"),
  ]

  /// Why a step has no result.
  static let reasons: [SentencePattern] = [
    .init("its condition `when` does not hold", "条件`when`が成り立たないため"),
    .init("it is outside of {}", "{1}の範囲外のため"),
    .init("step {} failed", "ステップ{1}が失敗したため"),
    .init("{} refused", "{1}が却下したため"),
    .init("it needs {}, which has no result", "結果のない{1}を必要とするため"),
  ]

  /// What other sentences are put together of.
  static let endings: [SentencePattern] = [
    .init("train", "学習"), .init("validation", "検証"), .init("test", "テスト"),
    .init("target", "目的変数"), .init("part", "区分"), .init("weight", "重み"),
    .init("a regression", "回帰"), .init("a binary model", "2クラスのモデル"),
    .init("a multiclass model", "多クラスのモデル"), .init("a binary target", "2クラスの目的変数"),
    .init("a multiclass target", "多クラスの目的変数"), .init("a regression target", "数値の目的変数"),
    .init("multiclass", "多クラス"), .init("binary", "2クラス"), .init("regression", "回帰"),
    .init("classes", "クラス"), .init("numbers", "数値"),
    .init("it is empty", "空です"), .init("it must be relative", "相対パスにしてください"),
    .init("it must not leave its folder", "フォルダーの外は指定できません"),
    .init("No such file or directory", "ファイルまたはフォルダーがありません"),
    .init("Permission denied", "権限がありません"),
    .init("No space left on device", "ディスクに空きがありません"),
  ]

  /// Every sentence that is known, the more particular ones first.
  static let all = steps + learning + remedies
}
