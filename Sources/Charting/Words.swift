import Vocabulary

extension Chart {
  /// The fixed words of a picture, by language.
  public enum Words: Sendable, Hashable, Codable {
    /// English.
    case english
    /// Japanese.
    case japanese

    var noData: String { pick("No data", "データなし") }
    var other: String { pick("other", "その他") }
    var missing: String { pick("missing", "欠損") }
    var rows: String { pick("rows", "件") }
    var count: String { pick("Count", "件数") }
    var chart: String { pick("Chart", "図") }

    func dropped(_ count: Int) -> String {
      let number = NumberFormat.thousands(0).string(Double(count))
      return pick(
        count == 1
          ? "1 row with a missing or infinite value is not drawn."
          : "\(number) rows with missing or infinite values are not drawn.",
        "欠損値または無限大を含む\(number)行は描いていません。")
    }

    func categoriesInOther(_ count: Int) -> String {
      pick(
        "“\(other)” sums the \(count) smallest categories.", "「\(other)」は小さい\(count)カテゴリーの合計です。")
    }

    func seriesInOther(_ count: Int) -> String {
      pick("\(count) more series are drawn in grey as “\(other)”.", "ほか\(count)系列は灰色の「\(other)」です。")
    }

    func panelsLeftOut(_ shown: Int, of all: Int) -> String {
      pick("\(shown) of \(all) panels are shown.", "\(all)面のうち\(shown)面を示します。")
    }

    func pointsThinned(_ shown: Int, of all: Int) -> String {
      let format = NumberFormat.thousands(0)
      let (few, many) = (format.string(Double(shown)), format.string(Double(all)))
      return pick(
        "\(few) of \(many) points are drawn, evenly thinned.", "\(many)点のうち\(few)点を等間隔に示します。")
    }

    func bars(
      _ subject: String, _ count: Int, low: (value: String, name: String),
      high: (value: String, name: String)
    ) -> String {
      pick(
        "\(subject): \(count) bars from \(low.value) (\(low.name)) to \(high.value) (\(high.name)).",
        "\(subject): \(count)本、最小\(low.value)(\(low.name))、最大\(high.value)(\(high.name))。")
    }

    func bins(
      _ subject: String, _ count: String, range: (from: String, to: String),
      peak: (count: String, from: String, to: String)
    ) -> String {
      pick(
        "\(subject): \(count) values from \(range.from) to \(range.to), most (\(peak.count)) "
          + "between \(peak.from) and \(peak.to).",
        "\(subject): \(count)件、\(range.from)〜\(range.to)。最も多いのは\(peak.from)〜\(peak.to)(\(peak.count)件)。"
      )
    }

    func points(_ count: String, _ ranges: String) -> String {
      let tail = ranges.isEmpty ? "" : ", \(ranges)"
      return pick("\(count) points\(tail).", "\(count)点\(tail)。")
    }

    private func pick(_ english: String, _ japanese: String) -> String {
      switch self {
      case .english: english
      case .japanese: japanese
      }
    }
  }
}
