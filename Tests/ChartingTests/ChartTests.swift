import Charting
import Foundation
import Testing
import Vocabulary

#if canImport(FoundationXML)
  import FoundationXML
#endif

struct ChartTests {
  let hostile = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "]]>", "${x}", "&amp;",
    "\u{0}\u{1B}[31m\u{FFFF}",
  ]

  @Test func keepsHostileWordsText() throws {
    for word in hostile {
      let table = Table(columns: [
        Column(word, texts: [word, word + "2"]), Column("y" + word, reals: [1, 2]),
        Column("c" + word, texts: [word, "other" + word]),
      ])
      for mark in [Chart.MarkKind.bar, .line, .point, .area] {
        var options = Chart.Options()
        options.title = word
        options.subtitle = word
        options.note = word
        options.references = [.init(at: 1, label: word)]
        let chart = try Chart(
          mark: mark, table: table, x: word, y: "y" + word, color: "c" + word, facet: word,
          options: options)
        for svg in [chart.svg(id: word), chart.inlineSVG(id: word)] {
          #expect(!svg.contains("<script"))
          #expect(!svg.contains("<img"))
          #expect(!svg.contains("]]>"))
          #expect(elements(of: svg)?.contains("script") == false, "\(svg)")
        }
      }
    }
  }

  /// The names of all elements, or nil when the text is not well-formed XML.
  private func elements(of svg: String) -> Set<String>? {
    final class Collector: NSObject, XMLParserDelegate {
      var names: Set<String> = []
      func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
        qualifiedName: String?, attributes: [String: String]
      ) { names.insert(name) }
    }
    let parser = XMLParser(data: Data(svg.utf8))
    let collector = Collector()
    parser.delegate = collector
    return parser.parse() ? collector.names : nil
  }

  @Test func drawsOnlyWellFormedStaticPictures() throws {
    let allowed: Set<String> = [
      "svg", "title", "desc", "style", "g", "rect", "path", "circle", "text", "clipPath",
    ]
    for (name, chart) in try Samples.all() {
      let svg = chart.svg(id: name)
      let names = try #require(elements(of: svg), "\(name) is not well-formed")
      #expect(names.isSubset(of: allowed))
      for word in ["href", "http://", "https://", "@import", " style=", " on", "NaN", "inf,"] {
        let body = svg.split(separator: "\n").dropFirst().filter {
          !$0.contains("<text") && !$0.contains("<title") && !$0.contains("<desc")
            && !$0.contains("aria-label")
        }
        #expect(!body.joined(separator: "\n").contains(word), "\(name) contains \(word)")
      }
    }
  }

  @Test func startsEveryIdWithTheGivenPrefix() throws {
    for (name, chart) in try Samples.all() {
      let svg = chart.inlineSVG(id: "report-\(name)")
      for part in svg.components(separatedBy: " id=\"").dropFirst() {
        #expect(part.hasPrefix("report-\(name)"))
      }
      for part in svg.components(separatedBy: "url(#").dropFirst() {
        #expect(part.hasPrefix("report-\(name)"))
      }
      #expect(!svg.contains("<style"))
    }
  }

  @Test func scopesEveryRuleOfTheStyleSheet() {
    for line in Chart.styleSheet.split(separator: "\n")
    where line != "}" && !line.hasPrefix("@media") {
      let selectors = line.prefix { $0 != "{" }.split(separator: ",")
      #expect(selectors.allSatisfy { $0.hasPrefix(".washi-chart") })
    }
  }

  @Test func countsWhatCannotBeDrawn() throws {
    let table = Table(columns: [
      Column("x", reals: [1, 2, nil, 4, 5]), Column("y", reals: [1, .nan, 3, .infinity, 5]),
    ])
    for mark in [Chart.MarkKind.line, .point, .area, .bar] {
      let chart = try Chart(mark: mark, table: table, x: "x", y: "y")
      #expect(chart.droppedCount == 3)
      #expect(chart.textAlternative.contains("3 rows with missing or infinite values"))
      #expect(chart.data.rowCount == 2)
    }
  }

  @Test func saysThatThereIsNoData() throws {
    let table = Table(columns: [Column("x", reals: [nil, nil]), Column("y", reals: [1, 2])])
    for mark in Chart.MarkKind.allCases {
      var options = Chart.Options()
      options.words = .japanese
      let chart = try Chart(
        mark: mark, table: table, x: "x", y: mark == .histogram ? nil : "y", options: options)
      #expect(chart.isEmpty)
      #expect(chart.svg(id: "a").contains("データなし"))
    }
  }

  @Test func namesTheColumnThatWasProbablyMeant() throws {
    let table = Table(columns: [Column("month", texts: ["a"]), Column("amount", reals: [1])])
    let error = #expect(throws: ChartError.self) {
      try Chart(mark: .bar, table: table, x: "mont", y: "amount")
    }
    #expect(error?.column == "mont")
    #expect(error?.solutions == ["did you mean `month`?"])
    #expect(throws: ChartError.self) { try Chart(mark: .bar, table: table, x: "month", y: "month") }
    #expect(throws: ChartError.self) { try Chart(mark: .line, table: table, x: "month") }
    #expect(throws: ChartError.self) { try Chart(mark: .histogram, table: table, x: "month") }
  }

  @Test func sumsTheSmallestCategoriesIntoOther() throws {
    let table = Table(columns: [
      Column("name", texts: (1...50).map { "n\($0)" }),
      Column("rows", integers: (1...50).map { Int64($0) }),
    ])
    var options = Chart.Options()
    options.maximumCategories = 5
    options.sort = .value
    let chart = try Chart(mark: .bar, table: table, x: "name", y: "rows", options: options)
    #expect(chart.data["name"]?.values == ["n50", "n49", "n48", "n47", "other"].map(Value.text))
    #expect(chart.data["rows"]?.values.last == .double(Double((1...46).reduce(0, +))))
    #expect(chart.remarks == ["“other” sums the 46 smallest categories."])
  }

  @Test func drawsTheSameBytesForTheSameValue() throws {
    let first = try Samples.all().map { $0.chart.svg(id: "x") }
    let second = try Samples.all().map { $0.chart.svg(id: "x") }
    #expect(first == second)
  }

  @Test func survivesExtremeNumbers() throws {
    let lists: [[Double?]] = [
      [0], [1e308, -1e308], [.greatestFiniteMagnitude, .leastNonzeroMagnitude],
      [.leastNonzeroMagnitude, .leastNonzeroMagnitude * 2],
      [-1, -1, -1], [1e300, 1e300], [nil], [.nan, .infinity], [0, 1e-12], [1e15, 1e15 + 1], [1e17],
    ]
    for values in lists {
      let dates = values.indices.map {
        $0 % 2 == 0 ? CalendarDate(daysSinceEpoch: .max) : CalendarDate(daysSinceEpoch: .min)
      }
      let table = Table(columns: [
        Column("a", reals: values), Column("b", reals: values.reversed()),
        Column(name: "d", type: .date, cells: .dates(dates)),
        Column("t", texts: values.map { $0.map { "\($0)" } }),
      ])
      for mark in Chart.MarkKind.allCases {
        for isLogarithmic in [false, true] {
          for x in ["a", "d", "t"] where mark != .histogram || x != "t" {
            var options = Chart.Options()
            options.isXLogarithmic = isLogarithmic
            options.isYLogarithmic = isLogarithmic
            options.width = isLogarithmic ? .nan : -5
            options.references = [
              .init(at: .nan), .init(at: 1e308), .init(on: CalendarDate(daysSinceEpoch: .max)),
            ]
            let chart = try Chart(
              mark: mark, table: table, x: x, y: mark == .histogram ? nil : "b", color: "t",
              options: options)
            #expect(!chart.svg(id: "x").isEmpty)
          }
        }
      }
      let numbers = values.compactMap(\.self)
      let points = numbers.map { Point2D(x: $0, y: $0) }
      let charts: [Chart] = [
        .roc([ROCCurve(name: "test", points: points, auc: .nan)]),
        .precisionRecall(
          [PrecisionRecallCurve(name: "a", points: points)], baseRate: numbers.first),
        .loss(
          TrainingHistory(
            metric: "m", train: numbers, validation: numbers, bestRound: .max, stoppedRound: .min)),
        .loss(TrainingHistory(metric: "m", train: numbers, firstRound: .max, bestRound: .min)),
        .sparkline(values), .lift(numbers),
        .gain([NamedCurve(name: "a", points: points)], baseRate: numbers.first),
        .kolmogorovSmirnov(positives: points, negatives: points, statistic: .nan, at: 1e308),
        .thresholds([NamedCurve(name: "a", points: points)], chosen: numbers.first),
        .importance(numbers.map { FeatureImportance(name: "f", value: $0) }),
        .calibration(
          numbers.map { CalibrationBin(meanScore: $0, observedRate: $0, count: .max) },
          scores: Histogram(of: numbers)),
        .confusion(labels: ["a", "a"], counts: [[.max, .max], [.min]]),
        .distributions([
          Distribution(name: "n", shape: .bins(Histogram(of: numbers)), missing: .max),
          Distribution(name: "c", shape: .categories([("a", .max)], other: .max)),
        ]),
      ]
      for chart in charts { #expect(!chart.svg(id: "x").contains("NaN")) }
    }
  }

  @Test func writesMonthsAsMonths() throws {
    let months = (1...3).map { CalendarDate(year: 2021, month: $0, day: 1) }
    let table = Table(columns: [
      Column(name: "month", type: .date, cells: .dates(months)),
      Column("auc", reals: [0.7, 0.8, 0.75]),
    ])
    let chart = try Chart(mark: .bar, table: table, x: "month", y: "auc")
    #expect(chart.svg(id: "a").contains(">2021-02</text>"))
    #expect(chart.summary == "auc: 3 bars from 0.7 (2021-01) to 0.8 (2021-02).")
  }

  @Test func keepsLongSeriesSmall() throws {
    var numbers = Samples.Numbers(seed: 1)
    let table = Table(columns: [
      Column("x", reals: (0..<200_000).map(Double.init)),
      Column("y", reals: (0..<200_000).map { _ in numbers.normal() }),
    ])
    for mark in [Chart.MarkKind.line, .point, .histogram] {
      let chart = try Chart(
        mark: mark, table: table, x: mark == .histogram ? "y" : "x",
        y: mark == .histogram ? nil : "y")
      #expect(chart.svg(id: "a").utf8.count < 300_000)
    }
  }
}
