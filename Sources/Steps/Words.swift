internal import Charting
internal import Learning
internal import Parsing
internal import Vocabulary

/// The fixed words of what steps show, in the language of the report. Both languages stand side by
/// side where they are used, so that neither is forgotten.
enum Words: Sendable, Hashable {
  case english
  case japanese

  init(_ language: FrontMatter.Language) {
    self = language == .japanese ? .japanese : .english
  }

  func callAsFunction(_ english: String, _ japanese: String) -> String {
    switch self {
    case .english: english
    case .japanese: japanese
    }
  }

  /// A label that Japanese needs; in English the name says it.
  func orName(_ japanese: String) -> String? {
    self == .japanese ? japanese : nil
  }

  /// The words of charts in the same language.
  var ofCharts: Chart.Words { self == .japanese ? .japanese : .english }

  // MARK: Words that several kinds share

  var colon: String { self(": ", "：") }
  var comma: String { self(", ", "、") }
  var rows: String { self("Rows", "件数") }
  var column: String { self("Column", "列") }
  var note: String { self("Note", "備考") }
  var verdict: String { self("Verdict", "判定") }
  var missing: String { self("missing", "欠損") }
  var threshold: String { self("Threshold", "しきい値") }
  var held: String { self("held", "適合") }
  var refused: String { self("refused", "却下") }
  var warned: String { self("warning", "警告") }
  var meanScore: String { self("Mean score", "平均スコア") }
  var calledPositive: String { self("Called positive", "陽性と判定") }

  func list(_ parts: [String]) -> String { parts.joined(separator: comma) }

  /// The names as they stand in a notebook: `` `age`, `income` ``.
  func list(code names: [String]) -> String { list(names.map { "`\($0)`" }) }

  /// The first six names, and how many more there are.
  func shortList(code names: [String]) -> String {
    let shown = list(code: Array(names.prefix(6)))
    let more = names.count - 6
    return more > 0 ? self("\(shown) and \(more) more", "\(shown)ほか\(more)列") : shown
  }

  /// What a figure is of: `AUC, test`.
  func figure(_ label: String, of subject: String) -> String {
    self("\(label), \(subject)", "\(label)（\(subject)）")
  }

  /// `0.790 to 0.814`.
  func range(_ low: String, _ high: String) -> String {
    self("\(low) to \(high)", "\(low)〜\(high)")
  }

  /// `95% interval`.
  func interval(_ level: Double) -> String {
    let percent = NumberFormat.significant(3).string(level * 100)
    return self("\(percent)% interval", "\(percent)%信頼区間")
  }

  /// `4,812`.
  func count(_ number: Int) -> String { NumberFormat.thousands(0).string(Double(number)) }

  /// A part of the rows, as tables and pictures call it.
  func part(_ part: Part) -> String {
    switch part {
    case .train: self("train", "学習")
    case .validation: self("validation", "検証")
    case .test: self("test", "テスト")
    }
  }

  /// Why a rule had nothing to compare with.
  func notCompared(_ reason: String) -> String {
    guard self == .japanese else { return reason }
    return switch reason {
    case "no edition before": "前の版なし"
    case "no champion yet": "チャンピオンなし"
    case "no figure to compare with": "比較する値なし"
    default: reason
    }
  }

  /// What is said of rows that are named by the same id.
  func sharedIds(_ count: Int, _ id: String) -> String {
    self(
      "\(self.count(count)) rows share their `\(id)` with another row; the order of the rows decides "
        + "between them.",
      "\(self.count(count))行の`\(id)`がほかの行と重複しています。重複した行は並び順で区別しています。")
  }
}
