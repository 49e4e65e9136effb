/// Text that equals other text only byte for byte, and is ordered by its UTF-8 bytes, as DuckDB
/// does; Swift's own comparison takes "é" in one and in two scalars for the same.
struct ExactText: Hashable, Comparable {
  var text: String

  init(_ text: String) {
    self.text = text
  }

  static func == (left: ExactText, right: ExactText) -> Bool {
    left.text.utf8.elementsEqual(right.text.utf8)
  }

  static func < (left: ExactText, right: ExactText) -> Bool {
    left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
  }

  func hash(into hasher: inout Hasher) {
    for byte in text.utf8 { hasher.combine(byte) }
    hasher.combine(0xFF as UInt8)
  }
}
