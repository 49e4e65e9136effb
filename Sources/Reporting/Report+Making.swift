internal import Charting
internal import Parsing
internal import Planning
public import Running
internal import Steps
internal import Vocabulary

extension Report {
  /// The report of a run: page, text twin, facts, executed notebook, tables, charts and artifacts.
  ///
  /// A failed run has a report too, with what was computed before the failure.
  /// For example: `Report(of: run).files.first { $0.path == "index.html" }`.
  public init(of run: Run, templates: Templates = .embedded) {
    let manuscript = Manuscript(of: run)
    var files = [
      File(path: "index.html", content: .text(Page(manuscript).html(with: templates))),
      File(path: "report.md", content: .text(MarkdownReport(manuscript).text)),
      File(path: "report.json", content: .text(ReportJSON(manuscript).text)),
      File(path: "notebook.md", content: .text(manuscript.executedNotebook)),
    ]
    for step in manuscript.steps {
      for placed in step.exhibits { files += placed.files }
      for artifact in step.result?.artifacts ?? [] {
        files.append(File(path: "artifacts/\(artifact.path)", content: .staged(artifact)))
      }
    }
    for placed in manuscript.trend?.exhibits ?? [] { files += placed.files }
    for part in run.parts {
      let folder = ReportExhibit.folder(of: part.step)
      for file in Report(of: part.run, templates: templates).files {
        files.append(File(path: "\(folder)/\(file.path)", content: file.content))
      }
    }
    // Plain byte order, the same in every locale.
    files.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    self.init(
      notebook: manuscript.notebook, edition: run.plan.edition, title: run.title,
      isSuccess: run.isSuccess, isWithheld: run.isWithheld, metrics: manuscript.metrics,
      files: files)
  }
}

extension Manuscript {
  /// Every figure of every step, by full name.
  var metrics: [Report.NamedMetric] {
    steps.flatMap { step in
      (step.result?.metrics ?? []).map { metric in
        Report.NamedMetric(name: "\(step.name).\(metric.name)", metric: metric)
      }
    }
  }

  /// The notebook as it was run: the source with the values of this run, secrets left out.
  var executedNotebook: String {
    let values = run.plan.parameters.filter { $0.origin == .injected && !$0.isSecret }
    guard !values.isEmpty else { return run.plan.notebook.source }
    return run.plan.notebook.injecting(values.map { (name: $0.name, text: $0.text) })
  }
}

extension PlacedExhibit {
  /// The files of the exhibit.
  var files: [Report.File] {
    let data: String? =
      switch exhibit {
      case .table(let table): table.table.csv
      case .profile(let profile): profile.table.csv
      case .chart(let chart): chart.chart.data.csv
      case .tile, .picture, .text, .report: nil
      }
    var files: [Report.File] = []
    if case .picture(let exhibit) = exhibit, let path = picturePath {
      let bytes = exhibit.picture.bytes
      let content: Report.File.Content =
        exhibit.picture.format == .svg
        ? .text(String(decoding: bytes, as: UTF8.self)) : .bytes(bytes)
      files.append(Report.File(path: path, content: content))
    }
    if let path = picturePath, let picture, let chart = fileChart {
      files.append(text(path, chart.fileMarkup(id: picture)))
    }
    if let dataPath, let data { files.append(text(dataPath, data)) }
    for (_, file, chart) in columnCharts {
      files.append(text("charts/\(file).svg", chart.fileMarkup(id: file)))
      files.append(text("charts/\(file).csv", chart.data.csv))
    }
    return files
  }

  private func text(_ path: String, _ text: String) -> Report.File {
    Report.File(path: path, content: .text(text))
  }
}
