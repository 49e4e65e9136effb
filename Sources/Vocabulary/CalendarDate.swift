/// A day of the proleptic Gregorian calendar, without time or zone.
///
/// For example: `CalendarDate(year: 2021, month: 1, day: 31)?.description == "2021-01-31"`.
public struct CalendarDate: Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
  /// Days since 1970-01-01, the unit of DuckDB's and Arrow's `date32`.
  public var daysSinceEpoch: Int32

  /// The day that lies `daysSinceEpoch` days after 1970-01-01.
  public init(daysSinceEpoch: Int32) {
    self.daysSinceEpoch = daysSinceEpoch
  }

  /// The day with these calendar numbers, or nil when there is no such day.
  public init?(year: Int, month: Int, day: Int) {
    guard (-9999...9999).contains(year), (1...12).contains(month), day >= 1,
      day <= Self.length(ofMonth: month, year: year)
    else { return nil }
    // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": days_from_civil.
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    daysSinceEpoch = Int32(era * 146_097 + dayOfEra - 719_468)
  }

  /// Reads `YYYY-MM-DD`, and nothing else.
  public init?(parsing text: some StringProtocol) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].count == 4, parts[1].count == 2, parts[2].count == 2,
      parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }),
      let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
    else { return nil }
    self.init(year: year, month: month, day: day)
  }

  /// Reads `YYYY-MM`, the first day of that month.
  public init?(parsingMonth text: some StringProtocol) {
    self.init(parsing: "\(text)-01")
  }

  /// Year, month from 1 and day from 1.
  public var components: (year: Int, month: Int, day: Int) {
    let shifted = Int(daysSinceEpoch) + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
      dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    )
  }

  /// `YYYY-MM-DD`.
  public var description: String {
    let (year, month, day) = components
    return "\(padded(year, to: 4))-\(padded(month, to: 2))-\(padded(day, to: 2))"
  }

  /// `YYYY-MM`.
  public var monthDescription: String {
    let (year, month, _) = components
    return "\(padded(year, to: 4))-\(padded(month, to: 2))"
  }

  /// Orders days by time.
  public static func < (left: CalendarDate, right: CalendarDate) -> Bool {
    left.daysSinceEpoch < right.daysSinceEpoch
  }

  /// The number of days of a month, leap years included.
  public static func length(ofMonth month: Int, year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}

/// An instant or wall-clock time with microseconds, without zone (UTC where it is an instant).
public struct Timestamp: Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
  /// Microseconds since 1970-01-01 00:00:00, the unit of DuckDB's `TIMESTAMP`.
  public var microsecondsSinceEpoch: Int64

  /// The time that lies `microsecondsSinceEpoch` after 1970-01-01 00:00:00.
  public init(microsecondsSinceEpoch: Int64) {
    self.microsecondsSinceEpoch = microsecondsSinceEpoch
  }

  /// Reads `YYYY-MM-DD[T ]HH:MM[:SS[.ffffff]]` with an optional `Z`, and nothing else.
  public init?(parsing text: some StringProtocol) {
    let bare = text.hasSuffix("Z") ? text.dropLast() : text[...]
    guard let gap = bare.firstIndex(where: { $0 == "T" || $0 == " " }),
      let date = CalendarDate(parsing: bare[..<gap])
    else { return nil }
    let parts = bare[bare.index(after: gap)...]
      .split(separator: ":", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count), let hour = Self.digits(parts[0], upTo: 23),
      let minute = Self.digits(parts[1], upTo: 59)
    else { return nil }
    var seconds = 0
    var fraction = 0
    if parts.count == 3 {
      let pieces = parts[2].split(separator: ".", omittingEmptySubsequences: false)
      guard pieces.count <= 2, let whole = Self.digits(pieces[0], upTo: 59) else { return nil }
      seconds = whole
      if pieces.count == 2 {
        guard (1...6).contains(pieces[1].utf8.count),
          pieces[1].utf8.allSatisfy({ (48...57).contains($0) }), let value = Int(pieces[1])
        else { return nil }
        fraction = (0..<(6 - pieces[1].utf8.count)).reduce(value) { sum, _ in sum * 10 }
      }
    }
    let ofDay = ((hour * 60 + minute) * 60 + seconds) * 1_000_000 + fraction
    microsecondsSinceEpoch = Int64(date.daysSinceEpoch) * 86_400_000_000 + Int64(ofDay)
  }

  /// `YYYY-MM-DD HH:MM:SS`, with a fraction only when there is one.
  public var description: String {
    let day: Int64 = 86_400_000_000
    let days = (microsecondsSinceEpoch - Int64(modulo(microsecondsSinceEpoch, day))) / day
    let ofDay = modulo(microsecondsSinceEpoch, day)
    let seconds = Int(ofDay / 1_000_000)
    let fraction = Int(ofDay % 1_000_000)
    let date = CalendarDate(daysSinceEpoch: Int32(clamping: days))
    let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60]
      .map { padded($0, to: 2) }.joined(separator: ":")
    return fraction == 0 ? "\(date) \(clock)" : "\(date) \(clock).\(padded(fraction, to: 6))"
  }

  /// Orders times from early to late.
  public static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.microsecondsSinceEpoch < right.microsecondsSinceEpoch
  }

  private static func digits(_ text: some StringProtocol, upTo limit: Int) -> Int? {
    guard text.utf8.count == 2, text.utf8.allSatisfy({ (48...57).contains($0) }),
      let number = Int(text), number <= limit
    else { return nil }
    return number
  }
}

private func modulo(_ value: Int64, _ divisor: Int64) -> Int64 {
  let rest = value % divisor
  return rest < 0 ? rest + divisor : rest
}

private func padded(_ number: Int, to width: Int) -> String {
  let digits = String(number.magnitude)
  let zeros = String(repeating: "0", count: max(0, width - digits.utf8.count))
  return (number < 0 ? "-" : "") + zeros + digits
}
