internal import Steps
internal import Vocabulary

extension Plan {
  /// The pipeline as a graph in Graphviz's language: files, steps and what reads what.
  ///
  /// With names, those steps are hollow, as their results are known, and the others filled. Equal plans
  /// give equal text. For example: `washi plan monthly.md --dot | dot -Tsvg`.
  public func dot(hollow: Set<String>? = nil) -> String {
    var lines = [
      "digraph plan {",
      "  rankdir=LR;",
      "  node [fontname=\"sans-serif\", fontsize=11];",
    ]
    for input in inputs {
      let files = input.paths.count == 1 ? input.paths[0] : "\(input.paths.count) paths"
      lines.append(
        "  \(quoted("input " + input.name)) [shape=cylinder, label=\(quoted("\(input.name)\n\(files)"))];"
      )
    }
    for step in steps {
      lines.append(
        "  \(quoted("step " + step.name)) [shape=box, label=\(quoted("\(step.name)\n\(step.action.kindName)"))\(hollow?.contains(step.name) ?? true ? "" : filling)];"
      )
    }
    for step in steps {
      for input in step.inputs {
        lines.append("  \(quoted("input " + input)) -> \(quoted("step " + step.name));")
      }
      for upstream in step.upstream {
        lines.append("  \(quoted("step " + upstream)) -> \(quoted("step " + step.name));")
      }
    }
    lines.append("}")
    return lines.joined(separator: "\n") + "\n"
  }

  /// How a step that is done looks.
  private var filling: String { ", style=filled, fillcolor=\"#dce6f0\"" }

  /// Text as one of Graphviz's quoted strings.
  private func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\n": result += "\\n"
      default: if scalar.value >= 32 { result.unicodeScalars.append(scalar) }
      }
    }
    return result + "\""
  }
}

extension StepAction {
  /// The word behind `uses:`, or `sql`.
  var kindName: String { type(of: kind).name }
}
