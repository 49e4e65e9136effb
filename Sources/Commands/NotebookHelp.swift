internal import Parsing
internal import Planning
internal import Vocabulary

/// What `--help-notebook` says: the notebook's parameters as a caller needs to know them.
struct NotebookHelp {
  let notebook: Notebook
  let declarations: [ParameterDeclaration]

  init(_ notebook: Notebook, _ declarations: [ParameterDeclaration]) {
    self.notebook = notebook
    self.declarations = declarations
  }

  /// For example: `-p trials <int>   default 10, at least 1, at most 200`.
  var text: String {
    var lines = ["Parameters of \(notebook.path)"]
    if let title = notebook.frontMatter.title { lines[0] += ": \(source(of: title))" }
    lines.append("")
    if declarations.isEmpty { lines.append("  none") }
    let rows = declarations.map { declaration in
      ["  -p \(declaration.name) <\(declaration.typeName)>", facts(of: declaration)]
    }
    for (declaration, line) in zip(declarations, TextTable(rows: rows).lines) {
      lines.append(line)
      if let description = declaration.description { lines.append("      \(description)") }
    }
    return lines.joined(separator: "\n")
  }

  private func facts(of declaration: ParameterDeclaration) -> String {
    var facts: [String] = []
    switch declaration.default {
    case .none: facts.append(declaration.isRequired ? "required" : "empty by default")
    case .value(let value):
      facts.append("default " + (declaration.isSecret ? "***" : shown(value, declaration)))
    case .derived(let template): facts.append("default \(source(of: template))")
    }
    if let variable = declaration.environmentVariable { facts.append("from $\(variable)") }
    if !declaration.choices.isEmpty {
      facts.append(
        "one of " + declaration.choices.map { shown($0, declaration) }.joined(separator: ", "))
    }
    if let minimum = declaration.minimum { facts.append("at least \(shown(minimum, declaration))") }
    if let maximum = declaration.maximum { facts.append("at most \(shown(maximum, declaration))") }
    if let pattern = declaration.pattern { facts.append("like \(pattern)") }
    return facts.joined(separator: ", ")
  }

  private func shown(_ value: Value, _ declaration: ParameterDeclaration) -> String {
    switch value {
    case .list(let values): return values.map { shown($0, declaration) }.joined(separator: ", ")
    case .date where (declaration.itemType ?? declaration.type) == .month:
      return String(value.plainText.prefix(7))
    case .text(""): return "\"\""
    default: return value.plainText
    }
  }

  private func source(of template: Template) -> String {
    template.segments.map { segment in
      switch segment {
      case .text(let text): text
      case .expression(let expression): "{{ \(expression.sql) }}"
      }
    }.joined()
  }
}
