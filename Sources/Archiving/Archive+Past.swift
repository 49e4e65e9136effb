internal import Comparing
public import Steps

extension Archive {
  /// What the editions of a notebook before this one said of some metrics: the newest version of
  /// each, oldest edition first, at most `PastEditions.limit`.
  ///
  /// Editions are in the order of their names, numbers by their value. Only editions whose names
  /// differ in their numbers alone are a series: `retail-2021-01` follows `retail-2020-12` and not
  /// `card-2020-12`. For example:
  /// `archive.past(of: "credit/monthly", before: "2021-01", keeping: ["headline.auc"])`.
  ///
  /// `tables` are looked back on when two editions have them: two are a change that the table itself
  /// tells, three are a course.
  public func past(
    of notebook: String, before edition: String, keeping metrics: Set<String>,
    tables: [PastTable] = []
  ) -> PastEditions {
    guard !metrics.isEmpty || !tables.isEmpty else { return PastEditions() }
    let past = past(of: notebook, before: edition, PastEditions.limit, tables)
    let wanted = tables.filter { table in
      past.editions.count { $0.metrics.keys.contains { $0.hasPrefix(table.prefix) } } >= 2
    }
    let names = wanted.flatMap { past.names(beginning: $0.prefix) }
    return past.keeping(metrics.union(names))
  }

  /// Everything that the editions of a notebook before this one said, with the versions that said it,
  /// at most `PastEditions.tableLimit` editions.
  public func history(
    of notebook: String, before edition: String, tables: [PastTable] = []
  ) -> PastEditions {
    past(of: notebook, before: edition, PastEditions.tableLimit, tables)
  }

  private func past(
    of notebook: String, before edition: String, _ limit: Int, _ tables: [PastTable]
  ) -> PastEditions {
    let earlier = editions(of: notebook).filter { Self.isEarlier($0.place.edition, than: edition) }
    return PastEditions(
      earlier.suffix(limit).compactMap { edition in
        facts(of: edition.newest).map { facts in
          var metrics = facts.metrics.compactMapValues { figure in
            figure.value.flatMap { $0.isFinite ? $0 : nil }
          }
          for table in tables {
            metrics.merge(figures(of: table, in: edition.newest, facts)) { first, _ in first }
          }
          return PastEditions.Edition(
            edition.place.edition, version: edition.newest.number,
            isRefused: facts.state == "refused", metrics: metrics)
        }
      })
  }

  /// The figures of a table that a version shows.
  private func figures(
    of table: PastTable, in version: Version, _ facts: ReportFacts
  ) -> [String: Double] {
    let step = facts.steps.first { $0.name == table.step }
    guard let path = step?.tables?.first?.data, let text = text(path, of: version) else {
      return [:]
    }
    let rows = CSVTable(parsing: Array(text.utf8))
    guard let key = rows.header.firstIndex(of: table.key),
      let value = rows.header.firstIndex(of: table.value)
    else { return [:] }
    var figures: [String: Double] = [:]
    for row in 0..<rows.rowCount {
      guard let name = rows.text(row, key), let number = rows.text(row, value).flatMap(Double.init),
        number.isFinite
      else { continue }
      figures[table.prefix + name] = number
    }
    return figures
  }

  /// Whether an edition comes before another one of the same series.
  public static func isEarlier(_ edition: String, than other: String) -> Bool {
    PastEditions.series(of: edition) == PastEditions.series(of: other)
      && comesBefore(edition, other)
  }
}
