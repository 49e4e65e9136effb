/// A text that stands in the project file, or that is a secret and stays in the environment.
///
/// For example: `https://example.com/hook`, or `env:SLACK_WEBHOOK`. What is written to disk is the
/// name of the variable, never its value.
public enum OutsideText: Sendable, Hashable, Codable {
  /// The text itself.
  case literal(String)
  /// The value of an environment variable.
  case variable(String)

  private static let mark = "env:"

  /// The text as it is written in YAML; nil when the variable has no name.
  init?(parsing text: String) {
    guard text.hasPrefix(Self.mark) else {
      self = .literal(text)
      return
    }
    let name = String(text.dropFirst(Self.mark.count))
    guard let first = name.utf8.first, !isDigit(first),
      name.utf8.allSatisfy({ isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "_") })
    else { return nil }
    self = .variable(name)
  }

  /// The text; nil when the variable is not set or empty.
  public func value(in environment: [String: String]) -> String? {
    switch self {
    case .literal(let text): text
    case .variable(let name): environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
  }

  /// How messages call it: the text, or the variable.
  public var shown: String {
    switch self {
    case .literal(let text): text
    case .variable(let name): "$" + name
    }
  }
}

/// The address of a service on the web.
public enum WebAddress {
  /// Why a text is no address that requests can be sent to, as the end of a sentence; nil when it is.
  public static func fault(in text: String) -> String? {
    let example = "must be an address such as `https://example.com/path`, not `\(text)`"
    guard let mark = text.firstRange(of: "://") else { return example }
    guard ["http", "https"].contains(text[..<mark.lowerBound].lowercased()),
      text.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value < 0x7F })
    else { return example }
    let rest = text[mark.upperBound...]
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    if authority.contains("@") {
      return "must not hold a user or a password: those come from the environment"
    }
    return host(authority) == nil ? example : nil
  }

  /// The host and port of an address, by which messages call it.
  public static func place(of text: String) -> String {
    guard let mark = text.firstRange(of: "://") else { return text }
    return String(text[mark.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" })
  }

  private static func host(_ authority: Substring) -> Substring? {
    var host = authority
    if host.first == "[" {
      guard let close = host.firstIndex(of: "]") else { return nil }
      let tail = host[host.index(after: close)...]
      guard tail.isEmpty || isPort(tail) else { return nil }
      return host[...close]
    }
    if let colon = host.firstIndex(of: ":") {
      guard isPort(host[colon...]) else { return nil }
      host = host[..<colon]
    }
    let isName =
      !host.isEmpty
      && host.utf8.allSatisfy {
        isLetter($0) || isDigit($0) || "-._".utf8.contains($0)
      }
    return isName ? host : nil
  }

  private static func isPort(_ text: Substring) -> Bool {
    guard text.first == ":", let number = Int(text.dropFirst()) else { return false }
    return (1...65535).contains(number)
  }
}
