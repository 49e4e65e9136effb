/// How one sequence becomes another: the generic algorithm under every difference here.
///
/// Common ends are taken off, long middles are cut where something occurs once on both sides
/// (Bram Cohen's patience difference), and what remains goes through Eugene Myers' O(ND) algorithm
/// (Algorithmica 1, 1986). Stretches too different for it are replaced as a whole, so that the time
/// stays close to linear whatever comes.
///
/// For example: `SequenceDifference(["a", "b"], ["b", "c"]).edits` is remove 0, keep 1 as 0, insert 1.
struct SequenceDifference: Sendable, Hashable {
  enum Edit: Sendable, Hashable {
    case keep(old: Int, new: Int)
    case remove(Int)
    case insert(Int)
  }

  /// In the order of both sequences; of neighbours, removals come first.
  private(set) var edits: [Edit] = []

  init<Element: Hashable>(_ old: [Element], _ new: [Element]) {
    var numbers: [Element: Int] = [:]
    func number(_ element: Element) -> Int {
      if let known = numbers[element] { return known }
      numbers[element] = numbers.count
      return numbers.count - 1
    }
    let (a, b) = (old.map(number), new.map(number))
    var kept: [(Int, Int)] = []
    var stack = [(0..<a.count, 0..<b.count)]
    // Ranges are taken from left to right, so that what is kept comes in order.
    while let (left, right) = stack.popLast() {
      Self.match(a, b, left, right, &kept, &stack)
    }
    kept.sort { $0.0 < $1.0 }
    var (i, j) = (0, 0)
    for (x, y) in kept + [(a.count, b.count)] {
      while i < x { edits.append(.remove(i)); i += 1 }
      while j < y { edits.append(.insert(j)); j += 1 }
      if x < a.count { edits.append(.keep(old: x, new: y)) }
      (i, j) = (x + 1, y + 1)
    }
  }

  /// Whether both sequences are equal.
  var isEmpty: Bool {
    edits.allSatisfy { if case .keep = $0 { true } else { false } }
  }

  private static func match(
    _ a: [Int], _ b: [Int], _ left: Range<Int>, _ right: Range<Int>,
    _ kept: inout [(Int, Int)], _ stack: inout [(Range<Int>, Range<Int>)]
  ) {
    var (l, r, m, n) = (left.lowerBound, right.lowerBound, left.upperBound, right.upperBound)
    while l < m, r < n, a[l] == b[r] {
      kept.append((l, r))
      (l, r) = (l + 1, r + 1)
    }
    while l < m, r < n, a[m - 1] == b[n - 1] {
      (m, n) = (m - 1, n - 1)
      kept.append((m, n))
    }
    guard l < m, r < n else { return }
    if m - l + n - r > 400 {
      let anchors = anchors(a, b, l..<m, r..<n)
      if !anchors.isEmpty {
        kept += anchors
        var (x, y) = (l, r)
        for (i, j) in anchors + [(m, n)] {
          if x < i, y < j { stack.append((x..<i, y..<j)) }
          (x, y) = (i + 1, j + 1)
        }
        return
      }
    }
    // What the other side lacks can pair with nothing: curves of other numbers are done here.
    let (shared, others) = common(a, b, l..<m, r..<n)
    guard !shared.isEmpty, !others.isEmpty else { return }
    kept += myers(shared.map { a[$0] }, others.map { b[$0] }).map { (shared[$0.0], others[$0.1]) }
  }

  /// The places whose elements occur on the other side too.
  private static func common(
    _ a: [Int], _ b: [Int], _ left: Range<Int>, _ right: Range<Int>
  ) -> (left: [Int], right: [Int]) {
    let (olds, news) = (Set(a[left]), Set(b[right]))
    return (left.filter { news.contains(a[$0]) }, right.filter { olds.contains(b[$0]) })
  }

  /// Elements that occur once on both sides, the longest run of them that is in order on both.
  private static func anchors(
    _ a: [Int], _ b: [Int], _ left: Range<Int>, _ right: Range<Int>
  ) -> [(Int, Int)] {
    var places: [Int: (old: Int, oldCount: Int, new: Int, newCount: Int)] = [:]
    for i in left { places[a[i], default: (0, 0, 0, 0)].old = i; places[a[i]]?.oldCount += 1 }
    for j in right { places[b[j], default: (0, 0, 0, 0)].new = j; places[b[j]]?.newCount += 1 }
    let unique = left.compactMap { i -> (Int, Int)? in
      guard let place = places[a[i]], place.oldCount == 1, place.newCount == 1 else { return nil }
      return (i, place.new)
    }
    let rising = longestRising(unique.map(\.1))
    return rising.map { unique[$0] }
  }

  /// Indices of a longest strictly rising subsequence.
  static func longestRising(_ values: [Int]) -> [Int] {
    var tails: [Int] = []
    var previous = [Int](repeating: -1, count: values.count)
    for (index, value) in values.enumerated() {
      var (low, high) = (0, tails.count)
      while low < high {
        let middle = (low + high) / 2
        if values[tails[middle]] < value { low = middle + 1 } else { high = middle }
      }
      if low > 0 { previous[index] = tails[low - 1] }
      if low == tails.count { tails.append(index) } else { tails[low] = index }
    }
    var run: [Int] = []
    var index = tails.last ?? -1
    while index >= 0 {
      run.append(index)
      index = previous[index]
    }
    return run.reversed()
  }

  /// The greedy algorithm with its trace; nothing is kept when more than 1,500 edits are needed.
  private static func myers(_ a: [Int], _ b: [Int]) -> [(Int, Int)] {
    let limit = min(a.count + b.count, 1500)
    var furthest = [Int32](repeating: 0, count: 2 * limit + 3)
    let middle = limit + 1
    var trace: [[Int32]] = []
    for d in 0...limit {
      trace.append(Array(furthest[(middle - d - 1)...(middle + d + 1)]))
      for k in stride(from: -d, through: d, by: 2) {
        let isDown =
          k == -d || (k != d && furthest[middle + k - 1] < furthest[middle + k + 1])
        var x = Int(isDown ? furthest[middle + k + 1] : furthest[middle + k - 1] + 1)
        var y = x - k
        while x < a.count, y >= 0, y < b.count, a[x] == b[y] { (x, y) = (x + 1, y + 1) }
        furthest[middle + k] = Int32(x)
        if x >= a.count, y >= b.count { return path(trace, a.count, b.count) }
      }
    }
    return []
  }

  private static func path(_ trace: [[Int32]], _ m: Int, _ n: Int) -> [(Int, Int)] {
    var kept: [(Int, Int)] = []
    var (x, y) = (m, n)
    for d in trace.indices.reversed() {
      let row = trace[d]
      func furthest(_ k: Int) -> Int { Int(row[k + d + 1]) }
      let k = x - y
      let isDown = k == -d || (k != d && furthest(k - 1) < furthest(k + 1))
      let before = isDown ? k + 1 : k - 1
      let start = d == 0 ? 0 : furthest(before)
      let (fromX, fromY) = (start, d == 0 ? 0 : start - before)
      while x > fromX, y > fromY {
        (x, y) = (x - 1, y - 1)
        kept.append((x, y))
      }
      if d > 0 { (x, y) = (fromX, fromY) }
    }
    return kept
  }
}
