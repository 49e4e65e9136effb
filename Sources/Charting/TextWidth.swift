/// Estimated widths of text in the system's sans-serif, the same on every machine.
///
/// Advance widths of Helvetica in thousandths of the font size; East Asian wide characters count
/// one em, combining marks nothing. Widened by a seventh, so that wider system fonts fit as well.
enum TextWidth {
  static func of(_ text: String, size: Double = 12, isBold: Bool = false) -> Double {
    let total = text.unicodeScalars.reduce(0) { $0 + units(of: $1) }
    return Double(total) / 1000 * size * (isBold ? 1.22 : 1.14)
  }

  /// The text, cut with an ellipsis so that it fits.
  static func truncated(_ text: String, to width: Double, size: Double = 12) -> String {
    guard of(text, size: size) > width else { return text }
    var kept = ""
    for character in text {
      if of(kept + String(character) + "…", size: size) > width { break }
      kept.append(character)
    }
    return kept + "…"
  }

  /// The text in lines that fit, broken at spaces and between East Asian characters; the last of
  /// `limit` lines is cut.
  static func wrapped(
    _ text: String, to width: Double, size: Double = 12, isBold: Bool = false, limit: Int
  ) -> [String] {
    var lines: [String] = []
    var line = ""
    for piece in pieces(of: text) {
      if of(line + piece, size: size, isBold: isBold) > width, !line.isEmpty {
        lines.append(line)
        line = piece == " " ? "" : piece
      } else if !(line.isEmpty && piece == " ") {
        line += piece
      }
    }
    lines.append(line)
    if lines.count > limit {
      let rest = lines[(limit - 1)...].joined(separator: " ")
      lines = lines.prefix(limit - 1) + [rest]
    }
    return lines.map { truncated($0, to: width * 1.02, size: size * (isBold ? 1.05 : 1)) }
  }

  private static func pieces(of text: String) -> [String] {
    var pieces: [String] = []
    var word = ""
    for character in text {
      let isWide = character.unicodeScalars.first.map(isWide) ?? false
      if character.isWhitespace || isWide {
        if !word.isEmpty { pieces.append(word) }
        word = ""
        // A closing mark stays with what it closes.
        if isWide, "、。，．）」』！？ー".contains(character), !pieces.isEmpty {
          pieces[pieces.count - 1].append(character)
        } else {
          pieces.append(character.isWhitespace ? " " : String(character))
        }
      } else {
        word.append(character)
      }
    }
    return word.isEmpty ? pieces : pieces + [word]
  }

  private static func units(of scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0x20...0x7E: ascii[Int(scalar.value) - 0x20]
    case 0x300...0x36F, 0x200B...0x200F, 0x202A...0x202E, 0xFE00...0xFE0F: 0
    default: isWide(scalar) ? 1000 : 600
    }
  }

  private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
      true
    default: false
    }
  }

  // Space to tilde, from Adobe's font metrics of Helvetica.
  private static let ascii: [Int] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
  ]
}
