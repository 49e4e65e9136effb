internal import Learning

/// What the learning library calls bins and tests, in the language of the report.
extension Words {
  func test(_ name: String) -> String {
    guard self == .japanese else { return name }
    return switch name {
    case "KS p": "KS検定のp値"
    case "Wasserstein/std": "ワッサースタイン／標準偏差"
    case "chi-squared p": "カイ二乗検定のp値"
    case "Jensen-Shannon": "イェンセン–シャノン"
    default: name
    }
  }

  /// A bin's name. The value of a category stays as it is, even when it reads like one of ours.
  func bin(_ name: String, of drift: ColumnDrift) -> String {
    guard self == .japanese else { return name }
    if name == ColumnDrift.missingBin, drift.bins.last == name { return missing }
    guard drift.isNumeric else {
      switch name {
      case ColumnDrift.unseenBin: return "基準にない値"
      case ColumnDrift.otherBin: return drift.bins.count > 100 ? "その他" : name
      default: return name
      }
    }
    let parts = name.split(separator: " ").map(String.init)
    switch (parts.first, parts.count) {
    case ("all", 2): return "すべての値"
    case ("to", 2): return "\(parts[1])以下"
    case ("above", 2): return "\(parts[1])超"
    case ("below", 2): return "\(parts[1])未満"
    case (_, 3) where parts[1] == "to": return "\(parts[0])〜\(parts[2])"
    default: return name
    }
  }
}
