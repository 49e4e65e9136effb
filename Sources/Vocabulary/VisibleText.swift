/// Text on one line without anything that a terminal would obey: controls show as their pictures.
///
/// For example: `visibleText("\u{1B}[31m") == "␛[31m"`.
public func visibleText(_ text: some StringProtocol) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    if scalar == "\n" || scalar == "\t" {
      result += " "
    } else {
      result += picture(of: scalar) ?? String(scalar)
    }
  }
  return result
}

/// What is shown for a character that a terminal would obey or that nobody sees: controls, those that
/// turn the direction of writing, other ends of lines, tags.
///
/// Joiners (U+200C, U+200D) stay, for scripts and emoji need them.
package func picture(of scalar: Unicode.Scalar) -> String? {
  switch scalar.value {
  case 0..<0x20: Unicode.Scalar(0x2400 + scalar.value).map { String($0) }
  case 0x7F: "\u{2421}"
  case 0x80..<0xA0, 0x061C, 0x180E, 0x200B, 0x200E, 0x200F, 0x2028...0x202E, 0x2060...0x206F,
    0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE007F:
    "<U+"
      + String(repeating: "0", count: scalar.value < 0x100 ? 2 : scalar.value < 0x1000 ? 1 : 0)
      + String(scalar.value, radix: 16, uppercase: true) + ">"
  default: nil
  }
}
