internal import DuckDB
internal import Parsing
internal import Planning
internal import Steps
internal import Vocabulary

/// What comes after the last step: the prose gets its figures.
extension Session {
  /// Fills in the text of every expression in title, description and prose; those that the ledger
  /// knows are not computed again. Gives all of them by what decides them.
  ///
  /// When a step has no result, expressions that need it stay empty without another complaint.
  func finish(_ run: inout Run, _ conductor: Conductor, by ledger: Ledger) -> [String: String] {
    let plan = run.plan
    let isWhole = run.outcomes.allSatisfy { $0.result != nil }
    var texts: [String: String] = [:]
    let keys = conductor.keys(of: plan.prose)
    let known = keys.map { key in key.flatMap { ledger.texts[$0] } }
    let open = zip(plan.prose, known).filter { $0.1 == nil }.flatMap(\.0.upstream)
    conductor.provide(plan.steps.map(\.name).filter(Set(open).contains))
    for (index, planned) in plan.prose.enumerated() {
      let expression = planned.expression
      do throws(StepFailure) {
        let text: String
        if let known = known[index] {
          text = known
        } else {
          text = try plan.value(
            of: expression, metrics: conductor.metrics, given: surroundings.allGiven,
            using: connection
          ).plainText
        }
        run.texts[expression.range] = text
        if let key = keys[index] { texts[key] = text }
      } catch {
        guard isWhole else { continue }
        var diagnostic = error.diagnostic
        diagnostic.summary = relative(diagnostic.summary)
        run.diagnostics.append(diagnostic)
      }
    }
    let header = plan.notebook.frontMatter
    run.title =
      header.title.map { run.text(of: $0) } ?? run.firstHeading ?? plan.notebook.fileName
    run.description = header.description.map { run.text(of: $0) }
    return texts
  }

  func engines(of plan: Plan) -> [Engine] {
    var engines = [
      Engine("washi", surroundings.version),
      Engine("DuckDB", connection.database.library.description.version),
    ]
    if let version = surroundings.lightGBMVersion {
      engines.append(Engine("LightGBM", version))
    }
    return engines + surroundings.learningEngines.map { Engine($0.name, $0.version) }
  }
}

extension Run {
  /// The template with its expressions' texts in place; those that failed are left out.
  func text(of template: Template) -> String {
    template.segments.map { segment in
      switch segment {
      case .text(let text): text
      case .expression(let expression): texts[expression.range] ?? ""
      }
    }.joined()
  }

  /// Takes over the engines elsewhere that made results, in the order of the steps.
  mutating func noteEnginesElsewhere() {
    for outcome in outcomes {
      for engine in outcome.result?.origin?.engines ?? [] {
        let engine = Engine(engine.name, engine.version)
        if !engines.contains(engine) { engines.append(engine) }
      }
    }
  }

  /// The text of the first heading in the prose.
  fileprivate var firstHeading: String? {
    for case .prose(.heading(_, let inlines, _)) in plan.notebook.elements {
      let text = inlines.map(plainText).joined()
      if !text.isEmpty { return text }
    }
    return nil
  }

  private func plainText(_ inline: Inline) -> String {
    switch inline {
    case .text(let text), .code(let text): text
    case .expression(let expression): texts[expression.range] ?? ""
    case .emphasis(let inlines), .strong(let inlines): inlines.map(plainText).joined()
    case .link(_, _, let inlines), .image(_, _, let inlines): inlines.map(plainText).joined()
    case .html: ""
    case .softBreak, .hardBreak: " "
    }
  }
}

extension Notebook {
  /// The file's name without folder and ending.
  fileprivate var fileName: String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return name.hasSuffix(".md") ? String(name.dropLast(3)) : name
  }
}
