/// A small strict reader of pages: every tag must close in order, every attribute must be quoted.
/// Pages are read by browsers that forgive; this one does not, so that a glued string shows.
struct MarkupScanner {
  struct Tag: Equatable {
    var name: String
    var attributes: [String: String]
  }

  var tags: [Tag] = []
  var text = ""
  var faults: [String] = []

  private static let voidNames: Set<String> = ["br", "col", "hr", "img", "meta", "wbr"]

  init(_ page: String) {
    var rest = page[...]
    var open: [String] = []
    if rest.hasPrefix("<!doctype html>") { rest = rest.dropFirst(15) }
    while let character = rest.first {
      guard character == "<" else {
        let run = rest.prefix { $0 != "<" }
        if open.last != "style" { text += run }
        if open.last != "style", run.contains(">") { faults.append("bare > in \(run.prefix(40))") }
        rest = rest[run.endIndex...]
        continue
      }
      if rest.hasPrefix("</") {
        let name = String(rest.dropFirst(2).prefix { $0 != ">" })
        if open.last == name {
          open.removeLast()
        } else {
          faults.append("</\(name)> closes \(open.last ?? "nothing")")
        }
        rest = rest.dropFirst(name.count + 3)
        continue
      }
      let isSelfClosed = readTag(&rest)
      if let name = tags.last?.name, !isSelfClosed, !Self.voidNames.contains(name) {
        open.append(name)
      }
    }
    if !open.isEmpty { faults.append("never closed: \(open)") }
  }

  /// Reads a start tag; whether it closes itself.
  private mutating func readTag(_ rest: inout Substring) -> Bool {
    rest = rest.dropFirst()
    let name = String(rest.prefix { $0.isLetter || $0.isNumber })
    rest = rest.dropFirst(name.count)
    if name.isEmpty { faults.append("bare < before \(rest.prefix(20))") }
    var tag = Tag(name: name, attributes: [:])
    while true {
      rest = rest.drop { $0 == " " || $0 == "\n" }
      if rest.hasPrefix("/>") || rest.hasPrefix(">") || rest.isEmpty { break }
      let key = String(rest.prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == ":" })
      rest = rest.dropFirst(key.count)
      if key.isEmpty {
        faults.append("odd sign in <\(name)>: \(rest.prefix(20))")
        rest = rest.dropFirst()
        continue
      }
      if tag.attributes[key] != nil { faults.append("\(key) twice in <\(name)>") }
      tag.attributes[key] = ""
      if rest.hasPrefix("=\"") {
        let value = rest.dropFirst(2).prefix { $0 != "\"" }
        tag.attributes[key] = String(value)
        rest = rest[value.endIndex...].dropFirst()
      } else if rest.hasPrefix("=") {
        faults.append("\(key) is not quoted in <\(name)>")
        rest = rest.dropFirst()
      }
    }
    let isSelfClosed = rest.hasPrefix("/>")
    rest = rest.dropFirst(isSelfClosed ? 2 : 1)
    tags.append(tag)
    return isSelfClosed
  }

  /// What must not be on a page that reads with everything switched off.
  var dangers: [String] {
    let banned: Set<String> = [
      "script", "iframe", "object", "embed", "link", "base", "form", "img", "video", "audio",
      "image", "foreignObject", "use", "animate", "set",
    ]
    return tags.flatMap { tag -> [String] in
      var found = banned.contains(tag.name) ? ["<\(tag.name)>"] : []
      for (key, value) in tag.attributes {
        if key.hasPrefix("on") { found.append("\(key) in <\(tag.name)>") }
        if ["src", "srcset", "action", "xlink:href", "style", "background"].contains(key) {
          found.append("\(key) in <\(tag.name)>")
        }
        if key == "href", tag.name != "a" { found.append("href in <\(tag.name)>") }
        let isSafe = ["http://", "https://", "mailto:", "#"].contains { value.hasPrefix($0) }
        if key == "href", !isSafe, value.prefix(while: { $0 != "/" && $0 != "?" }).contains(":") {
          found.append("href \(value)")
        }
      }
      return found
    }
  }
}
