internal import Archiving
internal import Charting
internal import Parsing
internal import Planning
internal import Reporting
internal import Running
internal import Steps
internal import Telling
internal import Vocabulary

extension RunNews {
  /// What a run that ended has to tell.
  init(of printed: Press.Printed, by press: Press) {
    let (record, run) = (printed.record, printed.run)
    let project = press.file.project
    self.init(
      run: record.id, notebook: record.notebook, path: press.file.notebook.path,
      edition: record.edition, title: run.title, status: Status(record.status),
      startedAt: record.startedAt, endedAt: record.endedAt ?? record.startedAt, user: record.user)
    let header = press.file.notebook.frontMatter
    description = run.description
    language = header.language
    owner = header.owner
    tags = header.tags
    message = record.message
    version = record.version
    isNew = record.isNew
    digest = record.digest
    parameters = run.plan.parameters.filter { !$0.isSecret }.map { Parameter($0.name, $0.text) }
    figures = run.news
    curves = run.curves
    let failures = run.outcomes.compactMap { $0.failure?.diagnostic }
    problems = (failures + run.diagnostics.filter { $0.severity == .error }).map(\.sentence)
    refusals = run.refusals.flatMap { refusal in
      refusal.verdict.refusals.map { "\(refusal.step): \($0)" }
    }
    drifts = run.drifts
    inputs = run.inputs.map {
      Input(entry: $0.entry, path: $0.path, sha256: $0.digest.description)
    }
    engines = run.engines.map { Engine($0.name, $0.version) }
    folder = Paths.below(project.directory, printed.folder) ?? printed.folder
    if record.version != nil { models = press.registered(by: run) }
  }

  /// What a run has to tell that could not begin.
  init(refused diagnostics: [Diagnostic], of file: NotebookFile, at desk: Desk) {
    let now = desk.circumstances.now()
    let name = seriesName(ofNotebookAt: file.notebook.path)
    self.init(
      run: "\(Amounts.utcStamp(now))-\(String(UInt32.random(in: 0x1000_0000 ... .max), radix: 36))",
      notebook: name, path: file.notebook.path,
      edition: nil, title: file.notebook.frontMatter.title?.plainText ?? name, status: .failed,
      startedAt: now, endedAt: now, user: desk.circumstances.user)
    message = diagnostics.first?.summary
    problems = diagnostics.map(\.sentence)
    language = file.notebook.frontMatter.language
    owner = file.notebook.frontMatter.owner
    tags = file.notebook.frontMatter.tags
  }
}

extension RunNews.Status {
  fileprivate init(_ status: RunRecord.Status) {
    switch status {
    case .done: self = .done
    case .failed: self = .failed
    case .refused: self = .refused
    case .interrupted, .running: self = .interrupted
    }
  }
}

extension Diagnostic {
  /// The finding with its place in one line.
  fileprivate var sentence: String {
    range.map { "\($0.file):\($0.start.line):\($0.start.column): \(summary)" } ?? summary
  }
}

extension Run {
  /// The figures, those of the report's first screen marked.
  fileprivate var news: [RunNews.Figure] {
    outcomes.flatMap { outcome -> [RunNews.Figure] in
      guard let result = outcome.result else { return [] }
      let tiles = result.exhibits.compactMap { exhibit in
        if case .tile(let metric) = exhibit { metric } else { nil }
      }
      return result.metrics.map { metric in
        let text = metric.value.map { metric.format.string($0) } ?? "–"
        return RunNews.Figure(
          "\(outcome.name).\(metric.name)", metric.value, label: metric.label ?? metric.name,
          text: metric.unit.map { "\(text) \($0)" } ?? text, isTile: tiles.contains(metric.name))
      }
    }
  }

  /// The loss of trainings by round, and the value of each trial of a search. Their names are the same
  /// in every language, unlike the charts' words.
  fileprivate var curves: [RunNews.Curve] {
    outcomes.flatMap { outcome in
      (outcome.result?.exhibits ?? []).flatMap { exhibit -> [RunNews.Curve] in
        guard case .chart(let exhibit) = exhibit else { return [] }
        let data = exhibit.chart.data
        let curves: [RunNews.Curve?] =
          switch exhibit.chart.kind {
          case .loss:
            ["train", "validation"].map { part in
              let metric = exhibit.id.hasSuffix("-auc") ? "auc" : "loss"
              return data.curve("\(outcome.name).\(part).\(metric)", of: part, by: "round")
            }
          case .searchHistory:
            [data.curve("\(outcome.name).trial.value", of: "value", by: "trial")]
          default: []
          }
        return curves.compactMap { $0 }
      }
    }
  }

  /// What drift steps and validations found, in sentences.
  fileprivate var drifts: [String] {
    zip(plan.steps, outcomes).flatMap { step, outcome -> [String] in
      guard let result = outcome.result else { return [] }
      switch step.action {
      case .drift(let drift):
        let psi = result.metric("score_psi")?.value
        guard result.metric("dataset_drift")?.value == 1 else {
          guard let psi, psi >= drift.act else { return [] }
          let figure = NumberFormat.significant(3).string(psi)
          return ["\(outcome.name): the score has moved, its PSI is \(figure)"]
        }
        let drifted = result.metric("drifted")?.value.map { shortestText($0) } ?? "?"
        let all = result.metric("columns")?.value.map { shortestText($0) } ?? "?"
        var sentence = "\(outcome.name): the data set has drifted, \(drifted) of \(all) columns"
        if let psi {
          sentence += ", PSI of the score \(NumberFormat.significant(3).string(psi))"
        }
        return [sentence]
      case .validate:
        guard let verdict = result.verdict else { return [] }
        return (verdict.refusals + verdict.warnings).map { "\(outcome.name): \($0)" }
      default: return []
      }
    }
  }
}

extension Table {
  /// The numbers of a column as a curve over those of another; nil when there are none.
  fileprivate func curve(
    _ name: String, of column: String, by steps: String
  ) -> RunNews.Curve? {
    guard let values = self[column], let steps = self[steps] else { return nil }
    let points = (0..<rowCount).compactMap { row -> (Int, Double)? in
      guard let step = steps[row].number, let value = values[row].number else { return nil }
      return (Int(step), value)
    }
    guard !points.isEmpty else { return nil }
    return RunNews.Curve(name, steps: points.map(\.0), values: points.map(\.1))
  }
}

extension Press {
  /// The models that a published run registered, as the registry knows them now.
  fileprivate func registered(by run: Run) -> [RunNews.Model] {
    run.outcomes.compactMap { $0.result?.registration }.compactMap { registration in
      let digest = registration.digest.description
      let number = registry.versions(of: registration.name).reversed().first { number in
        (try? registry.facts(of: registration.name, number))?.digest == digest
      }
      return number.map {
        RunNews.Model(
          name: registration.name, number: $0, step: registration.model,
          metrics: registration.metrics)
      }
    }
  }
}
