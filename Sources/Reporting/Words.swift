internal import Charting
internal import Parsing
internal import Steps
internal import Vocabulary

/// The fixed words of a report. Both languages stand side by side, so that neither is forgotten;
/// whole sentences, because order and plural differ.
enum Words: Sendable, Hashable {
  case english
  case japanese

  init(_ language: FrontMatter.Language) {
    switch language {
    case .english: self = .english
    case .japanese: self = .japanese
    }
  }

  func pick(_ english: String, _ japanese: String) -> String {
    switch self {
    case .english: english
    case .japanese: japanese
    }
  }

  /// The words of pictures in the same language.
  var ofCharts: Chart.Words { self == .japanese ? .japanese : .english }

  var languageCode: String { pick("en", "ja") }
  var skipToContent: String { pick("Skip to the report", "本文へ移動") }
  var contents: String { pick("Contents", "目次") }
  var keyFigures: String { pick("Key figures", "主要指標") }
  var edition: String { pick("Edition", "版") }
  var colon: String { pick(": ", "：") }
  var sentenceGap: String { pick(" ", "") }
  var missing: String { pick("missing", "欠損") }
  var emptyText: String { pick("empty", "空文字") }
  var noValue: String { pick("no value", "値なし") }
  var yes: String { pick("yes", "はい") }
  var no: String { pick("no", "いいえ") }
  var remark: String { pick("Note", "注") }
  var note: String { pick("note", "注") }
  var warning: String { pick("warning", "警告") }
  var error: String { pick("error", "エラー") }

  // MARK: Steps

  var how: String { pick("How", "手順") }
  var notRun: String { pick("Not run", "未実行") }
  var skipped: String { pick("Skipped", "スキップ") }
  var file: String { pick("File", "ファイル") }
  var csv: String { pick("Data (CSV)", "データ（CSV）") }
  var svg: String { pick("Picture (SVG)", "図（SVG）") }

  func step(_ name: String) -> String { pick("Step \(name)", "ステップ \(name)") }

  func code(ofStep name: String) -> String {
    pick("Code of step \(name)", "ステップ \(name) のコード")
  }

  func failed(_ step: String) -> String {
    pick("Step \(step) failed", "ステップ \(step) は失敗しました")
  }

  func rows(in read: Int?, out made: Int?) -> String? {
    switch (read, made) {
    case (nil, nil): nil
    case (let read?, nil): pick("\(rows(read)) read", "入力\(rows(read))")
    case (nil, let made?): pick("\(rows(made)) out", "出力\(rows(made))")
    case (let read?, let made?):
      pick("\(rows(read)) in, \(grouped(made)) out", "入力\(rows(read))、出力\(rows(made))")
    }
  }

  func rows(_ count: Int) -> String {
    pick(count == 1 ? "1 row" : "\(grouped(count)) rows", "\(grouped(count))行")
  }

  func rows(_ shown: Int, of all: Int) -> String {
    pick("\(grouped(shown)) of \(rows(all))", "\(grouped(all))行中\(grouped(shown))行")
  }

  func fileHoldsRows(_ count: Int) -> String {
    pick("the file holds the first \(rows(count))", "ファイルは先頭\(rows(count))")
  }

  func picture(_ format: String) -> String { pick("Picture (\(format))", "図（\(format)）") }

  func steps(_ count: Int) -> String {
    pick(count == 1 ? "1 step" : "\(grouped(count)) steps", "\(grouped(count))ステップ")
  }

  func output(of step: String) -> String {
    pick("Output of step \(step)", "ステップ \(step) の出力")
  }

  func lines(_ shown: Int, of all: Int) -> String {
    pick(
      "the last \(grouped(shown)) of \(grouped(all)) lines",
      "全\(grouped(all))行の末尾\(grouped(shown))行")
  }

  var total: String { pick("Total", "合計") }

  /// What a figure over all rows is; nil for a sum, which goes without saying.
  func word(for kind: TableExhibit.Total.Kind) -> String? {
    switch kind {
    case .sum: nil
    case .mean: pick("mean", "平均")
    case .median: pick("median", "中央値")
    case .min: pick("min", "最小")
    case .max: pick("max", "最大")
    }
  }

  // MARK: The end of the report

  var making: String { pick("How this report was made", "このレポートについて") }
  var parameters: String { pick("Parameters", "パラメーター") }
  var inputs: String { pick("Inputs", "入力データ") }
  /// The column with the digest of the Parquet file that holds an input's rows.
  var keptRows: String { pick("Snapshot", "スナップショット") }
  var earlierEditions: String { pick("Compared with editions", "比較した過去の版") }
  var engines: String { pick("Engines", "計算エンジン") }
  var reproduce: String { pick("Reproduce", "再現方法") }
  var warnings: String { pick("Warnings", "警告") }
  var name: String { pick("Name", "名前") }
  var value: String { pick("Value", "値") }
  var origin: String { pick("Set by", "設定元") }
  var meaning: String { pick("Meaning", "説明") }
  var size: String { pick("Size", "サイズ") }
  var version: String { pick("Version", "バージョン") }
  var metric: String { pick("Metric", "指標") }
  var interval: String { pick("Interval", "信頼区間") }
  var change: String { pick("Change", "変化") }
  var sinceEdition: String { pick("Since the previous edition", "前の版からの変化") }
  var owner: String { pick("Owner", "担当") }
  var byDefault: String { pick("default", "既定値") }
  var byDerivation: String { pick("derived", "他の値から計算") }
  var byProject: String { pick("project file", "プロジェクト設定") }
  var byCaller: String { pick("this run", "今回の実行") }
  var secretsStayOut: String {
    pick(
      "Secret parameters are not part of the command; they come from where the notebook says.",
      "秘密のパラメーターはコマンドに含まれません。ノートブックが定める場所から読み込みます。")
  }

  func list(_ names: [String]) -> String { names.joined(separator: pick(", ", "、")) }

  // MARK: Failures

  var runFailed: String { pick("This run failed.", "この実行は失敗しました。") }
  var runFailedAdvice: String {
    pick(
      "What had been computed before is shown below; nothing was published.",
      "それまでに計算した結果を以下に示します。公開はされていません。")
  }

  // MARK: Profile

  var column: String { pick("Column", "列") }
  var type: String { pick("Type", "型") }
  var missingShare: String { pick("Missing", "欠損率") }
  var distinct: String { pick("Distinct", "異なり数") }
  var mean: String { pick("Mean", "平均") }
  var deviation: String { pick("Std. dev.", "標準偏差") }
  var minimum: String { pick("Min", "最小") }
  var median: String { pick("Median", "中央値") }
  var maximum: String { pick("Max", "最大") }
  var distribution: String { pick("Distribution", "分布") }

  func distributions(_ count: Int) -> String {
    pick(
      count == 1 ? "Distribution of 1 column" : "Distributions of \(grouped(count)) columns",
      "\(grouped(count))列の分布")
  }

  func distribution(of column: String) -> String {
    pick("Distribution of \(column)", "\(column)の分布")
  }

  func profile(rows: Int, columns: Int) -> String {
    pick(
      columns == 1
        ? "\(self.rows(rows)), 1 column" : "\(self.rows(rows)), \(grouped(columns)) columns",
      "\(grouped(rows))行、\(grouped(columns))列")
  }

  // MARK: Batches

  var batch: String { pick("batch", "一括実行") }
  var sets: String { pick("Sets", "パラメーターの組") }
  var failedSets: String { pick("What failed", "失敗した組") }
  var figuresOverSets: String { pick("Figures over the sets", "組ごとの指標") }
  var state: String { pick("State", "状態") }
  var time: String { pick("Time", "時間") }

  func sets(_ count: Int) -> String {
    pick(count == 1 ? "1 set" : "\(grouped(count)) sets", "\(grouped(count))組")
  }

  func moreFigures(_ count: Int) -> String {
    pick(
      "\(grouped(count)) more figures are in each report.", "その他\(grouped(count))件の指標は各レポートにあります。")
  }

  // MARK: Front page

  var reports: String { pick("Reports", "レポート一覧") }
  var versions: String { pick("Versions", "バージョン") }
  var noReports: String { pick("No report has been published yet.", "公開されたレポートはまだありません。") }
}

func grouped(_ count: Int) -> String {
  NumberFormat.thousands(0).string(Double(count))
}
