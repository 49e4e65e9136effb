internal import Charting
internal import DuckDB
internal import Vocabulary

/// Profiles a group of columns, copied once out of a table that may be expensive to read.
struct ColumnProfiler {
  /// How many columns are held in the engine's memory at a time.
  static let groupSize = 16
  /// A name that no step can have.
  private static let copy = SQLText.identifier("washi profile")
  /// Bars of a distribution.
  private static let bins = 24
  /// Categories shown one by one.
  private static let categories = 6
  /// Numbers of so few different values are shown value by value.
  private static let fewValues = 8

  private let workspace: Workspace

  init(
    _ columns: [ColumnDescription], of table: String, in workspace: Workspace
  ) throws(StepFailure) {
    self.workspace = workspace
    let list = columns.map { SQLText.identifier($0.name) }.joined(separator: ", ")
    do throws(DuckDBError) {
      try workspace.connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE \(Self.copy) AS
        SELECT \(list) FROM \(SQLText.identifier(table))
        """)
    } catch {
      throw workspace.failure(error)
    }
  }

  /// The figures of one column, and the spread of its values when there is one.
  func profile(
    of column: ColumnDescription
  ) throws(StepFailure) -> (ProfileExhibit.ColumnProfile, Distribution?) {
    let name = SQLText.identifier(column.name)
    let counts = try row(
      "SELECT count(*) - count(\(name)), count(DISTINCT \(name)) FROM \(Self.copy)")
    var profile = ProfileExhibit.ColumnProfile(
      name: column.name, type: column.engineType, missing: whole(counts[0]),
      distinct: whole(counts[1]))
    let shape: (shape: Distribution.Shape, beyond: Int)?
    let isTime = column.type == .date || column.type == .timestamp
    if column.type.isNumeric {
      shape = try addNumbers(to: &profile, name)
    } else if isTime, profile.distinct > Self.fewValues {
      shape = try addTimes(to: &profile, name)
    } else {
      shape = try addCategories(to: &profile, name).map { ($0, 0) }
    }
    let distribution = shape.map {
      Distribution(
        name: profile.name, shape: $0.shape, missing: profile.missing, beyond: $0.beyond,
        isTime: isTime && profile.distinct > Self.fewValues)
    }
    profile.chart = distribution.map { Chart.sparkline($0, words: workspace.chartWords) }
    profile.figure = distribution.map { Chart.distribution($0, words: workspace.chartWords) }
    return (profile, distribution)
  }

  private func addNumbers(
    to profile: inout ProfileExhibit.ColumnProfile, _ name: String
  ) throws(StepFailure) -> (shape: Distribution.Shape, beyond: Int)? {
    // Infinities and NaN would make every figure infinite; they are told apart in the count.
    let finite = "\(Self.copy) WHERE isfinite(CAST(\(name) AS DOUBLE))"
    let figures = try row(
      """
      SELECT avg(v), stddev_samp(v), min(v), quantile_cont(v, 0.25), quantile_cont(v, 0.5),
        quantile_cont(v, 0.75), max(v), quantile_cont(v, 0.01), quantile_cont(v, 0.99), count(v)
      FROM (SELECT CAST(\(name) AS DOUBLE) AS v FROM \(finite))
      """)
    profile.mean = figures[0].number
    profile.deviation = figures[1].number
    profile.quantiles = figures[2..<7].compactMap(\.number)
    guard profile.quantiles.count == 5, var low = profile.quantiles.first,
      var high = profile.quantiles.last, low < high, (high - low).isFinite
    else { return nil }
    if profile.distinct <= Self.fewValues {
      return (.categories(try values(name, in: finite), other: 0), 0)
    }
    // A few values far out would leave one bar: the middle 98% are drawn, the others counted.
    if let first = figures[7].number, let last = figures[8].number, first < last,
      high - low > 4 * (last - first)
    {
      (low, high) = (first, last)
    }
    let width = (high - low) / Double(Self.bins)
    let table = try workspace.rows(
      """
      SELECT least(CAST(floor((CAST(\(name) AS DOUBLE) - \(SQLText.literal(.double(low))))
        / \(SQLText.literal(.double(width)))) AS BIGINT), \(Self.bins - 1)) AS bin, count(*) AS n
      FROM \(finite) AND CAST(\(name) AS DOUBLE) BETWEEN \(SQLText.literal(.double(low)))
        AND \(SQLText.literal(.double(high)))
      GROUP BY bin ORDER BY bin
      """)
    var counts = Array(repeating: 0, count: Self.bins)
    for index in 0..<table.rowCount {
      let bin = whole(table.columns[0][index])
      if counts.indices.contains(bin) { counts[bin] = whole(table.columns[1][index]) }
    }
    let edges = (0...Self.bins).map { low + Double($0) * width }
    let beyond = whole(figures[9]) - counts.reduce(0, +)
    return (.bins(Histogram(edges: edges, counts: counts.map(Double.init))), beyond)
  }

  /// Bins of equal length over days or times.
  private func addTimes(
    to profile: inout ProfileExhibit.ColumnProfile, _ name: String
  ) throws(StepFailure) -> (shape: Distribution.Shape, beyond: Int)? {
    let days = "epoch(CAST(\(name) AS TIMESTAMP)) / 86400"
    let finite = "\(Self.copy) WHERE isfinite(\(name))"
    let ends = try row(
      """
      SELECT CAST(min(\(name)) AS VARCHAR), CAST(max(\(name)) AS VARCHAR), min(\(days)), max(\(days))
      FROM \(finite)
      """)
    profile.extremes = ends.prefix(2).filter { !$0.isNull }.map(\.plainText)
    guard let low = ends[2].number, let high = ends[3].number, low < high else { return nil }
    let width = (high - low) / Double(Self.bins)
    let table = try workspace.rows(
      """
      SELECT least(CAST(floor((\(days) - \(SQLText.literal(.double(low))))
        / \(SQLText.literal(.double(width)))) AS BIGINT), \(Self.bins - 1)) AS bin, count(*) AS n
      FROM \(finite) GROUP BY bin ORDER BY bin
      """)
    var counts = Array(repeating: 0, count: Self.bins)
    for index in 0..<table.rowCount {
      let bin = whole(table.columns[0][index])
      if counts.indices.contains(bin) { counts[bin] = whole(table.columns[1][index]) }
    }
    let edges = (0...Self.bins).map { low + Double($0) * width }
    return (.bins(Histogram(edges: edges, counts: counts.map(Double.init))), 0)
  }

  /// Few numbers, in rising order, with how often each occurs.
  private func values(
    _ name: String, in finite: String
  ) throws(StepFailure) -> [(String, Int)] {
    let table = try workspace.rows(
      "SELECT CAST(\(name) AS DOUBLE) AS v, count(*) AS n FROM \(finite) GROUP BY v ORDER BY v")
    return (0..<table.rowCount).map { index in
      (
        NumberFormat.automatic.string(table.columns[0][index].number ?? .nan),
        whole(table.columns[1][index])
      )
    }
  }

  private func addCategories(
    to profile: inout ProfileExhibit.ColumnProfile, _ name: String
  ) throws(StepFailure) -> Distribution.Shape? {
    let ends = try row(
      "SELECT CAST(min(\(name)) AS VARCHAR), CAST(max(\(name)) AS VARCHAR) FROM \(Self.copy)")
    profile.extremes = ends.filter { !$0.isNull }.map(\.plainText)
    let top = try workspace.rows(
      """
      SELECT CAST(\(name) AS VARCHAR) AS v, count(*) AS n FROM \(Self.copy)
      WHERE \(name) IS NOT NULL GROUP BY v ORDER BY n DESC, v LIMIT \(Self.categories)
      """)
    guard top.rowCount > 0 else { return nil }
    let counts = (0..<top.rowCount).map { index in
      (top.columns[0][index].plainText, whole(top.columns[1][index]))
    }
    let present = try row("SELECT count(\(name)) FROM \(Self.copy)")
    let other = whole(present[0]) - counts.reduce(0) { $0 + $1.1 }
    return .categories(counts, other: other)
  }

  private func row(_ sql: String) throws(StepFailure) -> [Value] {
    let table = try workspace.rows(sql, limit: 1)
    return table.rowCount == 1 ? table.row(0) : table.columns.map { _ in .null }
  }

  private func whole(_ value: Value) -> Int {
    if case .int(let number) = value { Int(number) } else { 0 }
  }
}
