#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// Durations, counts and times for people at a console.
enum Amounts {
  /// For example: `0.12 s`, `4.2 s`, `1 min 05 s`.
  static func duration(_ duration: Duration) -> String {
    let parts = duration.components
    return self.duration(
      seconds: Double(parts.seconds) + Double(parts.attoseconds) / 1e18)
  }

  /// The same of seconds.
  static func duration(seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "?" }
    if seconds < 9.995 { return decimals(seconds, 2) + " s" }
    if seconds < 59.95 { return decimals(seconds, 1) + " s" }
    let whole = Int(seconds.rounded())
    if whole < 3600 { return "\(whole / 60) min \(padded(whole % 60)) s" }
    return "\(whole / 3600) h \(padded(whole % 3600 / 60)) min"
  }

  /// For example: `17,511 rows`.
  static func rows(_ count: Int) -> String {
    "\(grouped(count)) \(count == 1 ? "row" : "rows")"
  }

  /// For example: `3 errors`.
  static func count(_ count: Int, _ noun: String) -> String {
    "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")"
  }

  /// For example: `12.4 MB`; units are powers of 1000.
  static func bytes(_ count: Int) -> String {
    var amount = Double(count)
    for unit in ["B", "kB", "MB", "GB"] {
      if amount < 999.95 || unit == "GB" {
        return unit == "B" ? "\(count) B" : decimals(amount, 1) + " \(unit)"
      }
      amount /= 1000
    }
    return "\(count) B"
  }

  /// Digits in groups of three.
  static func grouped(_ number: Int) -> String {
    let digits = Array(String(number.magnitude))
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
      text.append(digit)
    }
    return number < 0 ? "-" + text : text
  }

  /// Local time such as `2026-11-21 05:36`.
  static func localTime(_ milliseconds: Int64) -> String {
    let time = Calendar(milliseconds, isLocal: true)
    return "\(time.date("-")) \(padded(time.hour)):\(padded(time.minute))"
  }

  /// UTC such as `2026-11-21T05:36:07.120Z`.
  static func utcTime(_ milliseconds: Int64) -> String {
    let time = Calendar(milliseconds, isLocal: false)
    let thousandths = Int(milliseconds % 1000)
    return
      "\(time.date("-"))T\(time.clock(":")).\(thousandths < 100 ? "0" : "")\(padded(thousandths))Z"
  }

  /// UTC for names that sort by time, such as `20261121T053607Z`.
  static func utcStamp(_ milliseconds: Int64) -> String {
    let time = Calendar(milliseconds, isLocal: false)
    return "\(time.date(""))T\(time.clock(""))Z"
  }

  /// A time taken apart by the system's calendar.
  private struct Calendar {
    let year, month, day, hour, minute, second: Int

    init(_ milliseconds: Int64, isLocal: Bool) {
      var seconds = time_t(milliseconds / 1000)
      // `tm` holds a pointer to its zone's name, which is not read.
      var parts = unsafe tm()
      if isLocal { unsafe localtime_r(&seconds, &parts) } else { unsafe gmtime_r(&seconds, &parts) }
      unsafe (year, month, day) = (
        Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)
      )
      unsafe (hour, minute, second) = (
        Int(parts.tm_hour), Int(parts.tm_min), Int(parts.tm_sec)
      )
    }

    func date(_ separator: String) -> String {
      "\(year)\(separator)\(padded(month))\(separator)\(padded(day))"
    }

    func clock(_ separator: String) -> String {
      "\(padded(hour))\(separator)\(padded(minute))\(separator)\(padded(second))"
    }
  }

  private static func decimals(_ value: Double, _ count: Int) -> String {
    let scale = count == 1 ? 10 : 100
    let whole = Int((value * Double(scale)).rounded())
    let fraction = whole % scale
    return "\(whole / scale)." + (count == 2 ? padded(fraction) : "\(fraction)")
  }

  private static func padded(_ number: Int) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }
}
