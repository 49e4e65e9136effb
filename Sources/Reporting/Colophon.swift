internal import Parsing
internal import Planning
internal import Running
internal import Steps
internal import Vocabulary

/// How the report was made: parameters, inputs, engines and the command that makes it again.
struct Colophon {
  var manuscript: Manuscript
  private var words: Words { manuscript.words }
  private var run: Run { manuscript.run }

  init(_ manuscript: Manuscript) {
    self.manuscript = manuscript
  }

  var html: HTML {
    var parts: [HTML] = [.tag("h2", ["id": "making"], text: words.making)]
    if let owner = run.plan.notebook.frontMatter.owner {
      parts.append(.tag("p", [:], text: words.owner + words.colon + owner))
    }
    if !run.plan.parameters.isEmpty {
      parts += section("parameters", words.parameters, parameters)
    }
    if !run.inputs.isEmpty { parts += section("inputs", words.inputs, inputs) }
    if !run.past.isEmpty {
      let names = run.past.editions.map(\.name)
      parts += section(
        "earlier-editions", words.earlierEditions, .tag("p", [:], text: words.list(names)))
    }
    if !run.engines.isEmpty { parts += section("engines", words.engines, engines) }
    let prose = ProsePage(manuscript)
    parts += section(
      "reproduce", words.reproduce, prose.code(manuscript.command + "\n", label: words.reproduce))
    if run.plan.parameters.contains(where: \.isSecret) {
      parts.append(.tag("p", ["class": "caption"], text: words.secretsStayOut))
    }
    if let warnings { parts.append(warnings) }
    return .tag("section", ["class": "making", "aria-labelledby": "making"], parts)
  }

  private func section(_ id: String, _ title: String, _ content: HTML) -> [HTML] {
    [.tag("h3", ["id": id], text: title), content]
  }

  private var parameters: HTML {
    let hasMeanings = run.plan.parameters.contains { $0.description != nil }
    let rows = run.plan.parameters.map { parameter in
      HTML.tag(
        "tr", ["class": parameter.origin == .injected ? "injected" : nil],
        [
          .tag("th", ["scope": "row"], [.tag("code", [:], text: parameter.name)]),
          .tag("td", ["class": "type"], text: parameter.type.rawValue),
          .tag("td", [:], [.tag("code", [:], text: parameter.shownText)]),
          .tag("td", [:], text: words.text(of: parameter.origin)),
        ] + (hasMeanings ? [.tag("td", [:], text: parameter.description ?? "")] : []))
    }
    let names =
      [words.name, words.type, words.value, words.origin] + (hasMeanings ? [words.meaning] : [])
    return table(words.parameters, names, rows)
  }

  private var inputs: HTML {
    let keepsRows = !run.snapshots.isEmpty
    let rows = run.inputs.map { input in
      HTML.tag(
        "tr", [:],
        [
          .tag("th", ["scope": "row"], [.tag("code", [:], text: input.entry)]),
          .tag("td", [:], [.tag("code", [:], text: input.path)]),
          .tag("td", ["class": "number"], text: byteCount(input.size)),
          .tag(
            "td", [:],
            [.tag("code", ["title": input.digest.description], text: input.digest.short)]),
        ] + (keepsRows ? [snapshot(of: input)] : []))
    }
    return table(
      words.inputs,
      [words.name, words.file, words.size, "SHA-256"] + (keepsRows ? [words.keptRows] : []), rows,
      numbers: [2])
  }

  private func snapshot(of input: RecordedInput) -> HTML {
    guard let snapshot = run.snapshot(of: input) else { return .tag("td", [:], text: "–") }
    return .tag(
      "td", [:],
      [.tag("code", ["title": snapshot.digest.description], text: snapshot.digest.short)])
  }

  private var engines: HTML {
    let rows = run.engines.map { engine in
      HTML.tag(
        "tr", [:],
        [.tag("th", ["scope": "row"], text: engine.name), .tag("td", [:], text: engine.version)])
    }
    return table(words.engines, [words.name, words.version], rows)
  }

  private func table(
    _ label: String, _ names: [String], _ rows: [HTML], numbers: Set<Int> = []
  ) -> HTML {
    let head = names.enumerated().map { index, name in
      HTML.tag(
        "th", ["scope": "col", "class": numbers.contains(index) ? "number" : nil], text: name)
    }
    return scrollable(
      .tag(
        "table", [:],
        [
          .tag("caption", ["class": "hidden"], text: label),
          .tag("thead", [:], [.tag("tr", [:], head)]), .tag("tbody", [:], rows),
        ]), label: label)
  }

  private var warnings: HTML? {
    let found = run.diagnostics.filter { $0.severity < .error }
    guard !found.isEmpty else { return nil }
    let page = StepPage(manuscript)
    return .tag(
      "details", ["class": "how", "id": "warnings"],
      [.tag("summary", [:], text: "\(words.warnings) (\(found.count))")]
        + found.map { page.html($0, title: nil, className: "finding") })
  }
}

extension Run {
  /// The snapshot that holds the rows of a file.
  func snapshot(of input: RecordedInput) -> Snapshot? {
    snapshots.first { $0.entry == input.entry && $0.files.contains(input.path) }
  }
}

extension Parameter {
  /// The value as the report shows it: never a secret's.
  var shownText: String { isSecret ? "***" : text }
}

extension Words {
  func text(of origin: Parameter.Origin) -> String {
    switch origin {
    case .default: byDefault
    case .derived: byDerivation
    case .project: byProject
    case .injected: byCaller
    }
  }
}

extension Manuscript {
  /// The command that makes this report again from a project's folder.
  var command: String {
    let values = run.plan.parameters.filter { $0.origin == .injected && !$0.isSecret }
    let path = portablePath(run.plan.notebook.path)
    // A name that looks like an option is none behind its folder.
    return
      (["washi", "run", path.hasPrefix("-") ? "./" + path : path]
      + values.flatMap { ["-p", $0.name, $0.text] }).map(quotedForShell).joined(separator: " ")
  }
}
