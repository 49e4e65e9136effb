import DuckDB
import Foundation
import Parsing
import Testing
import Vocabulary

@testable import Steps

/// A workspace over an empty database, and a way to run one step of it from its text.
final class Bench {
  let workspace: Workspace
  let folder: URL

  init(parameters: [String: Value] = [:], threads: Int = 1) throws {
    let package = URL(filePath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let environment = ProcessInfo.processInfo.environment
    let library = try Library.load(
      LibrarySearch(
        explicit: environment["WASHI_DUCKDB"],
        folders: [package.appending(path: ".deps/lib").path]))
    folder = FileManager.default.temporaryDirectory.appending(path: "washi-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    workspace = Workspace(
      connection: try Database(library).connect(), parameters: parameters,
      stagingDirectory: folder.path, projectDirectory: folder.path, threads: threads)
  }

  deinit {
    try? FileManager.default.removeItem(at: folder)
  }

  /// Makes a table without a step.
  func make(_ name: String, _ query: String) throws {
    try workspace.connection.execute("CREATE TABLE \(SQLText.identifier(name)) AS \(query)")
  }

  /// Runs the only step of this notebook text.
  func run(_ text: String) throws -> StepResult {
    let action = try decode(text)
    return try action.run(in: workspace)
  }

  /// What checking the only step of this notebook text finds, decoding included.
  func check(_ text: String) throws -> [Diagnostic] {
    let source = try step(text)
    let (action, settings, found) = StepAction.decoding(source, options: source.options)
    workspace.current = source
    workspace.settings = settings
    return found.isEmpty ? action?.kind.check(in: workspace) ?? [] : found
  }

  private func decode(_ text: String) throws -> StepAction {
    let source = try step(text)
    let (action, settings, found) = StepAction.decoding(source, options: source.options)
    if let fault = found.first { throw StepFailure(fault) }
    workspace.current = source
    workspace.settings = settings
    return try #require(action)
  }

  private func step(_ text: String) throws -> StepSource {
    let notebook = Notebook(parsing: text, at: "n.md")
    #expect(notebook.diagnostics.isEmpty)
    return try #require(notebook.steps.first)
  }
}

extension StepResult {
  /// The first table that is shown.
  var table: TableExhibit? {
    for case .table(let table) in exhibits { return table }
    return nil
  }

  /// The first chart that is shown.
  var chart: ChartExhibit? {
    for case .chart(let chart) in exhibits { return chart }
    return nil
  }
}
