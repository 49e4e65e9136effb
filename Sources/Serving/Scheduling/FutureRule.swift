internal import Vocabulary

/// How a zone's clocks are set in every year to come: the rule in POSIX's form at the end of a TZif
/// file, such as `CET-1CEST,M3.5.0,M10.5.0/3`.
struct FutureRule: Sendable, Hashable {
  private var standard: Int
  private var summer: Summer?

  private struct Summer: Sendable, Hashable {
    var offset: Int
    var start: Change
    var end: Change
  }

  /// A day of every year and seconds of it.
  private struct Change: Sendable, Hashable {
    enum Day: Sendable, Hashable {
      /// The nth weekday of a month, 5 for the last one; Sunday is 0.
      case weekday(month: Int, week: Int, day: Int)
      /// The day of the year from 1, as if there were no 29th of February.
      case withoutLeap(Int)
      /// The day of the year from 0.
      case ofYear(Int)
    }

    var day: Day
    var seconds: Int

    /// Seconds since 1970 on clocks that were not changed.
    func wall(in year: Int) -> Int64 {
      let first = CalendarDate(year: year, month: 1, day: 1).map { Int($0.daysSinceEpoch) } ?? 0
      let days: Int
      switch day {
      case .ofYear(let number): days = first + number
      case .withoutLeap(let number):
        let isLeap = CalendarDate.length(ofMonth: 2, year: year) == 29
        days = first + number - 1 + (isLeap && number >= 60 ? 1 : 0)
      case .weekday(let month, let week, let weekday):
        let start =
          CalendarDate(year: year, month: month, day: 1).map { Int($0.daysSinceEpoch) } ?? 0
        // The epoch was a Thursday.
        let ahead = ((weekday - (start + 4) % 7) % 7 + 7) % 7
        var number = ahead + (week - 1) * 7
        while number >= CalendarDate.length(ofMonth: month, year: year) { number -= 7 }
        days = start + number
      }
      return Int64(days) * 86_400 + Int64(seconds)
    }
  }

  /// Seconds that clocks are ahead of UTC at a moment.
  func offset(at moment: Int64) -> Int {
    guard let summer else { return standard }
    let local = moment + Int64(standard)
    let days = local / 86_400 - (local % 86_400 < 0 ? 1 : 0)
    let year = CalendarDate(daysSinceEpoch: Int32(clamping: days)).components.year
    let start = summer.start.wall(in: year) - Int64(standard)
    let end = summer.end.wall(in: year) - Int64(summer.offset)
    let isSummer =
      start < end ? (start..<end).contains(moment) : !(end..<start).contains(moment)
    return isSummer ? summer.offset : standard
  }

  // MARK: - Text

  init?(parsing text: String) {
    var rest = text[...]
    guard Self.name(&rest), let west = Self.time(&rest) else { return nil }
    standard = -west
    guard !rest.isEmpty else { return }
    guard Self.name(&rest) else { return nil }
    var offset = standard + 3600
    if rest.first != "," {
      guard let west = Self.time(&rest) else { return nil }
      offset = -west
    }
    let parts = rest.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count == 3, let start = Self.change(parts[1]), let end = Self.change(parts[2])
    else { return nil }
    summer = Summer(offset: offset, start: start, end: end)
  }

  private static func name(_ rest: inout Substring) -> Bool {
    if rest.first == "<" {
      guard let end = rest.firstIndex(of: ">") else { return false }
      rest = rest[rest.index(after: end)...]
      return true
    }
    let count = rest.prefix { $0.isLetter }.count
    rest = rest.dropFirst(count)
    return count >= 3
  }

  /// `[+-]h[h][:mm[:ss]]` in seconds.
  private static func time(_ rest: inout Substring) -> Int? {
    let sign = rest.first == "-" ? -1 : 1
    if let first = rest.first, "+-".contains(first) { rest = rest.dropFirst() }
    let text = rest.prefix { ("0"..."9").contains($0) || $0 == ":" }
    rest = rest.dropFirst(text.count)
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
    guard (1...3).contains(parts.count), !parts.contains(nil) else { return nil }
    return sign
      * zip(parts, [3600, 60, 1]).reduce(0) { sum, part in sum + (part.0 ?? 0) * part.1 }
  }

  private static func change(_ text: Substring) -> Change? {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    var seconds = 7200
    if parts.count == 2 {
      var rest = parts[1]
      guard let time = time(&rest), rest.isEmpty else { return nil }
      seconds = time
    }
    let day = parts[0]
    if day.first == "M" {
      let numbers = day.dropFirst().split(separator: ".").compactMap { Int($0) }
      guard numbers.count == 3, (1...12).contains(numbers[0]), (1...5).contains(numbers[1]),
        (0...6).contains(numbers[2])
      else { return nil }
      return Change(
        day: .weekday(month: numbers[0], week: numbers[1], day: numbers[2]), seconds: seconds)
    }
    if day.first == "J" {
      return Int(day.dropFirst()).map { Change(day: .withoutLeap($0), seconds: seconds) }
    }
    return Int(day).map { Change(day: .ofYear($0), seconds: seconds) }
  }
}
