internal import Archiving
internal import Parsing
internal import Planning
internal import Reporting
internal import Vocabulary

/// What the page of a notebook shows beside the notebook itself.
struct NotebookState: Sendable {
  var opened: OpenedNotebook
  /// What was filled in, by the parameter's name.
  var filled: [String: [String]] = [:]
  /// What a run with these values would read and do.
  var preview: RunPreview?
  /// Files that were sent with the form before, by their catalog entries.
  var kept: [String: Upload] = [:]
  /// Whether different files may be replaced.
  var replaces = false
  /// Why it cannot run with these values.
  var problem: Problem?
  var editions: [Archive.Edition] = []
  var jobs: [Job] = []
  var schedule: ScheduleState?
  var awaited: [ArrivalState] = []
  var mayRun: Bool
  /// The largest upload in bytes.
  var uploadLimit: Int
}

/// What a run would read and do.
struct RunPreview: Sendable, Hashable {
  var edition: String
  var inputs: [Input]
  var steps: [String]

  struct Input: Sendable, Hashable {
    var name: String
    var paths: [String]
    /// How many of the paths are there; nil for patterns.
    var present: Int?
    var isUpload: Bool
  }
}

extension PageScene {
  /// A notebook: its form, what it reads and does, its reports and runs.
  func notebookPage(_ state: NotebookState) -> String {
    let opened = state.opened
    let title = opened.title
    var body: [HTML] = [
      .tag(
        "p", ["class": "crumb"], [.link("/", say("Reports", "レポート")), .text(" / " + opened.name)]),
      .tag("h1", [:], text: title),
    ]
    if let summary = opened.summary { body.append(.paragraph(summary, "lead")) }
    if let problem = state.problem {
      body.append(
        .tag(
          "div", ["class": "band", "role": "alert", "id": "problem", "tabindex": "-1"],
          [
            .tag("p", [:], [.tag("strong", [:], text: say(problem.english, problem.japanese))]),
            findings(problem.findings),
          ]))
    }
    if state.mayRun {
      body.append(runForm(state))
    } else {
      body.append(
        .paragraph(
          say(
            "You may read its reports; running it needs the role runner.",
            "レポートの閲覧ができます。実行には実行者の役割が必要です。"), "small"))
    }
    if let preview = state.preview { body += what(preview) }
    body += reports(state)
    body += triggers(state)
    if !state.jobs.isEmpty {
      body.append(.tag("h2", [:], text: say("Runs", "実行")))
      body.append(runTable(state.jobs, showsNotebook: false))
    }
    return page(title, body)
  }

  private func runForm(_ state: NotebookState) -> HTML {
    let declarations = state.opened.declarations
    var content: [HTML] = declarations.map { declaration in
      field(for: declaration, state.filled[declaration.name])
    }
    content += state.opened.uploads.map { entry in
      let id = "upload-\(entry.name)"
      return .tag(
        "p", ["class": "field"],
        [
          .tag("label", ["for": id], text: say("File: \(entry.name)", "ファイル：\(entry.name)")),
          .tag(
            "input",
            [
              "type": "file", "id": id, "name": "upload.\(entry.name)",
              "accept": accepted(entry), "aria-describedby": "\(id)-help",
            ]),
          .tag(
            "span", ["class": "help", "id": "\(id)-help"],
            text: state.kept[entry.name].map { upload in
              say(
                "\(upload.name) (\(ByteCount.text(upload.size))) is uploaded and will be used; choose another only to use that instead.",
                "\(upload.name)（\(ByteCount.text(upload.size))）をアップロード済みです。別のファイルを使う場合だけ選び直してください。")
            }
              ?? say(
                "Only when you bring a new one; \(ByteCount.text(state.uploadLimit)) at most.",
                "新しいファイルがあるときだけ。\(ByteCount.text(state.uploadLimit)) まで。")),
        ]
          + (state.kept[entry.name].map { upload in
            [
              .tag(
                "input",
                ["type": "hidden", "name": "kept.\(entry.name)", "value": upload.digest])
            ]
          } ?? []))
    }
    if !state.opened.uploads.isEmpty {
      content.append(
        .tag(
          "p", ["class": "field check"],
          [
            .tag(
              "input",
              [
                "type": "checkbox", "id": "replace", "name": "replace", "value": "yes",
                "checked": state.replaces ? "" : nil,
              ]),
            .tag(
              "label", ["for": "replace"],
              text: say(
                "If a different file is there already, replace it",
                "別の内容のファイルがすでにあるときは置き換える")),
          ]))
    }
    if content.isEmpty {
      content.append(.paragraph(say("It has no parameters.", "パラメーターはありません。"), "small"))
    }
    content.append(
      .tag(
        "p", ["class": "buttons"],
        [
          .tag(
            "button", ["class": "main", "name": "do", "value": "run"], text: say("Run", "実行する")),
          .tag(
            "button", ["name": "do", "value": "check"],
            text: say("Only check", "確認だけする")),
        ]))
    return form(
      .notebookPath(state.opened.name), content, isUpload: !state.opened.uploads.isEmpty,
      name: "card")
  }

  private func accepted(_ entry: CatalogEntry) -> String {
    switch entry.format {
    case "parquet": ".parquet"
    case "jsonl": ".jsonl,.ndjson"
    case "csv": ".csv,text/csv"
    default: ".csv,.jsonl,.ndjson,.parquet,text/csv"
    }
  }

  /// The field of a parameter: its own words, its type, its limits.
  private func field(for declaration: ParameterDeclaration, _ filled: [String]?) -> HTML {
    let id = "p-\(declaration.name)"
    let label = HTML.tag("label", ["for": id], text: declaration.description ?? declaration.name)
    if declaration.isSecret {
      let source = declaration.environmentVariable.map { "`\($0)`" } ?? ""
      return .tag(
        "p", ["class": "field"],
        [
          .tag("span", ["class": "label"], text: declaration.description ?? declaration.name),
          .tag(
            "span", ["class": "help"],
            text: say(
              "A secret; it comes from the server's environment \(source).",
              "秘密の値です。サーバーの環境変数 \(source) から読み込みます。")),
        ])
    }
    var parts = [label, control(for: declaration, id, filled)]
    var help: [HTML] = []
    // What people know it by is its label; programs and the command line know its name.
    if declaration.description != nil { help.append(.tag("code", [:], text: declaration.name)) }
    if let limits = limits(of: declaration) {
      help.append(.text((help.isEmpty ? "" : " · ") + limits))
    }
    if !help.isEmpty {
      parts.append(.tag("span", ["class": "help", "id": "\(id)-help"], help))
    }
    return .tag("p", ["class": "field"], parts)
  }

  private func control(
    for declaration: ParameterDeclaration, _ id: String, _ filled: [String]?
  ) -> HTML {
    let name = "p.\(declaration.name)"
    let value = filled?.first ?? declaration.defaultText ?? ""
    if !declaration.choices.isEmpty, declaration.type != .list {
      return select(
        id, name, declaration.choices.map { declaration.plain($0) }, value, declaration)
    }
    if declaration.type == .bool {
      return select(id, name, ["true", "false"], value, declaration)
    }
    let isNeeded = declaration.isRequired && declaration.default == .none
    let kind: (type: String, pattern: String?, hint: String?) =
      switch declaration.type {
      case .month: ("month", "[0-9]{4}-[0-9]{2}", "2021-01")
      case .date: ("date", "[0-9]{4}-[0-9]{2}-[0-9]{2}", "2021-01-31")
      case .datetime: ("text", nil, "2021-01-31 08:00:00")
      case .int: ("number", nil, nil)
      case .float: ("number", nil, nil)
      case .list: ("text", nil, say("a, b, c", "a, b, c"))
      default: ("text", nil, nil)
      }
    return .tag(
      "input",
      [
        "type": kind.type, "id": id, "name": name, "value": value.isEmpty ? nil : value,
        "min": declaration.minimum.map { declaration.plain($0) },
        "max": declaration.maximum.map { declaration.plain($0) },
        "step": declaration.type == .float ? "any" : declaration.type == .int ? "1" : nil,
        "pattern": kind.pattern, "placeholder": derived(declaration) ?? kind.hint,
        "required": isNeeded ? "" : nil,
        "aria-describedby": declaration.description == nil && limits(of: declaration) == nil
          ? nil : "\(id)-help",
      ])
  }

  private func select(
    _ id: String, _ name: String, _ choices: [String], _ value: String,
    _ declaration: ParameterDeclaration
  ) -> HTML {
    var choices = choices
    if declaration.default == .none, !declaration.isRequired { choices.insert("", at: 0) }
    return .tag(
      "select", ["id": id, "name": name],
      choices.map { choice in
        .tag(
          "option",
          ["value": choice.isEmpty ? "-" : choice, "selected": choice == value ? "" : nil],
          text: choice.isEmpty ? say("(none)", "（なし）") : choice)
      })
  }

  private func derived(_ declaration: ParameterDeclaration) -> String? {
    if case .derived = declaration.default {
      say("worked out from the others", "他の値から計算")
    } else {
      nil
    }
  }

  private func limits(of declaration: ParameterDeclaration) -> String? {
    let (low, high) = (
      declaration.minimum.map { declaration.plain($0) },
      declaration.maximum.map { declaration.plain($0) }
    )
    return switch (low, high) {
    case (let low?, let high?): say("\(low) to \(high)", "\(low) から \(high)")
    case (let low?, nil): say("\(low) or more", "\(low) 以上")
    case (nil, let high?): say("\(high) or less", "\(high) 以下")
    case (nil, nil):
      declaration.isRequired && declaration.default == .none ? say("required", "必須") : nil
    }
  }

  private func what(_ preview: RunPreview) -> [HTML] {
    var parts: [HTML] = [
      .tag(
        "h2", [:],
        text: say(
          "What it will read and do for \(preview.edition)", "\(preview.edition) の実行内容"))
    ]
    if !preview.inputs.isEmpty {
      parts.append(
        .table(
          say("Files", "ファイル"), [say("Name", "名前"), say("Files", "ファイル"), say("There", "有無")],
          preview.inputs.map { input in
            [
              .rowHead([.tag("code", [:], text: input.name)]),
              .cell(shown(input.paths)),
              .cell(
                input.present.map { present in
                  present == input.paths.count
                    ? say("yes", "あり")
                    : say(
                      "\(present) of \(input.paths.count)", "\(input.paths.count) 件中 \(present) 件")
                } ?? "", input.present == input.paths.count ? nil : "warning"),
            ]
          }))
    }
    parts.append(
      .paragraph(
        say("Steps, in this order: ", "ステップ（この順）：") + preview.steps.joined(separator: ", "),
        "small"))
    return parts
  }

  private func shown(_ paths: [String]) -> String {
    paths.count <= 3
      ? paths.joined(separator: ", ")
      : paths.prefix(2).joined(separator: ", ")
        + say(" and \(paths.count - 2) more", " ほか \(paths.count - 2) 件")
  }

  private func reports(_ state: NotebookState) -> [HTML] {
    let name = Address.encoded(state.opened.name, slashesStay: true)
    var parts: [HTML] = [.tag("h2", [:], text: say("Reports", "レポート"))]
    guard !state.editions.isEmpty else {
      parts.append(.paragraph(say("None has been published yet.", "まだ公開されていません。"), "small"))
      return parts
    }
    parts.append(
      .table(
        say("Reports", "レポート"), [say("Edition", "版"), say("Versions", "バージョン")],
        state.editions.reversed().map { edition in
          let place = Route.Place(edition.newest)
          return [
            .rowHead([.link("/reports/" + place.path, edition.place.edition)]),
            .cell(
              edition.versions.reversed().flatMap { number -> [HTML] in
                var other = place
                other.version = number
                return [.link("/reports/" + other.path, "v\(number)"), " "]
              }),
          ]
        }))
    parts.append(
      .tag("p", [:], [.link("/history/\(name)", say("Figures over time", "指標の推移"))]))
    return parts
  }
}

extension ParameterDeclaration {
  /// A value of this type as one writes it into a form.
  func plain(_ value: Value) -> String {
    switch value {
    case .date(let day) where type == .month: day.monthDescription
    case .list(let items):
      items.map { item in
        let text = plain(item)
        return text.contains(",") || text.contains("\"") ? "\"\(text)\"" : text
      }.joined(separator: ", ")
    default: value.plainText
    }
  }

  /// The default as one writes it into a form; nil when there is none or it is worked out.
  var defaultText: String? {
    if case .value(let value) = self.default, !isSecret { plain(value) } else { nil }
  }
}
