import Charting
import Testing
import Vocabulary

/// Times are marked where calendars change, in ISO 8601 cut to what changes.
struct TimeAxisTests {
  @Test(arguments: [
    ("2019-01-01 00:00", "2023-12-31 00:00", ["2019", "2020", "2021", "2022", "2023"]),
    ("2020-11-15 00:00", "2021-03-10 00:00", ["2020-12", "2021-01", "2021-02", "2021-03"]),
    (
      "2020-12-30 00:00", "2021-01-03 00:00",
      ["2020-12-30", "12-31", "2021-01-01", "01-02", "01-03"]
    ),
    ("2021-01-01 06:00", "2021-01-01 18:00", ["01-01 06:00", "09:00", "12:00", "15:00", "18:00"]),
    (
      "1969-12-31 23:59", "1970-01-01 00:01",
      ["12-31 23:59:00", "23:59:30", "01-01 00:00:00", "00:00:30", "00:01:00"]
    ),
  ])
  func marksCalendarSteps(from: String, to: String, labels: [String]) throws {
    let table = Table(columns: [
      Column(
        name: "t", type: .timestamp,
        cells: .timestamps([
          Timestamp(parsing: from), Timestamp(parsing: to),
        ])),
      Column("y", reals: [1, 2]),
    ])
    let svg = try Chart(mark: .line, table: table, x: "t", y: "y").svg(id: "a")
    let axis = svg.split(separator: "\n").drop { !$0.contains("aria-label=\"t\"") }
      .prefix { !$0.hasPrefix(" </g>") }.filter { $0.contains("<text") }
    let drawn = axis.compactMap {
      $0.split(separator: ">").dropFirst().first?.split(separator: "<").first
    }
    #expect(drawn.map(String.init) == labels)
  }
}
