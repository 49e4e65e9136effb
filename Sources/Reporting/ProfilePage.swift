internal import Charting
internal import Steps
internal import Vocabulary

/// Profiles as HTML: one row per column of the data, with its distribution beside its figures.
struct ProfilePage {
  var words: Words

  func html(_ profile: ProfileExhibit, placed: PlacedExhibit, step: String) -> HTML {
    let title = profile.title ?? words.step(step)
    let names = [
      (words.column, ""), (words.distribution, ""), (words.type, ""),
      (words.missingShare, "number"), (words.distinct, "number"), (words.minimum, "number"),
      (words.median, "number"), (words.maximum, "number"), (words.mean, "number"),
      (words.deviation, "number"),
    ]
    let head = names.map { name, className in
      HTML.tag("th", ["scope": "col", "class": className.isEmpty ? nil : className], text: name)
    }
    let rows = profile.columns.enumerated().map { index, column in
      row(column, of: profile, pictureID: "\(placed.file)-\(index + 1)")
    }
    let table = HTML.tag(
      "table", [:],
      [
        .tag("caption", ["class": "hidden"], text: title),
        .tag("thead", [:], [.tag("tr", [:], head)]), .tag("tbody", [:], rows),
      ])
    let size = words.profile(rows: profile.totalRows, columns: profile.columns.count)
    let figure = HTML.tag(
      "figure", ["class": "table profile"],
      [
        .tag("figcaption", [:], text: profile.title ?? size), scrollable(table, label: title),
        .tag(
          "p", ["class": "data"],
          [
            .text(profile.title == nil ? "" : size + " · "),
            .tag("a", ["href": linkPath("tables/\(placed.file).csv")], text: words.csv),
          ]
            + (placed.picturePath.map { path in
              [" · ", .tag("a", ["href": linkPath(path)], text: words.svg)]
            } ?? [])),
      ])
    return .tag("div", ["class": "profiled"], [figure] + multiples(profile, placed))
  }

  /// So many small pictures are shown at once; more are folded.
  private static let mostOpen = 24

  /// The distribution of every column that has one, large enough to read.
  private func multiples(_ profile: ProfileExhibit, _ placed: PlacedExhibit) -> [HTML] {
    let figures = profile.columns.enumerated().compactMap { index, column -> HTML? in
      guard let chart = column.figure else { return nil }
      let files = placed.columnPictures
      let file = files.indices.contains(index) ? files[index] : nil
      let links = file.map { file -> [HTML] in
        [
          .tag(
            "p", ["class": "data"],
            [
              link("charts/\(file).csv", words.csv, of: column.name), " · ",
              link("charts/\(file).svg", words.svg, of: column.name),
            ])
        ]
      }
      return .tag(
        "figure", ["class": "chart"],
        [.verbatim(chart.inlineMarkup(id: "\(placed.file)-column-\(index + 1)"))] + (links ?? []))
    }
    guard !figures.isEmpty else { return [] }
    let grid = HTML.tag("div", ["class": "multiples"], figures)
    return [
      .tag(
        "details", ["class": "how", "open": figures.count <= Self.mostOpen ? "" : nil],
        [.tag("summary", [:], text: words.distributions(figures.count)), grid])
    ]
  }

  private func link(_ path: String, _ text: String, of column: String) -> HTML {
    .tag("a", ["href": linkPath(path), "aria-label": "\(text), \(column)"], text: text)
  }

  private func row(
    _ column: ProfileExhibit.ColumnProfile, of profile: ProfileExhibit, pictureID: String
  ) -> HTML {
    let figures = ProfileFigures(column, totalRows: profile.totalRows)
    let picture: [HTML] = column.chart.map { [.verbatim($0.inlineMarkup(id: pictureID))] } ?? []
    let numbers = [
      figures.minimum, figures.median, figures.maximum, figures.mean, figures.deviation,
    ]
    return .tag(
      "tr", [:],
      [
        .tag("th", ["scope": "row"], text: clipped(column.name)),
        .tag("td", [:], [.tag("div", ["class": "distribution"], picture)]),
        .tag("td", ["class": "type"], text: column.type),
        number(figures.missing), number(figures.distinct),
      ] + numbers.map(number))
  }

  private func number(_ text: String?) -> HTML {
    .tag("td", ["class": "number"], [text.map(HTML.text) ?? TablePage(words: words).missing])
  }
}

/// The figures of a profiled column as text, nil where there is none.
struct ProfileFigures {
  var missing: String?
  var distinct: String
  var minimum: String?
  var median: String?
  var maximum: String?
  var mean: String?
  var deviation: String?

  init(_ column: ProfileExhibit.ColumnProfile, totalRows: Int) {
    missing =
      totalRows == 0
      ? nil : NumberFormat.percent(1).string(Double(column.missing) / Double(totalRows))
    distinct = grouped(column.distinct)
    let numbers = column.quantiles
    if numbers.count == 5 {
      minimum = NumberFormat.automatic.string(numbers[0])
      median = NumberFormat.automatic.string(numbers[2])
      maximum = NumberFormat.automatic.string(numbers[4])
    } else if column.type.hasPrefix("DATE") || column.type.hasPrefix("TIME") {
      minimum = column.extremes.first
      maximum = column.extremes.count > 1 ? column.extremes.last : nil
    }
    // The first and last text of the alphabet tell nobody anything; the file has them.
    mean = column.mean.map(NumberFormat.automatic.string)
    deviation = column.deviation.map(NumberFormat.automatic.string)
  }
}

extension ProfileExhibit {
  /// The figures at full length, for the file beside the page.
  var table: Table {
    func texts(_ name: String, _ pick: (ColumnProfile) -> String?) -> Column {
      Column(name, texts: columns.map(pick))
    }
    func reals(_ name: String, _ pick: (ColumnProfile) -> Double?) -> Column {
      Column(name, reals: columns.map(pick))
    }
    func quantile(_ index: Int) -> (ColumnProfile) -> Double? {
      { $0.quantiles.count == 5 ? $0.quantiles[index] : nil }
    }
    return Table(columns: [
      texts("column") { $0.name }, texts("type") { $0.type },
      Column("rows", integers: columns.map { _ in Int64(totalRows) }),
      Column("missing", integers: columns.map { Int64($0.missing) }),
      Column("distinct", integers: columns.map { Int64($0.distinct) }),
      reals("mean") { $0.mean }, reals("std") { $0.deviation },
      reals("min", quantile(0)), reals("q25", quantile(1)), reals("median", quantile(2)),
      reals("q75", quantile(3)), reals("max", quantile(4)),
      texts("first") { $0.extremes.first },
      texts("last") { $0.extremes.count > 1 ? $0.extremes.last : nil },
    ])
  }
}
