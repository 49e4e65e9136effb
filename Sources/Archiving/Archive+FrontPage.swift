internal import Parsing
internal import Reporting
internal import Steps
internal import Vocabulary

extension Archive {
  /// Writes `output/index.html` anew from what lies in the output folder, in one step; it is left
  /// alone when it says the same already.
  public func refreshFrontPage() throws(ArchiveError) {
    let lock = try FolderLock(output)
    defer { withExtendedLifetime(lock) {} }
    let text = Array(frontPage().utf8)
    if output.kind(of: "index.html") == .file, (try? output.bytes(of: "index.html")) == text {
      return
    }
    try output.replace("index.html", with: text)
  }

  /// The page over everything in the output folder; equal folders give equal bytes.
  private func frontPage() -> String {
    var entries: [FrontPage.Entry] = []
    var languages: Set<String> = []
    for edition in editions() {
      let facts = facts(of: edition.newest)
      languages.insert(facts?.language ?? "en")
      let item = FrontPage.Edition(
        name: edition.place.edition, versions: edition.versions,
        metrics: facts.map(Self.keyFigures) ?? [])
      // Editions come sorted: the last one's title is the newest.
      if let last = entries.indices.last, entries[last].notebook == edition.place.notebook {
        entries[last].editions.append(item)
        entries[last].title = facts?.title ?? entries[last].title
      } else {
        entries.append(
          FrontPage.Entry(
            notebook: edition.place.notebook, title: facts?.title ?? edition.place.notebook,
            editions: [item]))
      }
    }
    return FrontPage(entries: entries, language: languages == ["ja"] ? .japanese : .english)
      .html(templates: templates)
  }

  /// The figures that the author made tiles of.
  private static func keyFigures(_ facts: ReportFacts) -> [Metric] {
    facts.figures.filter { $0.step.kind == "metric" }.map { name, _, figure in
      Metric(
        name, figure.value, label: figure.label, unit: figure.unit,
        format: figure.format.flatMap { NumberFormat(parsing: $0) } ?? .automatic,
        direction: figure.direction.flatMap(Metric.Direction.init) ?? .none)
    }
  }
}
