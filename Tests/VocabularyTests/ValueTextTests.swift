import Testing
import Vocabulary

struct CalendarDateTests {
  /// Against Python's `datetime.date.fromordinal` (3.11): ordinal of 1970-01-01 is 719163.
  @Test(arguments: [
    (0, "1970-01-01"), (-1, "1969-12-31"), (11_016, "2000-02-29"), (18_658, "2021-01-31"),
    (-719_162, "0001-01-01"), (2_932_896, "9999-12-31"), (-25_509, "1900-02-28"),
    (-25_508, "1900-03-01"),
  ])
  func countsDaysOfTheGregorianCalendar(days: Int, text: String) {
    let date = CalendarDate(daysSinceEpoch: Int32(days))
    #expect(date.description == text)
    #expect(CalendarDate(parsing: text) == date)
    #expect(date.monthDescription == String(text.prefix(7)))
  }

  @Test func countsEveryDayBackAndForth() {
    for days in stride(from: Int32(-800_000), through: 3_000_000, by: 97) {
      let (year, month, day) = CalendarDate(daysSinceEpoch: days).components
      if (-9999...9999).contains(year) {
        #expect(CalendarDate(year: year, month: month, day: day)?.daysSinceEpoch == days)
      }
    }
  }

  @Test(arguments: [
    "2021-13-01", "2021-02-29", "2021-1-01", "2021-01-1", "21-01-01", "2021-01-00", "2021/01/01",
    "2021-01-01 ", "+021-01-01", "", "２０２１-01-01", "2021-01",
  ])
  func refusesWhatIsNoDay(text: String) {
    #expect(CalendarDate(parsing: text) == nil)
  }

  @Test func readsMonthsAndOrdersDays() {
    #expect(CalendarDate(parsingMonth: "2021-01") == CalendarDate(year: 2021, month: 1, day: 1))
    #expect(CalendarDate(parsingMonth: "2021-13") == nil)
    #expect(CalendarDate(daysSinceEpoch: 1) < CalendarDate(daysSinceEpoch: 2))
    #expect(CalendarDate.length(ofMonth: 2, year: 2000) == 29)
    #expect(CalendarDate.length(ofMonth: 2, year: 1900) == 28)
  }
}

struct TimestampTests {
  /// Against Python's `datetime.fromisoformat(...).timestamp()` (3.11, UTC).
  @Test(arguments: [
    ("1970-01-01 00:00:00", Int64(0)), ("2021-01-31 23:59:59.5", 1_612_137_599_500_000),
    ("1969-12-31 23:59:59.999999", -1), ("2000-02-29 12:00:00", 951_825_600_000_000),
  ])
  func readsWhatItWrites(text: String, microseconds: Int64) {
    let time = Timestamp(parsing: text)
    #expect(time?.microsecondsSinceEpoch == microseconds)
    let written = Timestamp(microsecondsSinceEpoch: microseconds).description
    #expect(Timestamp(parsing: written) == time)
  }

  @Test func readsShortAndZonedForms() {
    #expect(Timestamp(parsing: "2021-01-31T06:30Z")?.description == "2021-01-31 06:30:00")
    #expect(
      Timestamp(parsing: "2021-01-31 06:30:01.25")?.description == "2021-01-31 06:30:01.250000")
  }

  @Test(arguments: [
    "2021-01-31", "2021-01-31 24:00", "2021-01-31 06:60", "2021-01-31 6:30",
    "2021-01-31 06:30:00.", "2021-01-31 06:30:00.1234567", "2021-01-31 06:30:00+09:00",
    "2021-02-30 06:30", "2021-01-31 06:30:00.1.2", "2021-01-31 06:30:00.+1",
  ])
  func refusesWhatIsNoTime(text: String) {
    #expect(Timestamp(parsing: text) == nil)
  }
}

struct SuggestionTests {
  @Test(arguments: [
    ("targt", "target"), ("taget", "target"), ("TARGET", "target"), ("tabel", "table"),
    ("xyz", nil), ("rond", "rounds"),
  ])
  func findsTheNearestName(name: String, expected: String?) {
    #expect(nearest(to: name, among: ["table", "target", "rounds"]) == expected)
  }

  @Test func prefersTheFirstOfTheNearest() {
    #expect(nearest(to: "cat", among: ["bat", "hat"]) == "bat")
    #expect(nearest(to: "a", among: []) == nil)
  }

  @Test func listsValidNamesWhenNoneIsNear() {
    #expect(
      solutions(forUnknown: "q", among: ["table", "target"]) == [
        "valid names: `table`, `target`"
      ])
    #expect(solutions(forUnknown: "q", among: (0..<30).map { "name\($0)" }) == [])
  }
}

struct FingerprintTests {
  /// FIPS 180-4's examples.
  @Test func isSHA256() {
    #expect(
      Fingerprint(of: "abc").description
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      Fingerprint(of: "").description
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(Fingerprint(of: "abc").short == "ba7816bf8f01")
  }

  @Test func tellsPartsApart() {
    #expect(Fingerprint(combining: ["ab", "c"]) != Fingerprint(combining: ["a", "bc"]))
    #expect(Fingerprint(combining: ["a"]) != Fingerprint(combining: ["a", ""]))
    var combiner = Fingerprint.Combiner()
    combiner.add("ab")
    combiner.add("c")
    #expect(combiner.fingerprint == Fingerprint(combining: ["ab", "c"]))
    var bytes = Fingerprint.Combiner()
    bytes.update([97])
    bytes.update([98, 99])
    #expect(bytes.fingerprint == Fingerprint(of: "abc"))
  }

  @Test func readsItselfBack() {
    let print = Fingerprint(of: "abc")
    #expect(Fingerprint(hexadecimal: print.description) == print)
    #expect(Fingerprint(hexadecimal: print.description.uppercased()) == nil)
    #expect(Fingerprint(hexadecimal: "abc") == nil)
  }
}
