import Vocabulary

extension Ticks {
  private enum Unit {
    case microseconds(Double)
    case days(Int)
    case months(Int)
  }

  private static let units: [(unit: Unit, days: Double)] = {
    let second = 1e6
    let clock: [Double] = [1, 5, 15, 30, 60, 300, 900, 1800, 3600, 10_800, 21_600, 43_200]
    let months = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12_000]
    return clock.map { (Unit.microseconds($0 * second), $0 / 86_400) }
      + [1, 2, 7, 14].map { (.days($0), Double($0)) }
      + months.map { (.months($0), Double($0) * 30.44) }
  }()

  /// Ticks on whole seconds, minutes, hours, days, Mondays, months or years, at most about `count`.
  /// Written as ISO 8601 cut to what changes: `2021`, `2021-03`, `03-15`, `14:30`.
  init(timeFrom lower: Double, to upper: Double, count: Int) {
    let span = upper - lower
    guard span.isFinite, abs(lower) < 3.6e6, abs(upper) < 3.6e6 else {
      ticks = []
      return
    }
    let chosen = Self.units.first { span / $0.days <= Double(count) } ?? (.months(12_000), 365_000)
    ticks =
      switch chosen.unit {
      case .microseconds(let size): Self.clock(from: lower, to: upper, every: size / 8.64e10)
      case .days(let every): Self.days(from: lower, to: upper, every: every)
      case .months(let every): Self.months(from: lower, to: upper, every: every)
      }
  }

  private static func clock(from lower: Double, to upper: Double, every step: Double) -> [Tick] {
    var lastDay: Int?
    return multiples(of: step, from: lower, to: upper).map { value in
      let seconds = (value * 86_400).rounded()
      let day = Int((seconds / 86_400).rounded(.down))
      let rest = Int(seconds - Double(day) * 86_400)
      var label = two(rest / 3600) + ":" + two(rest / 60 % 60)
      if step < 1 / 1440 { label += ":" + two(rest % 60) }
      if day != lastDay { label = monthDay(day) + " " + label }
      lastDay = day
      return Tick(value: value, label: label)
    }
  }

  private static func days(from lower: Double, to upper: Double, every: Int) -> [Tick] {
    // Weeks start on Monday; 1970-01-05 was one.
    let origin = every >= 7 ? 4 : 0
    var day = Int(lower.rounded(.up))
    var ticks: [Tick] = []
    var lastYear: Int?
    while Double(day) <= upper, ticks.count < 100 {
      if (day - origin) % every == 0 {
        let date = CalendarDate(daysSinceEpoch: Int32(clamping: day))
        let year = date.components.year
        ticks.append(
          Tick(value: Double(day), label: year == lastYear ? monthDay(day) : date.description))
        lastYear = year
      }
      day += 1
    }
    return ticks
  }

  private static func months(from lower: Double, to upper: Double, every: Int) -> [Tick] {
    let start = CalendarDate(daysSinceEpoch: Int32(clamping: Int(lower.rounded(.down)))).components
    var index = start.year * 12 + start.month - 1
    index -= ((index % every) + every) % every
    var ticks: [Tick] = []
    while ticks.count < 100 {
      let year = index >= 0 ? index / 12 : (index - 11) / 12
      guard let date = CalendarDate(year: year, month: index - year * 12 + 1, day: 1) else { break }
      let value = Double(date.daysSinceEpoch)
      if value > upper { break }
      if value >= lower {
        ticks.append(
          Tick(value: value, label: every % 12 == 0 ? "\(year)" : date.monthDescription))
      }
      index += every
    }
    return ticks
  }

  private static func monthDay(_ day: Int) -> String {
    let parts = CalendarDate(daysSinceEpoch: Int32(clamping: day)).components
    return two(parts.month) + "-" + two(parts.day)
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

/// A time in days as text: the day, and the clock only when it is not midnight.
func timeText(_ days: Double, isMonthly: Bool = false) -> String {
  guard days.isFinite, abs(days) < 3.6e6 else { return "–" }
  if isMonthly { return CalendarDate(daysSinceEpoch: Int32(clamping: Int(days))).monthDescription }
  let stamp = Timestamp(microsecondsSinceEpoch: Int64((days * 8.64e10).rounded()))
  let text = stamp.description
  return text.hasSuffix(" 00:00:00") ? String(text.prefix { $0 != " " }) : text
}
