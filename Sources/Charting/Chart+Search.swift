import Vocabulary

extension Chart {
  /// The figure of each trial and the best so far; pruned trials are hollow.
  public static func searchHistory(
    _ history: SearchHistory, title: String? = nil, subtitle: String? = nil,
    words: Words = .english
  ) -> Chart {
    let title = title ?? words.searchHistoryTitle
    let number = NumberFormat.significant(5)
    func points(isPruned: Bool) -> [PointMark.Point] {
      history.trials.filter { $0.isPruned == isPruned }.compactMap { trial in
        guard let value = trial.value, value.isFinite else { return nil }
        return PointMark.Point(
          x: .number(Double(trial.number)), y: .number(value),
          tip: "\(words.trial(trial.number))\(words.colon)\(typographic(number.string(value)))")
      }
    }
    var best: [LineMark.Point] = []
    var leader: (trial: SearchHistory.Trial, value: Double)?
    for trial in history.trials {
      if !trial.isPruned, let value = trial.value, value.isFinite,
        leader.map({ history.isMoreBetter ? value > $0.value : value < $0.value }) ?? true
      {
        // A step, not a slope: between two trials nothing gets better.
        if let leader {
          best.append(LineMark.Point(x: .number(Double(trial.number)), y: leader.value))
        }
        leader = (trial, value)
      }
      if let leader {
        best.append(LineMark.Point(x: .number(Double(trial.number)), y: leader.value))
      }
    }
    var marks: [Mark] = [
      .line(
        LineMark(
          name: words.bestSoFar, points: best, ink: .series(0), endLabel: words.bestSoFar))
    ]
    let complete = points(isPruned: false)
    let pruned = points(isPruned: true)
    var legend: [LegendEntry] = []
    if !pruned.isEmpty {
      marks.append(
        .point(PointMark(name: words.pruned, points: pruned, ink: .reference, isHollow: true)))
      legend = [
        LegendEntry(label: words.complete, ink: .text, symbol: .dot),
        LegendEntry(label: words.pruned, ink: .reference, symbol: .dot),
      ]
    }
    marks.append(.point(PointMark(name: words.complete, points: complete, ink: .text)))
    var summary =
      history.metric + words.colon + words.trials(history.trials.count, pruned: pruned.count)
    if let leader {
      let text = "\(words.best)\(words.colon)\(typographic(number.string(leader.value)))"
      marks.append(
        .point(
          PointMark(
            name: text,
            points: [
              PointMark.Point(
                x: .number(Double(leader.trial.number)), y: .number(leader.value), tip: text,
                label: text)
            ], ink: .series(0), radius: 5)))
      summary += words.semicolon + text + words.aside(words.trial(leader.trial.number))
    }
    var x = Axis(label: words.trialAxis, isNice: false, hasGrid: false, isInteger: true)
    x.padding = 0.03
    var chart = Chart(
      panels: [Panel(x: x, y: Axis(label: history.metric), marks: marks)], title: title,
      subtitle: subtitle, legend: legend)
    chart.words = words
    chart.plotHeight = 240
    chart.summary = complete.isEmpty ? words.noDataSentence : words.sentence(of: [summary])
    chart.data = Table(
      columns: [
        Column("trial", integers: history.trials.map { Int64($0.number) }),
        Column("value", reals: history.trials.map(\.value)),
        Column(
          name: "pruned", type: .boolean, cells: .booleans(history.trials.map(\.isPruned))),
      ])
    chart.kind = .searchHistory
    return chart
  }

  /// Each trial as a line over one axis for each parameter and one for the figure; the best quarter
  /// stands out.
  public static func searchLines(
    _ history: SearchHistory, title: String? = nil,
    subtitle: String? = nil, words: Words = .english
  ) -> Chart {
    let title = title ?? words.searchLinesTitle
    let ranked = history.ranked
    let names = history.parameters.map(\.name) + [history.metric]
    let axes = ParallelAxes(history, ranked.map(\.trial), values: ranked.map(\.value))
    let leading = (ranked.count + 3) / 4
    var marks: [Mark] = names.map { name in
      .line(
        LineMark(
          name: name,
          points: [0, 1].map { LineMark.Point(x: .category(name), y: $0) },
          ink: .reference, isThin: true))
    }
    // The best is drawn last, over the others.
    for (rank, entry) in ranked.enumerated().reversed() {
      let value = typographic(NumberFormat.significant(5).string(entry.value))
      let points = names.indices.map { index in
        LineMark.Point(
          x: .category(names[index]), y: axes.height(index, rank),
          tip: index < history.parameters.count
            ? "\(names[index])\(words.colon)\(history.text(index, of: entry.trial))"
            : "\(words.trial(entry.trial.number))\(words.colon)\(value)")
      }
      marks.append(
        .line(
          LineMark(
            name: "\(words.trial(entry.trial.number))\(words.colon)\(value)", points: points,
            ink: rank == 0 ? .series(1) : rank < leading ? .series(0) : .reference,
            isThin: rank > 0)))
    }
    for (index, name) in names.enumerated() {
      for (place, text) in axes.labels(index) {
        marks.append(.text(TextMark(x: .category(name), y: .number(place), text: text)))
      }
    }
    var y = Axis(lower: -0.02, upper: 1.02, isNice: false, hasGrid: false)
    y.isHidden = true
    let x = Axis(kind: .band, hasGrid: false, categories: names)
    var chart = Chart(
      panels: [Panel(x: x, y: y, marks: ranked.isEmpty ? [] : marks)], title: title,
      subtitle: subtitle)
    chart.legend = [
      LegendEntry(label: words.best, ink: .series(1), symbol: .line),
      LegendEntry(label: words.bestQuarter, ink: .series(0), symbol: .line),
      LegendEntry(label: words.others, ink: .reference, symbol: .line),
    ]
    chart.words = words
    chart.plotHeight = 260
    chart.data = history.table
    chart.summary = summary(ranked, history, words)
    chart.kind = .searchLines
    return chart
  }

  /// The figure over the values of each parameter, one small picture each.
  public static func searchSlices(
    _ history: SearchHistory, title: String? = nil, subtitle: String? = nil,
    words: Words = .english
  ) -> Chart {
    let title = title ?? words.searchSlicesTitle
    let ranked = history.ranked
    let format = NumberFormat.significant(4)
    let panels = history.parameters.indices.map { index in
      let parameter = history.parameters[index]
      let shown = ranked.filter { $0.trial.point[index].isFinite }
      let best = ranked.prefix(1).filter { $0.trial.point[index].isFinite }
      func point(_ entry: (trial: SearchHistory.Trial, value: Double)) -> PointMark.Point {
        PointMark.Point(
          x: history.position(index, of: entry.trial), y: .number(entry.value),
          tip: "\(parameter.name) \(history.text(index, of: entry.trial))\(words.colon)"
            + typographic(format.string(entry.value)))
      }
      var x = Axis(isNice: false, hasGrid: false)
      x.padding = 0.05
      if !parameter.categories.isEmpty {
        x.kind = .band
        x.categories = parameter.categories
      } else if parameter.isLogarithmic {
        x.kind = .logarithmic
      }
      var y = Axis(isNice: false)
      y.padding = 0.08
      y.isHidden = true
      return Panel(
        title: parameter.name, x: x, y: y,
        marks: [
          .point(
            PointMark(
              name: parameter.name, points: shown.dropFirst(best.count).map(point), ink: .series(0),
              radius: 3)),
          .point(
            PointMark(
              name: words.best, points: best.map(point), ink: .series(1), radius: 4.5)),
        ])
    }
    var chart = Chart(
      panels: panels, title: title, subtitle: subtitle, plotHeight: 110, data: history.table,
      arrangement: .mosaic, words: words)
    if let best = ranked.first, let worst = ranked.last {
      let (high, low) =
        history.isMoreBetter ? (best.value, worst.value) : (worst.value, best.value)
      chart.note = words.heights(
        history.metric, from: typographic(format.string(low)), to: typographic(format.string(high)))
    }
    chart.summary = summary(ranked, history, words)
    chart.kind = .searchSlices
    return chart
  }

  private static func summary(
    _ ranked: [(trial: SearchHistory.Trial, value: Double)], _ history: SearchHistory,
    _ words: Words
  ) -> String {
    guard let best = ranked.first else { return words.noDataSentence }
    let values = history.parameters.indices.map {
      "\(history.parameters[$0].name) \(history.text($0, of: best.trial))"
    }
    let value = typographic(NumberFormat.significant(5).string(best.value))
    return words.sentence(words.best, ["\(history.metric) \(value)"] + values)
  }
}

extension SearchHistory {
  /// One row for each trial.
  fileprivate var table: Table {
    Table(
      columns: [
        Column("trial", integers: trials.map { Int64($0.number) }),
        Column("value", reals: trials.map(\.value)),
      ]
        + parameters.indices.map { index in
          parameters[index].categories.isEmpty
            ? Column(
              parameters[index].name,
              reals: trials.map { trial in
                trial.point.indices.contains(index) && trial.point[index].isFinite
                  ? trial.point[index] : nil
              })
            : Column(
              parameters[index].name,
              texts: trials.map { $0.point.indices.contains(index) ? text(index, of: $0) : nil })
        })
  }
}
