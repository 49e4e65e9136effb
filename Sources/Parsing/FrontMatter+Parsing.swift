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
      showsTrend = report.bool("trend") ?? true
      options.diagnostics += report.finish()
    }
    snapshot = options.bool("snapshot") ?? false
    notify = options.notifyRules()
    lint = options.mapping("lint") ?? []
    diagnostics += options.finish()
  }

  /// A cron line with a `timezone` beside it, or a mapping with `cron` in it.
  private static func schedule(_ options: inout OptionReader) -> Schedule? {
    let zone = timezone(&options)
    guard let node = options.node("schedule") else { return nil }
    if case .mapping = node.content, var inner = options.reader("schedule") {
      inner.require("cron")
      let cron = inner.string("cron")
      let range = inner.range(of: "cron")
      var schedule = Schedule(cron: cron ?? "", timezone: timezone(&inner) ?? zone ?? "UTC")
      schedule.range = range
      schedule.catchUp = inner.choice("catch_up") ?? .last
      schedule.jitter = inner.seconds("jitter") ?? 0
      if schedule.jitter > 86_400 { inner.reject("jitter", "must be a day at most") }
      for entry in inner.mapping("parameters") ?? [] {
        guard case .scalar(let scalar) = entry.value.content else {
          inner.report(
            .error(
              "wrong-type", "the schedule's value of `\(entry.key)` must be a single value",
              at: entry.value.range))
          continue
        }
        schedule.parameters.append(
          Schedule.Given(entry.key, at: entry.keyRange, value: scalar.template))
      }
      options.diagnostics += inner.finish()
      guard let cron, check(cron, at: range, &options) else { return nil }
      return schedule
    }
    guard let cron = options.string("schedule"), check(cron, at: node.range, &options) else {
      return nil
    }
    var schedule = Schedule(cron: cron, timezone: zone ?? "UTC")
    schedule.range = node.range
    return schedule
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
