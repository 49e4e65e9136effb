import Testing
import Vocabulary

/// Expected texts follow the conventions of Python's `format`, except SI, which follows d3-format.
struct NumberFormatTests {
  @Test(arguments: [
    (0.125, 2, "0.12"), (0.375, 2, "0.38"), (2.5, 0, "2"), (3.5, 0, "4"), (2.675, 2, "2.67"),
    (1.005, 2, "1.00"), (0.802304, 3, "0.802"), (9.9995, 3, "9.999"), (999.9999, 2, "1000.00"),
    (.leastNonzeroMagnitude, 3, "0.000"), (1e22, 0, "10000000000000000000000"), (0, 2, "0.00"),
    (-0.0001, 2, "0.00"),
    (-1.5, 1, "-1.5"), (0.1, 20, "0.10000000000000000555"),
  ])
  func roundsHalfToEvenOfTheExactBinaryValue(value: Double, digits: Int, text: String) {
    #expect(NumberFormat.fixed(digits).string(value) == text)
  }

  @Test(arguments: [
    (",.0f", 307_511.0, "307,511"), (",.2f", 1234.567, "1,234.57"), (".1%", 0.0807, "8.1%"),
    ("%", 0.5, "50%"), (",d", -1_234_567.0, "-1,234,567"), ("d", 12.0, "12"),
    (".2s", 307_511, "310k"),
    ("s", 1_234_567, "1.23M"), ("s", 0.000_012, "12µ"), (".3g", 0.080_729, "0.0807"),
    (".2e", 0.000_012_345, "1.23e-05"), (".3f", 1, "1.000"), (".3s", 999_999, "1M"), ("s", 5, "5"),
    (".3g", 1_234_567, "1234567"),
  ])
  func writesWhatTheAuthorAskedFor(specification: String, value: Double, text: String) throws {
    let format = try #require(NumberFormat(parsing: specification))
    #expect(format.string(value) == text)
  }

  @Test(arguments: ["", "x", ".f", ".99f", "3f", ".1%%", "{:.3f}", ",s", ".3", "-.2f", ".３f", ",%"])
  func refusesWhatIsNoFormat(specification: String) {
    #expect(NumberFormat(parsing: specification) == nil)
  }

  @Test(arguments: [
    (0, "0"), (12, "12"), (307_511, "307,511"), (0.802304, "0.8023"), (0.5, "0.5"),
    (1234.56, "1,234.6"), (12.3456, "12.35"), (0.000_012_3, "1.23e-05"), (1.5e20, "1.50e+20"),
    (-42, "-42"),
  ])
  func choosesReadableDigitsByItself(value: Double, text: String) {
    #expect(NumberFormat.automatic.string(value) == text)
  }

  @Test(arguments: [
    NumberFormat.automatic, .fixed(2), .thousands(-5), .percent(99), .si, .si(digits: -1),
    .significant(0), .scientific(400),
  ])
  func survivesEveryNumber(format: NumberFormat) {
    #expect(format.string(.nan) == "–")
    #expect(format.string(.infinity) == "∞")
    #expect(format.string(-.infinity) == "-∞")
    let numbers: [Double] = [
      .greatestFiniteMagnitude, .leastNonzeroMagnitude, .leastNormalMagnitude, 1e15, 9.999e-5, 0.1,
      9.5, 99.95, 1e300, 123_456_789_012_345_680,
    ]
    for value in numbers {
      #expect(!format.string(value).isEmpty)
      #expect(
        format.string(-value) == "-" + format.string(value)
          || !format.string(value).contains { ("1"..."9").contains($0) })
    }
  }

  @Test func writesTheSignOfAChange() {
    #expect(NumberFormat.fixed(3).signedString(0.012) == "+0.012")
    #expect(NumberFormat.fixed(3).signedString(-0.004) == "-0.004")
    #expect(NumberFormat.fixed(3).signedString(0.0001) == "0.000")
    #expect(NumberFormat.percent(1).signedString(.infinity) == "+∞")
  }

  @Test func scalesHugeNumbersExactly() {
    #expect(NumberFormat.scientific(10).string(.greatestFiniteMagnitude) == "1.7976931349e+308")
    #expect(NumberFormat.scientific(10).string(.leastNonzeroMagnitude) == "4.9406564584e-324")
    #expect(NumberFormat.scientific(5).string(1e293) == "1.00000e+293")
  }
}
