internal import Charting
internal import Learning
internal import Vocabulary

extension TuningOutcome {
  /// The number of a trial as people count.
  private func name(_ trial: Study.Trial) -> Int { trial.number + 1 }

  private var best: Study.Trial? { result.trials.first { $0.number == result.best } }

  /// What was searched for, and on which part of the rows.
  private var figure: String { words.label(metric) }
  private var part: String { words.part(tune.isOnTraining ? .train : .validation) }

  /// The figures of the search.
  var metrics: [Metric] {
    let count = NumberFormat.thousands(0)
    let direction: Metric.Direction = metric.direction < 0 ? .lower : .higher
    return [
      Metric(
        "best_value", best?.loss.map(metric.value(ofLoss:)),
        label: words(
          "\(figure), \(part), best trial", "\(figure)（\(part)、最良の試行）"),
        format: metric.format, direction: direction),
      Metric(
        "best_trial", best.map { Double(name($0)) }, label: words("Best trial", "最良の試行"),
        format: count),
      Metric(
        "trials", Double(result.trials.count), label: words("Trials", "試行数"), format: count),
      Metric(
        "pruned", Double(result.trials.count { $0.state == .pruned }),
        label: words("Pruned trials", "打ち切った試行数"),
        format: count),
    ]
  }

  /// What the reader must know.
  var remarks: [String] {
    var remarks: [String] = []
    if let best {
      let values = tune.space.values(at: best.point).map { name, value in
        "\(name) \(value.number.map(NumberFormat.significant(4).string) ?? value.plainText)"
      }
      let rows = tune.isOnTraining ? "training" : "validation"
      remarks.append(
        words(
          "Trial \(name(best)) of \(result.trials.count) is the best by \(figure) on the "
            + "\(rows) rows: \(words.list(values)).",
          "\(result.trials.count)回の試行のうち、\(part)データの\(figure)が最良なのは試行\(name(best))：\(words.list(values))。"
        ))
    }
    if tune.isOnTraining {
      remarks.append(
        words(
          "The best trial was chosen by the rows it learned from: it may have learned them by heart.",
          "最良の試行は学習に使った行で選ばれています。過学習している可能性があります。"))
    }
    if let timeout = tune.timeout {
      remarks.append(
        words(
          "The search had \(shortestText(timeout)) s; how far it came depends on the machine.",
          "探索の制限時間は\(shortestText(timeout))秒です。その間に終わる試行の数は計算機によって異なります。"))
    }
    remarks += notes
    let failed = result.trials.compactMap { trial -> String? in
      if case .failed(let reason) = trial.state { reason } else { nil }
    }
    if let first = failed.first {
      remarks.append(
        words(
          "\(failed.count) of the trials failed: \(first).",
          "\(failed.count)回の試行が失敗しました（\(first)）。"))
    }
    return remarks
  }

  /// One row for each trial.
  func table(id: String, shownRows: Int?) -> TableExhibit {
    let trials = result.trials
    let parameters = tune.space.parameters.enumerated().map { index, parameter -> Column in
      let values = trials.map { trial in
        tune.space.space.activity(at: trial.point)[index]
          ? parameter.value(at: trial.point[index]) : .null
      }
      switch parameter.domain {
      case .real: return Column(parameter.name, reals: values.map(\.number))
      case .whole:
        return Column(
          parameter.name, integers: values.map { $0.number.flatMap { Int64(exactly: $0) } })
      case .choice:
        return Column(parameter.name, texts: values.map { $0.isNull ? nil : $0.plainText })
      }
    }
    let columns =
      [
        Column("trial", integers: trials.map { Int64(name($0)) }),
        Column("state", texts: trials.map { words.trialState($0.stateName) }),
        Column("value", reals: trials.map { $0.loss.map(metric.value(ofLoss:)) }),
        Column("rounds", integers: trials.map { Int64($0.steps) }),
      ] + parameters.map(\.unlikeTrialColumns)
    var formats: [String: NumberFormat] = ["value": metric.format]
    for (index, parameter) in tune.space.parameters.enumerated() {
      if case .real = parameter.domain { formats[columns[index + 4].name] = .significant(3) }
    }
    return TableExhibit(
      id: "\(id)-trials", title: words("Trials", "試行の一覧"), table: Table(columns: columns),
      shownRows: min(shownRows ?? trials.count, trials.count), formats: formats,
      labels: [
        "trial": words("Trial", "試行"), "state": words("State", "状態"), "value": figure,
        "rounds": words("Rounds", "反復回数"),
      ])
  }

  /// The charts that the author wants.
  func charts(id: String) -> [ChartExhibit] {
    tune.charts.compactMap { kind in
      let chart: Chart
      switch kind {
      case .history:
        chart = .searchHistory(
          history, title: words("Search for parameters", "パラメーター探索の経過"),
          subtitle: population, words: words.ofCharts)
      case .parallel:
        chart = .searchLines(history, subtitle: population, words: words.ofCharts)
      case .slice:
        chart = .searchSlices(
          history, title: words("\(figure) by parameter", "パラメーター別の\(figure)"),
          words: words.ofCharts)
      case .importance:
        let shares = tune.study.importance(of: result.trials)
        guard !shares.isEmpty else { return nil }
        chart = .importance(
          zip(tune.space.parameters, shares).map { .init(name: $0.name, value: $1) },
          label: words("Share of importance", "重要度の割合"), format: .percent(0),
          title: words("Which parameters decide", "結果を左右するパラメーター"),
          subtitle: words(
            "How far the best quarter of the trials differs from all of them (PED-ANOVA)",
            "上位4分の1の試行と全試行との分布の差（PED-ANOVA）"), words: words.ofCharts)
      }
      return ChartExhibit(id: "\(id)-\(kind.rawValue)", chart: chart)
    }
  }

  private var population: String {
    let rows = tune.isOnTraining ? "training" : "validation"
    return words("\(figure) on the \(rows) rows", "\(part)データの\(figure)")
  }

  private var history: SearchHistory {
    SearchHistory(
      metric: figure, isMoreBetter: metric.direction > 0,
      parameters: tune.space.parameters.map { parameter in
        let isLogarithmic =
          switch parameter.domain {
          case .real(_, let isLogarithmic), .whole(_, let isLogarithmic): isLogarithmic
          case .choice: false
          }
        return .init(
          parameter.name, isLogarithmic: isLogarithmic,
          categories: parameter.choices.map(\.plainText))
      },
      trials: result.trials.map { trial in
        .init(
          number: name(trial), value: trial.loss.map(metric.value(ofLoss:)),
          isPruned: !trial.counts,
          point: zip(trial.point, tune.space.space.activity(at: trial.point)).map {
            $1 ? $0 : .nan
          })
      })
  }
}

extension Column {
  /// The column under a name that no column of the trials themselves has.
  fileprivate var unlikeTrialColumns: Column {
    guard ["trial", "state", "value", "rounds"].contains(name) else { return self }
    var column = self
    column.name = "\(name) (parameter)"
    return column
  }
}

extension TrainStep {
  /// Adds what the search left: figures, remarks, charts, and the trials when the table is wanted.
  func show(_ outcome: TuningOutcome, in workspace: Workspace, result: inout StepResult) {
    result.metrics += outcome.metrics
    result.remarks += outcome.remarks
    result.exhibits += outcome.charts(id: workspace.stepName).map { .chart($0) }
    switch workspace.settings.show {
    case .table:
      result.exhibits.append(.table(outcome.table(id: workspace.stepName, shownRows: 50)))
    case .rows(let count):
      result.exhibits.append(.table(outcome.table(id: workspace.stepName, shownRows: count)))
    case .nothing, nil: break
    }
  }
}
