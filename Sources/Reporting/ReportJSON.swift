internal import Charting
internal import Parsing
internal import Planning
internal import Running
internal import Steps
internal import Vocabulary

/// The report for programs: parameters, step states, figures at full precision, and the names of the
/// files that hold the rest.
///
/// `reportVersion` counts the shape of the document: a member that is added leaves it, one that is
/// renamed or taken away raises it.
struct ReportJSON {
  static let version: Int64 = 1

  var manuscript: Manuscript
  private var run: Run { manuscript.run }

  init(_ manuscript: Manuscript) {
    self.manuscript = manuscript
  }

  var text: String {
    let frontMatter = run.plan.notebook.frontMatter
    let document: JSON = .object([
      "reportVersion": .integer(Self.version),
      "notebook": .string(manuscript.notebook),
      "edition": .string(run.plan.edition),
      "title": .string(run.title),
      "description": run.description.map(JSON.string),
      "owner": frontMatter.owner.map(JSON.string),
      "tags": .array(frontMatter.tags.map(JSON.string)),
      "language": .string(frontMatter.language.rawValue),
      "state": .string(!run.isSuccess ? "failed" : !run.refusals.isEmpty ? "refused" : "done"),
      "parameters": .object(run.plan.parameters.map(parameter)),
      "metrics": .object(metrics),
      "steps": .array(manuscript.steps.map(step)),
      "inputs": .array(run.inputs.map(input)),
      "snapshots": run.snapshots.isEmpty ? nil : .array(run.snapshots.map(snapshot)),
      "history": run.past.isEmpty ? nil : .array(run.past.editions.map(edition)),
      "trend": manuscript.trend.map { trend in
        .object([
          "tables": .array(trend.exhibits.compactMap(table)),
          "charts": .array(trend.exhibits.compactMap(chart)),
        ])
      },
      "engines": .array(
        run.engines.map { .object(["name": .string($0.name), "version": .string($0.version)]) }),
      "diagnostics": .array(run.diagnostics.map(diagnostic)),
    ])
    return document.serialized
  }

  private func parameter(_ parameter: Parameter) -> JSON.Member {
    guard !parameter.isSecret else {
      return JSON.Member(name: parameter.name, value: .object(["type": .string("secret")]))
    }
    let value: JSON = parameter.type == .month ? .string(parameter.text) : JSON(parameter.value)
    return JSON.Member(
      name: parameter.name,
      value: .object([
        "type": .string(parameter.type.rawValue), "value": value,
        "origin": .string(name(of: parameter.origin)),
        "description": parameter.description.map(JSON.string),
      ]))
  }

  private func name(of origin: Parameter.Origin) -> String {
    switch origin {
    case .default: "default"
    case .derived: "derived"
    case .project: "project"
    case .injected: "injected"
    }
  }

  private var metrics: [JSON.Member] {
    manuscript.metrics.map { JSON.Member(name: $0.name, value: metric($0.metric)) }
  }

  private func metric(_ metric: Metric) -> JSON {
    .object([
      "value": metric.value.map(JSON.number) ?? .null,
      "label": metric.label.map(JSON.string),
      "unit": metric.unit.map(JSON.string),
      "format": metric.format.notation.map(JSON.string),
      "direction": .string(metric.direction.rawValue),
      "interval": metric.interval.map { interval in
        .object([
          "low": .number(interval.low), "high": .number(interval.high),
          "level": .number(interval.level),
        ])
      },
      "comparison": metric.comparison.map { comparison in
        .object([
          "value": .number(comparison.value), "label": comparison.label.map(JSON.string),
        ])
      },
    ])
  }

  private func step(_ step: PlacedStep) -> JSON {
    let (state, reason, failure) = facts(of: step.state)
    let result = step.result
    return .object([
      "name": .string(step.name),
      "kind": .string(step.kind),
      "state": .string(state),
      "because": reason.map(JSON.string),
      "failure": failure.map(diagnostic),
      "rowsIn": result?.rowsIn.map { .integer(Int64($0)) },
      "rowsOut": result?.rowsOut.map { .integer(Int64($0)) },
      "remarks": result.map { .array($0.remarks.map(JSON.string)) },
      "metrics": result.map { result in .array(result.metrics.map { .string($0.name) }) },
      "tables": result.map { _ in .array(step.exhibits.compactMap(table)) },
      "charts": result.map { _ in .array(step.exhibits.flatMap(charts)) },
      "artifacts": result.map { .array($0.artifacts.map(artifact)) },
      "verdict": result?.verdict.map(verdict),
      "connection": result?.origin.map { origin in
        .object([
          "name": .string(origin.connection),
          "version": origin.version.map(JSON.string),
          "rows": .string(origin.staysThere ? "stay" : "come over"),
          "engines": .array(
            origin.engines.map {
              .object(["name": .string($0.name), "version": .string($0.version)])
            }),
        ])
      },
    ])
  }

  private func verdict(_ verdict: Verdict) -> JSON {
    .object([
      "refused": .bool(verdict.isRefusal),
      "refusals": .array(verdict.refusals.map(JSON.string)),
      "warnings": .array(verdict.warnings.map(JSON.string)),
      "consequence": .string(verdict.consequence.rawValue),
    ])
  }

  private func facts(of state: StepOutcome.State) -> (String, String?, Diagnostic?) {
    switch state {
    case .done: ("done", nil, nil)
    case .failed(let failure): ("failed", nil, failure.diagnostic)
    case .skipped(let reason): ("skipped", reason, nil)
    case .notRun(let reason): ("not run", reason, nil)
    }
  }

  private func table(_ placed: PlacedExhibit) -> JSON? {
    switch placed.exhibit {
    case .table(let table):
      .object([
        "title": table.title.map(JSON.string), "caption": table.caption.map(JSON.string),
        "data": placed.dataPath.map(JSON.string),
        "rows": .integer(Int64(table.table.rowCount)),
        "totalRows": .integer(Int64(table.totalRows)),
        "totals": table.totals.isEmpty
          ? nil
          : .object(
            table.totals.map { total in
              JSON.Member(
                name: total.column,
                value: .object(["kind": .string(total.kind.rawValue), "value": JSON(total.value)]))
            }),
      ])
    case .profile(let profile):
      .object([
        "title": profile.title.map(JSON.string), "data": placed.dataPath.map(JSON.string),
        "rows": .integer(Int64(profile.columns.count)),
        "totalRows": .integer(Int64(profile.columns.count)),
      ])
    case .chart, .tile, .picture, .text, .report: nil
    }
  }

  private func charts(_ placed: PlacedExhibit) -> [JSON] {
    (chart(placed).map { [$0] } ?? [])
      + placed.columnCharts.map { column, file, chart in
        .object([
          "title": .string(manuscript.words.distribution(of: column)),
          "kind": .string(chart.kind.rawValue),
          "summary": .string(chart.alternative),
          "picture": .string("charts/\(file).svg"),
          "data": .string("charts/\(file).csv"),
        ])
      }
  }

  private func chart(_ placed: PlacedExhibit) -> JSON? {
    if case .picture(let picture) = placed.exhibit {
      return .object([
        "title": picture.title.map(JSON.string), "summary": .string(picture.alternative),
        "picture": placed.picturePath.map(JSON.string),
      ])
    }
    guard let chart = placed.fileChart else { return nil }
    return .object([
      "title": chart.title.map(JSON.string),
      "kind": .string(chart.kind.rawValue),
      "summary": .string(chart.alternative),
      "picture": placed.picturePath.map(JSON.string),
      // A profile's numbers are a table's.
      "data": placed.chartDataPath.map(JSON.string),
    ])
  }

  private func artifact(_ artifact: Artifact) -> JSON {
    .object([
      "file": .string("artifacts/\(artifact.path)"),
      "size": .integer(Int64(artifact.size)),
      "sha256": .string(artifact.digest.description),
      "rows": artifact.rows.map { .integer(Int64($0)) },
    ])
  }

  private func input(_ input: RecordedInput) -> JSON {
    .object([
      "entry": .string(input.entry), "path": .string(input.path),
      "size": .integer(Int64(input.size)), "sha256": .string(input.digest.description),
    ])
  }

  private func snapshot(_ snapshot: Snapshot) -> JSON {
    .object([
      "entry": .string(snapshot.entry), "files": .array(snapshot.files.map(JSON.string)),
      "rows": .integer(Int64(snapshot.rows)), "size": .integer(Int64(snapshot.size)),
      "sha256": .string(snapshot.digest.description),
    ])
  }

  private func edition(_ edition: PastEditions.Edition) -> JSON {
    let figures = edition.metrics.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    return .object([
      "edition": .string(edition.name),
      "version": edition.version.map { .integer(Int64($0)) },
      "isRefused": edition.isRefused ? .bool(true) : nil,
      "metrics": .object(figures.map { JSON.Member(name: $0.key, value: .number($0.value)) }),
    ])
  }

  private func diagnostic(_ diagnostic: Diagnostic) -> JSON {
    .object([
      "severity": .string(diagnostic.severity.rawValue),
      "rule": .string(diagnostic.rule),
      "summary": .string(diagnostic.summary),
      "explanation": diagnostic.explanation.map(JSON.string),
      "solutions": .array(diagnostic.solutions.map(JSON.string)),
      "place": diagnostic.range.map { .string(portablePlace($0)) },
    ])
  }
}
