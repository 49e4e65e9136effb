import Vocabulary

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How a training went, round by round.
public struct TrainingHistory: Sendable, Hashable {
  /// The name of the metric, such as `binary_logloss`.
  public var metric: String
  /// The metric on the training rows after each round, or after those of `trainRounds`.
  public var train: [Double]
  /// The rounds after which the training rows were judged; nil when after each.
  public var trainRounds: [Int]?
  /// The metric on the validation rows after each round; may be empty.
  public var validation: [Double]
  /// The number of the first round.
  public var firstRound: Int
  /// The number of the round whose model was kept.
  public var bestRound: Int?
  /// The number of the round after which early stopping ended the training; nil when it did not.
  public var stoppedRound: Int?
  /// Whether rounds are passes over the data.
  public var areEpochs: Bool

  /// A history of these values.
  public init(
    metric: String, train: [Double], validation: [Double] = [], firstRound: Int = 1,
    bestRound: Int? = nil, stoppedRound: Int? = nil, areEpochs: Bool = false
  ) {
    self.metric = metric
    self.train = train
    self.validation = validation
    self.firstRound = firstRound
    self.bestRound = bestRound
    self.stoppedRound = stoppedRound
    self.areEpochs = areEpochs
  }
}

extension Chart {
  /// The metric of train and validation by round; the kept round and the stop are marked. The axis
  /// is logarithmic when the values span more than a factor of thirty.
  public static func loss(
    _ history: TrainingHistory, title: String? = nil, subtitle: String? = nil,
    words: Words = .english
  ) -> Chart {
    let title = title ?? words.lossTitle
    let parts = [
      (words.train, history.train, Ink.train),
      (words.validation, history.validation, Ink.validation),
    ]
    let finite = parts.flatMap { $0.1.filter(\.isFinite) }
    var y = Axis(label: history.metric)
    if let low = finite.min(), let high = finite.max(), low > 0, high / low > 30 {
      y.kind = .logarithmic
    }
    let rounds = history.areEpochs ? words.epoch : words.round
    let x = Axis(label: rounds, isNice: false, hasGrid: false, isInteger: true)

    var marks: [Mark] = []
    var sentences: [String] = []
    var dropped = 0
    for (name, values, ink) in parts where !values.isEmpty {
      let points = values.enumerated().map { index, value in
        let round =
          ink == .train && history.trainRounds?.indices.contains(index) == true
          ? Double(history.trainRounds?[index] ?? 0) : Double(index) + Double(history.firstRound)
        return LineMark.Point(
          x: .number(round), y: value.isFinite ? value : nil,
          tip: values.count > LineMark.maximumTips
            ? nil
            : "\(name)\(words.comma)\(rounds) \(NumberFormat.fixed(0).string(round))\(words.colon)"
              + NumberFormat.significant(5).string(value)
        )
      }
      dropped += values.count { !$0.isFinite }
      marks.append(.line(LineMark(name: name, points: points, ink: ink, endLabel: name)))
      if let last = values.last(where: \.isFinite) {
        sentences.append("\(name) \(NumberFormat.significant(5).string(last))")
      }
    }
    let count = max(
      history.trainRounds?.last ?? history.train.count, history.validation.count)
    var summary = words.training(history.metric, rounds: count, areEpochs: history.areEpochs)
    summary += words.colon + words.list(sentences)
    if let stopped = history.stoppedRound, stopped != history.bestRound {
      marks.append(
        .rule(RuleMark(isVertical: true, at: Double(stopped), label: "\(words.stopped) \(stopped)"))
      )
    }
    if let best = history.bestRound {
      marks.append(.rule(RuleMark(isVertical: true, at: Double(best), ink: .text)))
      let values = history.validation.isEmpty ? history.train : history.validation
      let index = best.subtractingReportingOverflow(history.firstRound)
      if !index.overflow, values.indices.contains(index.partialValue) {
        let value = values[index.partialValue]
        let text = "\(words.best) \(best)\(words.colon)\(NumberFormat.significant(4).string(value))"
        summary += "\(words.semicolon)\(text)"
        if value.isFinite {
          let point = PointMark.Point(
            x: .number(Double(best)), y: .number(value), tip: text, label: text)
          let ink: Ink = history.validation.isEmpty ? .train : .validation
          marks.append(.point(PointMark(name: text, points: [point], ink: ink, radius: 5)))
        }
      }
    }
    if let stopped = history.stoppedRound {
      summary += "\(words.semicolon)\(words.stopped) \(stopped)"
    }
    var chart = Chart(panels: [Panel(x: x, y: y, marks: marks)], title: title, subtitle: subtitle)
    chart.words = words
    chart.plotHeight = 260
    chart.droppedCount = dropped
    chart.summary = chart.isEmpty ? words.noDataSentence : words.sentence(of: [summary])
    var columns = [
      Column(
        "round",
        integers: (0..<count).map {
          Int64(clamping: history.firstRound.addingReportingOverflow($0).partialValue)
        })
    ]
    for (name, values) in [("train", history.train), ("validation", history.validation)]
    where !values.isEmpty {
      var cells = [Double?](repeating: nil, count: count)
      for (index, value) in values.enumerated() {
        let place =
          name == "train"
          ? history.trainRounds.map { $0[index] - history.firstRound } ?? index : index
        if cells.indices.contains(place) { cells[place] = value }
      }
      columns.append(Column(name, reals: cells))
    }
    chart.data = Table(columns: columns)
    chart.kind = .loss
    return chart
  }
}
