import Testing

@testable import Commands

@Suite struct AmountsTests {
  @Test(arguments: [
    (0, "0.00 s"), (0.1234, "0.12 s"), (9.999, "10.0 s"), (4.256, "4.26 s"), (12.34, "12.3 s"),
    (59.96, "1 min 00 s"), (65, "1 min 05 s"), (3725, "1 h 02 min"),
  ])
  func saysDurationsForPeople(seconds: Double, text: String) {
    #expect(Amounts.duration(seconds: seconds) == text)
  }

  @Test func groupsDigits() {
    #expect(Amounts.rows(17511) == "17,511 rows")
    #expect(Amounts.rows(1) == "1 row")
    #expect(
      [0, 999, 1000, 1_234_567, -1000].map(Amounts.grouped) == [
        "0", "999", "1,000", "1,234,567", "-1,000",
      ])
  }

  // 1700000000.25 s is 2023-11-14T22:13:20.250Z by `date -u -d @1700000000`.
  @Test func writesTimesInUTC() {
    #expect(Amounts.utcTime(1_700_000_000_250) == "2023-11-14T22:13:20.250Z")
    #expect(Amounts.utcStamp(1_700_000_000_250) == "20231114T221320Z")
  }

  @Test func alignsWideCharacters() {
    let table = TextTable(rows: [["東京", "1"], ["a", "22"]], numeric: [1])
    #expect(table.lines == ["東京   1", "a     22"])
  }
}
