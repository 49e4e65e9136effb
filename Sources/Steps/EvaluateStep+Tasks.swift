internal import Learning
internal import Parsing
internal import Vocabulary

extension EvaluateStep.Picture {
  /// The charts that a task has, those shown when none is named first.
  static func fitting(_ task: Model.Task) -> [EvaluateStep.Picture] {
    switch task {
    case .binary: [.roc, .pr, .calibration, .lift, .gain, .ks, .confusion, .threshold]
    case .multiclass: [.confusion, .roc]
    case .regression: [.predicted, .residuals]
    }
  }
}

extension EvaluateStep {
  /// The names of the metrics of all tasks, those of two classes first.
  static let metricNames: [String] = {
    var seen: Set<String> = []
    return
      (BinaryMetric.allCases.map(\.rawValue) + ClassMetric.allCases.map(\.rawValue)
      + ValueMetric.allCases.map(\.rawValue)).filter { seen.insert($0).inserted }
  }()

  /// Options that do nothing for a task.
  func misplaced(in task: Model.Task) -> [Diagnostic] {
    let fitting = Picture.fitting(task)
    let words = task == .regression ? "a regression" : "a \(task.rawValue) model"
    let pictures = (charts ?? []).filter { !fitting.contains($0) }.map { picture in
      Diagnostic.error(
        "wrong-value", "\(words) has no chart `\(picture.rawValue)`",
        at: chartsRange ?? model.range,
        solutions: ["it has " + fitting.map { "`\($0.rawValue)`" }.joined(separator: ", ")])
    }
    let others = (task == .binary ? [] : binaryOptions).map { option in
      Diagnostic.error(
        "wrong-value", "`\(option.name)` does nothing for \(words)", at: option.range,
        solutions: ["leave it out"])
    }
    return pictures + others
  }

  static func unknownWeight(_ weight: NamedPlace, _ model: NamedPlace) -> Diagnostic {
    .error(
      "unknown-column", "the rows of model `\(model.name)` have no column `\(weight.name)`",
      at: weight.range, solutions: ["give the `train` step `weight: \(weight.name)`"])
  }

  /// Judges the subjects by what the model predicts.
  func show(
    _ subjects: [Subject], of target: Model.Target,
    in workspace: Workspace, result: inout StepResult
  ) {
    let pictures = charts ?? Array(Picture.fitting(target.task).prefix(2))
    let id = workspace.stepName
    let shown = shownMetrics(workspace.settings.show)
    let title = workspace.settings.title
    switch target.task {
    case .binary:
      let ranked = subjects.compactMap { subject -> Judgement.Subject? in
        guard case .ranked(let rows) = subject.rows else { return nil }
        return Judgement.Subject(name: subject.name, label: subject.label, ranked: rows)
      }
      let judgement = Judgement(
        of: ranked, main: primary, by: self, target: target, words: workspace.words,
        threads: workspace.threads)
      result.metrics = judgement.metrics
      result.remarks += judgement.remarks
      result.exhibits = [.table(judgement.table(id: "\(id)-metrics", showing: shown))]
      result.exhibits += pictures.map { picture in
        .chart(
          ChartExhibit(
            id: "\(id)-\(picture.rawValue)", chart: judgement.chart(picture, title: title)))
      }
      result.exhibits += tables.map { listing in
        .table(judgement.table(listing, id: "\(id)-\(listing.rawValue)"))
      }
    case .multiclass:
      let judgement = ClassJudgement(of: subjects, by: self, target, workspace.words)
      result.metrics = judgement.figures.metrics
      result.remarks += judgement.remarks
      result.exhibits = [
        .table(judgement.figures.table(id: "\(id)-metrics", showing: shown)),
        .table(judgement.classes(id: "\(id)-classes")),
      ]
      result.exhibits += pictures.map { picture in
        .chart(
          ChartExhibit(
            id: "\(id)-\(picture.rawValue)", chart: judgement.chart(picture, title: title)))
      }
    case .regression:
      let judgement = ValueJudgement(of: subjects, by: self, target, workspace.words)
      result.metrics = judgement.figures.metrics
      result.remarks += judgement.remarks
      result.exhibits = [.table(judgement.figures.table(id: "\(id)-metrics", showing: shown))]
      result.exhibits += pictures.map { picture in
        .chart(
          ChartExhibit(
            id: "\(id)-\(picture.rawValue)", chart: judgement.chart(picture, title: title)))
      }
    }
  }
}
