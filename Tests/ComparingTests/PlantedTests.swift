import Testing

@testable import Comparing

@Suite struct PlantedTests {
  private func listed(_ difference: Difference) -> [String] {
    difference.changes.map { change in
      let verdict = change.verdict == .other ? "" : " \(change.verdict.rawValue)"
      let path = change.path.joined(separator: "/")
      return "\(change.kind.rawValue) \(change.operation.rawValue) \(path)\(verdict)"
    }.sorted()
  }

  private let base = PlantedReport.folder(PlantedReport.files, name: "old")

  @Test(arguments: PlantedReport.plants)
  func findsAPlantedChangeAlone(plant: PlantedReport.Plant) {
    let files = plant.applied(to: PlantedReport.files)
    #expect(!files.values.contains { $0.contains("MISSING") }, "\(plant)")
    let difference = Difference(from: base, to: PlantedReport.folder(files))
    #expect(listed(difference) == plant.expected.sorted())
    #expect(difference.problems == [])
    #expect(!difference.isEmpty)
    #expect(difference.isWorse == plant.expected.contains { $0.hasSuffix("worse") })
    // The way back has as many changes.
    let back = Difference(from: PlantedReport.folder(files), to: base)
    #expect(back.changes.count == difference.changes.count)
  }

  @Test func findsAllPlantedChangesTogether() {
    let plants = PlantedReport.plants.filter(\.isForTogether)
    #expect(PlantedReport.plants.count >= 60 && plants.count >= 55)
    let files = plants.reduce(PlantedReport.files) { $1.applied(to: $0) }
    #expect(!files.values.contains { $0.contains("MISSING") })
    let difference = Difference(from: base, to: PlantedReport.folder(files))
    #expect(listed(difference) == plants.flatMap(\.expected).sorted())
    #expect(difference.problems == [])
  }

  @Test func findsNothingWhereNothingIs() {
    let difference = Difference(from: base, to: PlantedReport.folder(PlantedReport.files))
    #expect(difference.changes == [] && difference.isEmpty && !difference.isWorse)
    #expect(difference.summary == "")
  }

  @Test func allowsWhatTheToleranceAllows() throws {
    var files = PlantedReport.files
    files["report.json"] = PlantedReport.json.replacingFirst("0.752", with: "0.751")
    files["tables/sales.csv"] = files["tables/sales.csv"]?.replacingFirst(
      "Ada,1,10", with: "Ada,1,11")
    files["index.html"] = PlantedReport.page.replacingFirst("p{}", with: "p{x}")
    let new = PlantedReport.folder(files)
    let tolerance = try #require(Tolerance(parsing: ["auc=0.001", "sales.sold=1"]))
    let difference = Difference(from: base, to: new, tolerance: tolerance)
    #expect(difference.isEmpty && !difference.isWorse)
    #expect(listed(difference) == ["metric replace key.auc within"])
    #expect(difference.tables["sales"]?.within == 1)
    #expect(
      Difference(from: base, to: new, tolerance: try #require(Tolerance(parsing: ["*=1"]))).isEmpty)
    let tight = try #require(Tolerance(parsing: ["*=1", "key.auc=0.0009"]))
    #expect(Difference(from: base, to: new, tolerance: tight).isWorse)
    for text in ["auc", "=1", "auc=-1", "auc=x", "auc=inf"] {
      #expect(Tolerance(parsing: [text]) == nil)
    }
  }

  @Test func takesTheKeyThatIsDeclared() {
    var files = PlantedReport.files
    files["tables/order.csv"] = "name,n\nb,1\na,2\nc,3\nd,4\n"
    let new = PlantedReport.folder(files)
    #expect(listed(Difference(from: base, to: new)).count == 3)
    let keyed = Difference(from: base, to: new, keys: ["order": ["n"]])
    #expect(listed(keyed) == ["cell replace order/1/name", "cell replace order/2/name"])
    #expect(keyed.tables["order"]?.key == ["n"])
  }

  /// Damage anywhere gives a difference or a problem, never a crash.
  @Test func survivesDamagedVersions() {
    for (file, text) in PlantedReport.files {
      let bytes = Array(text.utf8)
      let damages: [[UInt8]] = [
        [], [0xFF, 0xFE, 0x00], Array(bytes.prefix(bytes.count / 2)), Array("[".utf8) + bytes,
        bytes.map { $0 == UInt8(ascii: "\"") ? UInt8(ascii: "{") : $0 },
        bytes.map { $0 == 10 ? UInt8(ascii: "\"") : $0 }, Array(bytes.reversed()),
      ]
      for damage in damages where damage != bytes {
        var files = base.files
        files[file] = .text(damage)
        let difference = Difference(from: base, to: ReportFolder(name: "new", files: files))
        #expect(!difference.isEmpty, "\(file)")
        files[file] = nil
        #expect(!Difference(from: ReportFolder(name: "x", files: files), to: base).isEmpty)
      }
    }
    let deep = ReportFolder(
      name: "deep",
      files: ["report.json": .text([UInt8](repeating: UInt8(ascii: "["), count: 1 << 20))])
    #expect(Difference(from: deep, to: base).problems.count >= 1)
    #expect(Difference(from: ReportFolder(name: "a", files: [:]), to: deep).problems.count == 2)
  }
}
