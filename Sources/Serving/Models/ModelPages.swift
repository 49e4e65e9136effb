internal import Archiving
internal import Charting
internal import Reporting
internal import Vocabulary

extension PageScene {
  /// All models: those of the registry, then those that lie in reports.
  func modelsPage(registered: [ModelEntry], exported: [Scorer.Listing]) -> String {
    let title = say("Models", "モデル")
    var body: [HTML] = [.tag("h1", [:], text: title)]
    if registered.isEmpty, exported.isEmpty {
      body.append(
        .paragraph(
          say(
            "There is no model yet. A step `uses: register` keeps one in the registry; `uses: export` with `model:` puts one into a report.",
            "モデルはまだありません。`uses: register` のステップで登録し、`uses: export` で `model:` を指定するとレポートに出力されます。"),
          "lead"))
      return page(title, body)
    }
    if !registered.isEmpty {
      let caption = say("Registered models", "登録されたモデル")
      body.append(.tag("h2", [:], text: caption))
      body.append(
        .table(
          caption,
          [
            say("Model", "モデル"), say("Aliases", "別名"), say("Newest", "最新"),
            say("Key figures", "主要指標"),
            say("Over versions", "推移"), say("Last change", "最後の変更"),
          ], registered.enumerated().map { index, entry in row(entry, index) }))
    }
    if !exported.isEmpty {
      let caption = say("Models in reports", "レポート内のモデル")
      body.append(.tag("h2", [:], text: caption))
      body.append(
        .table(
          caption,
          [
            say("Notebook", "ノートブック"), say("Edition", "版"), say("Model", "モデル"),
            say("Scored at", "スコアリング先"),
          ],
          exported.map { model in
            let place = Route.Place(model.version)
            return [
              .rowHead([.link(.notebookPath(model.name), model.name)]),
              .cell([.link("/reports/" + place.path, "\(place.edition) v\(place.version ?? 0)")]),
              .cell(model.artifact),
              .cell([.tag("code", [:], text: "POST " + model.predictPath)]),
            ]
          }))
    }
    return page(title, body, isWide: true)
  }

  private func row(_ entry: ModelEntry, _ index: Int) -> [HTML] {
    let aliases: [HTML] = entry.aliases.sorted { $0.key < $1.key }.map { alias, number in
      .tag("p", ["class": "alias"], [.tag("strong", [:], text: alias), .text(" v\(number)")])
    }
    // The figures of what is in use; of the newest when nothing is.
    let number = entry.aliases["champion"] ?? entry.versions.last ?? 0
    let names = entry.figureNames
    let figures: [HTML] = names.prefix(2).map { name in
      .tag(
        "p", ["class": "alias"],
        [
          .text(name + " "),
          .tag("strong", [:], text: entry.text(name, of: number)),
        ])
    }
    let history = entry.versions.suffix(12).map { entry.facts[$0]?.metrics[names.first ?? ""] }
    let spark: HTML =
      history.compactMap(\.self).count > 1
      ? .cell(
        [
          .verbatim(
            Chart.sparkline(history, name: names.first ?? "").inlineSVG(id: "model-\(index)"))
        ], "spark") : .cell("")
    return [
      .rowHead([.link(.modelPath(entry.name), entry.name)]),
      aliases.isEmpty ? .cell("") : .cell(aliases), .cell("v\(entry.versions.last ?? 0)"),
      figures.isEmpty ? .cell("") : .cell(figures), spark,
      entry.events.last.map { event in
        .cell([
          .text(done(event)),
          .paragraph("\(ClockText.minute(event.at)) \(event.by)", "small"),
        ])
      } ?? .cell(""),
    ]
  }

  /// What was done, in words.
  private func done(_ event: ModelRegistry.Event) -> String {
    let (version, alias) = ("v\(event.version)", event.alias ?? "")
    return switch event.action {
    case .register: say("\(version) registered", "\(version) を登録")
    case .promote: say("\(version) became \(alias)", "\(version) を \(alias) に昇格")
    case .rollback: say("\(alias) went back to \(version)", "\(alias) を \(version) に戻した")
    case .demote: say("\(alias) taken from \(version)", "\(version) から \(alias) を外した")
    }
  }

  // MARK: - One model

  /// A registered model: its aliases with what may be done to them, its versions, its history.
  func modelPage(_ entry: ModelEntry, _ visitor: Visitor, reports: Set<String>) -> String {
    var body: [HTML] = [
      .tag(
        "p", ["class": "crumb"],
        [.link("/models", say("Models", "モデル")), .text(" / " + entry.name)]),
      .tag("h1", [:], text: entry.name),
    ]
    body += aliases(entry, visitor)
    body += versions(entry, visitor, reports)
    body += figures(entry)
    body += scoring(entry)
    body += history(entry, reports)
    return page(entry.name, body, isWide: true)
  }

  private func aliases(_ entry: ModelEntry, _ visitor: Visitor) -> [HTML] {
    var parts: [HTML] = [.tag("h2", [:], text: say("Aliases", "別名"))]
    if entry.aliases.isEmpty {
      parts.append(
        .paragraph(say("No version has an alias.", "別名の付いたバージョンはありません。"), "lead"))
    } else {
      let caption = say("Aliases of \(entry.name)", "\(entry.name) の別名")
      parts.append(
        .table(
          caption,
          [
            say("Alias", "別名"), say("Version", "バージョン"), say("Since", "変更日時"), say("By", "変更者"),
            say("Why", "理由"), say("Change", "操作"),
          ],
          entry.aliases.sorted { $0.key < $1.key }.map { alias, number in
            let event = entry.events.last { $0.alias == alias }
            return [
              .rowHead([.text(alias)]), .cell("v\(number)"),
              .cell(event.map { ClockText.minute($0.at) } ?? ""), .cell(event?.by ?? ""),
              .cell(event?.because ?? "", "long"),
              .cell(actions(on: alias, number, of: entry, visitor)),
            ]
          }))
    }
    guard entry.mayChange(entry.versions, visitor) else { return parts }
    let options: [HTML] = entry.versions.reversed().map { number in
      .tag("option", ["value": "v\(number)"], text: "v\(number)")
    }
    parts.append(
      .tag(
        "form",
        ["method": "get", "action": .modelPath(entry.name) + "/promote", "class": "choose"],
        [
          .tag("label", ["for": "version"], text: say("Give version", "バージョン")),
          .tag("select", ["id": "version", "name": "version"], options),
          .tag("label", ["for": "alias"], text: say("the alias", "に付ける別名")),
          .tag(
            "input",
            [
              "id": "alias", "name": "alias", "value": "champion", "required": "",
              "pattern": "[A-Za-z0-9][A-Za-z0-9._\\-]*", "class": "short",
            ]),
          .tag("button", [:], text: say("Promote …", "昇格…")),
        ]))
    return parts
  }

  private func actions(
    on alias: String, _ number: Int, of entry: ModelEntry, _ visitor: Visitor
  ) -> [HTML] {
    func link(_ kind: ModelChange.Kind, _ text: String, _ label: String) -> HTML {
      .tag(
        "a",
        [
          "href": .modelPath(entry.name) + "/\(kind.rawValue)?alias=\(Address.encoded(alias))",
          "class": "button", "aria-label": label,
        ], text: text)
    }
    var links: [HTML] = []
    let before = ModelRegistry.predecessor(of: alias, after: entry.events)
    if let before, entry.mayChange([number, before], visitor) {
      links.append(
        link(
          .rollback, say("Roll back to v\(before) …", "v\(before) に戻す…"),
          say("Roll \(alias) back to v\(before)", "\(alias) を v\(before) に戻す")))
    }
    if entry.mayChange([number], visitor) {
      if !links.isEmpty { links.append(" ") }
      links.append(
        link(
          .demote, say("Take away …", "外す…"),
          say("Take \(alias) away from v\(number)", "v\(number) から \(alias) を外す")))
    }
    return links.isEmpty ? [.text("–")] : links
  }

  private func versions(
    _ entry: ModelEntry, _ visitor: Visitor, _ reports: Set<String>
  ) -> [HTML] {
    let caption = say("Versions of \(entry.name)", "\(entry.name) のバージョン")
    let names = Array(entry.figureNames.prefix(6))
    let rows = entry.versions.reversed().map { number -> [HTML] in
      let facts = entry.facts[number]
      let (made, aliases) = (entry.registration(of: number), entry.aliases(of: number))
      var head: [HTML] = [.text("v\(number)")]
      if !aliases.isEmpty { head.append(.paragraph(aliases.joined(separator: ", "), "small")) }
      if facts == nil {
        head.append(
          .paragraph(
            say("its version.json cannot be read", "version.json を読み取れません"), "small warning"))
      }
      return [.rowHead(head)]
        + names.map { .cell(entry.text($0, of: number), "number") }
        + [
          .cell(facts.map { [source($0, reports)] } ?? []),
          .cell([
            .text(made.map { ClockText.minute($0.at) } ?? ""),
            .paragraph(made?.by ?? "", "small"),
          ]),
          .cell([
            .tag("a", ["href": "#v\(number)"], text: say("all of v\(number)", "v\(number) の詳細"))
          ]),
        ]
    }
    var parts: [HTML] = [
      .tag("h2", [:], text: say("Versions", "バージョン")),
      .table(
        caption,
        [say("Version", "バージョン")] + names + [
          say("Made by", "作成元"), say("Registered", "登録"), say("Details", "詳細"),
        ], numbers: Set(1..<(names.count + 1)), rows),
    ]
    for number in entry.versions.reversed() {
      guard let facts = entry.facts[number] else { continue }
      parts.append(details(number, facts, of: entry, reports))
    }
    return parts
  }

  /// The report that made a version, linked when it is there.
  private func source(_ facts: ModelRegistry.Facts, _ reports: Set<String>) -> HTML {
    let text = "\(facts.notebook)@\(facts.edition)"
    guard reports.contains(text) else { return .text(text) }
    let place = Route.Place(notebook: facts.notebook, edition: facts.edition, version: nil)
    return .link("/reports/" + place.path, text)
  }

  private func details(
    _ number: Int, _ facts: ModelRegistry.Facts, of entry: ModelEntry, _ reports: Set<String>
  ) -> HTML {
    var pairs: [HTML] = []
    func add(_ name: String, _ content: [HTML]) {
      guard !content.isEmpty else { return }
      pairs += [.tag("dt", [:], text: name), .tag("dd", [:], content)]
    }
    func lines(_ texts: [String]) -> [HTML] { texts.map { .paragraph($0) } }
    func list(_ values: [String: String]) -> [HTML] {
      lines(values.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" })
    }
    add(say("Made by", "作成元"), [source(facts, reports)])
    add(
      say("Figures", "指標"),
      list(Dictionary(facts.metrics.keys.map { ($0, entry.text($0, of: number)) }) { $1 }))
    add(say("Parameters", "パラメーター"), list(facts.parameters))
    add(
      say("Inputs (SHA-256)", "入力（SHA-256）"), list(facts.inputs.mapValues { String($0.prefix(12)) })
    )
    add(say("Engines", "エンジン"), list(facts.engines))
    add(say("Digest", "ダイジェスト"), [.tag("code", [:], text: facts.digest)])
    return .tag(
      "details", ["id": "v\(number)", "class": "version"],
      [.tag("summary", [:], text: "v\(number)"), .tag("dl", ["class": "facts"], pairs)])
  }

  /// The first figure over the versions, as a picture.
  private func figures(_ entry: ModelEntry) -> [HTML] {
    guard let name = entry.figureNames.first, entry.versions.count > 1 else { return [] }
    let points = entry.versions.suffix(24).map { number in
      Chart.EditionFigure("v\(number)", entry.facts[number]?.metrics[name])
    }
    var chart = Chart.history(
      points, of: name, words: say.isJapanese ? .japanese : .english)
    // Its words must be readable at 360 px.
    chart.width = 340
    return [.tag("figure", ["class": "history"], [.verbatim(chart.inlineSVG(id: "versions"))])]
  }

  private func scoring(_ entry: ModelEntry) -> [HTML] {
    let alias = entry.aliases["champion"] == nil ? "latest" : "champion"
    let path = "/api/v1/models/\(Address.encoded(entry.name))@\(alias)/predict"
    return [
      .tag("h2", [:], text: say("Scoring", "スコアリング")),
      .paragraph(
        say(
          "Rows as JSON, JSON Lines or CSV. The address follows the alias, without a restart.",
          "行を JSON、JSON Lines、CSV で送ります。別名の変更は再起動なしで反映されます。")),
      .tag("pre", ["tabindex": "0"], [.tag("code", [:], text: "POST " + path)]),
    ]
  }

  private func history(_ entry: ModelEntry, _ reports: Set<String>) -> [HTML] {
    let caption = say("What was done to \(entry.name)", "\(entry.name) の変更履歴")
    return [
      .tag("h2", [:], text: say("History", "履歴")),
      .table(
        caption, [say("When", "日時"), say("What", "内容"), say("Who", "誰が"), say("Why", "理由")],
        entry.events.reversed().prefix(200).map { event in
          var what = done(event)
          if event.action == .promote, let from = event.from {
            what += say(", v\(from) was", "（以前は v\(from)）")
          }
          return [
            .cell(ClockText.minute(event.at)), .rowHead([.text(what)]), .cell(event.by),
            .cell(event.because ?? "", "long"),
          ]
        }),
    ]
  }
}

extension ModelEntry {
  /// The names of all figures, those that one asks for first at the beginning.
  var figureNames: [String] {
    let first = [
      "auc", "ks", "average_precision", "log_loss", "brier", "accuracy", "f1", "rmse", "mae", "r2",
    ]
    let names = Set(facts.values.flatMap(\.metrics.keys))
    return first.filter(names.contains) + names.subtracting(first).sorted()
  }
}

extension ModelEntry {
  /// How a figure is written: with the same decimals for every version, so that they can be compared
  /// at a glance.
  func format(of name: String) -> NumberFormat {
    let values = facts.values.compactMap { $0.metrics[name] }.filter(\.isFinite)
    if values.allSatisfy({ $0 == $0.rounded() }) { return .thousands(0) }
    return values.allSatisfy { $0.magnitude < 1000 } ? .fixed(4) : .automatic
  }

  /// A figure of a version.
  func text(_ name: String, of number: Int) -> String {
    facts[number]?.metrics[name].map { format(of: name).string($0) } ?? "–"
  }
}

extension Scorer.Listing {
  /// Where its rows are sent.
  var predictPath: String {
    let edition = version.place.edition
    return "/api/v1/models/\(Address.encoded(name))@\(Address.encoded(edition))/predict"
      + "?artifact=\(Address.encoded(artifact))"
  }
}
