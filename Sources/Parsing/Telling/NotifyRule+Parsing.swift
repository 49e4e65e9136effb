public import Vocabulary

extension OptionReader {
  /// The rules of `notify:`: one mapping, a list of them, or `off` for none; nil when nothing is said.
  mutating func notifyRules(_ key: String = "notify") -> [NotifyRule]? {
    guard let node = node(key) else { return nil }
    if node.text == "off" { return [] }
    guard let readers = readers(key) else { return nil }
    return readers.compactMap { reader in
      var reader = reader
      let rule = NotifyRule(from: &reader)
      diagnostics += reader.finish()
      return rule
    }
  }
}

extension NotifyRule {
  private static let channels = ["webhook", "mail", "command"]

  /// Reads one rule; nil when it says no way that a message can take.
  fileprivate init?(from options: inout OptionReader) {
    options.rejectExpressions(in: Self.channels + ["format", "from", "site"])
    let given = Self.channels.filter { options.node($0) != nil }
    if given.count > 1 {
      options.report(
        .error(
          "several-channels",
          "\(options.subject) has several channels: \(given.map { "`\($0)`" }.joined(separator: ", "))",
          at: options.range, solutions: ["write an entry of the list for each"]))
    }
    let channel: Channel?
    switch given.first {
    case "webhook": channel = Self.webhook(&options)
    case "mail": channel = Self.mail(&options)
    case "command": channel = Self.command(&options)
    default:
      channel = nil
      let names = Self.channels.map { "`\($0)`" }.joined(separator: ", ")
      options.report(
        .error(
          "missing-channel", "\(options.subject) does not say how to tell: \(names)",
          at: options.range, solutions: ["add `webhook: env:NAME` or `mail: name@example.com`"]))
    }
    let range = options.range
    let events = options.choices("on", as: Event.self) ?? Event.allCases
    let (title, text) = (options.template("title"), options.template("text"))
    let figures = Self.figures(&options)
    let site = options.webAddress("site")
    if given.first != "webhook" {
      for key in ["format", "headers"] where options.node(key) != nil {
        options.reject(key, "does nothing without `webhook`")
      }
    }
    if given.first != "mail", options.node("from") != nil {
      options.reject("from", "does nothing without `mail`")
    }
    guard let channel else { return nil }
    self.init(channel, on: events, at: range)
    (self.title, self.text, self.figures, self.site) = (title, text, figures, site)
  }

  private static func webhook(_ options: inout OptionReader) -> Channel? {
    let format = options.choice("format", as: Format.self) ?? .json
    var headers: [Header] = []
    for entry in options.mapping("headers") ?? [] {
      guard let text = entry.value.text, let value = OutsideText(parsing: text),
        isHeaderName(entry.key), isHeaderValue(text)
      else {
        options.reject(
          "headers", "must map names to texts, such as `Authorization: env:HOOK_TOKEN`",
          at: entry.keyRange)
        continue
      }
      headers.append(Header(entry.key, value))
    }
    guard let address = options.outsideText("webhook") else { return nil }
    if case .literal(let text) = address, let fault = WebAddress.fault(in: text) {
      options.reject("webhook", fault)
      return nil
    }
    return .webhook(address, format, headers: headers)
  }

  private static func mail(_ options: inout OptionReader) -> Channel? {
    var addresses: [String] = []
    for node in options.list("mail") ?? [] {
      guard let text = node.text, isMailAddress(text) else {
        options.reject(
          "mail", "must be an address such as `name@example.com`, or a list of them", at: node.range
        )
        continue
      }
      addresses.append(text)
    }
    let from = options.string("from")
    if let from, !isMailAddress(from) {
      options.reject("from", "must be an address such as `washi@example.com`, not `\(from)`")
    }
    return addresses.isEmpty ? nil : .mail(to: addresses, from: from)
  }

  private static func command(_ options: inout OptionReader) -> Channel? {
    guard let node = options.node("command") else { return nil }
    guard case .sequence(let items) = node.content, !items.isEmpty else {
      options.reject(
        "command", "must be a list: a program and its arguments", at: node.range,
        rule: "wrong-type", solutions: ["write `command: [Scripts/tell, --urgent]`"])
      return nil
    }
    let words = items.compactMap(\.text)
    guard words.count == items.count, words.first != "",
      words.allSatisfy({ !$0.utf8.contains(0) })
    else {
      options.reject("command", "must be a list of words", at: node.range, rule: "wrong-type")
      return nil
    }
    return .command(words)
  }

  private static func figures(_ options: inout OptionReader) -> [Figure]? {
    guard let nodes = options.list("metrics") else { return nil }
    return nodes.compactMap { node in
      let parts = (node.text ?? "").split(separator: ".", omittingEmptySubsequences: false)
      guard let text = node.text, parts.count >= 2, parts.allSatisfy({ !$0.isEmpty }) else {
        options.reject(
          "metrics", "must name figures such as `evaluation.auc`", at: node.range)
        return nil
      }
      return Figure(text, at: node.range)
    }
  }

  /// What is wrong with rules beside their options: programs that the project does not allow.
  public static func findings(
    in rules: [NotifyRule], allowsProcesses: Bool
  ) -> [Diagnostic] {
    guard !allowsProcesses else { return [] }
    return rules.compactMap { rule in
      guard case .command = rule.channel else { return nil }
      return .error(
        "processes-denied", "this project lets no processes run, so no command can be told",
        at: rule.range,
        solutions: ["if you trust this file, write `processes: allow` in washi.yaml"])
    }
  }

  /// Whether a text is one plain address, nothing that a mail program would take apart.
  static func isMailAddress(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, text.utf8.count <= 254, text.utf8.first != UInt8(ascii: "-"),
      !parts[1].hasPrefix("."), !parts[1].hasSuffix(".")
    else { return false }
    let isLocal =
      !parts[0].isEmpty
      && parts[0].utf8.allSatisfy {
        isLetter($0) || isDigit($0) || ".!#$%&'*+/=?^_`{|}~-".utf8.contains($0)
      }
    let isDomain =
      !parts[1].isEmpty
      && parts[1].utf8.allSatisfy {
        isLetter($0) || isDigit($0) || ".-".utf8.contains($0)
      }
    return isLocal && isDomain
  }

  private static func isHeaderName(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { isLetter($0) || isDigit($0) || "-_".utf8.contains($0) }
  }

  private static func isHeaderValue(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
  }
}

extension OptionReader {
  /// An address on the web without its last `/`, reported when it is none.
  mutating func webAddress(_ key: String) -> String? {
    guard var text = string(key) else { return nil }
    if let fault = WebAddress.fault(in: text) {
      reject(key, fault)
      return nil
    }
    if text.contains("?") || text.contains("#") {
      reject(key, "must be an address without `?` and `#`, not `\(text)`")
      return nil
    }
    while text.hasSuffix("/") { text.removeLast() }
    return text
  }

  /// Reports options that hold an expression where none is evaluated.
  mutating func rejectExpressions(in keys: [String]) {
    for key in keys where isPending(key) {
      reject(key, "cannot hold an expression", solutions: ["write the text itself"])
    }
  }

  /// A text, or the name of a variable as `env:NAME`.
  mutating func outsideText(_ key: String) -> OutsideText? {
    guard let text = string(key) else { return nil }
    guard let value = OutsideText(parsing: text) else {
      reject(key, "must name a variable of the environment: `env:NAME`, not `\(text)`")
      return nil
    }
    return value
  }

  /// A text that must not stand in a file.
  mutating func secretText(_ key: String) -> OutsideText? {
    guard let value = outsideText(key) else { return nil }
    if case .literal = value {
      reject(
        key, "must not stand in the file", rule: "secret-in-file",
        solutions: ["put it into a variable and write `\(key): env:NAME`"])
      return nil
    }
    return value
  }
}
