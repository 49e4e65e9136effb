/// LightGBM's text form of a model.
enum TreesText {
  /// One model with as many outputs as there are `texts`, which are models of one output and of the
  /// same features: its trees are theirs, one of each in turn.
  ///
  /// The objective is left out, so that an output is the sum of its trees, or their mean in a forest.
  static func merged(_ texts: [String]) -> String {
    let parts = texts.map(Parts.init)
    guard let first = parts.first else { return "" }
    let rounds = parts.map(\.trees.count).min() ?? 0
    var blocks: [String] = []
    for round in 0..<rounds {
      for part in parts {
        let lines = part.trees[round].split(separator: "\n", omittingEmptySubsequences: false)
        blocks.append((["Tree=\(blocks.count)"] + lines.dropFirst()).joined(separator: "\n"))
      }
    }
    let head = first.head.compactMap { line -> String? in
      if line.hasPrefix("objective=") { return nil }
      if line.hasPrefix("num_class=") { return "num_class=\(parts.count)" }
      if line.hasPrefix("num_tree_per_iteration=") {
        return "num_tree_per_iteration=\(parts.count)"
      }
      if line.hasPrefix("tree_sizes=") {
        return "tree_sizes=" + blocks.map { String($0.utf8.count) }.joined(separator: " ")
      }
      return String(line)
    }
    return head.joined(separator: "\n") + "\n" + blocks.joined() + first.tail
  }

  /// The pieces of a text.
  private struct Parts {
    var head: [Substring]
    /// From `Tree=` to the next tree, the empty lines behind it included.
    var trees: [String] = []
    var tail: String

    init(_ text: String) {
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      let starts = lines.indices.filter { lines[$0].hasPrefix("Tree=") }
      let end = lines.firstIndex { $0 == "end of trees" } ?? lines.endIndex
      head = Array(lines[..<(starts.first ?? end)])
      for (index, start) in starts.enumerated() {
        let next = index + 1 < starts.count ? starts[index + 1] : end
        trees.append(lines[start..<next].joined(separator: "\n") + "\n")
      }
      // The importances there are those of one class only; who reads the trees can count again.
      let behind = lines[end...]
      let importances = behind.firstIndex { $0 == "feature_importances:" } ?? behind.endIndex
      let rest = behind[importances...].firstIndex { $0.isEmpty } ?? behind.endIndex
      tail = (behind[..<importances] + behind[rest...]).joined(separator: "\n")
    }
  }
}
