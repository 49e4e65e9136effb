import Foundation
import Parsing
import Testing
import Vocabulary

@testable import Serving

/// Due times against an independent implementation: the wall times are those of croniter 7.0.0, their
/// moments those of Python 3.11.7's zoneinfo with `fold=0` (and both folds where the hours begin with
/// `*`), over tzdata 2026.6.
@Suite struct DueTimesTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var line: String
    var zone: String
    var after: Int64
    var moments: [Int64]
    var testDescription: String { "\(line) \(zone)" }

    init(_ line: String, _ zone: String, after: Int64, _ moments: [Int64]) {
      self.line = line
      self.zone = zone
      self.after = after
      self.moments = moments
    }
  }

  static let cases: [Case] = [
    Case(
      "0 6 1 * *", "Asia/Tokyo",
      after: 1_610_668_800,
      [
        1_612_126_800, 1_614_546_000, 1_617_224_400,
      ]),
    Case(
      "30 2 * * *", "America/New_York",
      after: 1_615_550_400,
      [
        1_615_620_600, 1_615_707_000, 1_615_789_800, 1_615_876_200,
      ]),
    Case(
      "30 1 * * *", "America/New_York",
      after: 1_636_113_600,
      [
        1_636_176_600, 1_636_263_000, 1_636_353_000, 1_636_439_400,
      ]),
    Case(
      "0 * * * *", "America/New_York",
      after: 1_636_257_600,
      [
        1_636_261_200, 1_636_264_800, 1_636_268_400, 1_636_272_000, 1_636_275_600,
      ]),
    Case(
      "*/30 0-3 * * *", "Europe/Berlin",
      after: 1_648_332_000,
      [
        1_648_335_600, 1_648_337_400, 1_648_339_200, 1_648_341_000, 1_648_342_800,
        1_648_344_600, 1_648_418_400, 1_648_420_200,
      ]),
    Case(
      "*/30 0-3 * * *", "Europe/Berlin",
      after: 1_667_077_200,
      [
        1_667_080_800, 1_667_082_600, 1_667_084_400, 1_667_086_200, 1_667_088_000,
        1_667_089_800, 1_667_095_200, 1_667_097_000, 1_667_170_800,
      ]),
    Case(
      "15 2 * * sun", "Europe/London",
      after: 1_697_760_000,
      [
        1_697_937_300, 1_698_545_700, 1_699_150_500,
      ]),
    Case(
      "0 0 * * *", "America/Sao_Paulo",
      after: 1_541_116_800,
      [
        1_541_127_600, 1_541_214_000, 1_541_300_400, 1_541_383_200,
      ]),
    Case(
      "0 12 * * *", "Pacific/Apia",
      after: 1_325_073_600,
      [
        1_325_109_600, 1_325_196_000, 1_325_282_400, 1_325_368_800,
      ]),
    Case(
      "15 1,2 * * *", "Australia/Lord_Howe",
      after: 1_695_945_600,
      [
        1_695_998_700, 1_696_002_300, 1_696_085_100, 1_696_088_700, 1_696_169_700, 1_696_173_300,
      ]),
    Case(
      "0 9 13 * fri", "Asia/Kolkata",
      after: 1_722_470_400,
      [
        1_722_569_400, 1_723_174_200, 1_723_519_800, 1_723_779_000, 1_724_383_800, 1_724_988_600,
      ]),
    Case(
      "0 0 29 2 *", "UTC",
      after: 3_981_398_400,
      [
        4_233_686_400, 4_359_916_800,
      ]),
    Case(
      "30 2 * * *", "America/New_York",
      after: 2_372_760_000,
      [
        2_372_830_200, 2_372_916_600, 2_372_999_400,
      ]),
    Case(
      "30 1 * * *", "Africa/Casablanca",
      after: 1_709_856_000,
      [
        1_709_857_800, 1_709_944_200, 1_710_030_600, 1_710_120_600,
      ]),
    Case(
      "45 23 31 12 *", "America/St_Johns",
      after: 1_906_502_400,
      [
        1_925_003_700, 1_956_539_700,
      ]),
  ]

  /// Whether this machine knows zones at all.
  static let knowsZones = ZoneRules(named: "America/New_York") != nil

  private func times(_ line: String, _ zone: String) throws -> DueTimes {
    DueTimes(
      of: try #require(CronLine(parsing: line)), in: try #require(ZoneRules(named: zone)))
  }

  @Test(.enabled(if: knowsZones, "no tzdata here"), arguments: cases)
  func areThoseOfAnIndependentImplementation(_ expected: Case) throws {
    let times = try times(expected.line, expected.zone)
    var moment = expected.after
    for wanted in expected.moments {
      let next = try #require(times.next(after: moment))
      #expect(next.moment == wanted)
      #expect(times.last(upTo: wanted)?.moment == wanted)
      moment = next.moment
    }
    let end = try #require(expected.moments.last)
    #expect(
      times.all(after: expected.after, upTo: end, limit: 100).map(\.moment) == expected.moments)
    #expect(
      times.all(after: expected.after, upTo: end, limit: 2).map(\.moment)
        == Array(expected.moments.suffix(2)))
  }

  @Test(.enabled(if: knowsZones, "no tzdata here"))
  func nameTheTimeOnTheWall() throws {
    let skipped = try times("30 2 * * *", "America/New_York")
    // 2021-03-14: clocks go from 02:00 to 03:00.
    #expect(skipped.next(after: 1_615_620_600)?.text == "2021-03-14 02:30")
    let monthly = try times("0 6 1 * *", "Asia/Tokyo")
    #expect(monthly.next(after: 1_610_668_800)?.text == "2021-02-01 06:00")
  }

  /// Two rules for the days: one is enough when both are restricted, both must hold otherwise.
  @Test func followDaysOfMonthAndWeek() throws {
    let either = try #require(CronLine(parsing: "0 0 13 * 5"))
    let both = try #require(CronLine(parsing: "0 0 */2 * 5"))
    let friday = try #require(CalendarDate(year: 2024, month: 9, day: 6))
    let friday13 = try #require(CalendarDate(year: 2024, month: 9, day: 13))
    let sunday13 = try #require(CalendarDate(year: 2024, month: 10, day: 13))
    #expect(either.holds(on: friday) && either.holds(on: friday13) && either.holds(on: sunday13))
    #expect(!both.holds(on: friday) && both.holds(on: friday13) && !both.holds(on: sunday13))
    #expect(CronLine(parsing: "0 0 * * 7")?.weekdays == [0])
    #expect(CronLine(parsing: "0 0 * * 5-7")?.weekdays == [0, 5, 6])
    #expect(CronLine(parsing: "5/20 * * * *")?.minutes == [5, 25, 45])
    #expect(CronLine(parsing: "0 0 30 2 *") == nil)
    #expect(CronLine(parsing: "0 0 31 4,6 *") == nil)
    #expect(CronLine(parsing: "0 0 30 2 1") != nil)
  }

  @Test(arguments: [
    "../UTC", "/etc/passwd", "", "Europe/", "Nowhere/City", "zone.tab", ".", "a/../b",
  ])
  func knowNoZoneOfSuchAName(_ name: String) {
    #expect(ZoneRules(named: name) == nil)
  }

  @Test func refuseBytesThatAreNoZone() {
    #expect(ZoneRules(parsing: []) == nil)
    #expect(ZoneRules(parsing: Array("TZif2".utf8)) == nil)
    #expect(ZoneRules(parsing: Array("TZif".utf8) + [UInt8](repeating: 255, count: 400)) == nil)
  }

  /// Rules in POSIX's form, with the moments at which Python's zoneinfo changes the clocks in 2045.
  @Test(arguments: [
    ("CET-1CEST,M3.5.0,M10.5.0/3", 2_374_102_800 as Int64, 3600, 7200),
    ("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", 2_390_398_200, 37_800, 39_600),
    ("EST5EDT,J70/2,J300", 2_372_828_400, -18_000, -14_400),
  ])
  func readRulesForTheFuture(_ rule: String, _ moment: Int64, _ before: Int, _ after: Int) throws {
    let rule = try #require(FutureRule(parsing: rule))
    #expect(rule.offset(at: moment - 1) == before)
    #expect(rule.offset(at: moment) == after)
  }

  @Test(arguments: ["", "X", "EST", "EST5EDT,M3", "EST5EDT,M13.1.0,M1.1.0", "<+0530"])
  func refuseRulesThatAreNone(_ text: String) {
    #expect(FutureRule(parsing: text) == nil)
  }
}
