internal import Learning
internal import Vocabulary

/// A figure of a model, by the name that reports use.
protocol JudgedFigure: Sendable, Hashable, CaseIterable, RawRepresentable where RawValue == String {
  /// What people call it.
  func label(in words: Words) -> String
  /// Which way of it is good: +1 up, -1 down, 0 neither.
  var direction: Int { get }
  /// How it is written.
  var format: NumberFormat { get }
}

extension ClassMetric: JudgedFigure {
  func label(in words: Words) -> String { words.label(self) }

  var format: NumberFormat {
    switch self {
    case .rows, .classes: .thousands(0)
    case .logLoss: .fixed(4)
    default: .fixed(3)
    }
  }
}

extension ValueMetric: JudgedFigure {
  func label(in words: Words) -> String { words.label(self) }

  var format: NumberFormat {
    switch self {
    case .rows: .thousands(0)
    case .r2: .fixed(3)
    case .mape: .percent(1)
    default: .significant(4)
    }
  }
}

/// The figures of one or several sets of rows, as metrics and as a table.
struct SideBySide<Figure: JudgedFigure> {
  /// What is judged.
  struct Subject {
    let name: String
    /// The name in the language of the report.
    let label: String
    let value: (Figure) -> Double?
    let reason: (Figure) -> String?
    /// The ends of intervals and their level; nil without.
    let interval: ((Figure) -> BootstrapIntervals.Interval?)?
  }

  let subjects: [Subject]
  /// The one whose figures are the step's metrics.
  let main: Int
  /// The coverage of the intervals.
  let level: Double
  /// The figures that those shown beside have as metrics too.
  let besides: [Figure]
  let words: Words

  private var order: [Figure] { Array(Figure.allCases) }

  /// The figures of the main subject, and some of the others under their names.
  var metrics: [Metric] {
    order.map { metric(of: $0, named: $0.rawValue, main) }
      + subjects.indices.filter { $0 != main }.flatMap { index in
        besides.map { figure in
          var other = metric(
            of: figure, named: "\(subjects[index].name)_\(figure.rawValue)", index)
          other.label = words.figure(figure.label(in: words), of: subjects[index].label)
          return other
        }
      }
  }

  private func metric(of figure: Figure, named name: String, _ index: Int) -> Metric {
    Metric(
      name, subjects[index].value(figure), label: figure.label(in: words), format: figure.format,
      direction: figure.direction > 0 ? .higher : figure.direction < 0 ? .lower : .none,
      interval: subjects[index].interval?(figure).map {
        Metric.Interval(low: $0.low, high: $0.high, level: level)
      })
  }

  /// Why figures are missing, one sentence per reason.
  var remarks: [String] {
    var reasons: [(reason: String, names: [String])] = []
    for figure in order {
      guard let reason = subjects[main].reason(figure) else { continue }
      if let index = reasons.firstIndex(where: { $0.reason == reason }) {
        reasons[index].names.append(figure.label(in: words))
      } else {
        reasons.append((reason, [figure.label(in: words)]))
      }
    }
    return words.notDefined(reasons)
  }

  /// The figures with their intervals; the page shows the first `shown` lines.
  func table(id: String, showing shown: Int?) -> TableExhibit {
    var columns = [Column("metric", texts: order.map { $0.label(in: words) })]
    var labels = ["metric": words("Metric", "指標")]
    let isAlone = subjects.count == 1
    for index in [main] + subjects.indices.filter({ $0 != main }) {
      let subject = subjects[index]
      let name = isAlone ? "value" : subject.name
      columns.append(
        Column(
          name, texts: order.map { figure in subject.value(figure).map(figure.format.string) }))
      labels[name] = isAlone ? words("Value", "値") : subject.label
      guard let interval = subject.interval else { continue }
      let range = isAlone ? "interval" : "\(name)_interval"
      columns.append(
        Column(
          range,
          texts: order.map { figure in
            interval(figure).map {
              words.range(figure.format.string($0.low), figure.format.string($0.high))
            }
          }))
      labels[range] = words.interval(level)
    }
    var exhibit = TableExhibit(
      id: id, table: Table(columns: columns), shownRows: shown.map { min($0, order.count) },
      labels: labels)
    exhibit.figures = Set(columns.dropFirst().map(\.name))
    return exhibit
  }
}
