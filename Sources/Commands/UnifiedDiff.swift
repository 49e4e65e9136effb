/// The lines in which two texts differ, as `diff -u` writes them.
struct UnifiedDiff {
  /// The patch; empty when the texts are equal.
  let text: String

  private static let context = 3

  private enum Line {
    case same(Substring)
    case removed(Substring)
    case added(Substring)

    var text: String {
      switch self {
      case .same(let line): " \(line)\n"
      case .removed(let line): "-\(line)\n"
      case .added(let line): "+\(line)\n"
      }
    }

    var isSame: Bool {
      if case .same = self { true } else { false }
    }

    var isInOld: Bool {
      if case .added = self { false } else { true }
    }

    var isInNew: Bool {
      if case .removed = self { false } else { true }
    }
  }

  /// The patch that makes `new` of `old`, with a file's name in its head.
  init(from old: String, to new: String, of file: String) {
    let lines = Self.lines(old, new)
    let hunks = Self.hunks(in: lines)
    guard !hunks.isEmpty else {
      text = ""
      return
    }
    var result = "--- \(file)\n+++ \(file) (formatted)\n"
    for hunk in hunks {
      let before = lines[..<hunk.lowerBound]
      let counts = (
        old: lines[hunk].count(where: \.isInOld), new: lines[hunk].count(where: \.isInNew)
      )
      let oldStart = before.count(where: \.isInOld) + (counts.old > 0 ? 1 : 0)
      let newStart = before.count(where: \.isInNew) + (counts.new > 0 ? 1 : 0)
      result += "@@ -\(oldStart),\(counts.old) +\(newStart),\(counts.new) @@\n"
      result += lines[hunk].map(\.text).joined()
    }
    text = result
  }

  private static func split(_ text: String) -> [Substring] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  private static func lines(_ old: String, _ new: String) -> [Line] {
    let (old, new) = (split(old), split(new))
    var removed: Set<Int> = []
    var added: Set<Int> = []
    for change in new.difference(from: old) {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): added.insert(offset)
      }
    }
    var result: [Line] = []
    var (left, right) = (0, 0)
    while left < old.count || right < new.count {
      if left < old.count, removed.contains(left) {
        result.append(.removed(old[left]))
        left += 1
      } else if right < new.count, added.contains(right) {
        result.append(.added(new[right]))
        right += 1
      } else if left < old.count, right < new.count {
        result.append(.same(old[left]))
        left += 1
        right += 1
      } else {
        break
      }
    }
    return result
  }

  /// The changed stretches with the lines around them; those that would touch are one.
  private static func hunks(in lines: [Line]) -> [Range<Int>] {
    var hunks: [Range<Int>] = []
    for index in lines.indices where !lines[index].isSame {
      let around = max(0, index - context)..<min(lines.count, index + context + 1)
      if let last = hunks.last, last.upperBound >= around.lowerBound {
        hunks[hunks.count - 1] = last.lowerBound..<around.upperBound
      } else {
        hunks.append(around)
      }
    }
    return hunks
  }
}
