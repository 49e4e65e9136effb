internal import Vocabulary

/// The series slot of a run, as one safe path component.
enum Edition {
  /// The longest edition, in bytes.
  static let longest = 100

  /// Why a text cannot be an edition, as the end of a sentence; nil when it can.
  static func fault(in text: String) -> String? {
    if text.isEmpty { return "is empty" }
    if text.utf8.count > longest { return "is longer than \(longest) bytes" }
    if text.hasPrefix(".") { return "starts with a dot" }
    if text.hasPrefix(" ") || text.hasSuffix(" ") || text.hasSuffix(".") {
      return "starts or ends with a space or dot"
    }
    if text.contains("/") || text.contains("\\") { return "holds a slash" }
    if text.contains("@") { return "holds `@`, which addresses of versions use" }
    if text.contains("..") { return "holds `..`" }
    if text.unicodeScalars.contains(where: isForbidden) { return "holds a control character" }
    if text.contains(where: { ":*?\"<>|".contains($0) }) {
      return "holds a character that not every file system takes (`: * ? \" < > |`)"
    }
    // `credit/monthly@2021-01/v3` and `latest` are addresses.
    let isVersion = text.first == "v" && text.count > 1 && text.utf8.dropFirst().allSatisfy(isDigit)
    if text == "latest" || text == "previous" || isVersion { return "is an address of its own" }
    return nil
  }

  /// The edition of a run whose notebook names none: `default`, or a short digest of the
  /// parameters that are not as declared.
  static func name(forChanged parameters: [Parameter]) -> String {
    guard !parameters.isEmpty else { return "default" }
    let parts = parameters.sorted { $0.name < $1.name }.flatMap { [$0.name, $0.text] }
    return String(Fingerprint(combining: parts).description.prefix(10))
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

  /// Control characters, and marks that turn or hide text.
  private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
      .unassigned:
      true
    default: false
    }
  }
}
