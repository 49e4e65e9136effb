internal import Charting
public import Comparing
internal import Mustache
internal import Vocabulary

extension Difference {
  /// The difference as one HTML file that needs nothing else, in the style of the reports: metrics
  /// first, source side by side, charts of both versions in one picture.
  public func html(templates: Templates = .embedded) -> String {
    DifferencePage(outline: DifferenceOutline(difference: self, words: Words(of: self)))
      .html(templates)
  }
}

private struct DifferencePage {
  let outline: DifferenceOutline
  var difference: Difference { outline.difference }
  private var words: Words { outline.words }

  /// So many lines are shown of a table, a chart or a list.
  static let shown = 200

  func html(_ templates: Templates) -> String {
    var body: [HTML] = []
    for (index, section) in outline.sections.enumerated() {
      body.append(.tag("h2", ["id": "changes-\(index + 1)"], text: section.title))
      if let note = section.note { body.append(.tag("p", ["class": "note"], text: note)) }
      switch section.topic {
      case .metrics: body.append(metrics(section.changes))
      case .steps: body += steps(section.changes)
      case .tables, .charts: body += tables(section.changes)
      case .text: body += section.changes.prefix(Self.shown).map(prose)
      default: body.append(list(section.changes, label: section.title, hasName: true))
      }
      if section.changes.count > Self.shown, section.topic == .text {
        body.append(rest(section.changes.count))
      }
    }
    if !difference.problems.isEmpty {
      body.append(.tag("h2", ["id": "problems"], text: words.problems))
      body.append(
        .tag(
          "ul", [:],
          difference.problems.prefix(Self.shown).map {
            .tag("li", [:], text: visibleText(words.problem($0)))
          }))
    }
    let name = visibleText(
      difference.new.title.isEmpty ? difference.new.name : difference.new.title)
    let frame = PageFrame(
      words: words, title: words.whatChanged(name), description: outline.headline,
      templates: templates, allowsAnyStyle: false, masthead: [masthead(name)], contents: [],
      body: body, extraStyle: String(decoding: PackageResources.difference_css, as: UTF8.self))
    return templates.page.render(frame)
  }

  private func masthead(_ name: String) -> HTML {
    .tag(
      "header", ["class": "masthead"],
      [
        .tag(
          "p", ["class": "series"],
          [
            .tag("span", [:], text: visibleText(difference.old.name)), " ",
            .tag("span", ["class": "edition"], text: "→ " + visibleText(difference.new.name)),
          ]),
        .tag("h1", [:], text: words.whatChanged(name)),
        .tag("p", ["class": "lead"], text: capitalized(outline.headline) + words.sentenceEnd),
      ])
  }

  private func capitalized(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst()
  }

  private func rest(_ count: Int) -> HTML {
    .tag("p", ["class": "data"], text: words.first(Self.shown, of: count))
  }

  private func table(_ head: [(String, isNumber: Bool)], _ rows: [HTML], label: String) -> HTML {
    let cells = head.map { name, isNumber in
      HTML.tag("th", ["scope": "col", "class": isNumber ? "number" : nil], text: name)
    }
    return scrollable(
      .tag(
        "table", ["class": "changes"],
        [
          .tag("caption", ["class": "hidden"], text: label),
          .tag("thead", [:], [.tag("tr", [:], cells)]), .tag("tbody", [:], rows),
        ]), label: label)
  }

  private func text(_ text: String?) -> HTML {
    text.map { .text(visibleText($0)) } ?? .tag("span", ["class": "none"], text: "–")
  }

  private func metrics(_ changes: [Change]) -> HTML {
    let rows = changes.map { change in
      let figure = outline.figure(change)
      let label = change.path.count == 1 ? difference.notations[change.path[0]]?.label : nil
      var name: [HTML] = [.text(visibleText(label ?? figure.name))]
      if label != nil { name += [" ", .tag("code", [:], text: visibleText(figure.name))] }
      return HTML.tag(
        "tr", [:],
        [
          .tag("th", ["scope": "row"], name),
          .tag("td", ["class": "number"], [text(figure.old)]),
          .tag("td", ["class": "number"], [text(figure.new)]),
          .tag("td", ["class": "number"], text: figure.amount),
          .tag("td", ["class": "verdict-\(change.verdict.rawValue)"], text: figure.verdict),
        ])
    }
    return table(
      [
        (words.metric, false), (words.old, true), (words.new, true), (words.change, true),
        (words.verdict, false),
      ], rows, label: words.title(.metrics))
  }

  private func list(_ changes: [Change], label: String, hasName: Bool) -> HTML {
    let rows = changes.prefix(Self.shown).map { change in
      let path = outline.path(change)
      let place = (hasName ? path[...] : path.dropFirst()).joined(separator: " · ")
      let isWhole = change.operation == .move || (change.old == nil && change.new == nil)
      let word =
        switch change.operation {
        case .add: words.addedWord
        case .remove: words.removedWord
        case .move: words.movedWord
        case .replace, .patch: ""
        }
      let said = [change.old, change.new].map { text in text.map { words.value($0, of: change) } }
      let texts =
        said[0] == nil || said[1] == nil
        ? said : DifferenceOutline.toldApart(said[0] ?? "", said[1] ?? "").map(Optional.some)
      let name = change.amount == nil ? "" : " number"
      let values: [HTML] =
        isWhole
        ? [.tag("td", ["colspan": "2"], text: visibleText(outline.line(change).what))]
        : [
          .tag("td", ["class": "was" + name], texts[0] == nil ? [] : [text(texts[0])]),
          .tag("td", ["class": "is" + name], texts[1] == nil ? [] : [text(texts[1])]),
        ]
      let amount = change.amount.map { NumberFormat.significant(4).signedString($0) } ?? word
      return HTML.tag(
        "tr", [:],
        [.tag("th", ["scope": "row"], text: visibleText(place))] + values
          + [.tag("td", ["class": "number"], text: amount)])
    }
    return table(
      [(words.place, false), (words.old, false), (words.new, false), (words.change, true)], rows,
      label: label)
  }

  // MARK: Steps

  private func steps(_ changes: [Change]) -> [HTML] {
    var parts: [HTML] = []
    let facts = changes.filter { $0.text == nil }
    if !facts.isEmpty { parts.append(list(facts, label: words.title(.steps), hasName: true)) }
    for change in changes {
      guard let text = change.text else { continue }
      let name = visibleText(words.list(outline.path(change)))
      parts.append(.tag("h3", [:], [.tag("code", [:], text: name)]))
      parts.append(sides(text, label: words.source(of: name)))
    }
    return parts
  }

  /// Old lines on the left, new ones on the right.
  private func sides(_ text: TextDifference, label: String) -> HTML {
    var rows: [HTML] = []
    var (gone, come): ([String], [String]) = ([], [])
    func cell(_ line: String?, _ name: String?) -> HTML {
      .tag("td", ["class": line == nil ? nil : name], text: line.map { visibleText($0) } ?? "")
    }
    func settle() {
      for index in 0..<max(gone.count, come.count) {
        rows.append(
          .tag(
            "tr", [:],
            [
              cell(index < gone.count ? "- " + gone[index] : nil, "removed"),
              cell(index < come.count ? "+ " + come[index] : nil, "added"),
            ]))
      }
      (gone, come) = ([], [])
    }
    for piece in DifferenceOutline.excerpt(text).prefix(2000) {
      switch piece?.fate {
      case .removed: gone.append(piece?.text ?? "")
      case .added: come.append(piece?.text ?? "")
      case .same:
        settle()
        let line = "  " + (piece?.text ?? "")
        rows.append(.tag("tr", [:], [cell(line, nil), cell(line, nil)]))
      case nil:
        settle()
        rows.append(
          .tag("tr", [:], [.tag("td", ["class": "gap", "colspan": "2"], text: "…")]))
      }
    }
    settle()
    return scrollable(
      .tag(
        "table", ["class": "sides"],
        [
          .tag("caption", ["class": "hidden"], text: label),
          .tag(
            "thead", [:],
            [
              .tag(
                "tr", [:],
                [
                  .tag("th", ["scope": "col"], text: words.old),
                  .tag("th", ["scope": "col"], text: words.new),
                ])
            ]), .tag("tbody", [:], rows),
        ]), label: label)
  }

  // MARK: Tables and charts

  private func tables(_ changes: [Change]) -> [HTML] {
    DifferenceOutline.groups(changes).enumerated().flatMap { index, group -> [HTML] in
      let (name, changes) = group
      let isChart = changes.contains { $0.kind == .chart || $0.kind == .point }
      var title: [HTML] = [.text(visibleText(name))]
      if let tally = outline.tally(name, isChart: isChart) {
        title += [
          " ", .tag("span", ["class": "tally"], text: visibleText(words.sentence(tally))),
        ]
      }
      var parts: [HTML] = [.tag("h3", [:], title)]
      let overlay = isChart ? difference.overlays.first { $0.name == name } : nil
      if let picture = overlay.flatMap({ OverlayChart(words: words).chart($0) }) {
        parts.append(
          .tag(
            "figure", ["class": "chart"],
            picture.pictures(id: "overlay-\(index)")))
      }
      let table = list(
        changes,
        label: isChart ? words.chart(visibleText(name)) : words.table(visibleText(name)),
        hasName: false)
      parts.append(
        overlay == nil
          ? table
          : .tag(
            "details", ["class": "how"], [.tag("summary", [:], text: words.points), table]))
      if changes.count > Self.shown { parts.append(rest(changes.count)) }
      return parts
    }
  }

  // MARK: Text

  private func prose(_ change: Change) -> HTML {
    let pieces: [HTML] =
      change.text?.pieces.map { piece in
        let text = visibleText(piece.text)
        return switch piece.fate {
        case .same: .text(text)
        case .removed: .tag("del", [:], text: text)
        case .added: .tag("ins", [:], text: text)
        }
      }
      ?? [
        change.old.map { .tag("del", [:], text: visibleText($0)) },
        change.new.map { .tag("ins", [:], text: visibleText($0)) },
      ].compactMap(\.self)
    return .tag("p", ["class": "words"], pieces)
  }
}
