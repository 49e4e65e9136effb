internal import Vocabulary

extension Comparison {
  mutating func compareProvenance() {
    compareInputs()
    compareHistory()
    let engines = [oldReport, newReport].map { report in
      (report.document["engines"]?.items ?? []).map { engine in
        (engine["name"]?.string ?? "?", engine["version"]?.string)
      }
    }
    let versions = engines.map { Dictionary($0) { first, _ in first } }
    for name in union(engines[0].map(\.0), engines[1].map(\.0)) {
      add(.between(.engine, [name], versions[0][name] ?? nil, versions[1][name] ?? nil))
    }
    compareArtifacts()
    let findings = [oldReport, newReport].map { report in
      (report.document["diagnostics"]?.items ?? []).map { finding in
        let words = [finding["severity"], finding["summary"]].compactMap { $0?.string }
        return (finding["rule"]?.string ?? "?", words.joined(separator: ": "))
      }
    }
    for (rule, text) in findings[1] where !findings[0].contains(where: { $0 == (rule, text) }) {
      add(Change(.diagnostic, .add, [rule], new: text))
    }
    for (rule, text) in findings[0] where !findings[1].contains(where: { $0 == (rule, text) }) {
      add(Change(.diagnostic, .remove, [rule], old: text))
    }
  }

  /// Files by entry and path; where an entry reads one other file instead, that is one change.
  private mutating func compareInputs() {
    struct Input: Hashable {
      var entry: String
      var path: String
    }
    let inputs = [oldReport, newReport].map { report in
      (report.document["inputs"]?.items ?? []).map { input in
        (
          Input(entry: input["entry"]?.string ?? "?", path: input["path"]?.string ?? "?"),
          input["sha256"]?.string ?? ""
        )
      }
    }
    let digests = inputs.map { Dictionary($0) { first, _ in first } }
    let gone = inputs[0].map(\.0).filter { digests[1][$0] == nil }
    let come = inputs[1].map(\.0).filter { digests[0][$0] == nil }
    for entry in union(inputs[0].map(\.0.entry), inputs[1].map(\.0.entry)) {
      for (input, digest) in inputs[1] where input.entry == entry {
        guard let before = digests[0][input], before != digest else { continue }
        add(
          Change(
            .input, .replace, [entry, input.path], old: String(before.prefix(12)),
            new: String(digest.prefix(12))))
      }
      let (out, into) = (gone.filter { $0.entry == entry }, come.filter { $0.entry == entry })
      if out.count == 1, into.count == 1 {
        add(Change(.input, .replace, [entry], old: out[0].path, new: into[0].path))
      } else {
        for input in into { add(Change(.input, .add, [entry], new: input.path)) }
        for input in out { add(Change(.input, .remove, [entry], old: input.path)) }
      }
    }
  }

  /// The figures of earlier editions that the reports compare with: an input like a file.
  private mutating func compareHistory() {
    let editions = [oldReport, newReport].map { report in
      (report.document["history"]?.items ?? []).map { ($0["edition"]?.string ?? "?", $0) }
    }
    let known = editions.map { Dictionary($0) { first, _ in first } }
    for name in union(editions[0].map(\.0), editions[1].map(\.0)) {
      let path = ["earlier editions", name]
      guard let was = known[0][name] else {
        add(Change(.input, .add, path, new: "edition \(name)"))
        continue
      }
      guard let becomes = known[1][name] else {
        add(Change(.input, .remove, path, old: "edition \(name)"))
        continue
      }
      guard was != becomes else { continue }
      let figures = [was, becomes].map { $0["metrics"]?.dictionary ?? [:] }
      let names = Set(figures[0].keys).union(figures[1].keys).sorted()
      for figure in names where figures[0][figure] != figures[1][figure] {
        add(
          .between(
            .input, path + [figure], figures[0][figure]?.plainText, figures[1][figure]?.plainText))
      }
      let refused = [was, becomes].map { $0["isRefused"] == .bool(true) ? "refused" : "published" }
      add(.between(.input, path + ["state"], refused[0], refused[1]))
    }
  }

  /// What a report shows of earlier editions repeats its figures and theirs, which are compared.
  private mutating func explainTrend() {
    for report in [oldReport, newReport] {
      for member in ["tables", "charts"] {
        for exhibit in report.document["trend"]?[member]?.items ?? [] {
          explained.formUnion(["data", "picture"].compactMap { exhibit[$0]?.string })
        }
      }
    }
  }

  private mutating func compareArtifacts() {
    let artifacts = [oldReport, newReport].map { report in
      report.steps.flatMap { step in
        (step["artifacts"]?.items ?? []).map { ($0["file"]?.string ?? "?", $0) }
      }
    }
    let values = artifacts.map { Dictionary($0) { first, _ in first } }
    for file in union(artifacts[0].map(\.0), artifacts[1].map(\.0)) {
      let (was, becomes) = (values[0][file], values[1][file])
      guard was != becomes else { continue }
      explained.insert(file)
      func text(_ artifact: JSONValue?) -> String? {
        artifact.map { artifact in
          [
            artifact["sha256"]?.string.map { String($0.prefix(12)) },
            artifact["rows"].map { "\($0.plainText) rows" },
            artifact["size"].map { "\($0.plainText) bytes" },
          ].compactMap(\.self).joined(separator: ", ")
        }
      }
      add(.between(.artifact, [file], text(was), text(becomes)))
    }
  }

  /// Whatever differs in bytes and is not told yet.
  mutating func compareFiles() {
    let pages: Set<String> = ["index.html", "report.md", "report.json", "notebook.md"]
    explainTrend()
    let isTold = !result.changes.isEmpty || hasHidden
    for path in Set(old.files.keys).union(new.files.keys).sorted() {
      let (was, becomes) = (old.files[path], new.files[path])
      guard was != becomes, !explained.contains(path) else { continue }
      if was != nil, becomes != nil, pages.contains(path), isTold { continue }
      let operation: Change.Operation = was == nil ? .add : becomes == nil ? .remove : .replace
      add(Change(.file, operation, [path], old: was.map(Self.size), new: becomes.map(Self.size)))
    }
  }

  private static func size(_ file: ReportFolder.File) -> String {
    switch file {
    case .text(let bytes): "\(bytes.count) bytes"
    case .digest(let digest, let size): "\(digest.short), \(size) bytes"
    }
  }
}
