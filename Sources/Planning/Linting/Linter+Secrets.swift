internal import Parsing
internal import Vocabulary

/// Passwords, tokens and keys in the notebook's text.
extension Linter {
  mutating func findSecrets() {
    let notebook = plan.notebook
    let lines = notebook.source.split(separator: "\n", omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() where line.utf8.count < 100_000 {
      for secret in SecretText.stretches(in: Array(line.unicodeScalars)) {
        report(
          .secretInText, "this looks like \(secret.kind)",
          at: SourceRange(
            file: notebook.path,
            start: SourcePosition(line: number + 1, column: secret.range.lowerBound + 1),
            end: SourcePosition(line: number + 1, column: secret.range.upperBound + 1)),
          explanation: "Notebooks are committed and printed; whoever reads one has it.",
          solutions: [
            "take it out and revoke it; declare `name: { type: secret, from: env:NAME }` instead"
          ])
      }
    }
  }
}

/// What passwords, tokens and keys look like.
enum SecretText {
  /// A stretch of a line, and what it looks like.
  struct Stretch: Equatable {
    var range: Range<Int>
    var kind: String
  }

  /// How tokens begin, by the documentation of those who give them out, and how long they are at
  /// least.
  private static let prefixes: [(prefix: String, length: Int, kind: String)] = [
    ("AKIA", 20, "an AWS access key"), ("ASIA", 20, "an AWS access key"),
    ("ghp_", 36, "a GitHub token"), ("gho_", 36, "a GitHub token"),
    ("ghu_", 36, "a GitHub token"), ("ghs_", 36, "a GitHub token"),
    ("github_pat_", 36, "a GitHub token"), ("glpat-", 20, "a GitLab token"),
    ("xoxb-", 20, "a Slack token"), ("xoxp-", 20, "a Slack token"),
    ("xoxa-", 20, "a Slack token"), ("xoxs-", 20, "a Slack token"),
    ("sk_live_", 20, "a Stripe key"), ("rk_live_", 20, "a Stripe key"),
    ("sk-", 32, "an API key"), ("AIza", 39, "a Google API key"), ("ya29.", 30, "a Google token"),
    ("npm_", 36, "an npm token"), ("pypi-", 50, "a PyPI token"),
    ("hf_", 34, "a Hugging Face token"), ("dapi", 36, "a Databricks token"),
    ("SG.", 50, "a SendGrid key"),
  ]

  /// Names of what is secret, as they stand in front of a value.
  private static let names: Set<String> = [
    "password", "passwd", "pwd", "secret", "token", "api_key", "apikey", "api-key", "access_key",
    "secret_key", "auth_token", "access_token", "client_secret", "private_key",
  ]

  /// The secrets in a line, from left to right.
  static func stretches(in line: [Unicode.Scalar]) -> [Stretch] {
    var found: [Stretch] = []
    if let key = privateKey(in: line) { found.append(key) }
    var index = 0
    var name = ""
    while index < line.count {
      guard isTokenPart(line[index]) else {
        // What stands between a name and its value.
        if !" \t:='\"`".unicodeScalars.contains(line[index]) { name = "" }
        index += 1
        continue
      }
      let start = index
      while index < line.count, isTokenPart(line[index]) { index += 1 }
      // A sentence may end behind it.
      var end = index
      while end > start, line[end - 1] == "." { end -= 1 }
      let word = text(line[start..<end])
      if let kind = kind(of: word, behind: name) {
        found.append(Stretch(range: start..<end, kind: kind))
      }
      let isAssigned = index < line.count && ":='\"".unicodeScalars.contains(line[index])
      name = isAssigned ? word.lowercased() : ""
    }
    return found + credentials(in: line)
  }

  private static func kind(of word: String, behind name: String) -> String? {
    guard !isPlaceholder(word) else { return nil }
    if let known = prefixes.first(where: {
      word.hasPrefix($0.prefix) && word.utf8.count >= $0.length
    }), hasDigitAndLetter(String(word.dropFirst(known.prefix.count))) {
      return known.kind
    }
    let dots = word.utf8.count { $0 == UInt8(ascii: ".") }
    if word.hasPrefix("eyJ"), dots == 2, word.utf8.count >= 40 { return "a JSON web token" }
    let isValue = word.utf8.count >= 12 && dots == 0 && hasDigitAndLetter(word)
    let last = name.split(separator: ".").last.map(String.init) ?? name
    return isValue && names.contains(last) ? "a password or token" : nil
  }

  /// `postgres://user:password@host`.
  private static func credentials(in line: [Unicode.Scalar]) -> [Stretch] {
    var found: [Stretch] = []
    var index = 0
    while index + 3 < line.count {
      guard line[index] == ":", line[index + 1] == "/", line[index + 2] == "/" else {
        index += 1
        continue
      }
      index += 3
      let start = index
      while index < line.count, !" \t/'\"`<>()".unicodeScalars.contains(line[index]) { index += 1 }
      let authority = line[start..<index]
      guard let at = authority.lastIndex(of: "@"),
        let colon = authority[..<at].firstIndex(of: ":"), at - colon > 1
      else { continue }
      if !isPlaceholder(text(line[(colon + 1)..<at])) {
        found.append(Stretch(range: (colon + 1)..<at, kind: "a password in an address"))
      }
    }
    return found
  }

  private static func privateKey(in line: [Unicode.Scalar]) -> Stretch? {
    let whole = text(line[...])
    guard whole.contains("-----BEGIN "), whole.contains("PRIVATE KEY-----") else { return nil }
    return Stretch(range: 0..<line.count, kind: "a private key")
  }

  /// Whether a text stands for a secret and is none.
  private static func isPlaceholder(_ word: String) -> Bool {
    let lowered = word.lowercased()
    let signs = ["example", "xxxx", "your", "changeme", "placeholder", "$", "{", "***", "..."]
    return signs.contains { lowered.contains($0) } || Set(lowered).count < 4
  }

  private static func hasDigitAndLetter(_ word: String) -> Bool {
    word.utf8.contains { (48...57).contains($0) }
      && word.utf8.contains { (65...90).contains($0) || (97...122).contains($0) }
  }

  private static func isTokenPart(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "_", "-", ".", "+", "~": true
    default: false
    }
  }

  private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view += scalars
    return String(view)
  }
}
