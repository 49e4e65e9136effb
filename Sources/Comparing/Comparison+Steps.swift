extension Comparison {
  mutating func compareSteps() {
    let names = (old: oldReport.steps.map(Self.name), new: newReport.steps.map(Self.name))
    let olds = Dictionary(zip(names.old, oldReport.steps)) { first, _ in first }
    let news = Dictionary(zip(names.new, newReport.steps)) { first, _ in first }
    let sources = (
      old: NotebookSource(old.text("notebook.md") ?? ""),
      new: NotebookSource(new.text("notebook.md") ?? "")
    )
    addLines(["front matter"], sources.old.frontMatter, sources.new.frontMatter)
    addLines(["parameters"], sources.old.declaration, sources.new.declaration)
    for name in union(names.old, names.new) {
      switch (olds[name], news[name]) {
      case (nil, let step?): add(Change(.step, .add, [name], new: step["kind"]?.string))
      case (let step?, nil): add(Change(.step, .remove, [name], old: step["kind"]?.string))
      case (let was?, let becomes?): compareStep(name, was, becomes)
      case (nil, nil): break
      }
      if olds[name] != nil, news[name] != nil {
        addLines([name], sources.old.steps[name] ?? "", sources.new.steps[name] ?? "")
      }
    }
    compareOrder(names.old, names.new)
  }

  private static func name(_ step: JSONValue) -> String { step["name"]?.string ?? "?" }

  private mutating func compareStep(_ name: String, _ old: JSONValue, _ new: JSONValue) {
    for detail in ["kind", "state", "because"] {
      var change = Change.between(
        .step, [name, detail], old[detail]?.string, new[detail]?.string)
      if detail == "state", change?.new == "failed" { change?.verdict = .worse }
      add(change)
    }
    for (detail, word) in [("rowsIn", "rows in"), ("rowsOut", "rows out")] {
      var change = Change.between(
        .step, [name, word], old[detail]?.plainText, new[detail]?.plainText)
      if let x = old[detail]?.double, let y = new[detail]?.double { change?.amount = y - x }
      add(change)
    }
    compareVerdicts(name, old["verdict"], new["verdict"])
    let failures = (old["failure"]?["summary"]?.string, new["failure"]?["summary"]?.string)
    add(.between(.step, [name, "failure"], failures.0, failures.1))
    let remarks = (
      old["remarks"]?.items.map(\.plainText) ?? [], new["remarks"]?.items.map(\.plainText) ?? []
    )
    let edits = SequenceDifference(remarks.0, remarks.1).edits
    var gone: [String] = []
    func settle(_ self: inout Comparison) {
      for text in gone { self.add(Change(.step, .remove, [name, "remark"], old: text)) }
      gone = []
    }
    for edit in edits {
      switch edit {
      case .keep: settle(&self)
      case .remove(let index): gone.append(remarks.0[index])
      case .insert(let index):
        let text = remarks.1[index]
        if gone.isEmpty {
          add(Change(.step, .add, [name, "remark"], new: text))
        } else {
          add(Change(.step, .replace, [name, "remark"], old: gone.removeFirst(), new: text))
        }
      }
    }
    settle(&self)
  }

  /// What a gate said: whether it refused, and why.
  private mutating func compareVerdicts(_ name: String, _ old: JSONValue?, _ new: JSONValue?) {
    func text(_ verdict: JSONValue?) -> String? {
      guard let verdict else { return nil }
      let refusals = (verdict["refusals"]?.items ?? []).map(\.plainText)
      let warnings = (verdict["warnings"]?.items ?? []).map { "warning: \($0.plainText)" }
      let word = verdict["refused"] == .bool(true) ? "refused" : "passed"
      let reasons = refusals + warnings
      return word + (reasons.isEmpty ? "" : ": " + reasons.joined(separator: "; "))
    }
    add(
      .between(
        .step, [name, "on refusal"], old?["consequence"]?.string, new?["consequence"]?.string))
    guard var change = Change.between(.step, [name, "verdict"], text(old), text(new)) else {
      return
    }
    let refused = (old?["refused"] == .bool(true), new?["refused"] == .bool(true))
    if refused.0 != refused.1 { change.verdict = refused.1 ? .worse : .better }
    add(change)
  }

  private mutating func compareOrder(_ old: [String], _ new: [String]) {
    let places = Dictionary(old.enumerated().map { ($1, $0) }) { first, _ in first }
    let shared = new.filter { places[$0] != nil }
    let order = shared.compactMap { places[$0] }
    let kept = Set(SequenceDifference.longestRising(order))
    for (index, name) in shared.enumerated() where !kept.contains(index) {
      let before = index == 0 ? "at the beginning" : "behind \(shared[index - 1])"
      add(Change(.step, .move, [name], new: before))
    }
  }

  mutating func addLines(_ path: [String], _ old: String, _ new: String) {
    guard old != new else { return }
    add(Change(.source, .patch, path, text: .lines(old, new)))
  }

  // MARK: Prose

  mutating func compareProse() {
    let sources = [old, new].map { folder in
      folder.text("notebook.md").map { NotebookSource($0).prose } ?? ""
    }
    result.isProseComputed = sources[0] == sources[1]
    guard old.files["index.html"] != new.files["index.html"] else {
      addProseSource(sources)
      return
    }
    let (before, after) = (
      PageText(old.bytes("index.html") ?? []).blocks, PageText(new.bytes("index.html") ?? []).blocks
    )
    let count = result.changes.count
    var (gone, come): ([String], [String]) = ([], [])
    for edit in SequenceDifference(before, after).edits {
      switch edit {
      case .keep:
        settle(&gone, &come)
      case .remove(let index): gone.append(before[index])
      case .insert(let index): come.append(after[index])
      }
    }
    settle(&gone, &come)
    if result.changes.count == count { addProseSource(sources) }
  }

  /// The author's words changed, yet a reader reads the same: an expression, a comment.
  private mutating func addProseSource(_ sources: [String]) {
    addLines(["text"], sources[0], sources[1])
  }

  /// Pairs the blocks of one gap that resemble each other, in order.
  private mutating func settle(_ gone: inout [String], _ come: inout [String]) {
    defer { (gone, come) = ([], []) }
    var next = 0
    for block in come {
      // Far apart blocks are not tried against each other: a rewritten page is a rewritten page.
      let near = next..<min(gone.count, next + 12)
      let match = near.first { TextDifference.words(gone[$0], block).similarity > 0.4 }
      guard let match else {
        add(Change(.prose, .add, [Self.start(block)], new: block))
        continue
      }
      for index in next..<match {
        add(Change(.prose, .remove, [Self.start(gone[index])], old: gone[index]))
      }
      add(
        Change(
          .prose, .patch, [Self.start(block)], old: gone[match], new: block,
          text: .words(gone[match], block)))
      next = match + 1
    }
    for text in gone[next...] { add(Change(.prose, .remove, [Self.start(text)], old: text)) }
  }

  /// The first words of a block, by which people find it.
  private static func start(_ block: String) -> String {
    let head = block.prefix(40)
    return head.count < block.count ? head + "…" : String(head)
  }
}
