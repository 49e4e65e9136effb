internal import Archiving
internal import Charting
internal import Reporting
internal import Vocabulary

/// What the page around a report shows.
struct ReportState: Sendable {
  var version: Version
  var edition: Archive.Edition
  var editions: [Archive.Edition]
  var predecessor: Version?
  /// The address of the report itself, with its pass.
  var frame: String
  /// Files that may be downloaded, by folder.
  var artifacts: [String]
  var tables: [String]
  var title: String
}

extension PageScene {
  /// A report, exactly as it is stored, in a sandbox; around it the way to others.
  func reportPage(_ state: ReportState) -> String {
    let place = state.version.place
    func option(_ address: String, _ text: String, _ isChosen: Bool) -> HTML {
      .tag("option", ["value": address, "selected": isChosen ? "" : nil], text: text)
    }
    let editions = state.editions.reversed().map { edition in
      let other = Route.Place(
        notebook: place.notebook, edition: edition.place.edition, version: nil)
      return option(other.path, edition.place.edition, edition.place == place)
    }
    let versions = state.edition.versions.reversed().map { number in
      let other = Route.Place(
        notebook: place.notebook, edition: place.edition, version: number)
      return option(other.path, "v\(number)", number == state.version.number)
    }
    var bar: [HTML] = [
      .tag(
        "p", ["class": "crumb"],
        [
          .link("/", say("Reports", "レポート")), " / ",
          .link(.notebookPath(place.notebook), place.notebook),
          .text(" / \(place.edition) / v\(state.version.number)"),
        ]),
      switcher("edition", say("Edition", "版"), editions),
      switcher("version", say("Version", "バージョン"), versions),
    ]
    if let before = state.predecessor {
      bar.append(
        .tag(
          "a", ["href": comparePath(before, state.version), "class": "button"],
          text: say("What changed", "変更点")))
    }
    if !state.artifacts.isEmpty || !state.tables.isEmpty {
      bar.append(
        .tag(
          "details", ["class": "menu"],
          [
            .tag("summary", [:], text: say("Download", "ダウンロード")),
            .tag(
              "ul", [:],
              (state.artifacts.map { ("artifacts/" + $0, $0) }
                + state.tables.map { ("tables/" + $0, $0) }).map { file, name in
                  .tag(
                    "li", [:],
                    [
                      .link(
                        "/download/" + Route.Place(state.version).path + "/"
                          + Address.encoded(file, slashesStay: true), name)
                    ])
                }),
          ]))
    }
    return page(
      state.title,
      [
        .tag("h1", ["class": "hidden"], text: state.title), .tag("div", ["class": "bar-top"], bar),
        frame(state.frame, state.title),
      ], isWide: true)
  }

  /// A page of somebody else's words, in a sandbox: no script, no forms, no way to this page.
  func frame(_ address: String, _ title: String) -> HTML {
    .tag(
      "iframe",
      [
        "src": address, "title": title, "sandbox": "allow-downloads",
        "referrerpolicy": "no-referrer",
      ])
  }

  private func switcher(_ id: String, _ label: String, _ options: [HTML]) -> HTML {
    .tag(
      "form", ["method": "get", "action": "/reports", "class": "switch"],
      [
        .tag("label", ["for": id], text: label),
        .tag("select", ["id": id, "name": "to"], options),
        .tag("button", [:], text: say("Show", "表示")),
      ])
  }

  func comparePath(_ old: Version, _ new: Version) -> String {
    "/compare?old=\(Address.encoded(old.description))&new=\(Address.encoded(new.description))"
  }

  /// Two versions side by side.
  func comparePage(
    _ versions: [Version], old: Version?, new: Version?, frame address: String?
  ) -> String {
    let title = say("Compare", "比較")
    var body: [HTML] = [.tag("h1", [:], text: title)]
    guard versions.count > 1 else {
      body.append(
        .paragraph(
          say("There must be two versions before there is a difference.", "比較には 2 つのバージョンが必要です。"),
          "lead"))
      return page(title, body)
    }
    func choice(_ name: String, _ label: String, _ chosen: Version?) -> HTML {
      .tag(
        "p", ["class": "field"],
        [
          .tag("label", ["for": name], text: label),
          .tag(
            "select", ["id": name, "name": name],
            versions.map { version in
              .tag(
                "option", ["selected": version == chosen ? "" : nil], text: version.description)
            }),
        ])
    }
    body.append(
      .tag(
        "form", ["method": "get", "action": "/compare", "class": "switch"],
        [
          choice("old", say("From", "変更前"), old), choice("new", say("To", "変更後"), new),
          .tag("button", ["class": "main"], text: say("Show what changed", "変更点を表示")),
        ]))
    if let address { body.append(frame(address, say("What changed", "変更点"))) }
    return page(title, body, isWide: true)
  }

  /// Figures of a notebook over its editions.
  func historyPage(
    _ notebook: String, _ series: [FigureSeries], _ editions: [Archive.Edition]
  ) -> String {
    let title = say("Figures over time: \(notebook)", "指標の推移：\(notebook)")
    var body: [HTML] = [
      .tag(
        "p", ["class": "crumb"],
        [.link("/", say("Reports", "レポート")), " / ", .link(.notebookPath(notebook), notebook)]),
      .tag("h1", [:], text: title),
    ]
    guard !editions.isEmpty else {
      body.append(.paragraph(say("Nothing has been published yet.", "まだ公開されていません。"), "lead"))
      return page(title, body)
    }
    let shown = editions.suffix(24)
    let rows = series.enumerated().map { index, figure in
      let values = figure.values.suffix(shown.count)
      return [
        HTML.rowHead([.text(figure.label), .paragraph(figure.name, "small")]),
        HTML.cell(
          values.compactMap(\.value).count > 1
            ? [
              .verbatim(
                Chart.sparkline(values.map(\.value), name: figure.label)
                  .inlineSVG(id: "history-\(index)"))
            ] : [], "spark"),
      ] + values.reversed().map { HTML.cell($0.text, "number") }
    }
    let links = shown.reversed().map(\.place.edition)
    body.append(
      .table(
        title, [say("Figure", "指標"), say("Over time", "推移")] + links,
        numbers: Set(2..<(links.count + 2)), rows))
    return page(title, body, isWide: true)
  }
}

/// A figure over the editions of a notebook, oldest first.
struct FigureSeries: Sendable, Hashable {
  var name: String
  var label: String
  var values: [Point]

  struct Point: Sendable, Hashable {
    var edition: String
    var version: Int
    var value: Double?
    var text: String
  }
}

extension Shelf {
  /// The figures of a notebook's newest versions: those that are tiles first.
  func series(of notebook: String) -> [FigureSeries] {
    let editions = editions(of: notebook)
    let facts = editions.map { self.facts(of: $0.newest) }
    var names: [(name: String, label: String, isTile: Bool)] = []
    var seen: Set<String> = []
    for fact in facts.reversed() {
      for (name, step, figure) in fact?.figures ?? [] where seen.insert(name).inserted {
        names.append((name, figure.label ?? name, step.kind == "metric"))
      }
    }
    let ordered = names.filter(\.isTile) + names.filter { !$0.isTile }
    return ordered.map { name, label, _ in
      FigureSeries(
        name: name, label: label,
        values: zip(editions, facts).map { edition, fact in
          let figure = fact?.metrics[name]
          return FigureSeries.Point(
            edition: edition.place.edition, version: edition.newest.number, value: figure?.value,
            text: figure?.valueText ?? "")
        })
    }
  }
}
