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
