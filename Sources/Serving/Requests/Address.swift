/// The path of a request, taken apart: components decoded, nothing left that could climb.
///
/// For example: `/notebooks/credit%2Fmonthly?lang=ja` has the components `notebooks` and
/// `credit/monthly`.
struct Address: Sendable, Hashable {
  /// The decoded components.
  var components: [String]
  /// The decoded query, in order; of a name that comes twice both stay.
  var query: [(name: String, value: String)]
  /// The path as it came.
  var path: String

  init(_ target: String) throws(Problem) {
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    path = parts.first.map(String.init) ?? "/"
    guard path.hasPrefix("/") else { throw .nothing(at: path) }
    components = []
    for part in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
      guard let text = Self.decoded(part), Self.isHarmless(text) else { throw .nothing(at: path) }
      components.append(text)
    }
    if components.last == "" { components.removeLast() }
    query = parts.count > 1 ? Self.pairs(parts[1]) : []
  }

  subscript(name: String) -> String? { query.first { $0.name == name }?.value }

  /// Names and values as forms write them.
  static func pairs(_ text: some StringProtocol) -> [(name: String, value: String)] {
    text.split(separator: "&").compactMap { pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = parts.first.flatMap({ decoded($0, plusIsSpace: true) }) else { return nil }
      return (name, parts.count > 1 ? decoded(parts[1], plusIsSpace: true) ?? "" : "")
    }
  }

  /// The text behind `%` escapes; nil when it is not UTF-8 or an escape is broken.
  static func decoded(_ text: some StringProtocol, plusIsSpace: Bool = false) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "%"):
        let digits = String(decoding: rest.prefix(2), as: UTF8.self)
        guard digits.utf8.count == 2, let value = UInt8(digits, radix: 16), digits.first != "+"
        else { return nil }
        bytes.append(value)
        rest = rest.dropFirst(2)
      case UInt8(ascii: "+") where plusIsSpace: bytes.append(32)
      default: bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }

  /// A text as one component or value of an address.
  static func encoded(_ text: String, slashesStay: Bool = false) -> String {
    var out = ""
    for byte in text.utf8 {
      switch byte {
      case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"), UInt8(ascii: "@"):
        out.unicodeScalars.append(Unicode.Scalar(byte))
      case UInt8(ascii: "/") where slashesStay: out.append("/")
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        out += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
      }
    }
    return out
  }

  /// Whether a component can be part of a name: nothing that climbs, no controls.
  private static func isHarmless(_ text: String) -> Bool {
    !text.split(separator: "/", omittingEmptySubsequences: false).contains {
      $0 == "." || $0 == ".."
    } && !text.unicodeScalars.contains { $0.value < 32 || $0.value == 127 || $0 == "\\" }
  }

  static func == (left: Address, right: Address) -> Bool {
    left.path == right.path && left.components == right.components
      && left.query.elementsEqual(right.query) { $0.name == $1.name && $0.value == $1.value }
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(path)
    hasher.combine(components)
  }
}
