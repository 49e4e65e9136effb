/// A path of a catalog, which may hold `*`, `?`, `[...]` and `**` as DuckDB's globs do.
struct PathPattern {
  private let parts: [Substring]

  init(_ text: String) {
    parts = text.split(separator: "/")
  }

  /// A path without `.` and `..` in it.
  static func cleaned(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." {
        parts.removeLast()
      } else {
        parts.append(part)
      }
    }
    return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
  }

  /// Whether a path is one that the pattern means.
  func matches(_ path: String) -> Bool {
    Self.matches(parts[...], path.split(separator: "/")[...])
  }

  private static func matches(
    _ parts: ArraySlice<Substring>, _ path: ArraySlice<Substring>
  ) -> Bool {
    guard let first = parts.first else { return path.isEmpty }
    if first == "**" {
      return matches(parts.dropFirst(), path) || (!path.isEmpty && matches(parts, path.dropFirst()))
    }
    guard let name = path.first, fits(Array(first)[...], Array(name)[...]) else { return false }
    return matches(parts.dropFirst(), path.dropFirst())
  }

  private static func fits(
    _ pattern: ArraySlice<Character>, _ name: ArraySlice<Character>
  ) -> Bool {
    guard let first = pattern.first else { return name.isEmpty }
    switch first {
    case "*":
      return fits(pattern.dropFirst(), name) || (!name.isEmpty && fits(pattern, name.dropFirst()))
    case "?": return !name.isEmpty && fits(pattern.dropFirst(), name.dropFirst())
    case "[":
      guard let end = pattern.dropFirst(2).firstIndex(of: "]"), let letter = name.first else {
        break
      }
      var set = pattern[(pattern.startIndex + 1)..<end]
      let isNegated = set.first == "!"
      if isNegated { set = set.dropFirst() }
      return isIn(set, letter) != isNegated
        && fits(pattern[(end + 1)...], name.dropFirst())
    default: break
    }
    return name.first == first && fits(pattern.dropFirst(), name.dropFirst())
  }

  private static func isIn(_ set: ArraySlice<Character>, _ letter: Character) -> Bool {
    var rest = set
    while let low = rest.popFirst() {
      if rest.count >= 2, rest.first == "-", let high = rest.dropFirst().first {
        if low <= letter, letter <= high { return true }
        rest = rest.dropFirst(2)
      } else if low == letter {
        return true
      }
    }
    return false
  }
}
