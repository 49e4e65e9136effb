import Foundation
import Learning
import Testing

/// Figures of SciPy 1.17.1 and NumPy 2.4.6.
@Suite struct DriftTests {
  private func isClose(_ a: Double?, _ b: Double, _ relative: Double = 1e-9) -> Bool {
    a.map { abs($0 - b) <= relative * max(abs(b), 1e-300) } ?? false
  }

  /// bank.csv, its first against its last 15,000 rows; nil where it is not there.
  private static let bank: [String: [String]]? = {
    let root = URL(filePath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let file = root.deletingLastPathComponent().appending(path: "shared/data/bank.csv")
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return nil }
    let rows = text.split(whereSeparator: \.isNewline).map {
      $0.split(whereSeparator: { $0 == ";" || $0 == "," }).map {
        String($0).replacingOccurrences(of: "\"", with: "")
      }
    }
    var columns: [String: [String]] = [:]
    for (index, name) in (rows.first ?? []).enumerated() {
      columns[name] = rows.dropFirst().map { $0[index] }
    }
    return columns
  }()

  private struct Expected: Sendable {
    var name: String
    var bins: Int
    var psi, noise, ks, wasserstein, deviation, jensenShannon, chiSquared: Double
    var degrees: Int
    var p: Double
  }

  private static let numbers = [
    Expected(
      name: "age", bins: 10, psi: 0.09823429613070918, noise: 0.00225586368061606,
      ks: 0.09773333333333334, wasserstein: 2.5777999999999994, deviation: 9.484481640846564,
      jensenShannon: 0.11049908665188725, chiSquared: 728.5104539908815, degrees: 9,
      p: 5.121798377160164e-151),
    Expected(
      name: "balance", bins: 10, psi: 0.08591677018757422, noise: 0.00225586368061606,
      ks: 0.11586666666666667, wasserstein: 409.74913333333234, deviation: 2601.0860208011054,
      jensenShannon: 0.10297980521517605, chiSquared: 628.580799380568, degrees: 9,
      p: 1.5320616272675096e-129),
    Expected(
      name: "day", bins: 10, psi: 0.1081441094505732, noise: 0.00225586368061606,
      ks: 0.11833333333333329, wasserstein: 1.2279333333333329, deviation: 8.040882179352103,
      jensenShannon: 0.11578555487373773, chiSquared: 797.8213710657703, degrees: 9,
      p: 6.259342097873601e-166),
    Expected(
      name: "duration", bins: 10, psi: 0.009986652532954075, noise: 0.00225586368061606,
      ks: 0.04499999999999993, wasserstein: 13.62046666666668, deviation: 257.07220396525867,
      jensenShannon: 0.035316813071074, chiSquared: 74.7735380778788, degrees: 9,
      p: 1.7516414553961804e-12),
    Expected(
      name: "campaign", bins: 6, psi: 0.05821392647112725, noise: 0.0014760663591355137,
      ks: 0.09493333333333337, wasserstein: 0.675, deviation: 3.3147529614671973,
      jensenShannon: 0.08491304959185501, chiSquared: 428.76422175801315, degrees: 5,
      p: 1.867299476946741e-90),
  ]

  /// Rows that need no file, missing values among them: the bins of NumPy's quantiles, PSI by its
  /// definition, the rest by SciPy.
  @Test func agreesWithSciPyOnMadeUpNumbers() throws {
    let old = (0..<700).map { (i: Int) -> Double in
      i % 17 == 0 ? .nan : Double(i * 7919 % 1000) / 10
    }
    let new = (0..<500).map { (i: Int) -> Double in
      i % 13 == 0 ? .nan : Double(i * 104_729 % 1000) / 10 + (i % 3 == 0 ? 7 : 0)
    }
    let drift = ColumnDrift("x", reference: old, current: new)
    #expect(drift.comparison.reference == [66, 66, 66, 65, 66, 66, 65, 66, 66, 66, 42])
    #expect(drift.comparison.current == [37, 48, 44, 45, 48, 47, 43, 46, 46, 57, 39])
    #expect(isClose(drift.stabilityIndex, 0.014604034484910355))
    #expect(isClose(drift.comparison.noiseBound, 0.06276698761122906))
    #expect(isClose(drift.comparison.jensenShannon, 0.0426800862740924))
    #expect(isClose(drift.comparison.chiSquared?.statistic, 4.2592792724616615))
    #expect(drift.comparison.chiSquared?.degrees == 10)
    #expect(isClose(drift.comparison.chiSquared?.p, 0.9348933173930314))
    #expect(isClose(drift.distance?.kolmogorovSmirnov, 0.030194040970798253))
    #expect(isClose(drift.distance?.wasserstein, 2.084627379358999))
  }

  @Test(.enabled(if: bank != nil, "bank.csv does not lie beside the checkout"))
  func agreesWithSciPyOnNumbersOfTheBank() throws {
    let bank = try #require(Self.bank)
    for expected in Self.numbers {
      let values = try #require(bank[expected.name]).compactMap(Double.init)
      #expect(values.count == 45_211)
      let drift = ColumnDrift(
        expected.name, reference: Array(values.prefix(15_000)),
        current: Array(values.suffix(15_000)))
      #expect(drift.bins.count == expected.bins)
      #expect(isClose(drift.stabilityIndex, expected.psi), "\(expected.name)")
      #expect(isClose(drift.comparison.noiseBound, expected.noise))
      #expect(isClose(drift.comparison.jensenShannon, expected.jensenShannon))
      #expect(isClose(drift.comparison.chiSquared?.statistic, expected.chiSquared))
      #expect(drift.comparison.chiSquared?.degrees == expected.degrees)
      #expect(isClose(drift.comparison.chiSquared?.p, expected.p))
      #expect(isClose(drift.distance?.kolmogorovSmirnov, expected.ks))
      #expect(isClose(drift.distance?.wasserstein, expected.wasserstein))
      #expect(
        isClose(
          drift.distance?.standardizedWasserstein, expected.wasserstein / expected.deviation))
    }
  }

  @Test(
    .enabled(if: bank != nil, "bank.csv does not lie beside the checkout"),
    arguments: [
      ("job", 12, 0.16223035717410628, 0.13902545342167538, 1114.2272878068575, 11),
      ("month", 12, 4.156708789457313, 0.5060590634077923, 11981.993439527327, 11),
      ("poutcome", 4, 3.4744642309149647, 0.42673487268350513, 8372.98541826554, 3),
      ("education", 4, 0.07301574661505217, 0.0952236286067051, 540.5464344325114, 3),
    ])
  func agreesWithSciPyOnCategoriesOfTheBank(
    _ name: String, _ bins: Int, _ psi: Double, _ distance: Double, _ statistic: Double,
    _ degrees: Int
  ) throws {
    let bank = try #require(Self.bank)
    let values = try #require(bank[name])
    func counts(_ values: some Sequence<String>) -> [String?: Int] {
      values.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }
    let drift = ColumnDrift(
      name, reference: counts(values.prefix(15_000)), current: counts(values.suffix(15_000)))
    // Categories that only came later share a bin here, and have one each there.
    guard drift.unseenCategories <= 1 else { return }
    #expect(drift.bins.count == bins)
    #expect(isClose(drift.stabilityIndex, psi))
    #expect(isClose(drift.comparison.jensenShannon, distance))
    #expect(isClose(drift.comparison.chiSquared?.statistic, statistic))
    #expect(drift.comparison.chiSquared?.degrees == degrees)
  }

  @Test(arguments: [
    (40, 60, 1, 0.10833333333333334, 0.9221926870553454, 3.9916666666666663),
    (7, 5, 2, 0.22857142857142856, 0.98989898989899, 10.599999999999998),
    (200, 150, 3, 0.055, 0.9466964711540928, 2.6083333333333334),
    (30, 30, 4, 0.06666666666666667, 0.9999999909208507, 2.033333333333333),
    (500, 1000, 5, 0.054, 0.2821834824755468, 2.1990000000000003),
  ])
  func countsTheExactProbability(
    _ n: Int, _ m: Int, _ seed: Int, _ ks: Double, _ p: Double, _ moved: Double
  ) throws {
    func values(_ count: Int, _ seed: Int, _ modulus: Int, _ shift: Int) -> [Double] {
      (0..<count).map { Double(($0 * 7919 + seed * 104_729) % 1009 % modulus + shift) }.sorted()
    }
    let distance = try #require(
      SampleDistance(reference: values(n, seed, 97, 0), current: values(m, seed + 10, 89, seed)))
    #expect(isClose(distance.kolmogorovSmirnov, ks))
    #expect(isClose(distance.kolmogorovSmirnovP, p))
    #expect(isClose(distance.wasserstein, moved))
  }

  @Test(arguments: [
    (1.0, 1.0, 0.31731050786291115, 3.841458820694124),
    (2, 0.1, 0.951229424500714, 5.991464547107979),
    (5, 20, 0.0012497305630313773, 11.070497693516351),
    (9, 9, 0.43727418891386693, 16.918977604620448),
    (40, 125, 1.1130853410252894e-10, 55.75847927888702),
    (200, 605, 2.623413888404209e-42, 233.99426889232492),
  ])
  func knowsTheChiSquaredDistribution(
    _ degrees: Double, _ x: Double, _ tail: Double, _ quantile: Double
  ) {
    let distribution = ChiSquaredDistribution(degrees: degrees)
    #expect(isClose(distribution.upperTail(x), tail))
    #expect(isClose(distribution.quantile(0.95), quantile))
  }

  @Test func tellsValuesBesideAConstantApart() throws {
    let same = ColumnDrift("x", reference: [5, 5, 5], current: [5, 5])
    #expect(same.stabilityIndex == 0)
    #expect(same.distance?.standardizedWasserstein == 0)
    let below = ColumnDrift("x", reference: [5, 5, 5], current: [4, 6, 5])
    #expect(below.comparison.current == [1, 1, 1])
    #expect(below.distance?.standardizedWasserstein == nil)
    #expect(below.test?.isDrifted == false)
  }

  @Test func givesMissingValuesABinOfTheirOwn() {
    let drift = ColumnDrift(
      "x", reference: [1, 2, 3, .nan], current: [1, .infinity, .nan, -.infinity])
    #expect(drift.bins.last == ColumnDrift.missingBin)
    #expect(drift.missing == (1, 3))
    let none = ColumnDrift("x", reference: [.nan, .nan], current: [.nan])
    #expect(none.stabilityIndex == 0)
    #expect(none.test == nil)
    let gone = ColumnDrift("x", reference: [1, 2, 3], current: [.nan])
    #expect(gone.missing == (0, 1))
    #expect(gone.distance == nil)
  }

  @Test func countsWhatTheReferenceDoesNotHave() {
    let drift = ColumnDrift(
      "x", reference: ["a": 5, "b": 3, nil: 2], current: ["a": 5, "c": 2, "d": 1])
    #expect(drift.unseen == 3)
    #expect(drift.unseenCategories == 2)
    #expect(drift.bins == ["a", "b", ColumnDrift.unseenBin, ColumnDrift.missingBin])
    #expect(drift.comparison.current == [5, 0, 3, 0])
  }

  @Test func callsNothingDriftThatFewRowsShowByChance() {
    let drift = ColumnDrift("x", reference: [1, 2, 3, 4], current: [4, 4, 3, 4])
    #expect((drift.stabilityIndex ?? 0) > 0.25)
    #expect(drift.band() == .noise)
    #expect(ColumnDrift("x", reference: [], current: [1]).stabilityIndex == nil)
    #expect(ColumnDrift("x", reference: [], current: [1]).band() == .stable)
  }
}
