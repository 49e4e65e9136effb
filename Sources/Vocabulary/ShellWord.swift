/// A word as a POSIX shell reads it back.
///
/// For example: `it's` becomes `'it'\''s'`, and `a-b` stays as it is.
public func quotedForShell(_ word: String) -> String {
  let isPlain =
    !word.isEmpty
    && word.utf8.allSatisfy { byte in
      switch byte {
      case 48...57, 65...90, 97...122: true
      default: "%+,-./:=@_".utf8.contains(byte)
      }
    }
  return isPlain
    ? word
    : "'"
      + word.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "'\\''") + "'"
}

/// The first word of a command line that `quotedForShell` has written; nil when it is not of that
/// form, as when a quote is not closed.
public func firstShellWord(of line: some StringProtocol) -> String? {
  var word = ""
  var isQuoted = false
  var isEscaped = false
  for character in line {
    if isEscaped {
      word.append(character)
      isEscaped = false
    } else if character == "'" {
      isQuoted.toggle()
    } else if isQuoted {
      word.append(character)
    } else if character == "\\" {
      isEscaped = true
    } else if character.isWhitespace {
      break
    } else {
      word.append(character)
    }
  }
  return isQuoted || isEscaped || word.isEmpty ? nil : word
}
