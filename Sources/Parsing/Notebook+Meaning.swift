internal import Vocabulary

extension Notebook {
  /// What the notebook says without where it stands: equal for two texts that differ in layout only.
  ///
  /// Options of a step have no order, blanks at the ends of SQL lines say nothing, and a YAML body is
  /// its options. Of the findings the rules are kept.
  var meaning: Notebook {
    var copy = self
    copy.source = ""
    copy.frontMatter = frontMatter.meaning
    copy.parameters = parameters.map {
      ParametersBlock(declarations: $0.declarations.meaning, range: .nowhere)
    }
    copy.elements = elements.map { element in
      switch element {
      case .prose(let block): .prose(block.meaning)
      case .parameters: .parameters
      case .step(let step): .step(step.meaning)
      }
    }
    copy.diagnostics = diagnostics.map { Diagnostic($0.severity, $0.rule, "", at: nil) }
    copy.injectedRange = injectedRange.map { _ in .nowhere }
    copy.silences = silences.map { silence in
      Silence(
        rules: silence.rules.map { Silence.Rule(name: $0.name, range: .nowhere) },
        range: .nowhere, target: silence.target.map { _ in .nowhere })
    }
    return copy
  }
}

extension SourceRange {
  fileprivate static let nowhere = SourceRange(
    file: "", start: SourcePosition(line: 0, column: 0), end: SourcePosition(line: 0, column: 0))
}

extension StepSource {
  fileprivate var meaning: StepSource {
    let sorted = options.entries.map(\.meaning).sorted { $0.key < $1.key }
    return StepSource(
      name: name, nameRange: .nowhere, language: language,
      options: YAMLNode(.mapping(sorted), at: .nowhere), body: meaningOfBody, bodyRange: .nowhere,
      range: .nowhere)
  }

  private var meaningOfBody: String {
    switch FenceLanguage(rawValue: language) {
    case .yaml: ""
    case .sql: SQLLayout.withoutTrailingBlanks(body)
    case .python, .sh, nil: body
    }
  }
}

extension FrontMatter {
  fileprivate var meaning: FrontMatter {
    var copy = self
    copy.title = title?.meaning
    copy.description = description?.meaning
    copy.edition = edition?.meaning
    copy.catalog = catalog.map { entry in
      CatalogEntry(
        name: entry.name, nameRange: .nowhere, paths: entry.paths.map(\.meaning),
        pathRange: .nowhere, format: entry.format, columns: entry.columns.map(\.meaning),
        read: entry.read.map(\.meaning), upload: entry.upload, arrival: entry.arrival?.meaning)
    }
    copy.schedule?.range = nil
    copy.schedule?.parameters =
      schedule.map { schedule in
        schedule.parameters.map { .init($0.name, at: .nowhere, value: $0.value.meaning) }
      } ?? []
    copy.notify = notify?.map(\.meaning)
    copy.lint = lint.map(\.meaning)
    copy.range = range.map { _ in .nowhere }
    return copy
  }
}

extension CatalogEntry.Arrival {
  fileprivate var meaning: CatalogEntry.Arrival {
    if case .parameter(let name, _) = self { .parameter(name, .nowhere) } else { self }
  }
}

extension Template {
  fileprivate var meaning: Template {
    Template(
      segments.map { segment in
        switch segment {
        case .text: segment
        case .expression(let expression): .expression(expression.meaning)
        }
      })
  }
}

extension Expression {
  fileprivate var meaning: Expression { Expression(sql: sql, range: .nowhere) }
}

extension YAMLEntry {
  fileprivate var meaning: YAMLEntry {
    YAMLEntry(key: key, at: .nowhere, value: value.meaning)
  }
}

extension NotifyRule {
  fileprivate var meaning: NotifyRule {
    var copy = self
    copy.title = title?.meaning
    copy.text = text?.meaning
    copy.figures = figures?.map { Figure($0.name, at: .nowhere) }
    copy.range = .nowhere
    return copy
  }
}

extension YAMLNode {
  fileprivate var meaning: YAMLNode {
    switch content {
    case .scalar(var scalar):
      scalar.parsedTemplate = scalar.parsedTemplate?.meaning
      return YAMLNode(.scalar(scalar), at: .nowhere)
    case .sequence(let items): return YAMLNode(.sequence(items.map(\.meaning)), at: .nowhere)
    case .mapping(let entries): return YAMLNode(.mapping(entries.map(\.meaning)), at: .nowhere)
    case .value, .pending: return YAMLNode(content, at: .nowhere)
    }
  }
}

extension Block {
  fileprivate var meaning: Block {
    switch self {
    case .heading(let level, let content, _): .heading(level: level, content.meaning, .nowhere)
    case .paragraph(let content, _): .paragraph(content.meaning, .nowhere)
    case .quote(let blocks, _): .quote(blocks.map(\.meaning), .nowhere)
    case .list(let start, let isTight, let items, _):
      .list(start: start, isTight: isTight, items: items.map { $0.map(\.meaning) }, .nowhere)
    case .code(let info, let text, _): .code(info: info, text: text, .nowhere)
    case .rule: .rule(.nowhere)
    case .html(let text, _): .html(text, .nowhere)
    case .table(let alignments, let header, let rows, _):
      .table(
        alignments: alignments, header: header.map(\.meaning),
        rows: rows.map { $0.map(\.meaning) }, .nowhere)
    }
  }
}

extension [Inline] {
  fileprivate var meaning: [Inline] { map(\.meaning) }
}

extension Inline {
  fileprivate var meaning: Inline {
    switch self {
    case .expression(let expression): .expression(expression.meaning)
    case .emphasis(let content): .emphasis(content.meaning)
    case .strong(let content): .strong(content.meaning)
    case .link(let destination, let title, let content):
      .link(destination: destination.meaning, title: title, content.meaning)
    case .image(let destination, let title, let content):
      .image(destination: destination.meaning, title: title, content.meaning)
    case .text, .code, .html, .softBreak, .hardBreak: self
    }
  }
}
