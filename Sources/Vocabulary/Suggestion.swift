/// The candidate most like `name`, when one is close enough to be what was meant.
///
/// Closeness is the optimal string alignment distance (insertions, deletions, replacements and
/// swaps of neighbours count 1) on lowercased text, at most a third of the longer name.
/// For example: `nearest(to: "targt", among: ["table", "target"]) == "target"`.
public func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
  let wanted = Array(name.lowercased().unicodeScalars)
  var best: (name: String, distance: Int)?
  for candidate in candidates {
    let other = Array(candidate.lowercased().unicodeScalars)
    let limit = max(1, max(wanted.count, other.count) / 3)
    guard abs(wanted.count - other.count) <= limit else { continue }
    let distance = alignmentDistance(wanted, other)
    if distance <= limit, distance < (best?.distance ?? .max) {
      best = (candidate, distance)
    }
  }
  return best?.name
}

/// The remedies for an unknown name: the nearest valid one, or the list of all when it is short.
public func solutions(
  forUnknown name: String, among candidates: some Sequence<String>
) -> [String] {
  let all = Array(candidates)
  if let match = nearest(to: name, among: all) { return ["did you mean `\(match)`?"] }
  guard !all.isEmpty, all.count <= 20 else { return [] }
  return ["valid names: " + all.map { "`\($0)`" }.joined(separator: ", ")]
}

private func alignmentDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
  guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
  var beforeLast: [Int] = []
  var last = Array(0...right.count)
  for i in 1...left.count {
    var row = [i] + Array(repeating: 0, count: right.count)
    for j in 1...right.count {
      let cost = left[i - 1] == right[j - 1] ? 0 : 1
      row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + cost)
      if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
        row[j] = min(row[j], beforeLast[j - 2] + 1)
      }
    }
    (beforeLast, last) = (last, row)
  }
  return last[right.count]
}
