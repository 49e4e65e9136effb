internal import Steps
internal import Vocabulary

extension Words {
  /// The value with its unit's format, a dash when it is missing.
  func text(of metric: Metric) -> String {
    metric.value.map(metric.format.string) ?? "–"
  }

  /// `95% interval 0.790 to 0.814`.
  func text(of interval: Metric.Interval, format: NumberFormat) -> String {
    let level = NumberFormat.significant(3).string(interval.level * 100)
    let (low, high) = (format.string(interval.low), format.string(interval.high))
    return pick("\(level)% interval \(low) to \(high)", "\(level)%信頼区間 \(low)〜\(high)")
  }

  /// `0.790 to 0.814 (95%)`, for a column that says it is an interval.
  func range(of interval: Metric.Interval, format: NumberFormat) -> String {
    let level = NumberFormat.significant(3).string(interval.level * 100)
    let (low, high) = (format.string(interval.low), format.string(interval.high))
    return pick("\(low) to \(high) (\(level)%)", "\(low)〜\(high)（\(level)%）")
  }

  /// `AUC since 2020-08`, the name of a picture.
  func trend(of metric: String, since edition: String) -> String {
    pick("\(metric) since \(edition)", "\(metric)の推移（\(edition)以降）")
  }

  /// What became of the metric since the value that the author compares it with, nil without one.
  func change(of metric: Metric) -> Change? {
    metric.comparison.flatMap { comparison in
      change(of: metric, since: comparison.value, label: comparison.label)
    }
  }

  /// What became of the metric since the last edition that has it, nil in the first.
  func changeSinceEdition(of tile: Manuscript.Tile) -> Change? {
    tile.past.last.flatMap { change(of: tile.metric, since: $0.value, label: $0.edition) }
  }

  private func change(of metric: Metric, since other: Double, label: String?) -> Change? {
    guard let value = metric.value, value.isFinite, other.isFinite else { return nil }
    let difference = value - other
    let before = metric.format.string(other)
    let isSame = difference == 0 || metric.format.string(value) == before
    let verdict: Change.Verdict =
      switch metric.direction {
      case _ where isSame: .same
      case .higher: difference > 0 ? .better : .worse
      case .lower: difference < 0 ? .better : .worse
      case .none: difference > 0 ? .more : .less
      }
    let label = label ?? pick("before", "前回")
    let amount = signed(difference, format: metric.format)
    return Change(
      verdict: verdict,
      symbol: isSame ? "=" : difference > 0 ? "▲" : "▼",
      amount: isSame ? nil : amount,
      sentence: sentence(verdict, label: label, before: before))
  }

  private func sentence(_ verdict: Change.Verdict, label: String, before: String) -> String {
    switch verdict {
    case .better: pick("better than \(label) (\(before))", "\(label)（\(before)）より改善")
    case .worse: pick("worse than \(label) (\(before))", "\(label)（\(before)）より悪化")
    case .more: pick("more than \(label) (\(before))", "\(label)（\(before)）より増加")
    case .less: pick("less than \(label) (\(before))", "\(label)（\(before)）より減少")
    case .same: pick("same as \(label) (\(before))", "\(label)（\(before)）と同じ")
    }
  }

  /// A difference with its sign; one of two shares is in percentage points, which are not percent.
  private func signed(_ difference: Double, format: NumberFormat) -> String {
    guard case .percent(let digits) = format else {
      return withMinus(format.signedString(difference))
    }
    let points = withMinus(NumberFormat.fixed(digits).signedString(difference * 100))
    return pick("\(points) pp", "\(points)ポイント")
  }

  /// The sign of a change is a minus and no hyphen, as wide as the plus.
  private func withMinus(_ text: String) -> String {
    text.first == "-" ? "−" + text.dropFirst() : text
  }

  /// A change in words and signs, never in colour alone.
  struct Change {
    enum Verdict: String { case better, worse, more, less, same }
    var verdict: Verdict
    var symbol: String
    var amount: String?
    var sentence: String

    /// `▲ +0.012 better than December (0.790)`.
    var text: String { [symbol, amount, sentence].compactMap(\.self).joined(separator: " ") }
  }
}
