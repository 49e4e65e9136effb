internal import Vocabulary

/// Points in time as texts in UTC.
enum UTCTime {
  /// For example: `2026-11-21 05:36:07`.
  static func text(_ milliseconds: Int64) -> String {
    let (day, clock) = parts(milliseconds)
    return "\(day) \(clock)"
  }

  /// For example: `Sat, 21 Nov 2026 05:36:07 +0000`, as RFC 5322 wants it.
  static func mailText(_ milliseconds: Int64) -> String {
    let (day, clock) = parts(milliseconds)
    // The first day of 1970 was a Thursday.
    let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    let date = day.components
    let weekday = Int((day.daysSinceEpoch % 7 + 7) % 7)
    return "\(days[weekday]), \(date.day) \(months[date.month - 1]) \(date.year) \(clock) +0000"
  }

  private static func parts(_ milliseconds: Int64) -> (day: CalendarDate, clock: String) {
    let seconds = Int64((Double(milliseconds) / 1000).rounded(.down))
    let days = Int64((Double(seconds) / 86_400).rounded(.down))
    let rest = Int(seconds - days * 86_400)
    let clock = [rest / 3600, rest / 60 % 60, rest % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
    return (
      CalendarDate(daysSinceEpoch: Int32(clamping: days)), clock.joined(separator: ":")
    )
  }
}
