import Steps
import Testing
import Vocabulary

@testable import Reporting

@Suite struct TableTextTests {
  @Test func quotesOnlyWhereNeeded() {
    let table = Table(columns: [
      Column("plain", texts: ["a", nil, "", " b"]),
      Column("with,comma", texts: ["say \"hi\"", "two\nlines", "a,b", "ok"]),
    ])
    #expect(
      table.csv == """
        plain,"with,comma"
        a,"say ""hi""\"
        ,"two
        lines"
        "","a,b"
        " b",ok

        """)
  }

  @Test func writesNumbersShortAndWithoutNoise() {
    let table = Table(columns: [
      Column("r", reals: [0.1 + 0.2, 1.0 / 3, 1e-7, 123_456_789.125, .nan, .infinity, -0.5, nil]),
      Column(
        name: "d", type: .decimal(scale: 2), cells: .reals([1, 2.5, -3.25, nil, 0, 1, 2, 3])),
      Column("i", integers: [.max, .min, 0, nil, 1, 2, 3, 4]),
    ])
    #expect(
      table.csv == """
        r,d,i
        0.3,1.00,9223372036854775807
        0.3333333333,2.50,-9223372036854775808
        1e-07,-3.25,0
        123456789.1,,
        NaN,0.00,1
        Infinity,1.00,2
        -0.5,2.00,3
        ,3.00,4

        """)
  }

  @Test func keepsNegativeNumbersAndGuardsFormulas() {
    let table = Table(columns: [
      Column("n", integers: [-1]), Column("@t", texts: ["-1"]), Column("+x", texts: ["\t=1"]),
    ])
    #expect(table.csv == "n,'@t,'+x\n-1,'-1,'\t=1\n")
  }

  @Test(
    arguments: [
      ([1.0, 2.0], "1 2"), ([1.5, 22.25], "1.50 22.25"), ([0.262_949, 0.5], "0.2629 0.5000"),
      ([1234.5678, 0.05], "1,234.568 0.050"), ([406_597.5, 135_000], "406,598 135,000"),
      ([1e-9, 2e-9], "1.00e-09 2.00e-09"), ([], ""), ([.infinity, 1], "∞ 1"), ([0, 0], "0 0"),
    ] as [([Double], String)])
  func givesAColumnOneFormat(_ numbers: [Double], _ text: String) {
    let format = commonFormat(of: numbers)
    #expect(numbers.map(format.string).joined(separator: " ") == text)
  }

  @Test func writesIdentifiersAndYearsWithoutThousandsMarks() {
    func text(_ name: String) -> String? {
      let table = Table(columns: [Column(name, integers: [100_002])])
      return TableColumn(table.columns[0], of: TableExhibit(id: "t", table: table)).texts[0]
    }
    #expect(text("SK_ID_CURR") == "100002")
    #expect(text("year") == "100002")
    #expect(text("paid") == "100,002")
    #expect(text("amount") == "100,002")
  }

  @Test func keepsWholeNumbersThatNoDoubleHolds() {
    let table = Table(columns: [Column("n", integers: [9_007_199_254_740_993])])
    let column = TableColumn(table.columns[0], of: TableExhibit(id: "t", table: table))
    #expect(column.texts == ["9007199254740993"])
  }

  @Test func drawsBarsFromZeroToTheLargest() {
    func bars(_ numbers: [Double?]) -> [ClosedRange<Double>?]? {
      let table = Table(columns: [Column("n", reals: numbers)])
      return TableColumn(table.columns[0], of: TableExhibit(id: "t", table: table, bars: ["n"]))
        .bars
    }
    #expect(bars([1, 4, nil, 0]) == [0...0.25, 0...1, nil, 0...0])
    // Zero stands where both sides have room for their longest.
    #expect(bars([1, 3, -1]) == [0.25...0.5, 0.25...1, 0...0.25])
    #expect(bars([0, 0]) == [nil, nil])
  }

  @Test func namesFilesSafelyAndOnce() {
    var names = FileNames()
    #expect(names.name(for: "scores") == "scores")
    #expect(names.name(for: "Scores") == "Scores-2")
    #expect(names.name(for: "a/../b c") == "a----b-c")
    #expect(names.name(for: "件数") == "件数")
    #expect(names.name(for: "") == "unnamed")
  }

  @Test(
    arguments: [
      .fixed(3), .thousands(0), .percent(1), .si, .significant(4), .scientific(2),
    ] as [NumberFormat])
  func writesFormatsAsTheyAreRead(_ format: NumberFormat) {
    #expect(format.notation.flatMap { NumberFormat(parsing: $0) } == format)
  }
}
