internal import Comparing
internal import Vocabulary

/// The fixed words of a difference.
extension Words {
  /// Japanese when both versions are, English otherwise.
  init(of difference: Difference) {
    self = difference.old.language == "ja" && difference.new.language == "ja" ? .japanese : .english
  }

  func whatChanged(_ title: String) -> String { pick("What changed: \(title)", "変更点：\(title)") }
  var old: String { pick("Old", "変更前") }
  var new: String { pick("New", "変更後") }
  var oldSide: String { pick("old", "変更前") }
  var newSide: String { pick("new", "変更後") }
  var verdict: String { pick("Verdict", "判定") }
  var place: String { pick("Place", "場所") }
  var problems: String { pick("Problems", "問題") }
  var addedWord: String { pick("added", "追加") }
  var removedWord: String { pick("removed", "削除") }
  var movedWord: String { pick("moved", "移動") }
  var points: String { pick("The points", "点の一覧") }
  var drawnDifferently: String { pick("drawn differently", "描き方が変わりました") }
  var sentenceEnd: String { pick(".", "。") }

  func source(of name: String) -> String { pick("Source of \(name)", "\(name)のソース") }
  func more(_ count: Int) -> String { pick("… and \(count) more", "…ほか\(count)件") }
  func first(_ shown: Int, of count: Int) -> String {
    pick("The first \(shown) of \(count).", "\(count)件のうち先頭\(shown)件です。")
  }
  func table(_ name: String) -> String { pick("Table \(name)", "表 \(name)") }
  func chart(_ name: String) -> String { pick("Chart \(name)", "図 \(name)") }
  func partsLeftOut(_ count: Int) -> String {
    pick(
      "\(count) more parts are not shown here: `washi diff` prints all of them.",
      "ほか\(count)か所は表示していません。`washi diff`ですべて確認できます。")
  }

  // MARK: Sections

  func title(_ topic: DifferenceOutline.Topic) -> String {
    switch topic {
    case .report: pick("Report", "レポート")
    case .metrics: pick("Metrics", "指標")
    case .parameters: parameters
    case .steps: pick("Steps", "ステップ")
    case .tables: pick("Tables", "表")
    case .charts: pick("Charts", "図")
    case .text: pick("Text", "本文")
    case .inputs: inputs
    case .engines: engines
    case .artifacts: pick("Artifacts", "成果物")
    case .findings: pick("Findings", "警告とエラー")
    case .files: pick("Other files", "その他のファイル")
    }
  }

  var proseFollows: String {
    pick(
      "The author changed no words: these follow from the figures.",
      "作成者による文章の変更はなく、数値の変化に伴うものです。")
  }
  var bytesDiffer: String {
    pick(
      "Their bytes differ although nothing above says why.", "上記では説明できないバイト単位の違いがあります。")
  }

  // MARK: One line over everything

  func headline(_ difference: Difference) -> String {
    if difference.isEmpty {
      return difference.changes.isEmpty
        ? pick("No difference", "違いはありません")
        : pick("No difference beyond the tolerance", "許容差を超える違いはありません")
    }
    let text = self == .japanese ? summary(difference.counts) : difference.summary
    return text.isEmpty ? pick("The comparison is not complete", "比較は完了していません") : text
  }

  private func summary(_ counts: Difference.Counts) -> String {
    func part(_ noun: String, _ count: Int, _ unit: String = "件") -> String? {
      count == 0 ? nil : "\(noun)\(grouped(count))\(unit)"
    }
    let verdicts = [part("悪化", counts.worse), part("改善", counts.better)].compactMap(\.self)
    let metrics = part("指標", counts.metrics).map {
      verdicts.isEmpty ? $0 : "\($0)（\(verdicts.joined(separator: "、"))）"
    }
    return [
      part("レポート情報", counts.facts), part("パラメーター", counts.parameters), metrics,
      part("ステップ", counts.steps), part("表", counts.tables), part("図", counts.charts),
      part("本文", counts.blocks, "か所"), part("入力データ", counts.inputs),
      part("計算エンジン", counts.engines), part("成果物", counts.artifacts),
      part("警告とエラー", counts.findings), part("その他のファイル", counts.files),
    ].compactMap(\.self).joined(separator: "、")
  }

  // MARK: Tables

  /// `4 → 5 rows by segment: 1 row added, 2 cells in 1 row changed`.
  func sentence(_ tally: Difference.Tally) -> String {
    self == .japanese ? japanese(tally) : english(tally)
  }

  private func english(_ tally: Difference.Tally) -> String {
    func count(_ number: Int, _ noun: String) -> String {
      "\(grouped(number)) \(noun)\(number == 1 ? "" : "s")"
    }
    let (old, new) = (tally.oldRows, tally.newRows)
    let size = old == new ? count(new, "row") : "\(grouped(old)) → \(count(new, "row"))"
    let key = tally.key.isEmpty ? " by order" : " by " + tally.key.joined(separator: ", ")
    let parts = [
      tally.added > 0 ? "\(count(tally.added, "row")) added" : nil,
      tally.removed > 0 ? "\(count(tally.removed, "row")) removed" : nil,
      tally.cells > 0
        ? "\(count(tally.cells, "cell")) in \(count(tally.changed, "row")) changed" : nil,
      tally.moved > 0 ? "\(count(tally.moved, "row")) moved" : nil,
      tally.within > 0 ? "\(count(tally.within, "cell")) within tolerance" : nil,
    ].compactMap(\.self)
    return size + key + (parts.isEmpty ? "" : ": " + parts.joined(separator: ", "))
  }

  private func japanese(_ tally: Difference.Tally) -> String {
    let (old, new) = (tally.oldRows, tally.newRows)
    let size = old == new ? "\(grouped(new))行" : "\(grouped(old))行 → \(grouped(new))行"
    let key = tally.key.isEmpty ? "（並び順で対応）" : "（\(list(tally.key))で対応）"
    let parts = [
      tally.added > 0 ? "\(grouped(tally.added))行を追加" : nil,
      tally.removed > 0 ? "\(grouped(tally.removed))行を削除" : nil,
      tally.cells > 0 ? "\(grouped(tally.changed))行の\(grouped(tally.cells))セルを変更" : nil,
      tally.moved > 0 ? "\(grouped(tally.moved))行を移動" : nil,
      tally.within > 0 ? "\(grouped(tally.within))セルは許容差の範囲内" : nil,
    ].compactMap(\.self)
    return size + key + (parts.isEmpty ? "" : "：" + list(parts))
  }

  // MARK: Places

  /// A part of a change's path that is a word of ours and no name of the author's.
  func detail(_ part: String, of kind: Comparing.Change.Kind, at index: Int) -> String {
    guard self == .japanese else { return part }
    switch kind {
    case .row, .cell, .point:
      guard index == 1, part.hasPrefix("row "), let row = Int(part.dropFirst(4)) else {
        return part
      }
      return "\(row)行目"
    case .prose, .file, .artifact, .engine: return part
    case .input:
      return part == "earlier editions" && index == 0 ? earlierEditions : detail(part, at: index)
    case .fact: return Self.details[part] ?? part
    case .source where index == 0:
      return ["front matter": "フロントマター", "parameters": parameters, "text": "本文"][part] ?? part
    case .parameter, .metric, .step, .source, .table, .chart, .diagnostic:
      return detail(part, at: index)
    }
  }

  private func detail(_ part: String, at index: Int) -> String {
    index == 0 ? part : Self.details[part] ?? part
  }

  private static let details = [
    "notebook": "ノートブック", "edition": "版", "title": "タイトル", "description": "説明", "owner": "担当",
    "tags": "タグ", "language": "言語", "state": "状態", "type": "型", "origin": "設定元", "label": "名称",
    "unit": "単位", "format": "書式", "direction": "良い方向", "interval": "信頼区間", "comparison": "比較値",
    "kind": "種類", "because": "理由", "rows in": "入力行数", "rows out": "出力行数", "verdict": "判定",
    "on refusal": "却下時の扱い", "failure": "失敗の理由", "remark": "注", "columns": "列", "rows": "行",
    "total rows": "全行数", "summary": "要約", "picture": "図",
  ]

  /// A value that is a word of ours.
  func value(_ text: String, of change: Comparing.Change) -> String {
    guard self == .japanese else { return text }
    switch (change.kind, change.path.last ?? "") {
    case (.fact, "state"), (.step, "state"), (.input, "state"):
      return [
        "done": "完了", "failed": "失敗", "refused": "却下", "skipped": "スキップ", "not run": "未実行",
        "notRun": "未実行", "published": "公開",
      ][text] ?? text
    case (.step, "verdict"):
      return text.replacingPrefix("refused", "却下").replacingPrefix("passed", "合格")
        .replacingPrefix("却下: ", "却下：").replacingPrefix("合格: ", "合格：")
    case (.step, "because"): return reason(text)
    case (.step, "failure"), (.diagnostic, _):
      for (english, japanese) in [("warning: ", warning), ("error: ", error), ("note: ", note)]
      where text.hasPrefix(english) {
        return japanese + colon + sentence(String(text.dropFirst(english.count)))
      }
      return sentence(text)
    case (.parameter, "origin"):
      return [
        "default": byDefault, "derived": byDerivation, "project": byProject, "injected": byCaller,
      ][text] ?? text
    case (.metric, "direction"):
      return ["higher": "高いほど良い", "lower": "低いほど良い", "none": "なし"][text] ?? text
    case (.metric, "interval"): return text.replacing(" to ", with: "〜")
    case (.input, _) where change.path.first == "earlier editions" && text.hasPrefix("edition "):
      return text.dropFirst(8) + "版"
    case (.artifact, _), (.file, _):
      return text.replacing(" rows", with: "行").replacing(" bytes", with: "バイト")
        .replacing(", ", with: "、")
    default: return text
    }
  }

  /// Where a step stands now.
  func place(ofStep text: String) -> String {
    guard self == .japanese else { return "moved: \(text)" }
    if text == "at the beginning" { return "先頭へ移動" }
    return text.hasPrefix("behind ") ? "\(text.dropFirst(7))の後へ移動" : "移動：\(text)"
  }

  func moved(_ count: String) -> String { pick("\(count) moved", "\(count)を移動") }

  /// What could not be compared.
  func problem(_ text: String) -> String {
    guard self == .japanese else { return text }
    for pattern in Self.problemPatterns {
      if let japanese = pattern.translated(text) { return japanese }
    }
    return text
  }

  private static let problemPatterns: [SentencePattern] = [
    .init("{} has no report.json", "{1}にreport.jsonがありません"),
    .init("report.json of {} is not readable JSON", "{1}のreport.jsonをJSONとして読めません"),
    .init("{} has no readable {}", "{1}に読める{2}がありません"),
    .init(
      "{} of {}: {} rows have more or fewer cells than the header",
      "{2}の{1}：見出しと列数の異なる行が{3}行あります"),
    .init("{} of {} is no plain file", "{2}の{1}は通常のファイルではありません"),
    .init("{} of {} cannot be read", "{2}の{1}を読めません"),
  ]
}

extension String {
  fileprivate func replacingPrefix(_ old: String, _ new: String) -> String {
    hasPrefix(old) ? new + dropFirst(old.count) : self
  }
}
