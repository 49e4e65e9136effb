/// Addresses of databases, as far as credentials go: `postgresql://user:password@host/name?key=value`,
/// `user:password@account/name`, or words such as `host=db password=...`.
public enum ConnectionAddress {
  private static let secretWords = [
    "password", "passwd", "pwd", "secret", "token", "private", "key",
  ]

  /// Whether a key's value must not stand in a file.
  static func isSecret(_ key: String) -> Bool {
    let key = key.lowercased()
    return secretWords.contains { key.contains($0) }
  }

  /// What of an address is a password or the like, as the end of a sentence; nil when nothing is.
  static func fault(in text: String) -> String? {
    let parts = Parts(text)
    if parts.password != nil { return "holds a password" }
    if let key = parts.settings.first(where: { isSecret($0.key) && !$0.value.isEmpty })?.key {
      return "holds `\(key)`"
    }
    return nil
  }

  /// The address without user, password and other secrets, which says where it leads.
  public static func withoutCredentials(_ text: String) -> String {
    let parts = Parts(text)
    let settings = parts.settings.filter { !isSecret($0.key) && !isUser($0.key) }
      .sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return ([parts.scheme, parts.place] + settings).joined(separator: " ")
  }

  /// The stretches of an address that messages leave out: passwords and other secrets, and user and
  /// host.
  public static func confidentialParts(of text: String) -> (secrets: [String], places: [String]) {
    func asWritten(_ words: [String]) -> [String] {
      words.flatMap { [$0, decoded($0)] }.filter { !$0.isEmpty }
    }
    let parts = Parts(text)
    let secrets = parts.settings.filter { isSecret($0.key) }.map(\.value)
    let places = parts.settings.filter {
      isUser($0.key) || ["host", "hostaddr"].contains($0.key)
    }.map(\.value)
    return (
      asWritten([parts.password].compactMap { $0 } + secrets),
      asWritten([parts.user].compactMap { $0 } + places + parts.hosts)
    )
  }

  /// The host of an address, which messages leave out as well.
  static func isUser(_ key: String) -> Bool {
    ["user", "username", "uid", "passfile"].contains(key.lowercased())
  }

  /// An address with a user and a password put into it, percent-encoded.
  public static func adding(user: String?, password: String?, to text: String) -> String {
    guard user != nil || password != nil, let mark = text.firstRange(of: "://") else {
      // Words: quoted as libpq reads them.
      let words = [("user", user), ("password", password)].compactMap { key, value in
        value.map { value in
          let quoted = value.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
          return "\(key)='\(quoted)'"
        }
      }
      return ([text] + words).joined(separator: " ")
    }
    var rest = text[mark.upperBound...]
    let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
    var given: (user: String?, password: String?) = (nil, nil)
    if let at = rest[..<end].lastIndex(of: "@") {
      let parts = rest[..<at].split(separator: ":", maxSplits: 1).map(String.init)
      given = (parts.first, parts.count > 1 ? parts[1] : nil)
      rest = rest[rest.index(after: at)...]
    }
    let name = user.map(encoded) ?? given.user ?? ""
    let secret = (password.map(encoded) ?? given.password).map { ":\($0)" } ?? ""
    return "\(text[..<mark.upperBound])\(name)\(secret)@\(rest)"
  }

  /// An address with settings that it does not have itself.
  public static func adding(defaults: [(key: String, value: String)], to text: String) -> String {
    let known = Parts(text).settings.map(\.key)
    let missing = defaults.filter { !known.contains($0.key) }.map { "\($0.key)=\($0.value)" }
    guard !missing.isEmpty else { return text }
    if text.contains("://") {
      return text + (text.contains("?") ? "&" : "?") + missing.joined(separator: "&")
    }
    return text + " " + missing.joined(separator: " ")
  }

  private static func encoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    return String(
      decoding: text.utf8.flatMap { byte -> [UInt8] in
        if isLetter(byte) || isDigit(byte) || "-._~".utf8.contains(byte) { return [byte] }
        return [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }, as: UTF8.self)
  }

  private static func decoded(_ text: String) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      let digits = rest.prefix(2)
      if byte == UInt8(ascii: "%"), digits.count == 2,
        let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// An address taken apart.
  private struct Parts {
    var scheme = ""
    var user: String?
    var password: String?
    /// Host, port and path.
    var place = ""
    var hosts: [String] = []
    var settings: [(key: String, value: String)] = []

    init(_ text: String) {
      var rest = text[...]
      if let mark = text.firstRange(of: "://") {
        scheme = String(text[..<mark.lowerBound]).lowercased()
        rest = text[mark.upperBound...]
      } else if text.contains("="), !text.contains("@") {
        settings = Self.words(text)
        return
      }
      if let query = rest.firstIndex(of: "?") {
        settings = rest[rest.index(after: query)...].split(separator: "&").map { pair in
          let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
          return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
        }
        rest = rest[..<query]
      }
      let end = rest.firstIndex(of: "/") ?? rest.endIndex
      if let at = rest[..<end].lastIndex(of: "@") {
        let parts = rest[..<at].split(
          separator: ":", maxSplits: 1, omittingEmptySubsequences: false
        ).map(String.init)
        user = parts[0]
        password = parts.count > 1 && !parts[1].isEmpty ? parts[1] : nil
        rest = rest[rest.index(after: at)...]
      }
      place = String(rest)
      hosts = place.prefix { $0 != "/" }.split(separator: ",").map(Self.host)
    }

    /// A host without its port, which is behind the last colon unless that is within the brackets of
    /// IPv6.
    private static func host(_ text: Substring) -> String {
      var host = text
      if let colon = text.lastIndex(of: ":"), !text[colon...].contains("]") {
        host = text[..<colon]
      }
      return host.filter { $0 != "[" && $0 != "]" }
    }

    /// `key=value` words, values in single quotes where they hold spaces.
    private static func words(_ text: String) -> [(key: String, value: String)] {
      var found: [(key: String, value: String)] = []
      var rest = Array(text)[...]
      func isBlank(_ character: Character) -> Bool { character.isWhitespace || character == ";" }
      while true {
        rest = rest.drop(while: isBlank)
        guard !rest.isEmpty else { return found }
        let key = String(rest.prefix { $0 != "=" }).filter { !$0.isWhitespace }.lowercased()
        rest = rest.drop { $0 != "=" }.dropFirst().drop { $0.isWhitespace }
        var value = ""
        if rest.first == "'" {
          rest = rest.dropFirst()
          while let next = rest.popFirst(), next != "'" {
            value.append(next == "\\" ? rest.popFirst() ?? next : next)
          }
        } else {
          value = String(rest.prefix { !isBlank($0) })
          rest = rest.dropFirst(value.count)
        }
        found.append((key, value))
      }
    }
  }
}
