public import Parsing
public import Vocabulary

/// The moments at which a cron line is due in a zone.
///
/// Where clocks are put forward, a time that is skipped is due at the moment that it would have been
/// (02:30 is 03:30 then). Where they are put back, a time that comes twice is due once, the first
/// time; lines whose hours begin with `*` follow the hours that really pass and are due both times.
public struct DueTimes: Sendable, Hashable {
  /// The line.
  public let line: CronLine
  /// The zone.
  public let zone: ZoneRules

  /// The moments of a line in a zone.
  public init(of line: CronLine, in zone: ZoneRules) {
    self.line = line
    self.zone = zone
  }

  /// One moment.
  public struct DueTime: Sendable, Hashable {
    /// Seconds since 1970.
    public var moment: Int64
    /// The time that the line names, as on a clock on the wall.
    public var wall: Timestamp

    /// For example: `2021-02-01 06:00`.
    public var text: String { String(wall.description.dropLast(3)) }
  }

  /// A line that holds on the 29th of February holds again within eight years.
  private static let horizon = 3700

  /// The first moment after `moment`, in seconds since 1970; nil when there is none in years.
  public func next(after moment: Int64) -> DueTime? {
    let start = day(at: moment) - 1
    for number in start..<start + Self.horizon {
      let found = times(on: number, orNext: 1).filter { $0.moment > moment }
      if let first = found.min(by: { $0.moment < $1.moment }) { return first }
    }
    return nil
  }

  /// The last moment that is not after `moment`; nil when there is none in years.
  public func last(upTo moment: Int64) -> DueTime? {
    let start = day(at: moment) + 1
    for number in stride(from: start, to: start - Self.horizon, by: -1) {
      let found = times(on: number, orNext: -1).filter { $0.moment <= moment }
      if let last = found.max(by: { $0.moment < $1.moment }) { return last }
    }
    return nil
  }

  /// The moments after `start` that are not after `end`, the last ones when there are more than
  /// `limit`.
  public func all(after start: Int64, upTo end: Int64, limit: Int) -> [DueTime] {
    var found: [DueTime] = []
    var moment = end
    while found.count < limit, let time = last(upTo: moment), time.moment > start {
      found.append(time)
      moment = time.moment - 1
    }
    return found.reversed()
  }

  private func day(at moment: Int64) -> Int {
    let wall = zone.wall(at: moment)
    return Int(wall / 86_400) - (wall % 86_400 < 0 ? 1 : 0)
  }

  /// The moments of a day, and of its neighbour when it has any: a change of clocks may let the two
  /// overlap. Of times at the same moment the one stays that clocks really show.
  private func times(on number: Int, orNext step: Int) -> [DueTime] {
    let own = times(on: number)
    guard !own.isEmpty else { return [] }
    var byMoment: [Int64: DueTime] = [:]
    for time in own + times(on: number + step) {
      if let other = byMoment[time.moment], isShown(other) { continue }
      byMoment[time.moment] = time
    }
    return Array(byMoment.values)
  }

  private func isShown(_ time: DueTime) -> Bool {
    zone.wall(at: time.moment) == time.wall.microsecondsSinceEpoch / 1_000_000
  }

  private func times(on number: Int) -> [DueTime] {
    guard let days = Int32(exactly: number),
      line.holds(on: CalendarDate(daysSinceEpoch: days))
    else { return [] }
    return line.hours.flatMap { hour in
      line.minutes.flatMap { minute -> [DueTime] in
        let wall = Int64(number) * 86_400 + Int64(hour * 3600 + minute * 60)
        let moments = zone.moments(ofWall: wall)
        return (line.followsHours ? moments : [moments[0]]).map {
          DueTime(moment: $0, wall: Timestamp(microsecondsSinceEpoch: wall * 1_000_000))
        }
      }
    }
  }
}
