internal import Archiving
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
}
