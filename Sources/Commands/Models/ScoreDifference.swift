internal import Archiving
internal import Learning
internal import Vocabulary

/// What two models say of the same rows.
struct ScoreDifference {
  /// The rows' name for people.
  let rows: String
  let task: Model.Task
  /// The columns to tell rows by.
  let kept: Table
  let threshold: Double?
  /// The scores, unless there are several for each row.
  private(set) var shift: ScoreShift?
  private var crossings: [ScoreShift.Crossing?] = []
  /// The classes that each model would give, for models of several classes.
  private var labels: (old: [String], new: [String]) = ([], [])

  init(rows: String, task: Model.Task, kept: Table, threshold: Double?) {
    self.rows = rows
    self.task = task
    self.kept = kept
    self.threshold = threshold
  }

  /// Takes the scores of both models, one after the other for each row where there are several
  /// classes.
  mutating func judge(
    _ old: [Double], _ new: [Double], _ oldClasses: [String], _ newClasses: [String]
  ) {
    guard task != .multiclass else {
      labels = (Self.likeliest(old, oldClasses), Self.likeliest(new, newClasses))
      return
    }
    shift = ScoreShift(old: old, new: new)
    crossings = threshold.flatMap { shift?.crossings(of: $0) } ?? []
  }

  private static func likeliest(_ scores: [Double], _ classes: [String]) -> [String] {
    stride(from: 0, to: scores.count - classes.count + 1, by: max(1, classes.count)).map { start in
      let best = classes.indices.max { scores[start + $0] < scores[start + $1] } ?? 0
      return classes[best]
    }
  }

  var rowCount: Int { shift?.rowCount ?? labels.old.count }

  /// The rows that go over the threshold, or to another class; those that move most first.
  var moved: [Int] {
    guard let shift else { return labels.old.indices.filter { labels.old[$0] != labels.new[$0] } }
    let differences = shift.differences.map(abs)
    return crossings.indices.filter { crossings[$0] != nil }.sorted {
      differences[$0] == differences[$1] ? $0 < $1 : differences[$0] > differences[$1]
    }
  }

  /// All rows with both scores, ranks and crossings.
  var table: Table {
    let numbers = Column("row", integers: (0..<rowCount).map { Int64($0 + 1) })
    guard let shift else {
      return Table(columns: [
        numbers, Column("old_label", texts: labels.old), Column("new_label", texts: labels.new),
      ])
    }
    var columns = [
      numbers, Column("old_score", reals: shift.old), Column("new_score", reals: shift.new),
      Column("score_change", reals: shift.differences),
      Column("old_rank", reals: ScoreShift.ranks(of: shift.old)),
      Column("new_rank", reals: ScoreShift.ranks(of: shift.new)),
    ]
    if !crossings.isEmpty {
      columns.append(Column("crossed", texts: crossings.map { $0?.rawValue }))
    }
    return Table(columns: columns)
  }

  // MARK: Words

  /// What a person reads, the first so many of the moved rows among it.
  func lines(showing count: Int, names: (String, String)) -> [String] {
    var lines = ["Scores on \(Amounts.rows(rowCount)) of \(rows)"]
    if let shift {
      lines += shiftLines(shift, names) + rankLines(shift)
      if let threshold { lines += crossingLines(threshold) }
    } else {
      lines += labelLines
    }
    return lines + movedLines(count)
  }

  private func shiftLines(_ shift: ScoreShift, _ names: (String, String)) -> [String] {
    let table = ShiftTable(of: shift)
    let format = Self.format(for: shift)
    var rows = [["", names.0, names.1, "CHANGE BY ROW"]]
    for line in table.lines {
      rows.append(
        [line.name, format.string(line.old), format.string(line.new), format.string(line.change)])
    }
    return TextTable(rows: rows, numeric: [1, 2, 3]).lines
  }

  private func rankLines(_ shift: ScoreShift) -> [String] {
    let top = shift.overlap()
    let correlation =
      shift.rankCorrelation.map { "Spearman \(NumberFormat.fixed(4).string($0))" }
      ?? "one of the models gives all rows one score"
    return [
      "",
      "Order: \(correlation); \(Amounts.grouped(top.shared)) of the "
        + "\(Amounts.grouped(top.rows)) highest scores (a tenth) are the same rows ("
        + "\(NumberFormat.percent(1).string(top.share)))",
    ]
  }

  private func crossingLines(_ threshold: Double) -> [String] {
    let (up, down) = counts
    let share = NumberFormat.percent(2).string(Double(up + down) / Double(rowCount))
    return [
      "Threshold \(NumberFormat.significant(6).string(threshold)): \(Amounts.rows(up)) over it, "
        + "\(Amounts.rows(down)) under it (\(share) of all)"
    ]
  }

  private var labelLines: [String] {
    let share = NumberFormat.percent(2).string(Double(moved.count) / Double(rowCount))
    var rows = [["FROM", "TO", "ROWS"]]
    for pair in labelChanges.prefix(20) {
      rows.append([visibleText(pair.from), visibleText(pair.to), Amounts.grouped(pair.rows)])
    }
    return ["\(Amounts.rows(moved.count)) get another class (\(share) of all)"]
      + (rows.count > 1 ? TextTable(rows: rows, numeric: [2]).lines : [])
  }

  private func movedLines(_ count: Int) -> [String] {
    let moved = moved
    guard !moved.isEmpty, count > 0 else { return [] }
    let table = table
    let columns = [table.columns[0]] + kept.columns + table.columns.dropFirst()
    let hidden: Set = ["old_rank", "new_rank"]
    let shown = columns.filter { !hidden.contains($0.name) }
    let format = shift.map(Self.format) ?? .automatic
    let rows = moved.prefix(count).map { index in
      shown.map { column -> String in
        switch column[index] {
        case .null: ""
        case .double(let number): format.string(number)
        case let value: visibleText(value.plainText)
        }
      }
    }
    let numeric = Set(shown.indices.filter { shown[$0].type.isNumeric })
    return [
      "",
      count < moved.count
        ? "\(Amounts.grouped(count)) of \(Amounts.rows(moved.count)) that cross it, the farthest first"
        : "The rows that change sides",
    ]
      + TextTable(rows: [shown.map { visibleText($0.name.uppercased()) }] + rows, numeric: numeric)
      .lines
  }

  /// Scores between 0 and 1 have as many digits everywhere; numbers of any size what they need.
  private static func format(for shift: ScoreShift) -> NumberFormat {
    (shift.old + shift.new).allSatisfy { (0...1).contains($0) } ? .fixed(4) : .significant(6)
  }

  // MARK: Counts

  /// How many rows go over the threshold and under it.
  var counts: (up: Int, down: Int) {
    (crossings.count { $0 == .up }, crossings.count { $0 == .down })
  }

  /// How many rows go from one class to another, the most frequent first.
  var labelChanges: [LabelChange] {
    var counts: [[String]: Int] = [:]
    for index in labels.old.indices where labels.old[index] != labels.new[index] {
      counts[[labels.old[index], labels.new[index]], default: 0] += 1
    }
    return counts.map { LabelChange(from: $0.key[0], to: $0.key[1], rows: $0.value) }.sorted {
      $0.rows == $1.rows ? ($0.from, $0.to) < ($1.from, $1.to) : $0.rows > $1.rows
    }
  }

  struct LabelChange: Encodable {
    var from: String
    var to: String
    var rows: Int
  }
}

/// The distribution of old scores, new scores and their differences.
struct ShiftTable: Encodable {
  var lines: [Line]

  struct Line: Encodable {
    var name: String
    var old: Double
    var new: Double
    /// The same quantile of the differences by row.
    var change: Double
  }

  init(of shift: ScoreShift) {
    let sets = [shift.old, shift.new, shift.differences]
    let quantiles = sets.map { ScoreShift.quantiles(of: $0) }
    lines = ScoreShift.shares.enumerated().map { index, share in
      Line(
        name: Self.name(share), old: quantiles[0][index], new: quantiles[1][index],
        change: quantiles[2][index])
    }
    let means = sets.map { $0.reduce(0, +) / Double($0.count) }
    lines.append(Line(name: "mean", old: means[0], new: means[1], change: means[2]))
  }

  private static func name(_ share: Double) -> String {
    switch share {
    case 0: "minimum"
    case 0.5: "median"
    case 1: "maximum"
    default: NumberFormat.percent(0).string(share)
    }
  }
}

/// What `washi models compare --json` prints.
struct ComparisonFacts: Encodable {
  var old: String
  var new: String
  var isSameBundle: Bool
  var metrics: [String: Pair]
  var scores: Scores?

  struct Pair: Encodable {
    var old: Double?
    var new: Double?
  }

  struct Scores: Encodable {
    var data: String
    var rows: Int
    var quantiles: [ShiftTable.Line]?
    var rankCorrelation: Double?
    var highestTenth: Int?
    var sharedHighestTenth: Int?
    var threshold: Double?
    var up: Int?
    var down: Int?
    var labelChanges: [ScoreDifference.LabelChange]?
    var moved: [[String: Cell]]
  }

  /// A value of a row, with its JSON type.
  struct Cell: Encodable {
    var value: Value

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch value {
      case .null: try container.encodeNil()
      case .bool(let value): try container.encode(value)
      case .int(let value): try container.encode(value)
      case .double(let value): try container.encode(value)
      case let value: try container.encode(value.plainText)
      }
    }
  }

  init(difference: ModelDifference, scores: ScoreDifference?, rows: Int) {
    (old, new) = difference.names
    isSameBundle = difference.old.digest == difference.new.digest
    let (first, second) = (difference.old.metrics, difference.new.metrics)
    metrics = Dictionary(
      Set(first.keys).union(second.keys).map { ($0, Pair(old: first[$0], new: second[$0])) }
    ) { one, _ in one }
    guard let scores else { return }
    let table = scores.table
    let columns = [table.columns[0]] + scores.kept.columns + table.columns.dropFirst()
    let moved = scores.moved.prefix(rows).map { index in
      Dictionary(columns.map { ($0.name, Cell(value: $0[index])) }) { one, _ in one }
    }
    let top = scores.shift?.overlap()
    let isCrossing = scores.threshold != nil && scores.shift != nil
    self.scores = Scores(
      data: scores.rows, rows: scores.rowCount,
      quantiles: scores.shift.map { ShiftTable(of: $0).lines },
      rankCorrelation: scores.shift?.rankCorrelation, highestTenth: top?.rows,
      sharedHighestTenth: top?.shared, threshold: isCrossing ? scores.threshold : nil,
      up: isCrossing ? scores.counts.up : nil, down: isCrossing ? scores.counts.down : nil,
      labelChanges: scores.task == .multiclass ? scores.labelChanges : nil, moved: moved)
  }
}
