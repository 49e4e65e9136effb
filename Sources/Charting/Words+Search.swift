extension Chart.Words {
  func trial(_ number: Int) -> String { choose("trial \(number)", "試行\(number)") }
  var trialAxis: String { choose("Trial", "試行") }
  var bestSoFar: String { choose("best so far", "その時点の最良") }
  var bestQuarter: String { choose("best quarter", "上位4分の1") }
  var others: String { choose("others", "その他") }
  var complete: String { choose("complete", "完了") }
  var pruned: String { choose("pruned", "打ち切り") }

  func trials(_ count: Int, pruned: Int) -> String {
    choose(
      "\(count) \(count == 1 ? "trial" : "trials")\(pruned > 0 ? ", \(pruned) pruned" : "")",
      "\(count)試行\(pruned > 0 ? "（うち打ち切り\(pruned)）" : "")")
  }

  func heights(_ metric: String, from low: String, to high: String) -> String {
    choose("Heights are \(metric), from \(low) to \(high).", "縦の位置は\(metric)（\(low)〜\(high)）です。")
  }
}
