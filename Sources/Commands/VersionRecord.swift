internal import Comparing
internal import Parsing
internal import Planning
internal import Reporting
internal import Running
internal import Steps
internal import Vocabulary

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// What a version says of how it was made.
struct VersionRecord {
  /// The notebook with the parameters that were injected.
  let notebook: String
  /// The notebook's path as every machine calls it, such as `notebooks/credit/monthly.md`.
  let path: String
  /// What it says that earlier editions said.
  let past: PastEditions
  private let inputs: [Report.Input]
  private let snapshots: [Report.Snapshot]

  /// The parts of `report.json` that matter here.
  private struct Report: Decodable {
    struct Input: Decodable {
      var entry: String
      var path: String
      var size: Int
      var sha256: String
    }
    struct Snapshot: Decodable {
      var entry: String
      var files: [String]
      var rows: Int
      var size: Int
      var sha256: String
    }
    struct Edition: Decodable {
      var edition: String
      var version: Int?
      var isRefused: Bool?
      var metrics: [String: Double]
    }
    var notebook: String
    var history: [Edition]?
    var inputs: [Input]
    var snapshots: [Snapshot]?
  }

  init(_ folder: ReportFolder) throws(Refusal) {
    func text(_ file: String) -> String? {
      if case .text(let bytes) = folder.files[file] {
        String(decoding: bytes, as: UTF8.self)
      } else {
        nil
      }
    }
    guard let notebook = text("notebook.md"), let json = text("report.json"),
      let report = try? JSONDecoder().decode(Report.self, from: Data(json.utf8))
    else {
      throw Refusal([
        .error(
          "not-verifiable", "\(folder.name) does not say how it was made", at: nil,
          explanation: "Its notebook.md or its report.json is missing or damaged.")
      ])
    }
    self.notebook = notebook
    inputs = report.inputs
    snapshots = report.snapshots ?? []
    past = PastEditions(
      (report.history ?? []).map {
        PastEditions.Edition(
          $0.edition, version: $0.version, isRefused: $0.isRefused ?? false, metrics: $0.metrics)
      })
    path =
      Self.path(in: text("report.md") ?? "", of: report.notebook)
      ?? "notebooks/\(report.notebook).md"
  }

  /// The path in the command of the text twin that makes the report of this notebook again.
  ///
  /// Prose and values may hold lines that look like it: the last one that leads to the notebook is
  /// it, and a path that leads out of the project is none.
  private static func path(in twin: String, of notebook: String) -> String? {
    let mark = "washi run "
    return twin.split(separator: "\n").reversed().lazy
      .filter { $0.hasPrefix(mark) }
      .compactMap { firstShellWord(of: $0.dropFirst(mark.count)) }
      .map { $0.hasPrefix("./") ? String($0.dropFirst(2)) : $0 }
      .first { path in
        seriesName(ofNotebookAt: path) == notebook && portablePath(path) == path
          && !path.hasPrefix("/") && !path.split(separator: "/").contains("..")
      }
  }

  /// The notebook without the fence of injected parameters, which moves its lines.
  var source: String {
    let parsed = Notebook(parsing: Array(notebook.utf8), at: path)
    guard let range = parsed.injectedRange else { return notebook }
    var lines = notebook.split(separator: "\n", omittingEmptySubsequences: false)
    let span = (range.start.line - 1..<range.end.line).clamped(to: lines.indices)
    lines.removeSubrange(span)
    // A blank line came with the fence.
    if span.lowerBound > 0, span.lowerBound <= lines.count, lines[span.lowerBound - 1].isEmpty {
      lines.remove(at: span.lowerBound - 1)
    }
    return lines.joined(separator: "\n")
  }

  /// The values that the run was given.
  var arguments: Arguments {
    var arguments = Arguments()
    let parsed = Notebook(parsing: Array(notebook.utf8), at: path)
    guard let range = parsed.injectedRange else { return arguments }
    let lines = notebook.split(separator: "\n", omittingEmptySubsequences: false)
    let span = (range.start.line..<range.end.line - 1).clamped(to: lines.indices)
    let yaml = lines[span].joined(separator: "\n")
    if let node = YAMLNode.parse(yaml, file: "notebook.md").0 {
      arguments.add(.values(node), from: "the version")
    }
    return arguments
  }

  /// The versions of registered models that were used, by address.
  var registered: [String: Int] {
    var registered: [String: Int] = [:]
    for input in inputs where input.entry.contains("@") {
      let parts = input.path.split(separator: "/")
      registered[input.entry] = parts.dropLast().last.flatMap { RegistryName.number(String($0)) }
    }
    return registered
  }

  /// The inputs that are not what they were, by entry, in sentences.
  func changedInputs(in project: Project) -> [(entry: String, sentence: String)] {
    inputs.compactMap { input in
      let path = Paths.absolute(input.path, in: project.directory)
      guard Files.kind(path) == .file, let (digest, _) = try? Fingerprint.ofFile(at: path) else {
        return (input.entry, "the input \(input.path) of `\(input.entry)` is missing")
      }
      return digest.description == input.sha256
        ? nil
        : (
          input.entry,
          "the input \(input.path) of `\(input.entry)` changed: its SHA-256 was "
            + "\(input.sha256.prefix(12)) and is \(digest.short)"
        )
    }
  }

  /// The entries whose rows the version kept, in the order of the report.
  var keptEntries: [String] {
    var seen: Set<String> = []
    return snapshots.map(\.entry).filter { seen.insert($0).inserted }
  }

  /// The rows that the version kept of an entry.
  func snapshots(of entry: String) -> [Snapshot] {
    snapshots.filter { $0.entry == entry }.compactMap { snapshot in
      Fingerprint(hexadecimal: snapshot.sha256).map {
        Snapshot(
          entry: Self.innerName(entry), files: snapshot.files, digest: $0, size: snapshot.size,
          rows: snapshot.rows)
      }
    }
  }

  /// The files that the version read under an entry.
  func recordedInputs(of entry: String) -> [RecordedInput] {
    inputs.filter { $0.entry == entry }.compactMap { input in
      Fingerprint(hexadecimal: input.sha256).map {
        RecordedInput(
          entry: Self.innerName(entry), path: input.path, digest: $0, size: input.size)
      }
    }
  }

  /// An entry of a notebook within another one is recorded as `step.entry`; there it is `entry`.
  private static func innerName(_ entry: String) -> String {
    entry.split(separator: ".").last.map(String.init) ?? entry
  }
}

extension NotebookFile {
  /// The notebook of a version, in the project that it was made in.
  init(
    recorded record: VersionRecord, environment: String?, in project: Project
  ) throws(Refusal) {
    let (file, texts) = try project.file(environment: environment)
    let notebook = Notebook(parsing: Array(record.source.utf8), at: record.path)
    self.init(
      project: project, notebook: notebook, projectFile: file,
      sources: texts.merging([record.path: notebook.source]) { _, notebook in notebook })
  }
}
