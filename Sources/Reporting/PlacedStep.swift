internal import Charting
internal import Parsing
internal import Planning
internal import Running
internal import Steps
internal import Vocabulary

/// A step where the report shows it, with the files of what it shows.
struct PlacedStep {
  var step: PlannedStep
  var state: StepOutcome.State
  /// What is shown at the step's place; figures that went to the first screen are not among it.
  var exhibits: [PlacedExhibit]

  var name: String { step.name }
  var anchor: String { "step-\(step.name)" }

  /// The kind as the author named it: `sql`, `python` and `sh`, or the word behind `uses:`.
  var kind: String {
    step.source.language == "yaml" ? type(of: step.action.kind).name : step.source.language
  }

  /// The result, when the step did its work.
  var result: StepResult? {
    if case .done(let result) = state { result } else { nil }
  }

  /// The step's title, unless something it shows bears the same.
  var heading: String? {
    guard let title = step.settings.title, !title.isEmpty,
      !exhibits.contains(where: { $0.exhibit.title == title })
    else { return nil }
    return title
  }
}

/// Something shown, with the name of its files.
struct PlacedExhibit {
  var exhibit: Exhibit
  /// The file name without ending, unique within its folder, safe on every file system.
  var file: String
  /// The same for the picture, which lies in another folder.
  var picture: String?
  /// The same for the picture of each column of a profile, nil for a column without one; empty when
  /// there are too many for files of their own.
  var columnPictures: [String?] = []

  /// The file with the exhibit's numbers, nil when it has none of its own.
  var dataPath: String? {
    switch exhibit {
    case .table, .profile: "tables/\(file).csv"
    case .chart(let chart): chart.chart.data.columns.isEmpty ? nil : "charts/\(file).csv"
    case .tile, .picture, .text, .report: nil
    }
  }

  /// The file with the numbers of a chart.
  var chartDataPath: String? {
    if case .chart = exhibit { dataPath } else { nil }
  }

  /// The picture's file, when the exhibit has one.
  var picturePath: String? {
    var format = Picture.Format.svg
    if case .picture(let exhibit) = exhibit { format = exhibit.picture.format }
    return picture.map { "charts/\($0).\(format.rawValue)" }
  }

  /// So many columns of a profile have files of their own; of more there is one picture together.
  static let mostColumnFiles = 40

  /// The pictures of a profile's columns that have files, with the files' names.
  var columnCharts: [(column: String, file: String, chart: Chart)] {
    guard case .profile(let profile) = exhibit else { return [] }
    return zip(profile.columns, columnPictures).compactMap { column, file in
      file.flatMap { file in column.figure.map { (column.name, file, $0) } }
    }
  }

  /// The picture of a file of its own: a chart, or a profile's distributions.
  var fileChart: Chart? {
    switch exhibit {
    case .chart(let chart): chart.chart
    case .profile(let profile): profile.picture
    case .table, .tile, .picture, .text, .report: nil
    }
  }
}

extension Exhibit {
  /// The title that it shows itself.
  var title: String? {
    switch self {
    case .table(let table): table.title
    case .chart(let chart): chart.chart.title
    case .profile(let profile): profile.title
    case .picture(let picture): picture.title
    case .tile, .text, .report: nil
    }
  }
}

/// Gives every step its place and every exhibit its files.
struct StepPlacer {
  /// More figures than this stay at the place of their step: a first screen is one screen.
  static let tileLimit = 12

  private(set) var tiles: [Manuscript.Tile] = []
  /// The figures of all tiles, wherever they are shown.
  private(set) var figures: [Manuscript.Tile] = []
  private let past: PastEditions
  private var planned: [String: PlannedStep]
  private var outcomes: [String: StepOutcome]
  private var tableNames = FileNames()
  private var chartNames = FileNames()

  init(run: Run) {
    past = run.past
    planned = Dictionary(run.plan.steps.map { ($0.name, $0) }) { first, _ in first }
    outcomes = Dictionary(run.outcomes.map { ($0.name, $0) }) { first, _ in first }
  }

  mutating func place(_ name: String) -> PlacedStep? {
    guard let step = planned[name] else { return nil }
    let state = outcomes[name]?.state ?? .notRun(because: "")
    var placed = PlacedStep(step: step, state: state, exhibits: [])
    guard let result = placed.result else { return placed }
    for exhibit in result.exhibits {
      switch exhibit {
      case .tile(let name):
        guard let metric = result.metric(name) else { continue }
        figures.append(past.tile(metric, of: step.name))
        if tiles.count < Self.tileLimit {
          tiles.append(past.tile(metric, of: step.name))
        } else {
          placed.exhibits.append(PlacedExhibit(exhibit: exhibit, file: ""))
        }
      case .table(let table): placed.exhibits.append(place(table))
      case .profile(let profile):
        let file = tableNames.name(for: profile.id)
        let picture = profile.picture.map { _ in chartNames.name(for: profile.id) }
        let hasFiles = profile.columns.count <= PlacedExhibit.mostColumnFiles
        let columns = (hasFiles ? profile.columns : []).map { column in
          column.figure.map { _ in chartNames.name(for: "\(profile.id)-\(column.name)") }
        }
        placed.exhibits.append(
          PlacedExhibit(exhibit: exhibit, file: file, picture: picture, columnPictures: columns))
      case .chart(let chart): placed.exhibits.append(place(chart))
      case .picture(let picture):
        let file = chartNames.name(for: picture.id)
        placed.exhibits.append(PlacedExhibit(exhibit: exhibit, file: file, picture: file))
      case .text, .report: placed.exhibits.append(PlacedExhibit(exhibit: exhibit, file: ""))
      }
    }
    return placed
  }

  /// A table with its file.
  mutating func place(_ table: TableExhibit) -> PlacedExhibit {
    PlacedExhibit(exhibit: .table(table), file: tableNames.name(for: table.id))
  }

  /// A chart with its files.
  mutating func place(_ chart: ChartExhibit) -> PlacedExhibit {
    let file = chartNames.name(for: chart.id)
    return PlacedExhibit(exhibit: .chart(chart), file: file, picture: file)
  }
}

extension PastEditions {
  /// A metric with its values in earlier editions.
  func tile(_ metric: Metric, of step: String) -> Manuscript.Tile {
    Manuscript.Tile(
      step: step, metric: metric, past: figures(of: "\(step).\(metric.name)"))
  }
}

/// Hands out file names that are unique even where case does not count.
struct FileNames {
  private var taken: Set<String> = []

  /// The wish with everything but letters, digits, `_` and `-` as `-`, numbered when it is taken.
  mutating func name(for wish: String) -> String {
    let scalars = wish.unicodeScalars.map { scalar -> Unicode.Scalar in
      scalar.properties.isAlphabetic || scalar == "_" || scalar.properties.numericType != nil
        ? scalar : "-"
    }
    var base = ""
    for scalar in scalars where base.utf8.count < 100 { base.unicodeScalars.append(scalar) }
    if base.isEmpty { base = "unnamed" }
    var name = base
    var number = 2
    while !taken.insert(name.lowercased()).inserted {
      name = "\(base)-\(number)"
      number += 1
    }
    return name
  }
}
