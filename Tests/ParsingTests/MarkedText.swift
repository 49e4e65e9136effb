import Parsing
import Testing
import Vocabulary

/// Text with markers such as 1️⃣ taken out, and where they stood.
struct MarkedText {
  var text = ""
  var places: [Int: SourcePosition] = [:]

  init(_ marked: String) {
    var line = 1
    var column = 1
    for character in marked {
      if let digit = character.unicodeScalars.first?.value, character.unicodeScalars.count == 3,
        (49...57).contains(digit), character.unicodeScalars.last?.value == 0x20E3
      {
        places[Int(digit) - 48] = SourcePosition(line: line, column: column)
        continue
      }
      text.append(character)
      if character == "\n" {
        line += 1
        column = 1
      } else {
        column += character.unicodeScalars.count
      }
    }
  }
}

/// What a test expects to be found at a marker.
struct Finding {
  var marker: Int
  var rule: String
  var words: String
  var severity: Diagnostic.Severity

  init(
    _ marker: Int, _ rule: String, _ words: String = "",
    severity: Diagnostic.Severity = .error
  ) {
    self.marker = marker
    self.rule = rule
    self.words = words
    self.severity = severity
  }
}

/// Parses a marked notebook and expects exactly these findings, in source order.
@discardableResult
func expectFindings(
  _ marked: String, _ findings: [Finding], sourceLocation: SourceLocation = #_sourceLocation
) -> Notebook {
  let source = MarkedText(marked)
  let notebook = Notebook(parsing: source.text, at: "n.md")
  expect(notebook.diagnostics, findings, in: source, sourceLocation)
  return notebook
}

func expect(
  _ diagnostics: [Diagnostic], _ findings: [Finding], in source: MarkedText,
  _ sourceLocation: SourceLocation
) {
  let all = diagnostics.rendered(in: ["n.md": source.text])
  #expect(
    diagnostics.map(\.rule) == findings.map(\.rule), "\(all)", sourceLocation: sourceLocation)
  for (diagnostic, finding) in zip(diagnostics, findings) {
    #expect(
      diagnostic.range?.start == source.places[finding.marker], "marker \(finding.marker)\n\(all)",
      sourceLocation: sourceLocation)
    #expect(diagnostic.severity == finding.severity, "\(all)", sourceLocation: sourceLocation)
    let text = diagnostic.rendered(in: [:])
    #expect(
      finding.words.isEmpty || text.contains(finding.words), "\(text)",
      sourceLocation: sourceLocation)
  }
}
