import Learning
import Testing

@Suite struct SplitTests {
  private func counts(_ parts: [Part]) -> [Int] {
    Part.allCases.map { part in parts.filter { $0 == part }.count }
  }

  @Test func keepsClassSharesExactly() throws {
    let labels = (0..<1000).map { $0 % 10 == 0 ? 1 : 0 }
    let split = try Split(test: 0.2, validation: 0.1, seed: 1)
    let parts = split.stratified(by: labels, RowKeys(count: 1000))
    #expect(counts(parts) == [700, 100, 200])
    let positives = zip(parts, labels).filter { $0.1 == 1 }.map(\.0)
    #expect(counts(positives) == [70, 10, 20])
  }

  @Test func roundsByTheLargestRemainder() throws {
    // 7 rows: test 1.4, validation 1.4, train 4.2; the rest goes to the earlier of equal remainders.
    let parts = try Split(test: 0.2, validation: 0.2).random(RowKeys(count: 7))
    #expect(counts(parts) == [4, 2, 1])
    let classes = [0, 0, 0, 1, 1, 2]
    let stratified = try Split(test: 0.5).stratified(by: classes, RowKeys(count: 6))
    #expect(counts(stratified) == [3, 0, 3])
  }

  @Test func followsTheIdAndNotTheRowOrder() throws {
    let split = try Split(test: 0.3, validation: 0.2, seed: 42)
    let ids = (0..<500).map { "id-\($0)" }
    let forward = Dictionary(uniqueKeysWithValues: zip(ids, split.random(RowKeys(ids: ids))))
    let reversed = Array(ids.reversed())
    let backward = Dictionary(
      uniqueKeysWithValues: zip(reversed, split.random(RowKeys(ids: reversed))))
    #expect(forward == backward)
    let other = try Split(test: 0.3, validation: 0.2, seed: 43).random(RowKeys(ids: ids))
    #expect(other != split.random(RowKeys(ids: ids)))
    #expect(RowKeys(ids: ["a", "b", "a"]).repeatedCount == 1)
  }

  // The order is part of the format: a change would silently move rows of published reports. The
  // figures come from a transcription of the published algorithms into Python.
  @Test func keepsItsPublishedOrder() {
    #expect(RowKeys(ids: ["a", "b", "c", "d", "e"]).shuffled(seed: 0) == [3, 0, 2, 1, 4])
    var generator = RandomGenerator(seed: 0)
    #expect(generator.next() == 18_110_106_563_157_542_208)
    #expect(generator.next() == 8_650_457_082_529_208_451)
  }

  @Test func keepsGroupsWhole() throws {
    let groups = (0..<1000).map { "g\($0 % 37)" }
    let parts = try Split(test: 0.2, validation: 0.2, seed: 3).grouped(by: groups)
    var seen: [String: Set<Part>] = [:]
    for (group, part) in zip(groups, parts) { seen[group, default: []].insert(part) }
    #expect(seen.values.allSatisfy { $0.count == 1 })
    let sizes = counts(parts)
    #expect(abs(sizes[2] - 200) <= 28 && abs(sizes[1] - 200) <= 28)
  }

  @Test func putsTheLatestRowsIntoTheTest() throws {
    let times = [5.0, 1, 4, 2, 3, 9, 8, 7, 6, 10]
    let parts = try Split(test: 0.2, validation: 0.2).ordered(by: times)
    #expect(zip(times, parts).allSatisfy { ($0 > 8) == ($1 == .test) })
    #expect(zip(times, parts).allSatisfy { (7...8).contains($0) == ($1 == .validation) })
    let tied = try Split(test: 0.2).ordered(by: [1, 1, 1, 1, 1])
    #expect(counts(tied) == [5, 0, 0])
    let steps = try Split(test: 0.5).ordered(by: [1, 1, 1, 2, 2, 2, 2, 2])
    #expect(counts(steps) == [3, 0, 5])
  }

  @Test func refusesSharesThatLeaveNothing() {
    #expect(throws: LearningError.self) { try Split(test: 0.6, validation: 0.4) }
    #expect(throws: LearningError.self) { try Split(test: -0.1) }
    #expect(throws: LearningError.self) { try Split(test: .nan) }
  }

  @Test func splitsNothingIntoNothing() throws {
    let split = try Split(test: 0.2)
    #expect(split.random(RowKeys(count: 0)).isEmpty)
    #expect(split.grouped(by: []).isEmpty)
    #expect(split.ordered(by: []).isEmpty)
    #expect(split.random(RowKeys(count: 1)) == [.train])
  }
}
