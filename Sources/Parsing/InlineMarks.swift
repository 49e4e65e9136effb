/// The marks that stand for expressions while libcmark reads the text.
///
/// They are noncharacters of Unicode, meant for such internal use: libcmark takes them for letters,
/// so emphasis, links and tables around an expression work and nothing in its SQL is Markdown. In
/// a text that has them already they are replaced by U+FFFD before.
enum InlineMarks {
  /// Begins an expression's number.
  static let start = mark(0xFDD0)
  /// The hexadecimal digit 0; the others follow.
  static let zero = mark(0xFDD1)
  /// Ends an expression's number.
  static let end = mark(0xFDE1)
  /// Begins each further line of an expression that spans lines.
  static let continuation = mark(0xFDE2)
  /// Begins a table cell's text, so that it is a paragraph whatever follows.
  static let guardian = mark(0xFDE3)

  /// Swift has no literals for noncharacters.
  private static func mark(_ code: UInt32) -> Unicode.Scalar {
    Unicode.Scalar(code) ?? "\u{FFFD}"
  }

  /// Whether the scalar is one of the marks.
  static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    (0xFDD0...0xFDEF).contains(scalar.value)
  }

  /// The marks for the expression with this number.
  static func bytes(forExpression number: Int) -> [UInt8] {
    var text = String.UnicodeScalarView([start])
    for digit in String(number, radix: 16).utf8 {
      let value = isDigit(digit) ? digit - 48 : digit - 87
      text.append(Unicode.Scalar(zero.value + UInt32(value)) ?? zero)
    }
    text.append(end)
    return Array(String(text).utf8)
  }

  /// The text without foreign marks.
  static func sanitized(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var result = Array(bytes)
    var index = 0
    while let found = result[index...].firstIndex(of: 0xEF) {
      if found + 2 < result.count, result[found + 1] == 0xB7,
        (0x90...0xAF).contains(result[found + 2])
      {
        result[found + 1] = 0xBF
        result[found + 2] = 0xBD
      }
      index = found + 1
    }
    return result
  }

  /// A piece of text that libcmark gave back.
  enum Piece {
    case text(String)
    case expression(Int)
    case continuation
  }

  /// The pieces of a text, guardians and their space left out.
  static func pieces(of text: String) -> [Piece] {
    var pieces: [Piece] = []
    var run = String.UnicodeScalarView()
    func flush() {
      if !run.isEmpty { pieces.append(.text(String(run))) }
      run = String.UnicodeScalarView()
    }
    var number: Int?
    var dropsSpace = false
    for scalar in text.unicodeScalars {
      defer { dropsSpace = scalar == guardian }
      switch scalar {
      case start:
        flush()
        number = 0
      case end:
        if let number { pieces.append(.expression(number)) }
        number = nil
      case continuation:
        flush()
        pieces.append(.continuation)
      case guardian: break
      case " " where dropsSpace: break
      default:
        if isMark(scalar), let value = number {
          number = value &* 16 &+ Int(scalar.value - zero.value)
        } else {
          run.append(scalar)
        }
      }
    }
    flush()
    return pieces
  }

  /// Whether the text has marks in it; a quick look at its bytes.
  static func areIn(_ text: String) -> Bool {
    var last: UInt8 = 0
    for byte in text.utf8 {
      if byte == 0xB7, last == 0xEF { return true }
      last = byte
    }
    return false
  }
}
