internal import Parsing
internal import Serving

/// Schedules in the words of cron (crontab(5)) and systemd (systemd.timer(5), systemd.time(7)).
struct UnitWriter {
  /// The project's folder, absolute.
  var project: String
  /// The program, absolute.
  var program: String
  var environment: String?

  /// A file of systemd.
  struct Unit: Hashable {
    var name: String
    var text: String
  }

  // MARK: - cron

  /// Lines for a crontab, those of one zone together.
  func crontab(of items: [ScheduledNotebook]) -> [String] {
    var lines = [
      "# CRON_TZ is for cronie; Debian's cron does not know it and goes by the machine's zone.",
      "SHELL=/bin/sh",
    ]
    var zones: [String] = []
    for item in items where !zones.contains(item.schedule.timezone) {
      zones.append(item.schedule.timezone)
    }
    for zone in zones {
      lines += ["", "CRON_TZ=\(zone)"]
      for item in items where item.schedule.timezone == zone {
        let delay = item.schedule.delay(of: item.name)
        let wait = delay > 0 ? "sleep \(delay) && " : ""
        let words = [program, "schedule", "run", item.name] + environmentWords
        let call = words.map(Self.shellWord).joined(separator: " ")
        let command = "\(wait)cd \(Self.shellWord(project)) && \(call) >/dev/null"
        // An unescaped percent sign is a new line to cron.
        lines.append("\(item.schedule.cron) \(command.replacing("%", with: "\\%"))")
      }
    }
    return lines
  }

  private var environmentWords: [String] { environment.map { ["--env", $0] } ?? [] }

  private static func shellWord(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { byte in
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
        || "/._-+=:,@%".utf8.contains(byte)
    }
    return isPlain && !text.isEmpty ? text : "'" + text.replacing("'", with: "'\\''") + "'"
  }

  // MARK: - systemd

  /// A service and a timer for each notebook.
  func units(of items: [ScheduledNotebook]) -> [Unit] {
    var names: Set<String> = []
    return items.flatMap { item -> [Unit] in
      var name = "washi-" + Self.unitName(item.name)
      while !names.insert(name).inserted { name += "_" }
      return [
        Unit(name: "\(name).service", text: service(of: item)),
        Unit(name: "\(name).timer", text: timer(of: item)),
      ]
    }
  }

  private static func unitName(_ name: String) -> String {
    String(
      name.unicodeScalars.map { scalar in
        let isPlain =
          scalar.isASCII
          && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil
            || "_.-".unicodeScalars.contains(scalar))
        return isPlain ? Character(scalar) : "-"
      })
  }

  private func service(of item: ScheduledNotebook) -> String {
    let words = [program, "schedule", "run", item.name] + environmentWords
    return """
      [Unit]
      Description=Washi: \(Self.escaped(item.name))

      [Service]
      Type=oneshot
      WorkingDirectory=\(Self.escaped(project))
      ExecStart=\(words.map(Self.serviceWord).joined(separator: " "))

      """
  }

  private func timer(of item: ScheduledNotebook) -> String {
    let line = item.schedule.line
    let zone = item.schedule.timezone
    let times = (line.map { Self.calendar(of: $0, in: zone) } ?? [])
      .map { "OnCalendar=\($0)" }.joined(separator: "\n")
    let jitter = Int(item.schedule.jitter)
    return """
      [Unit]
      Description=Washi: \(Self.escaped(item.name)) is due

      [Timer]
      \(times)
      AccuracySec=1s
      Persistent=\(item.schedule.catchUp == .none ? "false" : "true")
      \(jitter > 0 ? "RandomizedDelaySec=\(jitter)\nFixedRandomDelay=true\n" : "")
      [Install]
      WantedBy=timers.target

      """
  }

  private static func escaped(_ text: String) -> String { text.replacing("%", with: "%%") }

  private static func serviceWord(_ text: String) -> String {
    let body = escaped(text).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      .replacing("$", with: "$$")
    return body.contains(where: { $0 == " " || $0 == "'" || $0 == ";" || $0 == "\\" })
      ? "\"\(body)\"" : body
  }

  /// A cron line as calendar events: one, or two where a day of the month or a day of the week is
  /// enough.
  static func calendar(of line: CronLine, in zone: String) -> [String] {
    let months = field(line.months, of: 1...12)
    let days = field(line.daysOfMonth, of: 1...31)
    let hours = field(line.hours, of: 0...23)
    let minutes = field(line.minutes, of: 0...59)
    let weekdays = Self.weekdays(line.weekdays)
    func event(_ weekdays: String, _ days: String) -> String {
      "\(weekdays)*-\(months)-\(days) \(hours):\(minutes):00 \(zone)"
    }
    return line.hasAnyDayOfMonth || line.hasAnyWeekday
      ? [event(weekdays, days)] : [event("", days), event(weekdays, "*")]
  }

  private static func weekdays(_ numbers: [Int]) -> String {
    guard numbers.count < 7 else { return "" }
    let names = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    return numbers.map { names[$0] }.joined(separator: ",") + " "
  }

  /// Numbers with `..` for what is in a row.
  private static func field(_ numbers: [Int], of bounds: ClosedRange<Int>) -> String {
    guard numbers.count < bounds.count else { return "*" }
    func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    var parts: [String] = []
    var index = 0
    while index < numbers.count {
      var end = index
      while end + 1 < numbers.count, numbers[end + 1] == numbers[end] + 1 { end += 1 }
      if end - index >= 2 {
        parts.append("\(padded(numbers[index]))..\(padded(numbers[end]))")
      } else {
        parts += numbers[index...end].map(padded)
      }
      index = end + 1
    }
    return parts.joined(separator: ",")
  }
}
