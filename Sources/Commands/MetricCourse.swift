internal import Archiving
internal import Reporting
internal import Vocabulary

/// A figure over the editions of the notebooks that have it.
struct MetricCourse {
  /// The figure's full name.
  let metric: String
  /// The values, by notebook, the oldest edition first.
  private(set) var points: [Point] = []
  /// The names of all figures that there are, sorted.
  private(set) var knownNames: [String] = []
  private var format = NumberFormat.automatic
  private var label: String?
  private var unit: String?

  /// The figure in a version.
  struct Point: Encodable {
    var notebook: String
    var edition: String
    var version: Int
    var value: Double?
    /// Since the point before.
    var change: Double?
    /// Whether a gate refused the version.
    var isRefused: Bool
  }

  /// Follows a figure through the newest version of each edition, or through all.
  init(
    of metric: String, in editions: [Archive.Edition], of archive: Archive, allVersions: Bool
  ) {
    self.metric = metric
    var names: Set<String> = []
    for edition in editions {
      for number in allVersions ? edition.versions : edition.versions.suffix(1) {
        guard let facts = archive.facts(of: Version(place: edition.place, number: number)) else {
          continue
        }
        names.formUnion(facts.metrics.keys)
        guard let figure = facts.metrics[metric] else { continue }
        let before = points.last { $0.notebook == edition.place.notebook }?.value
        points.append(
          Point(
            notebook: edition.place.notebook, edition: edition.place.edition, version: number,
            value: figure.value,
            change: figure.value.flatMap { value in before.map { value - $0 } },
            isRefused: facts.state == "refused"))
        format = figure.format.flatMap { NumberFormat(parsing: $0) } ?? format
        label = figure.label ?? label
        unit = figure.unit ?? unit
      }
    }
    knownNames = names.sorted()
  }

  private func name(of point: Point) -> String {
    "\(point.notebook)@\(point.edition)/v\(point.version)"
  }

  // MARK: For people

  /// A table with a small picture: each point at its place between the least and the greatest.
  var lines: [String] {
    let values = points.compactMap(\.value).filter(\.isFinite)
    let ends = (values.min() ?? 0, values.max() ?? 0)
    let head =
      values.count > 1
      ? Self.scale(from: format.string(ends.0), to: format.string(ends.1)) : ""
    let rows = points.map { point in
      [
        visibleText(name(of: point)), point.value.map(format.string) ?? "missing",
        point.change.map(change) ?? "",
        values.count > 1 ? Self.dot(point.value, ends, isHollow: point.isRefused) : "",
        point.isRefused ? "refused" : "",
      ]
    }
    let title = visibleText(metric) + (unit.map { " (\(visibleText($0)))" } ?? "")
    return TextTable(
      rows: [["REPORT", title, "CHANGE", head, ""]] + rows, numeric: [1, 2]
    ).lines
  }

  private func change(_ difference: Double) -> String {
    // Shares differ by percentage points, which have more digits than shares are printed with.
    if case .percent(let digits) = format {
      return NumberFormat.fixed(digits).signedString(difference * 100) + " pp"
    }
    return format.signedString(difference)
  }

  /// The width of the small picture.
  private static let width = 24

  private static func scale(from low: String, to high: String) -> String {
    let gap = max(1, width - TextTable.width(low) - TextTable.width(high))
    return low + String(repeating: " ", count: gap) + high
  }

  private static func dot(
    _ value: Double?, _ ends: (low: Double, high: Double), isHollow: Bool
  ) -> String {
    guard let value, value.isFinite else { return "" }
    let span = ends.high - ends.low
    let share = span > 0 ? (value - ends.low) / span : 0.5
    let place = Int((share * Double(width - 1)).rounded())
    return String(repeating: "·", count: place) + (isHollow ? "○" : "●")
      + String(repeating: "·", count: width - 1 - place)
  }

  // MARK: For programs

  /// All points as CSV.
  var csv: String {
    let rows = points.map { point in
      [
        point.notebook, point.edition, "\(point.version)", metric,
        point.value.map { "\($0)" } ?? "", point.change.map { "\($0)" } ?? "",
        point.isRefused ? "true" : "false",
      ].map(Self.field).joined(separator: ",")
    }
    return (["notebook,edition,version,metric,value,change,refused"] + rows)
      .joined(separator: "\n")
  }

  private static func field(_ text: String) -> String {
    guard text.contains(where: { "\",\n\r".contains($0) }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }

  /// The figure as a chart.
  var picture: HistoryPicture {
    let hasSeveral = Set(points.map(\.notebook)).count > 1
    let hasVersions = Set(points.map { "\($0.notebook)@\($0.edition)" }).count < points.count
    return HistoryPicture(
      of: label ?? metric, format: format, unit: unit,
      points: points.map { point in
        var label = hasSeveral ? "\(point.notebook)@\(point.edition)" : point.edition
        if hasVersions { label += "/v\(point.version)" }
        return HistoryPicture.Point(label, point.value, isRefused: point.isRefused)
      })
  }
}
