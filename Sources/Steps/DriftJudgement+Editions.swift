internal import Learning
internal import Vocabulary

extension DriftJudgement {
  /// More editions than this, this one among them, are not shown beside each other.
  private static let editionLimit = 8

  /// The stability index of every column in the editions before and in this one, darker the larger;
  /// nil until two editions before have it, as two alone are told by their own tables.
  var editions: TableExhibit? {
    guard let edition else { return nil }
    let prefix = PastTable(step: tableId, key: "column", value: "psi").prefix
    let earlier = past.editions.filter { edition in
      edition.metrics.keys.contains { $0.hasPrefix(prefix) }
    }.suffix(Self.editionLimit - 1)
    guard earlier.count >= 2 else { return nil }
    let all = ranked
    var columns = [Column("column", texts: all.map(title))]
    for one in earlier {
      columns.append(Column(one.name, reals: all.map { one.metrics[prefix + title($0)] }))
    }
    columns.append(
      Column(edition, reals: all.map { $0.stabilityIndex.flatMap { $0.isFinite ? $0 : nil } }))
    let names = columns.dropFirst().map(\.name)
    let number = NumberFormat.significant(3)
    var exhibit = TableExhibit(
      id: "\(tableId)-editions", title: words("PSI over the editions", "版ごとのPSI"),
      caption: words(
        "Each edition against the reference that it had; strongest from "
          + "\(number.string(step.act)) on. Columns that moved most now come first.",
        "各版を、その時点の基準と比べたPSIです。\(number.string(step.act))以上が最も濃い色です。今回の変動が大きい列から並べています。"),
      table: Table(columns: columns), shownRows: min(all.count, 12),
      formats: Dictionary(lastWins: names.map { ($0, .fixed(3)) }), labels: ["column": words.column]
    )
    exhibit.heat = names
    exhibit.heatRange = 0...step.act
    return exhibit
  }
}
