import Vocabulary

extension Chart {
  /// The fixed words of a picture, by language.
  public enum Words: Sendable, Hashable, Codable {
    /// English.
    case english
    /// Japanese.
    case japanese

    var noData: String { choose("No data", "データなし") }
    var other: String { choose("other", "その他") }
    var missing: String { choose("missing", "欠損") }
    var rowCount: String { choose("rows", "件数") }

    func rows(_ count: Int) -> String { choose("\(count) rows", "\(count)件") }
    var count: String { choose("Count", "件数") }
    var chart: String { choose("Chart", "図") }

    func dropped(_ count: Int) -> String {
      let number = NumberFormat.thousands(0).string(Double(count))
      return choose(
        count == 1
          ? "1 row with a missing or infinite value is not drawn."
          : "\(number) rows with missing or infinite values are not drawn.",
        "欠損値または無限大を含む\(number)行は描いていません。")
    }

    func categoriesInOther(_ count: Int) -> String {
      choose(
        "“\(other)” sums the \(count) smallest categories.", "「\(other)」は小さい\(count)カテゴリーの合計です。")
    }

    func seriesInOther(_ count: Int) -> String {
      choose(
        "\(count) more series are drawn in grey as “\(other)”.", "ほか\(count)系列は灰色の「\(other)」です。")
    }

    func panelsLeftOut(_ shown: Int, of all: Int) -> String {
      choose("\(shown) of \(all) panels are shown.", "\(all)面のうち\(shown)面を示します。")
    }

    func pointsThinned(_ shown: Int, of all: Int) -> String {
      let format = NumberFormat.thousands(0)
      let (few, many) = (format.string(Double(shown)), format.string(Double(all)))
      return choose(
        "\(few) of \(many) points are drawn, evenly thinned.", "\(many)点のうち\(few)点を等間隔に示します。")
    }

    func bars(
      _ subject: String, _ count: Int, low: (value: String, name: String),
      high: (value: String, name: String)
    ) -> String {
      choose(
        "\(subject): \(count) bars from \(low.value) (\(low.name)) to \(high.value) (\(high.name)).",
        "\(subject)：\(count)本、最小\(low.value)（\(low.name)）、最大\(high.value)（\(high.name)）。")
    }

    func bins(
      _ subject: String, _ count: String, range: (from: String, to: String),
      peak: (count: String, from: String, to: String)
    ) -> String {
      choose(
        "\(subject): \(count) values from \(range.from) to \(range.to), most (\(peak.count)) "
          + "between \(peak.from) and \(peak.to).",
        "\(subject)：\(count)件、\(range.from)〜\(range.to)。最も多いのは\(peak.from)〜\(peak.to)（\(peak.count)件）。"
      )
    }

    func points(_ count: String, _ ranges: String) -> String {
      let tail = ranges.isEmpty ? "" : comma + ranges
      return choose("\(count) points\(tail).", "\(count)点\(tail)。")
    }

    // MARK: Punctuation

    var colon: String { choose(": ", "：") }
    var comma: String { choose(", ", "、") }
    var semicolon: String { choose("; ", "；") }
    /// What stands between two sentences.
    var sentenceGap: String { choose(" ", "") }
    var noDataSentence: String { sentence(of: [noData]) }

    func list(_ parts: [String]) -> String { parts.joined(separator: comma) }

    /// ` (text)`, behind what it explains.
    func aside(_ text: String) -> String { choose(" (\(text))", "（\(text)）") }

    /// `low – high`.
    func span(_ low: String, _ high: String) -> String {
      choose("\(low) – \(high)", "\(low)〜\(high)")
    }

    /// From the smallest to the largest of the values.
    func span(of values: [Double], _ format: NumberFormat) -> String {
      span(format.string(values.min() ?? 0), format.string(values.max() ?? 0))
    }

    /// The parts as one sentence; that there is no data when there are none.
    func sentence(of parts: [String]) -> String {
      (parts.isEmpty ? noData : parts.joined(separator: semicolon)) + choose(".", "。")
    }

    /// `subject: part, part.`
    func sentence(_ subject: String, _ parts: [String]) -> String {
      sentence(of: [subject + colon + list(parts)])
    }

    /// A sentence behind another one.
    func next(_ text: String) -> String { sentenceGap + sentence(of: [text]) }

    func missing(_ count: String) -> String { choose("\(count) missing", "欠損\(count)件") }

    var middleIsDrawn: String {
      choose(
        "Where a few values lie far out, the middle 98% are drawn.", "極端な値がある列は中央の98%を描いています。")
    }
    var farOut: String { choose("farther out", "範囲外") }
    func beyond(_ count: String) -> String { choose("\(count) farther out", "範囲外\(count)件") }

    func trend(from first: String, to last: String, values count: Int) -> String {
      choose("\(first) → \(last), \(count) values.", "\(first) → \(last)、\(count)件。")
    }
  }
}
