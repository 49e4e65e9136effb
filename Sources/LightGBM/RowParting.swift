/// Rows on their way down a tree: which of them are at which node.
///
/// The rows of a node lie in one piece, and its children's in the same piece of the other of two lists.
struct RowParting {
  /// Rows that lie in one piece of one of the lists.
  struct Piece {
    var range: Range<Int> = 0..<0
    /// How often they were parted; what is odd lies in the second list.
    var depth = 0
  }

  /// Which ranks go left. A rank of 0 is a missing value.
  enum Side {
    /// Those from 1 to a limit, and missing ones or not.
    case upTo(UInt32, withMissing: Bool)
    /// Those from 1 to a limit; missing ones and these zeros go to a side of their own.
    case upToBeside(UInt32, zeros: Range<UInt32>, goLeft: Bool)
    /// Those that are marked, by rank.
    case marked([Bool])
  }

  /// All rows in order, where every tree begins.
  private let all: [UInt32]
  private var lists: ([UInt32], [UInt32])
  /// For each place of a list that is parted, 1 when its row goes left.
  private var flags: [UInt8]
  private var pieces: [Piece] = []

  init(rowCount: Int) {
    all = Array(0..<UInt32(rowCount))
    lists = (all, all)
    flags = Array(repeating: 0, count: rowCount)
  }

  /// Begins with all rows at the first of so many nodes.
  mutating func begin(nodeCount: Int) {
    pieces.removeAll(keepingCapacity: true)
    pieces.append(contentsOf: repeatElement(Piece(), count: nodeCount))
    pieces[0].range = all.indices
  }

  /// Says which rows are at a node.
  mutating func set(_ piece: Piece, of node: Int) { pieces[node] = piece }

  /// Parts the rows of a node by their ranks in a column.
  mutating func part(
    _ node: Int, by side: Side, _ ranks: [UInt32]
  ) -> (left: Piece, right: Piece) {
    let piece = pieces[node]
    let middle =
      if piece.depth == 0 {
        Self.part(piece.range, of: all, into: &lists.1, by: side, ranks, &flags)
      } else if piece.depth % 2 == 1 {
        Self.part(piece.range, of: lists.1, into: &lists.0, by: side, ranks, &flags)
      } else {
        Self.part(piece.range, of: lists.0, into: &lists.1, by: side, ranks, &flags)
      }
    let depth = piece.depth + 1
    return (
      Piece(range: piece.range.lowerBound..<middle, depth: depth),
      Piece(range: middle..<piece.range.upperBound, depth: depth)
    )
  }

  /// Adds a value to the scores of rows.
  func add(_ value: Double, to scores: inout [Double], _ piece: Piece) {
    let list = piece.depth % 2 == 1 ? lists.1 : lists.0
    precondition(piece.range.upperBound <= list.count && scores.count == list.count)
    // Every list holds rows below its count only.
    unsafe list.withUnsafeBufferPointer { list in
      unsafe scores.withUnsafeMutableBufferPointer { scores in
        for place in piece.range { unsafe scores[Int(list[place])] += value }
      }
    }
  }

  private static func part(
    _ range: Range<Int>, of source: [UInt32], into target: inout [UInt32], by side: Side,
    _ ranks: [UInt32], _ flags: inout [UInt8]
  ) -> Int {
    switch side {
    case .upTo(let limit, let withMissing):
      // What is below the shift goes round to the largest number there is.
      let shift: UInt32 = withMissing ? 0 : 1
      if withMissing || limit > 0 {
        flag(range, of: source, ranks, &flags) { $0 &- shift <= limit &- shift }
      } else {
        flag(range, of: source, ranks, &flags) { _ in false }
      }
    case .upToBeside(let limit, let zeros, let goLeft):
      flag(range, of: source, ranks, &flags) { rank in
        rank == 0 || zeros.contains(rank) ? goLeft : rank <= limit
      }
    case .marked(let marks): flag(range, of: source, ranks, &flags) { marks[Int($0)] }
    }
    return part(range, of: source, into: &target, by: flags)
  }

  /// Marks the places whose rows go left.
  ///
  /// This is done before any row is moved: a processor that does not know yet where a row will be put
  /// reads no further.
  @inline(__always)
  private static func flag(
    _ range: Range<Int>, of source: [UInt32], _ ranks: [UInt32], _ flags: inout [UInt8],
    _ goesLeft: (UInt32) -> Bool
  ) {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= source.count && source.count == flags.count
        && source.count == ranks.count)
    // Every list holds rows below its count only.
    unsafe source.withUnsafeBufferPointer { source in
      unsafe ranks.withUnsafeBufferPointer { ranks in
        unsafe flags.withUnsafeMutableBufferPointer { flags in
          for place in range {
            unsafe flags[place] = goesLeft(ranks[Int(source[place])]) ? 1 : 0
          }
        }
      }
    }
  }

  /// Puts the rows that go left at the front, those that go right at the back, without a branch that the
  /// processor would have to guess; gives where the latter begin.
  private static func part(
    _ range: Range<Int>, of source: [UInt32], into target: inout [UInt32], by flags: [UInt8]
  ) -> Int {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= source.count && source.count == target.count
        && source.count == flags.count)
    // Both ends stay within the range: together they take one step for each of its rows.
    return unsafe source.withUnsafeBufferPointer { source in
      unsafe flags.withUnsafeBufferPointer { flags in
        unsafe target.withUnsafeMutableBufferPointer { target in
          var (front, back) = (range.lowerBound, range.upperBound &- 1)
          for place in range {
            let row = unsafe source[place]
            let left = Int(unsafe flags[place])
            unsafe target[front] = row
            unsafe target[back] = row
            front &+= left
            back &-= 1 &- left
          }
          return front
        }
      }
    }
  }
}
