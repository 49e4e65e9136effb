/// Makes an SVG of unknown origin safe by writing it anew: elements that draw and nothing else,
/// references into the file itself and nowhere else, no scripts, no handlers, no declarations.
///
/// What is dropped is counted; what is no well-formed XML is a fault with its line. For example:
/// `<svg onload="x()"><script/><rect/></svg>` becomes `<svg xmlns="..."><rect/></svg>`.
struct SVGCleaning {
  /// How many elements, attributes or references were dropped.
  private(set) var removedCount = 0
  /// The text of the first `title`, else of the first `desc`.
  private(set) var title: String?

  private let bytes: [UInt8]
  private var index = 0
  private var result = ""
  private var open: [Element] = []
  private var hasRoot = false

  /// An element that is not closed yet.
  private struct Element {
    /// What becomes of it.
    enum Fate {
      case kept
      /// It goes, what it holds stays.
      case unwrapped
      case dropped
    }

    var name: String
    var fate: Fate
  }

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The file, written anew.
  mutating func cleaned() throws(Picture.Fault) -> String {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
    while index < bytes.count {
      if bytes[index] != UInt8(ascii: "<") {
        try readText()
      } else if skip("<!--") {
        try skip(past: "-->")
      } else if skip("<![CDATA[") {
        let start = index
        try skip(past: "]]>")
        write(text: String(decoding: bytes[start..<index - 3], as: UTF8.self))
      } else if skip("<?") {
        try skip(past: "?>")
      } else if skip("<!DOCTYPE") {
        let start = index
        try skip(past: ">")
        guard !bytes[start..<index].contains(UInt8(ascii: "[")) else {
          throw fault("declares entities, which a picture does not need")
        }
      } else if skip("</") {
        try readEnd()
      } else {
        try readStart()
      }
    }
    guard hasRoot else { throw fault("holds no `svg` element") }
    guard open.isEmpty else { throw fault("ends before `\(open.last?.name ?? "")` is closed") }
    return result + "\n"
  }

  // MARK: - Reading

  private mutating func readText() throws(Picture.Fault) {
    let end = bytes[index...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count
    let text = try unescaped(bytes[index..<end])
    index = end
    guard !open.isEmpty || text.allSatisfy(\.isWhitespace) else {
      throw fault("has text outside of its root")
    }
    if !open.isEmpty { write(text: text) }
  }

  private mutating func readEnd() throws(Picture.Fault) {
    let name = readName()
    skipSpace()
    guard skip(">"), let element = open.popLast(), element.name == name else {
      throw fault("closes `\(name)`, which is not open there")
    }
    if element.fate == .kept, let kept = Self.kept(name) { result += "</\(kept)>" }
  }

  private mutating func readStart() throws(Picture.Fault) {
    index += 1
    let name = readName()
    guard !name.isEmpty else { throw fault("has a `<` that begins no element") }
    guard open.count < 200 else { throw fault("is nested more than 200 deep") }
    guard !open.isEmpty || !hasRoot else { throw fault("has two roots") }
    var attributes: [(name: String, value: String)] = []
    while true {
      skipSpace()
      if index >= bytes.count { throw fault("ends within `\(name)`") }
      if bytes[index] == UInt8(ascii: ">") || bytes[index] == UInt8(ascii: "/") { break }
      attributes.append(try readAttribute(of: name))
    }
    let isEmpty = skip("/")
    guard skip(">") else { throw fault("has a `/` within `\(name)`") }
    if !hasRoot {
      guard Self.kept(name) == "svg" else { throw fault("is no SVG: its root is `\(name)`") }
      hasRoot = true
    }
    let fate = self.fate(of: name)
    if fate == .kept {
      write(start: Self.kept(name) ?? name, attributes, isEmpty: isEmpty)
    } else if !isWithinDropped, !Self.isDecoration(name) {
      removedCount += 1
    }
    if !isEmpty { open.append(Element(name: name, fate: fate)) }
  }

  private mutating func readAttribute(
    of element: String
  ) throws(Picture.Fault) -> (name: String, value: String) {
    let name = readName()
    skipSpace()
    guard !name.isEmpty, skip("=") else { throw fault("has a broken attribute in `\(element)`") }
    skipSpace()
    guard index < bytes.count,
      bytes[index] == UInt8(ascii: "\"") || bytes[index] == UInt8(ascii: "'"),
      let end = bytes[(index + 1)...].firstIndex(of: bytes[index])
    else { throw fault("has no quotes around `\(name)` of `\(element)`") }
    let value = try unescaped(bytes[(index + 1)..<end])
    index = end + 1
    return (name, value)
  }

  private mutating func readName() -> String {
    let start = index
    while index < bytes.count {
      switch bytes[index] {
      case 48...57, 65...90, 97...122, 128..., UInt8(ascii: "_"), UInt8(ascii: "-"),
        UInt8(ascii: "."), UInt8(ascii: ":"):
        index += 1
      default: return String(decoding: bytes[start..<index], as: UTF8.self)
      }
    }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  private mutating func skipSpace() {
    while index < bytes.count, bytes[index] <= 32 { index += 1 }
  }

  private mutating func skip(_ text: StaticString) -> Bool {
    let wanted = Array("\(text)".utf8)
    guard bytes[index...].starts(with: wanted) else { return false }
    index += wanted.count
    return true
  }

  private mutating func skip(past text: String) throws(Picture.Fault) {
    let wanted = Array(text.utf8)
    while index < bytes.count {
      if bytes[index] == wanted[0], bytes[index...].starts(with: wanted) {
        index += wanted.count
        return
      }
      index += 1
    }
    throw fault("ends before `\(text)`")
  }

  /// Text with its character references resolved.
  private func unescaped(_ raw: ArraySlice<UInt8>) throws(Picture.Fault) -> String {
    let text = String(decoding: raw, as: UTF8.self)
    guard raw.contains(UInt8(ascii: "&")) else { return text }
    let known = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"]
    var result = ""
    var rest = text[...]
    while let mark = rest.firstIndex(of: "&") {
      result += rest[..<mark]
      guard let end = rest[mark...].firstIndex(of: ";") else { throw fault("has a lone `&`") }
      let name = rest[rest.index(after: mark)..<end]
      let number =
        name.hasPrefix("#x")
        ? UInt32(name.dropFirst(2), radix: 16)
        : name.hasPrefix("#") ? UInt32(name.dropFirst()) : nil
      if let scalar = number.flatMap(Unicode.Scalar.init) {
        result.unicodeScalars.append(scalar)
      } else if let character = known[String(name)] {
        result += character
      } else {
        throw fault("names the entity `\(name)`, which there is not")
      }
      rest = rest[rest.index(after: end)...]
    }
    return result + rest
  }

  private func fault(_ words: String) -> Picture.Fault {
    let line = bytes[..<min(index, bytes.count)].count { $0 == 10 } + 1
    return Picture.Fault(reason: "\(words) (line \(line))")
  }

  // MARK: - Writing

  private var isWithinDropped: Bool { open.last?.fate == .dropped }

  private func fate(of name: String) -> Element.Fate {
    if isWithinDropped { return .dropped }
    if Self.kept(name) != nil { return .kept }
    return name == "a" || name == "svg:a" ? .unwrapped : .dropped
  }

  private mutating func write(text: String) {
    guard !isWithinDropped else { return }
    let element = open.last.flatMap { Self.kept($0.name) }
    if title == nil, element == "title" || element == "desc" {
      let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      if !words.isEmpty { title = String(words.prefix(300)) }
    }
    if element == "style" {
      if Self.isSafe(css: text) { result += Self.escaped(text) } else { removedCount += 1 }
    } else {
      result += Self.escaped(text)
    }
  }

  private mutating func write(
    start element: String, _ attributes: [(name: String, value: String)], isEmpty: Bool
  ) {
    result += "<\(element)"
    if open.isEmpty { result += " xmlns=\"http://www.w3.org/2000/svg\"" }
    var seen: Set<String> = []
    for (name, value) in attributes {
      if name == "xmlns" || name.hasPrefix("xmlns:") { continue }
      guard let kept = Self.kept(attribute: name, value, of: element) else {
        if !Self.isDecoration(name) { removedCount += 1 }
        continue
      }
      if seen.insert(kept).inserted { result += " \(kept)=\"\(Self.escaped(value))\"" }
    }
    result += isEmpty ? "/>" : ">"
  }

  private static let elements: Set<String> = [
    "svg", "g", "defs", "symbol", "use", "title", "desc", "path", "rect", "circle", "ellipse",
    "line", "polyline", "polygon", "text", "tspan", "textPath", "clipPath", "mask", "marker",
    "pattern", "linearGradient", "radialGradient", "stop", "style", "image", "switch", "filter",
    "feGaussianBlur", "feOffset", "feBlend", "feColorMatrix", "feComposite", "feFlood", "feMerge",
    "feMergeNode",
  ]

  /// The element's plain name when it may stay.
  private static func kept(_ name: String) -> String? {
    let plain = name.hasPrefix("svg:") ? String(name.dropFirst(4)) : name
    return elements.contains(plain) ? plain : nil
  }

  /// Whether it is what drawing programs note for themselves, which nobody misses.
  private static func isDecoration(_ name: String) -> Bool {
    let prefix = name.split(separator: ":").first.map(String.init) ?? ""
    return name == "metadata"
      || (name.contains(":") && !["svg", "xlink"].contains(prefix))
  }

  /// The attribute's name when it may stay with this value.
  private static func kept(
    attribute name: String, _ value: String, of element: String
  ) -> String? {
    let plain = name == "xlink:href" ? "href" : name
    if plain == "xml:space" { return plain }
    let lowered = plain.lowercased()
    guard !plain.contains(":"), !lowered.hasPrefix("on"), lowered != "src" else { return nil }
    let compact = value.lowercased().filter { !$0.isWhitespace && !$0.isNewline }
    if lowered == "href" {
      if value.hasPrefix("#") { return plain }
      let isPicture = ["png", "jpeg", "jpg", "gif"].contains {
        compact.hasPrefix("data:image/\($0);base64,")
      }
      return element == "image" && isPicture ? plain : nil
    }
    return isSafe(css: value) && !compact.contains("script:") ? plain : nil
  }

  /// Whether a style leads nowhere but into its own file.
  private static func isSafe(css text: String) -> Bool {
    let compact = text.lowercased().filter { !$0.isWhitespace && $0 != "'" && $0 != "\"" }
    guard !compact.contains("@import"), !compact.contains("expression("),
      !compact.contains("image-set("), !compact.contains("src("), !text.contains("\\")
    else { return false }
    return compact.ranges(of: "url(").allSatisfy { compact[$0.upperBound...].hasPrefix("#") }
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default:
        // XML has no other controls than these.
        if scalar.value >= 32 || scalar == "\n" || scalar == "\t" || scalar == "\r" {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result
  }
}
