/// Paths as text: joined, cleaned and made relative without looking at the disk.
enum Paths {
  /// `path` seen from `folder`, `.` and `..` taken out; absolute when `folder` is.
  static func absolute(_ path: String, in folder: String) -> String {
    let whole = path.hasPrefix("/") ? path : "\(folder)/\(path)"
    var parts: [Substring] = []
    for part in whole.split(separator: "/") where part != "." {
      if part == "..", !parts.isEmpty {
        parts.removeLast()
      } else if part != ".." {
        parts.append(part)
      }
    }
    return "/" + parts.joined(separator: "/")
  }

  /// A path as a word of a command line, which must not look like an option.
  static func argument(_ path: String) -> String {
    path.hasPrefix("-") && path != "-" ? "./" + path : path
  }

  /// The path below `folder`; nil when it lies elsewhere.
  static func below(_ folder: String, _ path: String) -> String? {
    if path == folder { return "." }
    let prefix = folder.hasSuffix("/") ? folder : folder + "/"
    return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : nil
  }

  /// An absolute path as a link from a folder, both cleaned.
  static func relative(_ path: String, from folder: String) -> String {
    let (target, base) = (path.split(separator: "/"), folder.split(separator: "/"))
    let shared = zip(target, base).prefix { $0 == $1 }.count
    return
      (Array(repeating: "..", count: base.count - shared)
      + target.dropFirst(shared).map(String.init)).joined(separator: "/")
  }

  /// The folder that holds the path.
  static func folder(of path: String) -> String {
    guard let cut = path.lastIndex(of: "/") else { return "." }
    return cut == path.startIndex ? "/" : String(path[..<cut])
  }

  /// The folder and every folder above it, nearest first.
  static func ancestors(of folder: String) -> [String] {
    var found = [folder]
    while let last = found.last, last != "/" { found.append(Self.folder(of: last)) }
    return found
  }
}
