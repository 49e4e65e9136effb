public import Vocabulary

extension PastEditions {
  /// The name under which SQL reads what earlier editions said.
  public static let tableName = "history"

  /// One row for each figure of each edition, the oldest edition first, figures by name:
  /// `edition`, `place` (1 for the oldest), `version`, `refused`, `step`, `metric`
  /// (`step.metric`) and `value`.
  public var table: Table {
    var editions: [String?] = []
    var places: [Int64?] = []
    var versions: [Int64?] = []
    var refused: [Bool?] = []
    var steps: [String?] = []
    var metrics: [String?] = []
    var values: [Double?] = []
    for (index, edition) in self.editions.enumerated() {
      let figures = edition.metrics.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      for (name, value) in figures {
        editions.append(edition.name)
        places.append(Int64(index + 1))
        versions.append(edition.version.map(Int64.init))
        refused.append(edition.isRefused)
        steps.append(name.split(separator: ".").first.map(String.init))
        metrics.append(name)
        values.append(value)
      }
    }
    return Table(columns: [
      Column("edition", texts: editions), Column("place", integers: places),
      Column("version", integers: versions),
      Column(name: "refused", type: .boolean, cells: .booleans(refused)),
      Column("step", texts: steps), Column("metric", texts: metrics),
      Column("value", reals: values),
    ])
  }

  /// The digest of everything that the table holds.
  public var fingerprint: Fingerprint {
    var words: [String] = []
    for edition in editions {
      words += [edition.name, "\(edition.version ?? 0)", "\(edition.isRefused)"]
      for (name, value) in edition.metrics.sorted(by: { $0.key < $1.key }) {
        words += [name, "\(value.bitPattern)"]
      }
    }
    return Fingerprint(combining: words)
  }
}
