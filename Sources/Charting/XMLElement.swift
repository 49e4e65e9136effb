/// A node of an SVG tree. Markup exists only as this value; `serialized` is the one place where it
/// becomes text, and so the one place where anything is escaped.
struct XMLElement: Sendable, Hashable {
  /// What an element holds, in order.
  enum Child: Sendable, Hashable {
    case element(XMLElement)
    case text(String)
  }

  var name: String
  var attributes: [Attribute]
  var children: [Child]

  /// A name and its value, written in the order given.
  struct Attribute: Sendable, Hashable {
    var name: String
    var value: String
  }

  init(
    _ name: String, _ attributes: KeyValuePairs<String, String?> = [:],
    _ elements: [XMLElement] = []
  ) {
    self.name = name
    self.attributes = attributes.compactMap { pair in
      pair.value.map { Attribute(name: pair.key, value: $0) }
    }
    self.children = elements.map(Child.element)
  }

  init(_ name: String, _ attributes: KeyValuePairs<String, String?> = [:], text: String) {
    self.init(name, attributes)
    self.children = [.text(text)]
  }

  func adding(_ elements: [XMLElement]) -> XMLElement {
    var copy = self
    copy.children += elements.map(Child.element)
    return copy
  }

  /// The tree with a prefix before every class, so that no rule of a page reaches in by accident.
  func prefixingClasses(_ prefix: String) -> XMLElement {
    var copy = self
    for index in copy.attributes.indices where copy.attributes[index].name == "class" {
      copy.attributes[index].value = copy.attributes[index].value.split(separator: " ")
        .map { prefix + $0 }.joined(separator: " ")
    }
    copy.children = children.map { child in
      switch child {
      case .element(let element): .element(element.prefixingClasses(prefix))
      case .text: child
      }
    }
    return copy
  }

  /// The element as XML that is also valid inline in HTML: one line per element, so that pictures
  /// can be compared line by line.
  func serialized(indent: Int = 0) -> String {
    var out = ""
    write(to: &out, indent: indent)
    return out
  }

  private func write(to out: inout String, indent: Int) {
    let margin = String(repeating: " ", count: indent)
    out += margin + "<" + name
    for attribute in attributes {
      out += " " + attribute.name + "=\"" + escaped(attribute.value, isAttribute: true) + "\""
    }
    guard !children.isEmpty else {
      out += "/>\n"
      return
    }
    out += ">"
    var isOnOwnLines = false
    for child in children {
      switch child {
      case .text(let text): out += escaped(text)
      case .element(let element):
        if !isOnOwnLines { out += "\n" }
        isOnOwnLines = true
        element.write(to: &out, indent: indent + 1)
      }
    }
    out += (isOnOwnLines ? margin : "") + "</" + name + ">\n"
  }
}

/// Text as XML character data or attribute value. Characters that XML 1.0 forbids, even as
/// references, become U+FFFD.
private func escaped(_ text: String, isAttribute: Bool = false) -> String {
  var out = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": out.append(contentsOf: "&amp;".unicodeScalars)
    case "<": out.append(contentsOf: "&lt;".unicodeScalars)
    case ">": out.append(contentsOf: "&gt;".unicodeScalars)
    case "\"" where isAttribute: out.append(contentsOf: "&quot;".unicodeScalars)
    case "\t", "\n": out.append(scalar)
    case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": out.append("\u{FFFD}")
    default: out.append(scalar)
    }
  }
  return String(out)
}
