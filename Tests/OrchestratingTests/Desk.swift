import DuckDB
import Foundation
import Orchestrating
import Parsing
import Planning
import Testing
import Vocabulary

/// The package's root, found from this file.
let packageRoot = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }

/// The plan of a notebook as `washi export` makes it: nobody has given a value.
func placed(_ text: String, at path: String) throws -> PlacedPlan {
  let library = try Library.load(LibrarySearch(folders: ["\(packageRoot)/.deps/lib"]))
  let engine = try Database(library, configuration: ["threads": "1"]).connect()
  var arguments = Arguments()
  arguments.isComplete = false
  let plan = try Plan(
    for: Notebook(parsing: text, at: path), with: arguments, using: engine)
  return PlacedPlan(plan, at: path)
}

/// The plans of notebooks of this repository.
func shipped(_ paths: String...) throws -> [PlacedPlan] {
  try paths.map { path in
    try placed(
      String(decoding: Data(contentsOf: URL(filePath: "\(packageRoot)/\(path)")), as: UTF8.self),
      at: path)
  }
}

/// The workflow of plans with settings changed.
func workflow(
  _ plans: [PlacedPlan], _ change: (inout Workflow.Settings) -> Void = { _ in }
) throws -> Workflow {
  var settings = Workflow.Settings()
  change(&settings)
  return try Workflow(of: plans, with: settings)
}

/// The workflow of one notebook with this parameters block.
func workflow(parameters: String, date: String? = nil) throws -> Workflow {
  let text = "```yaml parameters\n\(parameters)\n```\n"
  return try workflow([placed(text, at: "notebooks/n.md")]) { $0.date = date }
}

/// The rules of what keeps plans from being a workflow.
func rules(_ work: () throws -> Workflow) -> [String] {
  do {
    _ = try work()
    return []
  } catch let refusal as Refusal {
    return refusal.diagnostics.map(\.rule)
  } catch {
    return ["\(error)"]
  }
}

/// Compares text with a golden file; with `WASHI_RECORD=1` writes it and fails, so that nothing
/// recorded goes unseen.
func expectGolden(
  _ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Goldens/\(name)")
  if ProcessInfo.processInfo.environment["WASHI_RECORD"] == "1" {
    try Data(text.utf8).write(to: file)
    Issue.record("recorded \(name)", sourceLocation: sourceLocation)
    return
  }
  let golden = try String(decoding: Data(contentsOf: file), as: UTF8.self)
  #expect(golden == text, "\(name) differs", sourceLocation: sourceLocation)
}
