internal import Parsing
internal import Vocabulary

/// A line of `metrics.jsonl`, by which a process tells its figures.
///
/// Either one figure with what belongs to it, `{"name": "auc", "value": 0.81, "format": ".3f"}`, or
/// several without, `{"auc": 0.81, "rows": 4000}`.
enum MetricLine {
  /// Reads the whole file; the first line that is no figure is the failure.
  static func metrics(in text: String) throws(StepFailure) -> [Metric] {
    var metrics: [Metric] = []
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() where line.contains(where: { !$0.isWhitespace }) {
      guard metrics.count < 1000 else { throw failure("holds more than 1000 figures", index) }
      for metric in try self.metrics(of: String(line), index) {
        // A figure that is told again, as in a loop, has its last value.
        if let place = metrics.firstIndex(where: { $0.name == metric.name }) {
          metrics[place] = metric
        } else {
          metrics.append(metric)
        }
      }
    }
    return metrics
  }

  private static func metrics(
    of line: String, _ index: Int
  ) throws(StepFailure) -> [Metric] {
    let (node, mistakes) = YAMLNode.parse(line, file: "metrics.jsonl", startingAt: index + 1)
    guard let node, mistakes.isEmpty, line.drop(while: \.isWhitespace).first == "{",
      case .mapping(let entries) = node.content
    else { throw failure("is no JSON object", index) }
    var options = OptionReader(node, of: "a figure")
    guard entries.contains(where: { $0.key == "name" || $0.key == "value" }) else {
      return try entries.map { entry throws(StepFailure) in
        Metric(try checked(entry.key, index), try number(entry.value, index))
      }
    }
    let name = try checked(options.requiredString("name"), index)
    var metric = Metric(name, try number(options.requiredNode("value"), index))
    metric.label = options.string("label")
    metric.unit = options.string("unit")
    if let format = options.format("format") { metric.format = format }
    metric.direction = options.choice("direction", as: Metric.Direction.self) ?? .none
    if options.has("interval") {
      let ends = options.doubles("interval") ?? []
      guard ends.count == 2, ends[0] <= ends[1] else {
        throw failure("has an `interval` that is not [low, high]", index)
      }
      let level = options.double("level", in: 0...1) ?? 0.95
      metric.interval = Metric.Interval(low: ends[0], high: ends[1], level: level)
    }
    if let mistake = options.finish().first { throw failure("is wrong: \(mistake.summary)", index) }
    return [metric]
  }

  private static func checked(_ name: String, _ index: Int) throws(StepFailure) -> String {
    guard isName(name) else {
      throw failure("gives the name `\(name)`, which is not letters, digits and `_`", index)
    }
    return name
  }

  /// A number, or nothing for null and for NaN, which Python writes.
  private static func number(_ node: YAMLNode, _ index: Int) throws(StepFailure) -> Double? {
    if node.isNull || node.text == "NaN" { return nil }
    switch node.value {
    case .int(let number)?: return Double(number)
    case .double(let number)?: return number.isFinite ? number : nil
    case .bool(let flag)?: return flag ? 1 : 0
    default: throw failure("gives \(node.found) where a number is needed", index)
    }
  }

  private static func failure(_ words: String, _ index: Int) -> StepFailure {
    StepFailure(
      .error(
        "bad-metric", "line \(index + 1) of `metrics.jsonl` \(words)", at: nil,
        solutions: [#"write lines such as `{"name": "auc", "value": 0.81}`"#]))
  }
}
