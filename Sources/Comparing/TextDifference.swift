/// What became of a text, piece by piece: lines of source, or words of a sentence.
public struct TextDifference: Sendable, Hashable {
  /// What became of a piece.
  public enum Fate: String, Sendable, Hashable {
    /// It is in both.
    case same
    /// It is in the old text only.
    case removed
    /// It is in the new text only.
    case added
  }

  /// A piece and what became of it.
  public struct Piece: Sendable, Hashable {
    /// What became of it.
    public var fate: Fate
    /// The text.
    public var text: String
  }

  /// The pieces in order.
  public var pieces: [Piece]

  /// The lines of both texts.
  public static func lines(_ old: String, _ new: String) -> TextDifference {
    func lines(_ text: String) -> [String] {
      var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      if lines.last == "" { lines.removeLast() }
      return lines
    }
    return TextDifference(lines(old), lines(new))
  }

  /// The words of both texts, neighbours of one fate joined.
  public static func words(_ old: String, _ new: String) -> TextDifference {
    var joined = TextDifference(pieces: [])
    for piece in TextDifference(tokens(old), tokens(new)).pieces {
      if joined.pieces.last?.fate == piece.fate {
        joined.pieces[joined.pieces.count - 1].text += piece.text
      } else {
        joined.pieces.append(piece)
      }
    }
    return joined
  }

  private init(pieces: [Piece]) {
    self.pieces = pieces
  }

  private init(_ old: [String], _ new: [String]) {
    pieces = SequenceDifference(old, new).edits.map { edit in
      switch edit {
      case .keep(_, let index): Piece(fate: .same, text: new[index])
      case .remove(let index): Piece(fate: .removed, text: old[index])
      case .insert(let index): Piece(fate: .added, text: new[index])
      }
    }
  }

  /// How much of both texts is common, from 0 to 1 by bytes.
  var similarity: Double {
    var (same, all) = (0, 0)
    for piece in pieces {
      let count = piece.text.utf8.count
      all += piece.fate == .same ? 2 * count : count
      if piece.fate == .same { same += 2 * count }
    }
    return all == 0 ? 1 : Double(same) / Double(all)
  }

  /// Words with letters and digits, numbers with their decimals, stretches of space, and every
  /// other character by itself: Japanese has no spaces.
  private static func tokens(_ text: String) -> [String] {
    var tokens: [String] = []
    let characters = Array(text)
    var last = Class.other
    for (index, character) in characters.enumerated() {
      var next = Class(character)
      // A point or comma before a digit belongs to the number.
      if next == .other, last == .word, character == "." || character == ",",
        index + 1 < characters.count, characters[index + 1].isNumber
      {
        next = .word
      }
      if next == last, next != .other {
        tokens[tokens.count - 1].append(character)
      } else {
        tokens.append(String(character))
      }
      last = next
    }
    return tokens
  }

  private enum Class {
    case word, space, other

    init(_ character: Character) {
      guard let scalar = character.unicodeScalars.first else {
        self = .other
        return
      }
      if character.isWhitespace {
        self = .space
      } else if (0x2E80...0x9FFF).contains(scalar.value) || (0xF900...0xFAFF).contains(scalar.value)
      {
        self = .other
      } else if character.isLetter || character.isNumber || character == "_" {
        self = .word
      } else {
        self = .other
      }
    }
  }
}
