internal import Vocabulary

/// Names as MLflow takes them for parameters, figures and tags.
///
/// MLflow wants letters, digits, `_`, `-`, `.`, blanks, `:` and `/`, at most 250 of them, and refuses
/// what as a path would lead to another name (mlflow/utils/validation.py).
enum MLflowName {
  static let lengthLimit = 250

  /// The name with everything replaced that MLflow refuses; itself when nothing is.
  static func mapped(_ name: String) -> String {
    let scalars = name.unicodeScalars.map { isTaken($0) ? $0 : "_" }
    var parts: [String] = []
    for part in scalars.split(separator: "/") {
      let text = String(String.UnicodeScalarView(part))
      parts.append(text == "." ? "_" : text == ".." ? "__" : text)
    }
    let joined = parts.joined(separator: "/")
    guard joined.unicodeScalars.count > lengthLimit else { return joined.isEmpty ? "_" : joined }
    let head = joined.unicodeScalars.prefix(lengthLimit - 13)
    let whole = String(String.UnicodeScalarView(head)) + "-" + Fingerprint(of: name).short
    return whole.replacing("/-", with: "_-")
  }

  /// The names mapped, all different; those that come later get a number.
  static func unique(_ names: [String]) -> [String] {
    var taken = Set(names.filter { mapped($0) == $0 })
    var isFirst = taken
    return names.map { name in
      let plain = mapped(name)
      if plain == name, isFirst.remove(name) != nil { return name }
      var candidate = plain
      var number = 1
      while !taken.insert(candidate).inserted {
        number += 1
        let tail = "_\(number)"
        candidate =
          String(String.UnicodeScalarView(plain.unicodeScalars.prefix(lengthLimit - tail.count)))
          + tail
      }
      return candidate
    }
  }

  /// The first so many characters, with a mark where something was cut off.
  static func cut(_ text: String, to limit: Int) -> String {
    let scalars = text.unicodeScalars
    guard scalars.count > limit else { return text }
    return String(String.UnicodeScalarView(scalars.prefix(limit - 1))) + "…"
  }

  /// Whether Python's `\w` matches it, or MLflow names it.
  private static func isTaken(_ scalar: Unicode.Scalar) -> Bool {
    if "_-. :/".unicodeScalars.contains(scalar) { return true }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .decimalNumber, .letterNumber, .otherNumber:
      return true
    default: return false
    }
  }
}
