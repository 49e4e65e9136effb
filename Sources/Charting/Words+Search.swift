extension Chart.Words {
  var trial: String { searching("trial", "試行") }
  var trialAxis: String { searching("Trial", "試行") }
  var bestSoFar: String { searching("best so far", "その時点の最良") }
  var bestQuarter: String { searching("best quarter", "上位4分の1") }
  var others: String { searching("others", "その他") }
  var complete: String { searching("complete", "完了") }
  var pruned: String { searching("pruned", "打ち切り") }

  func trials(_ count: Int, pruned: Int) -> String {
    searching(
      "\(count) \(count == 1 ? "trial" : "trials")\(pruned > 0 ? ", \(pruned) pruned" : "")",
      "\(count)試行\(pruned > 0 ? "(うち打ち切り\(pruned))" : "")")
  }

  func heights(_ metric: String, from low: String, to high: String) -> String {
    searching("Heights are \(metric), from \(low) to \(high).", "高さは\(metric)(\(low)〜\(high))です。")
  }

  private func searching(_ english: String, _ japanese: String) -> String {
    switch self {
    case .english: english
    case .japanese: japanese
    }
  }
}
