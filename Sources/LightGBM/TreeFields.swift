/// The fields of a tree in LightGBM's text form, such as `threshold=0.5 12.25`, found in its bytes.
///
/// Lines before the first tree are the model's, those behind the last its parameters.
struct TreeFields {
  /// How many trees there are; the fields are those of the first.
  private(set) var treeCount = 0
  private let text: ArraySlice<UInt8>
  /// Where each field stands: its name, its value up to the end of its line.
  private var fields: [(name: Range<Int>, value: Range<Int>)] = []

  private static let newline = UInt8(ascii: "\n")
  private static let space = UInt8(ascii: " ")

  init(of text: ArraySlice<UInt8>) {
    self.text = text
    var start = text.startIndex
    // A line that does not end is none.
    while let end = text[start...].firstIndex(of: Self.newline) {
      let line = text[start..<end]
      if line.starts(with: "Tree=".utf8) { treeCount += 1 }
      if line.elementsEqual("end of trees".utf8) { break }
      if treeCount == 1, let mark = line.firstIndex(of: UInt8(ascii: "=")) {
        fields.append((start..<mark, mark + 1..<end))
      }
      start = end + 1
    }
  }

  /// The numbers of a field, NaN where there is none; empty when there is no such field.
  func numbers(_ name: String) -> [Double] {
    parts(of: name).map { Double(String(decoding: text[$0], as: UTF8.self)) ?? .nan }
  }

  /// The whole numbers of a field; one that is none ends them.
  func integers(_ name: String) -> [Int] {
    var numbers: [Int] = []
    for part in parts(of: name) {
      let isNegative = text[part.lowerBound] == UInt8(ascii: "-")
      let digits = text[part].dropFirst(isNegative ? 1 : 0)
      // Eighteen digits fit an integer.
      guard !digits.isEmpty, digits.count <= 18, digits.allSatisfy({ 48...57 ~= $0 }) else { break }
      let number = digits.reduce(0) { 10 * $0 + Int($1 - 48) }
      numbers.append(isNegative ? -number : number)
    }
    return numbers
  }

  /// The pieces of a field's value between spaces.
  private func parts(of name: String) -> [Range<Int>] {
    guard let value = fields.first(where: { text[$0.name].elementsEqual(name.utf8) })?.value else {
      return []
    }
    return text[value].split(separator: Self.space).map { $0.startIndex..<$0.endIndex }
  }
}
