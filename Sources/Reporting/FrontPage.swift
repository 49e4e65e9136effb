internal import Mustache
public import Parsing
public import Steps
internal import Vocabulary

/// The front page of `output/`: every report, edition and version.
///
/// For example: `FrontPage(entries: [entry]).html()` is the text of `output/index.html`.
public struct FrontPage: Sendable, Hashable {
  /// One notebook with its editions.
  public struct Entry: Sendable, Hashable {
    /// The notebook's name in the series, such as `credit/monthly`; also its folder.
    public var notebook: String
    /// The title of its newest report.
    public var title: String
    /// Its editions, in any order.
    public var editions: [Edition]

    /// A notebook with its editions.
    public init(notebook: String, title: String, editions: [Edition]) {
      self.notebook = notebook
      self.title = title
      self.editions = editions
    }
  }

  /// One slot of a series.
  public struct Edition: Sendable, Hashable {
    /// The edition's name, such as `2021-01`; also its folder.
    public var name: String
    /// The numbers of its versions, in any order.
    public var versions: [Int]
    /// The key figures of its newest version, in report order.
    public var metrics: [Metric]

    /// An edition with its versions.
    public init(name: String, versions: [Int], metrics: [Metric] = []) {
      self.name = name
      self.versions = versions
      self.metrics = metrics
    }
  }

  /// The notebooks, in any order; the page sorts them by title.
  public var entries: [Entry]
  /// The language of the fixed words.
  public var language: FrontMatter.Language

  /// A front page of these notebooks.
  public init(entries: [Entry], language: FrontMatter.Language = .english) {
    self.entries = entries
    self.language = language
  }

  /// The page as one HTML file that needs nothing else.
  public func html(templates: Templates = .embedded) -> String {
    let words = Words(language)
    let published = entries.filter { $0.editions.contains { !$0.versions.isEmpty } }
    let sorted = published.sorted { ($0.title, $0.notebook) < ($1.title, $1.notebook) }
    let sections = sorted.enumerated().map { index, entry in
      section(entry, id: "report-\(index + 1)", words: words)
    }
    let body = sections.isEmpty ? [HTML.tag("p", [:], text: words.noReports)] : sections
    let frame = PageFrame(
      words: words, title: words.reports, description: words.reports, templates: templates,
      allowsAnyStyle: false,
      masthead: [
        .tag("header", ["class": "masthead"], [.tag("h1", [:], text: words.reports)])
      ],
      contents: [], body: body)
    return templates.front.render(frame)
  }

  private func section(_ entry: Entry, id: String, words: Words) -> HTML {
    let editions = entry.editions.filter { !$0.versions.isEmpty }
      .sorted { isNewer($0.name, than: $1.name) }
    var parts: [HTML] = [
      .tag("h2", ["id": id], text: entry.title),
      .tag("p", ["class": "series"], [.tag("span", [:], text: entry.notebook)]),
    ]
    if let newest = editions.first, !newest.metrics.isEmpty {
      parts.append(
        FigurePage(words: words).html(
          tiles(of: newest, editions), label: words.keyFigures, id: "\(id)-trend"))
    }
    let rows = editions.map { edition in
      let versions = edition.versions.sorted(by: >)
      let folder = "\(entry.notebook)/\(edition.name)"
      let links = versions.flatMap { version -> [HTML] in
        [
          " ",
          .tag("a", ["href": linkPath("\(folder)/v\(version)/index.html")], text: "v\(version)"),
        ]
      }
      let newest = linkPath("\(folder)/v\(versions.first ?? 1)/index.html")
      return HTML.tag(
        "tr", [:],
        [
          .tag("th", ["scope": "row"], [.tag("a", ["href": newest], text: edition.name)]),
          .tag("td", [:], Array(links.dropFirst())),
        ])
    }
    let table = HTML.tag(
      "table", [:],
      [
        .tag("caption", ["class": "hidden"], text: entry.title),
        .tag(
          "thead", [:],
          [
            .tag(
              "tr", [:],
              [
                .tag("th", ["scope": "col"], text: words.edition),
                .tag("th", ["scope": "col"], text: words.versions),
              ])
          ]),
        .tag("tbody", [:], rows),
      ])
    parts.append(scrollable(table, label: entry.title))
    return .tag("section", ["class": "report"], parts)
  }
}

extension FrontPage {
  /// The key figures of an edition with what they were in those before it.
  private func tiles(of newest: Edition, _ editions: [Edition]) -> [Manuscript.Tile] {
    let series = PastEditions.series(of: newest.name)
    let older = editions.reversed().filter {
      $0 != newest && PastEditions.series(of: $0.name) == series
    }
    let past = PastEditions(
      older.suffix(PastEditions.limit).map { edition in
        let figures = edition.metrics.compactMap { metric in
          metric.value.flatMap { $0.isFinite ? (metric.name, $0) : nil }
        }
        return PastEditions.Edition(
          edition.name, metrics: Dictionary(figures) { first, _ in first })
      })
    return newest.metrics.prefix(6).map { metric in
      Manuscript.Tile(step: "", metric: metric, past: past.figures(of: metric.name))
    }
  }
}

/// Orders editions from new to old by name, digits as numbers: `2021-10` before `2021-9`.
func isNewer(_ left: String, than right: String) -> Bool {
  var (left, right) = (left.unicodeScalars[...], right.unicodeScalars[...])
  while let a = left.first, let b = right.first {
    let (digitsOfLeft, digitsOfRight) = (left.prefix(while: isDigit), right.prefix(while: isDigit))
    if !digitsOfLeft.isEmpty, !digitsOfRight.isEmpty {
      let (x, y) = (digitsOfLeft.drop { $0 == "0" }, digitsOfRight.drop { $0 == "0" })
      if x.count != y.count { return x.count > y.count }
      if !x.elementsEqual(y) { return y.lexicographicallyPrecedes(x) }
      left = left.dropFirst(digitsOfLeft.count)
      right = right.dropFirst(digitsOfRight.count)
    } else {
      if a != b { return a > b }
      left = left.dropFirst()
      right = right.dropFirst()
    }
  }
  return !left.isEmpty && right.isEmpty
}

private func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
