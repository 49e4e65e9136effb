internal import Vocabulary

extension Difference {
  /// What became of a report from one version to another.
  ///
  /// `keys` declares the columns that name a table's rows, by the table's name; without it they are
  /// found. Two tables of 100,000 rows take well below a second.
  public init(
    from old: ReportFolder, to new: ReportFolder, tolerance: Tolerance = Tolerance(),
    keys: [String: [String]] = [:]
  ) {
    var comparison = Comparison(old: old, new: new, tolerance: tolerance, keys: keys)
    self = comparison.difference()
  }
}

/// Two versions on their way to a difference.
struct Comparison {
  let old: ReportFolder
  let new: ReportFolder
  let tolerance: Tolerance
  let keys: [String: [String]]
  var result: Difference
  var oldReport: RecordedReport
  var newReport: RecordedReport
  /// Files whose difference a change already tells.
  var explained: Set<String> = []
  /// Whether a tolerance hid something, which then shows in the pages all the same.
  var hasHidden = false

  init(
    old: ReportFolder, new: ReportFolder, tolerance: Tolerance, keys: [String: [String]]
  ) {
    self.old = old
    self.new = new
    self.tolerance = tolerance
    self.keys = keys
    var problems = old.problems + new.problems
    oldReport = RecordedReport(old, &problems)
    newReport =
      old.files["report.json"] == new.files["report.json"]
      ? oldReport : RecordedReport(new, &problems)
    result = Difference(old: Self.side(old, oldReport), new: Self.side(new, newReport))
    result.problems = problems
  }

  private static func side(_ folder: ReportFolder, _ report: RecordedReport) -> Difference.Side {
    Difference.Side(
      name: folder.name, title: report.text("title") ?? "",
      notebook: report.text("notebook") ?? "", edition: report.text("edition") ?? "",
      language: report.text("language") ?? "")
  }

  mutating func difference() -> Difference {
    guard old.files != new.files else { return result }
    compareFacts()
    compareParameters()
    compareMetrics()
    compareSteps()
    compareTables()
    compareCharts()
    compareProse()
    compareProvenance()
    compareFiles()
    return result
  }

  mutating func add(_ change: Change?) {
    if let change { result.changes.append(change) }
  }

  // MARK: Facts and parameters

  private mutating func compareFacts() {
    let names = ["notebook", "edition", "title", "description", "owner", "tags", "language"]
    for name in names {
      add(
        .between(
          .fact, [name], oldReport.document[name]?.plainText, newReport.document[name]?.plainText))
    }
    let (was, becomes) = (oldReport.text("state"), newReport.text("state"))
    if var change = Change.between(.fact, ["state"], was, becomes) {
      // A run that fails is worse than one that a gate refuses.
      let order = ["done": 0, "refused": 1, "failed": 2]
      let (before, after) = (order[was ?? ""] ?? 0, order[becomes ?? ""] ?? 0)
      change.verdict = after > before ? .worse : after < before ? .better : .other
      add(change)
    }
  }

  private mutating func compareParameters() {
    let before = oldReport.document["parameters"] ?? .null
    let after = newReport.document["parameters"] ?? .null
    let (olds, news) = (before.dictionary, after.dictionary)
    func value(_ parameter: JSONValue?) -> String? {
      parameter.map { $0["value"]?.plainText ?? ($0["type"]?.string == "secret" ? "***" : "null") }
    }
    for name in union(before.members.map(\.name), after.members.map(\.name)) {
      let (was, becomes) = (olds[name], news[name])
      add(.between(.parameter, [name], value(was), value(becomes)))
      guard let was, let becomes else { continue }
      for detail in ["type", "origin"] {
        // Who gave a value is no news when the value is.
        if detail == "origin", was["value"] != becomes["value"] { continue }
        add(.between(.parameter, [name, detail], was[detail]?.string, becomes[detail]?.string))
      }
    }
  }

  // MARK: Metrics

  private mutating func compareMetrics() {
    let before = oldReport.document["metrics"] ?? .null
    let after = newReport.document["metrics"] ?? .null
    let (olds, news) = (before.dictionary, after.dictionary)
    // The figures that the author made tiles of come first.
    let tiles = Set(
      newReport.steps.filter { $0["kind"]?.string == "metric" }.compactMap { $0["name"]?.string })
    func isTile(_ name: String) -> Bool {
      name.lastIndex(of: ".").map { tiles.contains(String(name[..<$0])) } ?? false
    }
    let names = union(before.members.map(\.name), after.members.map(\.name))
    for name in names.filter(isTile) + names.filter({ !isTile($0) }) {
      guard olds[name] != news[name] else { continue }
      compareMetric(name, olds[name], news[name])
      let metric = news[name] ?? olds[name]
      result.notations[name] = Difference.Notation(
        label: metric?["label"]?.string, unit: metric?["unit"]?.string,
        format: metric?["format"]?.string.flatMap { NumberFormat(parsing: $0) } ?? .automatic)
    }
  }

  private mutating func compareMetric(_ name: String, _ old: JSONValue?, _ new: JSONValue?) {
    let limit = tolerance.limit(ofMetric: name)
    let (was, becomes) = (old?["value"], new?["value"])
    if was != becomes {
      let operation: Change.Operation = old == nil ? .add : new == nil ? .remove : .replace
      var change = Change(
        .metric, operation, [name], old: was?.plainText, new: becomes?.plainText)
      if let x = was?.double, let y = becomes?.double {
        let amount = y - x
        change.amount = amount.isFinite ? amount : nil
        if Tolerance.allows(x, y, limit) {
          change.verdict = .within
          hasHidden = true
        } else if amount.isFinite {
          switch new?["direction"]?.string {
          case "higher": change.verdict = amount > 0 ? .better : .worse
          case "lower": change.verdict = amount < 0 ? .better : .worse
          default: change.verdict = .other
          }
        }
      }
      add(change)
    }
    guard let old, let new else { return }
    for detail in ["label", "unit", "format", "direction"] {
      add(.between(.metric, [name, detail], old[detail]?.plainText, new[detail]?.plainText))
    }
    for (detail, numbers) in [("interval", ["low", "high", "level"]), ("comparison", ["value"])] {
      let (a, b) = (old[detail], new[detail])
      guard a != b else { continue }
      let isAllowed = numbers.allSatisfy { number in
        guard let x = a?[number]?.double, let y = b?[number]?.double else { return false }
        return Tolerance.allows(x, y, limit)
      }
      // An interval moves with its figure, and a comparison with the edition before.
      if isAllowed, a?["label"] == b?["label"] {
        hasHidden = true
      } else if was == becomes {
        add(
          .between(
            .metric, [name, detail], a.map { text($0, detail) }, b.map { text($0, detail) }))
      }
    }
  }

  private func text(_ value: JSONValue, _ detail: String) -> String {
    if detail == "interval" {
      return "\(value["low"]?.plainText ?? "–") to \(value["high"]?.plainText ?? "–")"
    }
    return [value["value"]?.plainText, value["label"]?.string].compactMap(\.self)
      .joined(separator: " ")
  }
}
