import DuckDB
import Parsing
import Planning
import Testing
import Vocabulary

/// The package's root, found from this file: `<root>/Tests/PlanningTests/Desk.swift`.
let packageRoot = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }

/// A fresh engine in memory.
func engine() throws -> Connection {
  let library = try Library.load(LibrarySearch(folders: ["\(packageRoot)/.deps/lib"]))
  return try Database(library, configuration: ["threads": "1"]).connect()
}

/// A notebook with the mistakes that are expected in it.
///
/// A marker such as 1️⃣ stands in front of what a diagnostic points at and is taken out.
struct Marked {
  var text = ""
  var places: [Int: SourcePosition] = [:]

  init(_ marked: String) {
    var line = 1
    var column = 1
    for character in marked {
      let scalars = character.unicodeScalars
      if scalars.count == 3, scalars.last == "\u{20E3}",
        let digit = Int(String(scalars.first ?? "x"))
      {
        places[digit] = SourcePosition(line: line, column: column)
        continue
      }
      text.append(character)
      if character == "\n" {
        line += 1
        column = 1
      } else {
        column += scalars.count
      }
    }
  }
}

/// A finding expected at a marker; marker 0 stands for no place in the notebook.
struct Finding {
  var marker: Int
  var rule: String
  var words: [String]

  init(_ marker: Int, _ rule: String, _ words: String...) {
    self.marker = marker
    self.rule = rule
    self.words = words
  }
}

/// Plans a marked notebook and expects exactly these findings, errors and warnings, in any order.
///
/// Words must occur in the summary, the explanation or the solutions.
func expect(
  _ marked: String, _ expected: [Finding], with arguments: Arguments = Arguments(),
  project: ProjectFile = ProjectFile(), environment: [String: String] = [:],
  ignoring ignored: Set<String> = [], sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let source = Marked(marked)
  let notebook = Notebook(parsing: source.text, at: "n.md")
  var found: [Diagnostic]
  do {
    found = try Plan(
      for: notebook, with: arguments, project: project, environment: environment,
      using: try engine()
    ).warnings
  } catch let refusal as Refusal {
    found = refusal.diagnostics
  }
  found.removeAll { ignored.contains($0.rule) }
  for finding in expected {
    let place = source.places[finding.marker]
    let match = found.firstIndex { diagnostic in
      diagnostic.rule == finding.rule
        && (finding.marker == 0
          ? diagnostic.range?.file != "n.md" : diagnostic.range?.start == place)
        && finding.words.allSatisfy { words(of: diagnostic).contains($0) }
    }
    if let match {
      found.remove(at: match)
    } else {
      Issue.record(
        "expected \(finding.rule) at \(place.map { "\($0.line):\($0.column)" } ?? "no place") with \(finding.words); left:\n\(found.map(text).joined(separator: "\n"))",
        sourceLocation: sourceLocation)
    }
  }
  #expect(
    found.isEmpty, "not expected:\n\(found.map(text).joined(separator: "\n"))",
    sourceLocation: sourceLocation)
}

private func words(of diagnostic: Diagnostic) -> String {
  ([diagnostic.summary, diagnostic.explanation ?? ""] + diagnostic.solutions)
    .joined(separator: "\n")
}

private func text(_ diagnostic: Diagnostic) -> String {
  "\(diagnostic.range?.description ?? "-") \(diagnostic.severity) \(diagnostic.rule): \(words(of: diagnostic))"
}

/// A notebook of this parameters block and nothing else.
func notebook(parameters: String) -> String {
  "```yaml parameters\n\(parameters)\n```\n"
}

/// The plan of a notebook.
func plan(
  _ text: String, with arguments: Arguments = Arguments(), project: ProjectFile = ProjectFile(),
  environment: [String: String] = [:], using connection: Connection? = nil
) throws -> Plan {
  try Plan(
    for: Notebook(parsing: text, at: "n.md"), with: arguments, project: project,
    environment: environment, using: try connection ?? engine())
}

/// Arguments as `-p NAME VALUE` gives them.
func arguments(_ pairs: (String, String)...) -> Arguments {
  var arguments = Arguments()
  for (name, value) in pairs { arguments.add(.text(name, value), from: "command line") }
  return arguments
}

/// Arguments as `-f FILE` gives them.
func arguments(file yaml: String) throws -> Arguments {
  var arguments = Arguments()
  let (node, diagnostics) = YAMLNode.parse(yaml, file: "values.yaml")
  #expect(diagnostics.isEmpty)
  arguments.add(.values(try #require(node)), from: "values.yaml")
  return arguments
}
