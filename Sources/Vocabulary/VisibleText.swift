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

/// What is shown for a character that a terminal would obey: controls, and those that turn the
/// direction of writing.
func picture(of scalar: Unicode.Scalar) -> String? {
  switch scalar.value {
  case 0..<0x20: Unicode.Scalar(0x2400 + scalar.value).map { String($0) }
  case 0x7F: "\u{2421}"
  case 0x80..<0xA0, 0x200B, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF:
    "<U+" + String(repeating: "0", count: scalar.value < 0x100 ? 2 : 0)
      + String(scalar.value, radix: 16, uppercase: true) + ">"
  default: nil
  }
}
