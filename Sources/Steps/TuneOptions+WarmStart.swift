internal import Charting
internal import DuckDB
internal import Learning
internal import Parsing
internal import Vocabulary

/// The trials of an earlier search: a table with the columns of a search's own table of trials.
extension TuneOptions {
  /// What an earlier search left that fits this one.
  struct EarlierTrials {
    /// The trials, as the sampler sees them.
    var observations: [Observation] = []
    /// The points to try again, best first.
    var again: [[Double]] = []
    /// What the reader must know.
    var remarks: [String] = []
  }

  /// Finds what is wrong with the table that the search begins with.
  func check(in workspace: Workspace) -> [Diagnostic] {
    guard let warmStart else { return [] }
    let needed = ["state", "value", "rounds"] + space.parameters.map(\.name)
    return workspace.unknownColumns(
      needed.map { ($0, warmStart.table.range) }, of: warmStart.table.name
    ).map { finding in
      var finding = finding
      finding.explanation =
        "`warm_start` reads the table of trials that a search shows: state, value, rounds and one "
        + "column for each parameter of `search`."
      return finding
    }
  }

  /// Reads the earlier trials; those that do not fit the search are left out and counted.
  func earlierTrials(
    by metric: TaskMetric, in workspace: Workspace
  ) throws(StepFailure) -> EarlierTrials {
    guard let warmStart else { return EarlierTrials() }
    let name = warmStart.table.name
    let table = try workspace.rows("SELECT * FROM \(SQLText.identifier(name))")
    var earlier = EarlierTrials()
    var left = 0
    for row in 0..<table.rowCount {
      let state = Words.trialState(written: table["state"]?[row].plainText ?? "")
      // What failed has no figure, and what was repeated is there already.
      guard ["complete", "cut", "pruned"].contains(state) else { continue }
      guard let point = point(of: row, in: table), let value = table["value"]?[row].number,
        value.isFinite
      else {
        left += 1
        continue
      }
      let rounds = table["rounds"]?[row].number.flatMap { Int(exactly: $0) } ?? 0
      earlier.observations.append(
        Observation(
          point: point, loss: metric.direction < 0 ? value : -value,
          lastStep: state == "pruned" ? rounds : nil))
    }
    let whole = earlier.observations.filter { $0.lastStep == nil }
    let ranked = whole.indices.sorted { (whole[$0].loss, $0) < (whole[$1].loss, $1) }
    for index in ranked where earlier.again.count < warmStart.again {
      if !earlier.again.contains(whole[index].point) { earlier.again.append(whole[index].point) }
    }
    let words = workspace.words
    let count = words.count(earlier.observations.count)
    let again = earlier.again.count
    earlier.remarks.append(
      words(
        "The search knew \(count) earlier trials of `\(name)`"
          + (again == 0 ? "." : " and began with the best \(again) of them."),
        "`\(name)`の過去の試行\(count)件を引き継"
          + (again == 0 ? "ぎました。" : "ぎ、そのうち上位\(again)件から探索を始めました。")))
    if left > 0 {
      earlier.remarks.append(
        words(
          "\(left) earlier trials of `\(name)` lie outside of `search` and were left out.",
          "`\(name)`の過去の試行のうち\(left)件は`search`の範囲外のため除きました。"))
    }
    return earlier
  }

  private func point(of row: Int, in table: Table) -> [Double]? {
    var point: [Double] = []
    for parameter in space.parameters {
      let cell = table[parameter.name]?[row] ?? .null
      let rest = Array(repeating: Double.nan, count: space.parameters.count - point.count)
      guard space.space.activity(at: point + rest)[point.count] else {
        point.append(parameter.domain.value(at: 0))
        continue
      }
      guard let coordinate = parameter.nearCoordinate(of: cell) else { return nil }
      point.append(coordinate)
    }
    return point
  }
}

extension ParameterSpace.Parameter {
  /// The coordinate of a value that a file may have rounded, or given another type.
  fileprivate func nearCoordinate(of cell: Value) -> Double? {
    switch domain {
    case .choice:
      return choices.firstIndex { $0 == cell || $0.plainText == cell.plainText }.map(Double.init)
    case .whole: return cell.number.flatMap { coordinate(of: .double($0)) }
    case .real(let bounds, _):
      guard let number = cell.number else { return nil }
      let near = min(max(number, bounds.lowerBound), bounds.upperBound)
      return abs(near - number) <= 1e-6 * abs(number) ? near : nil
    }
  }
}
