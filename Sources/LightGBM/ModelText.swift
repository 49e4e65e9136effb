/// LightGBM's reader trusts its input, down to reading behind the text's end; a text that is damaged
/// or none of its own is refused before.
enum ModelText {
  /// Checks the frame of the text: its header, and that each tree lies where `tree_sizes` says.
  static func check(_ text: String) throws(LightGBMError) {
    guard isWellFramed(Array(text.utf8)) else {
      throw LightGBMError(.engine, "the text is no complete LightGBM model")
    }
  }

  private static func isWellFramed(_ bytes: [UInt8]) -> Bool {
    guard bytes.starts(with: "tree\n".utf8) else { return false }
    var sizes: [Int] = []
    var index = 0
    // The header ends with the first empty line.
    while true {
      guard let end = bytes[index...].firstIndex(of: 10) else { return false }
      let line = String(decoding: bytes[index..<end], as: UTF8.self)
      index = end + 1
      if line.isEmpty { break }
      if line.hasPrefix("tree_sizes=") {
        let words = line.dropFirst("tree_sizes=".count).split(separator: " ")
        sizes = words.compactMap { Int($0) }
        guard sizes.count == words.count else { return false }
      }
    }
    guard !sizes.isEmpty else { return false }
    for (number, size) in sizes.enumerated() {
      guard size > 0, size <= bytes.count - index,
        bytes[index..<(index + size)].starts(with: "Tree=\(number)\n".utf8)
      else { return false }
      index += size
    }
    return bytes[index...].starts(with: "end of trees\n".utf8)
  }
}
