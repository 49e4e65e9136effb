import Testing

@testable import Comparing

@Suite struct SequenceTests {
  /// The old sequence with the edits applied.
  private func applied(_ edits: [SequenceDifference.Edit], _ old: [Int], _ new: [Int]) -> [Int] {
    var made: [Int] = []
    var taken = 0
    for edit in edits {
      switch edit {
      case .keep(let i, let j):
        #expect(i == taken && old[i] == new[j])
        made.append(old[i])
        taken += 1
      case .remove(let i):
        #expect(i == taken)
        taken += 1
      case .insert(let j): made.append(new[j])
      }
    }
    #expect(taken == old.count)
    return made
  }

  /// The length of a longest common subsequence, by the textbook's table.
  private func common(_ a: [Int], _ b: [Int]) -> Int {
    var row = [Int](repeating: 0, count: b.count + 1)
    for x in a {
      var diagonal = 0
      for (j, y) in b.enumerated() {
        let above = row[j + 1]
        row[j + 1] = x == y ? diagonal + 1 : max(row[j + 1], row[j])
        diagonal = above
      }
    }
    return row[b.count]
  }

  @Test func findsAShortestWayBetweenShortSequences() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<500 {
      let old = (0..<Int.random(in: 0...12, using: &generator)).map { _ in Int.random(in: 0...3) }
      let new = (0..<Int.random(in: 0...12, using: &generator)).map { _ in Int.random(in: 0...3) }
      let edits = SequenceDifference(old, new).edits
      #expect(applied(edits, old, new) == new)
      let kept = edits.count { if case .keep = $0 { true } else { false } }
      #expect(kept == common(old, new), "\(old) \(new)")
    }
  }

  @Test func survivesLongSequencesOfEveryKind() {
    let long = (0..<20_000).map { $0 * 7919 % 20_011 }
    var shuffled = long
    shuffled.shuffle()
    for new in [long, long.reversed(), shuffled, long.map { $0 % 5 }, [], long.map { -$0 - 1 }] {
      #expect(applied(SequenceDifference(long, new).edits, long, new) == new)
    }
  }

  /// A curve of other numbers has few points in common with the old one.
  @Test func keepsTheFewElementsThatLongSequencesShare() {
    let old = (0..<3000).map { $0 % 300 == 7 ? $0 : $0 + 10_000 }
    let new = (0..<3500).map { $0 % 300 == 7 ? $0 : $0 + 20_000 }
    let edits = SequenceDifference(old, new).edits
    #expect(applied(edits, old, new) == new)
    #expect(edits.count { if case .keep = $0 { true } else { false } } == common(old, new))
  }

  @Test func joinsWordsOfOneFate() {
    let text = TextDifference.words("AUC 0.752 on rows.", "AUC 0.741 on all rows.")
    let marked = text.pieces.map { piece in
      switch piece.fate {
      case .same: piece.text
      case .removed: "[-\(piece.text)-]"
      case .added: "{+\(piece.text)+}"
      }
    }
    #expect(marked.joined() == "AUC [-0.752-]{+0.741+} on{+ all+} rows.")
    #expect(TextDifference.words("今月は良い", "今月は悪い").pieces.count == 4)
  }
}
