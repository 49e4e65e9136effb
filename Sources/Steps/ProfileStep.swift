internal import Charting
internal import DuckDB
public import Parsing
public import Vocabulary

/// Types, missing values, distinct values, quantiles and a small distribution of every column.
public struct ProfileStep: StepKind {
  /// The word behind `uses:`.
  public static let name = "profile"
  /// One sentence for the documentation.
  public static let summary =
    "Shows types, missing and distinct values, quantiles and distributions of a table's columns."

  /// The table profiled.
  public var table: NamedPlace
  /// The columns profiled, all when empty.
  public var columns: [NamedPlace]

  /// Reads the options; mistakes go into the reader.
  public init(from options: inout OptionReader, of source: StepSource) {
    table = options.requiredPlace("table")
    columns = options.places("columns")
  }

  /// The names that the step takes from others.
  public var references: [Reference] { [Reference(table.name, .table, at: table.range)] }

  /// Finds what is wrong beside the options themselves, on empty tables.
  public func check(in workspace: Workspace) -> [Diagnostic] {
    workspace.unknownColumns(columns.map { ($0.name, $0.range) }, of: table.name)
  }

  /// Does the work.
  public func run(in workspace: Workspace) throws(StepFailure) -> StepResult {
    var result = StepResult()
    let all = try workspace.columns(of: table.name)
    let wanted =
      columns.isEmpty
      ? all : columns.compactMap { place in all.first { $0.name == place.name } }
    let total = try workspace.rowCount(of: table.name)
    var profiles: [ProfileExhibit.ColumnProfile] = []
    var distributions: [Distribution] = []
    for start in stride(from: 0, to: wanted.count, by: ColumnProfiler.groupSize) {
      let group = Array(wanted[start..<min(start + ColumnProfiler.groupSize, wanted.count)])
      let profiler = try ColumnProfiler(group, of: table.name, in: workspace)
      for column in group {
        try workspace.checkCancellation()
        let (profile, distribution) = try profiler.profile(of: column)
        profiles.append(profile)
        if let distribution { distributions.append(distribution) }
      }
      workspace.report("\(profiles.count) of \(wanted.count) columns")
    }
    result.rowsIn = total
    result.metrics = [
      Metric("rows", Double(total), label: workspace.words.orName("件数"), format: .thousands(0)),
      Metric(
        "columns", Double(wanted.count), label: workspace.words.orName("列数"), format: .thousands(0)),
    ]
    result.exhibits = [
      .profile(
        ProfileExhibit(
          id: workspace.stepName, title: workspace.settings.title, totalRows: total,
          columns: profiles,
          picture: distributions.isEmpty
            ? nil
            : .distributions(
              distributions, title: workspace.settings.title ?? table.name,
              words: workspace.chartWords)))
    ]
    return result
  }
}
