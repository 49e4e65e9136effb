public import Vocabulary

/// The five fields of a cron line, read as crontab(5) of Vixie cron reads them.
///
/// For example: `CronLine(parsing: "0 6 1 * *")` holds at six on the first of every month.
public struct CronLine: Sendable, Hashable {
  /// The minutes of an hour, ascending.
  public let minutes: [Int]
  /// The hours of a day, ascending.
  public let hours: [Int]
  /// The days of a month, ascending from 1.
  public let daysOfMonth: [Int]
  /// The months, ascending from 1.
  public let months: [Int]
  /// The days of a week, ascending; Sunday is 0.
  public let weekdays: [Int]
  /// Whether the hours begin with `*`: such a line follows the hours that pass, not the clock on the
  /// wall, where the two part.
  public let followsHours: Bool
  /// Whether the days of the month begin with `*`.
  public let hasAnyDayOfMonth: Bool
  /// Whether the days of the week begin with `*`.
  public let hasAnyWeekday: Bool

  /// Reads a line; nil when something is wrong with it.
  public init?(parsing line: String) {
    let fields = Self.fields(of: line)
    guard fields.count == 5, Self.problem(in: fields) == nil else { return nil }
    let sets = zip(fields, Self.rules).map { field, rule in Self.numbers(in: field, rule) }
    minutes = sets[0].sorted()
    hours = sets[1].sorted()
    daysOfMonth = sets[2].sorted()
    months = sets[3].sorted()
    weekdays = Set(sets[4].map { $0 % 7 }).sorted()
    followsHours = fields[1].first == "*"
    hasAnyDayOfMonth = fields[2].first == "*"
    hasAnyWeekday = fields[4].first == "*"
    guard canHappen else { return nil }
  }

  /// Whether the line holds on a day. When both the day of the month and the day of the week are
  /// restricted, one of them is enough.
  public func holds(on day: CalendarDate) -> Bool {
    let (_, month, number) = day.components
    guard months.contains(month) else { return false }
    // The epoch was a Thursday.
    let rest = (Int(day.daysSinceEpoch) + 4) % 7
    let isWeekday = weekdays.contains(rest < 0 ? rest + 7 : rest)
    let isDay = daysOfMonth.contains(number)
    return hasAnyDayOfMonth || hasAnyWeekday ? isDay && isWeekday : isDay || isWeekday
  }

  private var canHappen: Bool {
    guard hasAnyWeekday, let first = daysOfMonth.first else { return true }
    // 2000 is a leap year.
    return months.contains { first <= CalendarDate.length(ofMonth: $0, year: 2000) }
  }

  // MARK: - Fields

  private struct Rule {
    var name: String
    var bounds: ClosedRange<Int>
    var words: [Substring] = []
  }

  private static let rules = [
    Rule(name: "minute", bounds: 0...59), Rule(name: "hour", bounds: 0...23),
    Rule(name: "day of month", bounds: 1...31),
    Rule(
      name: "month", bounds: 1...12,
      words: "jan feb mar apr may jun jul aug sep oct nov dec".split(separator: " ")),
    Rule(
      name: "day of week", bounds: 0...7,
      words: "sun mon tue wed thu fri sat".split(separator: " ")),
  ]

  private static func fields(of line: String) -> [Substring] {
    line.split(whereSeparator: { $0 == " " || $0 == "\t" })
  }

  /// What is wrong with a line, nil when nothing is.
  static func problem(in line: String) -> String? {
    let fields = fields(of: line)
    guard fields.count == 5 else { return "it has \(fields.count) fields, not 5" }
    if let problem = problem(in: fields) { return problem }
    return CronLine(parsing: line) == nil ? "no such day ever comes" : nil
  }

  private static func problem(in fields: [Substring]) -> String? {
    for (field, rule) in zip(fields, rules) {
      for part in field.split(separator: ",", omittingEmptySubsequences: false)
      where range(of: part, rule) == nil {
        let bounds = "\(rule.bounds.lowerBound) to \(rule.bounds.upperBound)"
        return "`\(field)` is no \(rule.name) (\(bounds), `*`, `a-b`, `*/n` or a list)"
      }
    }
    return nil
  }

  private static func numbers(in field: Substring, _ rule: Rule) -> Set<Int> {
    Set(
      field.split(separator: ",").flatMap { part in
        range(of: part, rule).map { Array(stride(from: $0.first, through: $0.last, by: $0.step)) }
          ?? []
      })
  }

  /// `*`, `a`, `a-b`, each with `/n` behind it; `a/n` goes on to the end.
  private static func range(
    of part: Substring, _ rule: Rule
  ) -> (first: Int, last: Int, step: Int)? {
    let pieces = part.split(separator: "/", omittingEmptySubsequences: false)
    guard (1...2).contains(pieces.count) else { return nil }
    var step = 1
    if pieces.count == 2 {
      guard let given = number(pieces[1]), given >= 1, given <= rule.bounds.upperBound else {
        return nil
      }
      step = given
    }
    if pieces[0] == "*" {
      // Sunday has two numbers; a step must not meet it twice.
      let last = rule.bounds.upperBound == 7 ? 6 : rule.bounds.upperBound
      return (rule.bounds.lowerBound, last, step)
    }
    let ends = pieces[0].split(separator: "-", omittingEmptySubsequences: false)
    guard (1...2).contains(ends.count) else { return nil }
    let values = ends.map { end in
      number(end)
        ?? rule.words.firstIndex { $0 == end.lowercased() }.map { $0 + rule.bounds.lowerBound }
    }
    guard let first = values[0], let last = values[values.count - 1],
      rule.bounds.contains(first), rule.bounds.contains(last), first <= last
    else { return nil }
    return (first, ends.count == 1 && pieces.count == 2 ? rule.bounds.upperBound : last, step)
  }

  private static func number(_ text: Substring) -> Int? {
    text.utf8.allSatisfy(isDigit) && text.utf8.count <= 3 ? Int(text) : nil
  }
}
