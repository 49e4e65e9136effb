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
    var seconds = time_t(milliseconds / 1000)
    var parts = tm()
    unsafe localtime_r(&seconds, &parts)
    return "\(Int(parts.tm_year) + 1900)-\(padded(Int(parts.tm_mon) + 1))-"
      + "\(padded(Int(parts.tm_mday))) \(padded(Int(parts.tm_hour))):\(padded(Int(parts.tm_min)))"
  }

  /// UTC such as `2026-11-21T05:36:07.120Z`.
  static func utcTime(_ milliseconds: Int64) -> String {
    let stamp = utcStamp(milliseconds)
    let digits = Array(stamp)
    guard digits.count == 16 else { return stamp }
    let thousandths = Int(milliseconds % 1000)
    let fraction = (thousandths < 100 ? "0" : "") + padded(thousandths)
    return String(digits[0..<4]) + "-" + String(digits[4..<6]) + "-" + String(digits[6..<11]) + ":"
      + String(digits[11..<13]) + ":" + String(digits[13..<15]) + "." + fraction + "Z"
  }

  /// UTC for names that sort by time, such as `20261121T053607Z`.
  static func utcStamp(_ milliseconds: Int64) -> String {
    var seconds = time_t(milliseconds / 1000)
    var parts = tm()
    unsafe gmtime_r(&seconds, &parts)
    return
      "\(Int(parts.tm_year) + 1900)\(padded(Int(parts.tm_mon) + 1))\(padded(Int(parts.tm_mday)))"
      + "T\(padded(Int(parts.tm_hour)))\(padded(Int(parts.tm_min)))\(padded(Int(parts.tm_sec)))Z"
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
