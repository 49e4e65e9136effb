import Foundation
import Testing

/// `washi schedule` as people and the system's timers use it.
@Suite struct ScheduleCommandTests {
  private static let notebook = """
    ---
    title: Cups
    edition: "{{ strftime($month, '%Y-%m') }}"
    schedule:
      cron: "30 6 1 * *"
      timezone: Asia/Tokyo
      jitter: 10m
      parameters: { month: "{{ $scheduled - INTERVAL 1 MONTH }}" }
    ---

    ```yaml parameters
    month: { type: month, default: 2021-01 }
    ```

    ```sql step one show=5
    SELECT $month AS month
    ```
    """

  private static let hasZones = FileManager.default.fileExists(
    atPath: "/usr/share/zoneinfo/Asia/Tokyo")

  private struct Due: Decodable {
    struct Parameter: Decodable { var name: String, value: String }
    var scheduled: String
    var moment: Int
    var parameters: [Parameter]
  }
  private struct Item: Decodable { var notebook: String, delay: Int, next: [Due] }

  @Test(.enabled(if: hasZones, "no tzdata here"))
  func listsWhatIsDueWithItsValues() throws {
    let shop = try Workshop()
    try shop.write("notebooks/shop/cups.md", Self.notebook)
    try shop.write("notebooks/other.md", "# Nothing\n")
    let json = try shop.washi("schedule", "--json", "--count", "4")
    #expect(json.status == 0, "\(json.errors)")
    let items = try JSONDecoder().decode([Item].self, from: Data(json.output.utf8))
    #expect(items.map(\.notebook) == ["shop/cups"])
    let item = try #require(items.first)
    #expect(item.next.count == 4)
    #expect((0..<600).contains(item.delay))
    for due in item.next {
      #expect(due.scheduled.hasSuffix("-01 06:30"))
      let parts = due.scheduled.prefix(7).split(separator: "-").compactMap { Int($0) }
      let (year, month) = parts[1] == 1 ? (parts[0] - 1, 12) : (parts[0], parts[1] - 1)
      #expect(due.parameters.map(\.value) == [String(format: "%04d-%02d", year, month)])
      // 06:30 in Tokyo is 21:30 in UTC.
      #expect(due.moment % 86_400 == 21 * 3600 + 1800)
    }
    #expect(try shop.washi("schedule").output.contains("shop/cups  30 6 1 * *  Asia/Tokyo"))
  }

  @Test(.enabled(if: hasZones, "no tzdata here"))
  func runsWhatWasDue() throws {
    let shop = try Workshop()
    try shop.write("notebooks/shop/cups.md", Self.notebook)
    let ran = try shop.washi("schedule", "run", "shop/cups", "--at", "2021-03-01 06:30")
    #expect(ran.status == 0, "\(ran.errors)")
    #expect(ran.lastLine.hasSuffix("output/shop/cups/2021-02/v1/index.html"))
    #expect(try shop.washi("schedule", "run", "shop/cups").status == 0)
    let unknown = try shop.washi("schedule", "run", "shop/cup")
    #expect(unknown.status == 2)
    #expect(unknown.errors.contains("did you mean `shop/cups`?"))
  }

  @Test func saysWhatIsWrongBeforeAnythingIsDue() throws {
    let shop = try Workshop()
    try shop.write(
      "notebooks/cups.md",
      Self.notebook.replacing("month: \"{{ $scheduled", with: "mont: \"{{ $schedule"))
    let unknown = try shop.washi("check", "notebooks/cups.md")
    #expect(unknown.status == 2)
    #expect(unknown.errors.contains("notebooks/cups.md:8:17") || unknown.output.contains(":8:"))
    #expect((unknown.errors + unknown.output).contains("did you mean `month`?"))
    try shop.write(
      "notebooks/cups.md",
      Self.notebook.replacing("$scheduled - INTERVAL 1 MONTH", with: "$month"))
    let other = try shop.washi("check", "notebooks/cups.md")
    #expect((other.errors + other.output).contains("the schedule knows `$scheduled` only"))
  }

  /// What we say and what systemd makes of our words is the same.
  @Test(
    .enabled(
      if: hasZones
        && FileManager.default.isExecutableFile(atPath: "/usr/bin/systemd-analyze"),
      "no systemd here"),
    arguments: [
      ("30 6 1 * *", "Asia/Tokyo"), ("*/15 8-18 * * mon-fri", "Europe/Berlin"),
      ("0 0 13 * 5", "UTC"), ("5,35 */6 1-7 1,2,3,7 *", "America/New_York"),
      ("0 12 * * 0", "UTC"), ("59 23 28-31 feb-apr *", "Asia/Kolkata"),
    ])
  func writesTimersThatSystemdReads(_ cron: String, _ zone: String) throws {
    let shop = try Workshop()
    try shop.write(
      "notebooks/a b%c.md",
      Self.notebook.replacing("30 6 1 * *", with: cron).replacing("Asia/Tokyo", with: zone))
    let written = try shop.washi("schedule", "--systemd", "--into", "units")
    #expect(written.status == 0, "\(written.errors)")
    let timer = try shop.read("units/washi-a-b-c.timer")
    #expect(timer.contains("Persistent=true\nRandomizedDelaySec=600\nFixedRandomDelay=true\n"))
    let service = try shop.read("units/washi-a-b-c.service")
    #expect(service.contains("schedule run \"a b%%c\"\n"))
    let verified = try shop.run(
      "systemd-analyze", "verify", "--man=no", shop.folder.path + "/units/washi-a-b-c.timer")
    #expect(!verified.errors.contains("washi-a-b-c."), "\(verified.errors)")
    let json = try shop.washi("schedule", "--json", "--count", "6")
    let items = try JSONDecoder().decode([Item].self, from: Data(json.output.utf8))
    let ours = try #require(items.first).next.map(\.moment)
    var theirs: Set<Int> = []
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(secondsFromGMT: 0)
    format.dateFormat = "yyyy-MM-dd HH:mm:ss"
    for line in timer.split(separator: "\n") where line.hasPrefix("OnCalendar=") {
      let said = try shop.run(
        "systemd-analyze", ["calendar", "--iterations=6", String(line.dropFirst(11))],
        environment: ["TZ": "UTC"])
      #expect(said.status == 0, "\(line): \(said.errors)")
      for match in said.output.matches(of: /\w{3} (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) UTC/) {
        if let date = format.date(from: String(match.1)) {
          theirs.insert(Int(date.timeIntervalSince1970))
        }
      }
    }
    // The first moment may have passed between the two questions.
    let start = max(ours.first ?? 0, theirs.min() ?? 0)
    let both = [ours, theirs.sorted()].map { moments in
      Array(moments.filter { $0 >= start }.prefix(5))
    }
    #expect(both[0] == both[1] && both[0].count == 5, "\(timer)")
  }

  @Test func writesACrontab() throws {
    let shop = try Workshop()
    try shop.write("notebooks/it's 5%.md", Self.notebook)
    let lines = try shop.washi("schedule", "--crontab").output.split(separator: "\n")
    #expect(lines.contains("CRON_TZ=Asia/Tokyo"))
    let line = try #require(lines.last)
    #expect(line.hasPrefix("30 6 1 * * sleep "))
    #expect(line.contains("schedule run 'it'\\''s 5\\%' >/dev/null"))
  }
}
