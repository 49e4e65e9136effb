internal import Charting
internal import Mustache
public import Parsing
internal import Vocabulary

/// The page of a batch: what became of every set, and each figure over the sets.
///
/// It is a page for the one who ran the batch, no version: it says how long each set took.
/// For example: `BatchPage(title: "Credit", notebook: "credit/monthly", names: ["month"], sets: sets).html()`.
public struct BatchPage: Sendable, Hashable {
  /// One set of parameters.
  public struct Entry: Sendable, Hashable {
    /// The values of what changes, in the order of the page's names.
    public var values: [String]
    /// The edition.
    public var edition: String
    /// How it ended, in a word: `done`, `unchanged`, `failed`, ...
    public var state: String
    /// Whether it has a report that can be trusted.
    public var isFine: Bool
    /// The version, such as `v2`.
    public var version: String?
    /// Where its report is, relative to the page.
    public var link: String?
    /// How long it took, as people read it.
    public var duration: String?
    /// Its figures by `step.metric`.
    public var metrics: [String: Double]
    /// What went wrong.
    public var message: String?

    /// A set with how it ended.
    public init(
      values: [String], edition: String, state: String, isFine: Bool, version: String? = nil,
      link: String? = nil, duration: String? = nil, metrics: [String: Double] = [:],
      message: String? = nil
    ) {
      self.values = values
      self.edition = edition
      self.state = state
      self.isFine = isFine
      self.version = version
      self.link = link
      self.duration = duration
      self.metrics = metrics
      self.message = message
    }
  }

  /// The notebook's title, or its name.
  public var title: String
  /// The notebook's name in the series.
  public var notebook: String
  /// The parameters that change.
  public var names: [String]
  /// The sets in order.
  public var sets: [Entry]
  /// The figures that are shown first, by `step.metric`; then come the others by name.
  public var metrics: [String]
  /// The language of the fixed words.
  public var language: FrontMatter.Language

  /// A page of these sets.
  public init(
    title: String, notebook: String, names: [String], sets: [Entry], metrics: [String] = [],
    language: FrontMatter.Language = .english
  ) {
    self.title = title
    self.notebook = notebook
    self.names = names
    self.sets = sets
    self.metrics = metrics
    self.language = language
  }

  /// More figures than this are in the JSON only.
  static let figureLimit = 48

  /// The page as one HTML file that needs nothing else.
  public func html(templates: Templates = .embedded) -> String {
    let words = Words(language)
    var body: [HTML] = []
    let failures = sets.filter { $0.message != nil }
    if !failures.isEmpty {
      body.append(.tag("h2", ["id": "failed"], text: words.failedSets))
      body += failures.map { failure($0, words) }
    }
    let names = figureNames
    if !names.isEmpty {
      body.append(.tag("h2", ["id": "figures"], text: words.figuresOverSets))
      body.append(.tag("div", ["class": "multiples"], names.prefix(Self.figureLimit).map(multiple)))
      if names.count > Self.figureLimit {
        body.append(
          .tag("p", ["class": "caption"], text: words.moreFigures(names.count - Self.figureLimit)))
      }
    }
    body.append(.tag("h2", ["id": "sets"], text: words.sets))
    body.append(table(words))
    let frame = PageFrame(
      words: words, title: "\(title) · \(words.batch)", description: tally(words),
      templates: templates, allowsAnyStyle: false,
      masthead: [
        .tag(
          "header", ["class": "masthead"],
          [
            .tag("p", ["class": "series"], [.tag("span", [:], text: notebook)]),
            .tag("h1", [:], text: title), .tag("p", ["class": "lead"], text: tally(words)),
          ])
      ], contents: [], body: body, extraStyle: Self.style)
    return templates.front.render(frame)
  }

  private static let style = """
    .multiples { display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); gap: 0 1.5rem; }
    .multiples figure { margin: .5rem 0; }
    .multiples svg { display: block; width: 100%; height: auto; }
    td.failed, td.refused { color: var(--worse); }

    """

  /// Figures that at least one set has: those asked for, then the others by name.
  var figureNames: [String] {
    let all = Set(sets.flatMap(\.metrics.keys))
    return metrics.filter(all.contains) + all.subtracting(metrics).sorted()
  }

  /// `12 sets: 10 done, 2 failed`.
  private func tally(_ words: Words) -> String {
    var counts: [(state: String, count: Int)] = []
    for set in sets {
      if let place = counts.firstIndex(where: { $0.state == set.state }) {
        counts[place].count += 1
      } else {
        counts.append((set.state, 1))
      }
    }
    let list = counts.map { "\(grouped($0.count)) \($0.state)" }.joined(separator: ", ")
    return words.sets(sets.count) + words.colon + list
  }

  private func multiple(_ name: String) -> HTML {
    // A set that failed is a gap in the line, no shorter way past it.
    let points = sets.map {
      Chart.EditionFigure($0.edition, $0.isFine ? $0.metrics[name] : nil)
    }
    var chart = Chart.history(points, of: name, words: Words(language).ofCharts)
    (chart.width, chart.plotHeight) = (360, 110)
    return .tag(
      "figure", ["class": "chart"], [.verbatim(chart.inlineMarkup(id: "figure-\(name)"))])
  }

  private func failure(_ set: Entry, _ words: Words) -> HTML {
    let title = set.values.isEmpty ? set.edition : "\(set.edition) (\(assignments(of: set)))"
    return .tag(
      "div", ["class": "failure"],
      [
        .tag("p", ["class": "title"], text: title),
        .tag(
          "pre", ["tabindex": "0", "role": "group", "aria-label": title],
          [.tag("code", [:], text: set.message ?? "")]),
      ])
  }

  private func assignments(of set: Entry) -> String {
    zip(names, set.values).map { "\($0) \($1)" }.joined(separator: ", ")
  }

  private func table(_ words: Words) -> HTML {
    let shown = figureNames.prefix(6)
    let heads = names + [words.edition, words.state, words.version] + shown + [words.time]
    let rows = sets.map { set -> HTML in
      var cells = set.values.map { HTML.tag("td", [:], text: $0) }
      let edition: HTML =
        set.link.map { .tag("a", ["href": linkPath($0)], text: set.edition) } ?? .text(set.edition)
      cells.append(.tag("th", ["scope": "row"], [edition]))
      cells.append(.tag("td", ["class": set.isFine ? nil : "failed"], text: set.state))
      cells.append(.tag("td", [:], text: set.version ?? ""))
      cells += shown.map { name in
        .tag(
          "td", ["class": "number"],
          text: set.metrics[name].map { NumberFormat.automatic.string($0) } ?? "")
      }
      cells.append(.tag("td", ["class": "number"], text: set.duration ?? ""))
      return .tag("tr", [:], cells)
    }
    let numbers = (names.count + 3)..<heads.count
    let head = heads.enumerated().map { index, name in
      HTML.tag(
        "th", ["scope": "col", "class": numbers.contains(index) ? "number" : nil], text: name)
    }
    return scrollable(
      .tag(
        "table", [:],
        [
          .tag("caption", ["class": "hidden"], text: words.sets),
          .tag("thead", [:], [.tag("tr", [:], head)]), .tag("tbody", [:], rows),
        ]), label: words.sets)
  }
}
