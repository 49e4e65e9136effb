internal import Vocabulary

extension FrontMatter {
  /// Decodes the mapping between the `---` lines.
  init(decoding node: YAMLNode, diagnostics: inout [Diagnostic]) {
    self.init()
    var options = OptionReader(node, of: "the front matter")
    title = options.template("title")
    description = options.template("description")
    owner = options.string("owner")
    tags = options.strings("tags") ?? []
    language = options.choice("lang") ?? .english
    edition = options.template("edition")
    schedule = Self.schedule(&options)
    timeout = options.seconds("timeout")
    if let entries = options.mapping("catalog") {
      catalog = CatalogEntry.entries(decoding: entries, diagnostics: &options.diagnostics)
    }
    if var report = options.reader("report") {
      code = report.choice("code") ?? .folded
      hasTableOfContents = report.bool("toc") ?? true
      options.diagnostics += report.finish()
    }
    notify = options.node("notify")
    diagnostics += options.finish()
  }

  /// A cron line with a `timezone` beside it, or a mapping of `cron` and `timezone`.
  private static func schedule(_ options: inout OptionReader) -> Schedule? {
    let zone = timezone(&options)
    guard let node = options.node("schedule") else { return nil }
    if case .mapping = node.content, var inner = options.reader("schedule") {
      inner.require("cron")
      let cron = inner.string("cron")
      let range = inner.range(of: "cron")
      let innerZone = timezone(&inner)
      options.diagnostics += inner.finish()
      guard let cron, check(cron, at: range, &options) else { return nil }
      return Schedule(cron: cron, timezone: innerZone ?? zone ?? "UTC")
    }
    guard let cron = options.string("schedule"), check(cron, at: node.range, &options) else {
      return nil
    }
    return Schedule(cron: cron, timezone: zone ?? "UTC")
  }

  private static func check(
    _ cron: String, at range: SourceRange, _ options: inout OptionReader
  ) -> Bool {
    guard let problem = CronLine.problem(in: cron) else { return true }
    options.report(
      .error(
        "bad-schedule", "`\(cron)` is no schedule: \(problem)", at: range,
        explanation: "The five fields are minute, hour, day of month, month and day of week.",
        solutions: ["for the first of every month at six: `0 6 1 * *`"]))
    return false
  }

  /// An IANA zone by its form; whether the zone exists is for the machine that runs the schedule.
  private static func timezone(_ options: inout OptionReader) -> String? {
    guard let zone = options.string("timezone") else { return nil }
    let parts = zone.split(separator: "/", omittingEmptySubsequences: false)
    let isValid = parts.allSatisfy { part in
      !part.isEmpty
        && part.utf8.allSatisfy { isLetter($0) || isDigit($0) || "_+-".utf8.contains($0) }
    }
    if !isValid || zone.utf8.first.map(isLetter) != true {
      options.reject(
        "timezone", "must be a zone such as `Asia/Tokyo` or `UTC`, not `\(zone)`")
      return nil
    }
    return zone
  }
}

/// The five fields of a cron line.
enum CronLine {
  /// What is wrong with a line, nil when nothing is.
  static func problem(in line: String) -> String? {
    let fields = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
    guard fields.count == 5 else { return "it has \(fields.count) fields, not 5" }
    let months = "jan feb mar apr may jun jul aug sep oct nov dec".split(separator: " ")
    let days = "sun mon tue wed thu fri sat".split(separator: " ")
    let rules: [(name: String, bounds: ClosedRange<Int>, words: [Substring])] = [
      ("minute", 0...59, []), ("hour", 0...23, []), ("day of month", 1...31, []),
      ("month", 1...12, months), ("day of week", 0...7, days),
    ]
    for (field, rule) in zip(fields, rules) {
      for part in field.split(separator: ",", omittingEmptySubsequences: false)
      where !isValid(part, rule.bounds, rule.words) {
        let bounds = "\(rule.bounds.lowerBound) to \(rule.bounds.upperBound)"
        return "`\(field)` is no \(rule.name) (\(bounds), `*`, `a-b`, `*/n` or a list)"
      }
    }
    return nil
  }

  private static func isValid(
    _ part: Substring, _ bounds: ClosedRange<Int>, _ words: [Substring]
  ) -> Bool {
    let pieces = part.split(separator: "/", omittingEmptySubsequences: false)
    guard (1...2).contains(pieces.count) else { return false }
    if pieces.count == 2 {
      guard let step = number(pieces[1]), step >= 1, step <= bounds.upperBound else { return false }
    }
    if pieces[0] == "*" { return true }
    let ends = pieces[0].split(separator: "-", omittingEmptySubsequences: false)
    guard (1...2).contains(ends.count) else { return false }
    let values = ends.map { end in
      number(end)
        ?? words.firstIndex { $0 == end.lowercased() }.map { $0 + bounds.lowerBound }
    }
    guard let first = values[0], let last = values[values.count - 1] else { return false }
    return bounds.contains(first) && bounds.contains(last) && first <= last
  }

  private static func number(_ text: Substring) -> Int? {
    text.utf8.allSatisfy(isDigit) && text.utf8.count <= 3 ? Int(text) : nil
  }
}
