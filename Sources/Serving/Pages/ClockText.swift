#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// Times as pages show them: in the zone of the machine that serves.
enum ClockText {
  /// For example: `2026-11-21 08:36`.
  static func minute(_ milliseconds: Int64) -> String {
    let parts = taken(milliseconds, isLocal: true)
    return "\(parts.day) \(padded(parts.hour)):\(padded(parts.minute))"
  }

  /// For machines: `2026-11-21T08:36:07Z`.
  static func utc(_ milliseconds: Int64) -> String {
    let parts = taken(milliseconds, isLocal: false)
    return "\(parts.day)T\(padded(parts.hour)):\(padded(parts.minute)):\(padded(parts.second))Z"
  }

  private static func taken(
    _ milliseconds: Int64, isLocal: Bool
  ) -> (day: String, hour: Int, minute: Int, second: Int) {
    var seconds = time_t(milliseconds / 1000)
    // `tm` holds a pointer to its zone's name, which is not read.
    var parts = unsafe tm()
    if isLocal { unsafe localtime_r(&seconds, &parts) } else { unsafe gmtime_r(&seconds, &parts) }
    let day =
      unsafe "\(parts.tm_year + 1900)-\(padded(Int(parts.tm_mon) + 1))-\(padded(Int(parts.tm_mday)))"
    return unsafe (day, Int(parts.tm_hour), Int(parts.tm_min), Int(parts.tm_sec))
  }

  private static func padded(_ number: Int) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }
}
