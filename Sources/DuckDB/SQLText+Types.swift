extension SQLText {
  /// An author's name of a type, such as `DECIMAL(18, 3)` or `INTEGER[]`, for use in a CAST; a name that
  /// holds anything but letters, digits, spaces, commas, brackets and underscores becomes a quoted
  /// identifier, which no type has.
  public static func typeName(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { byte in
      switch byte {
      case 48...57, 65...90, 97...122: true
      default: " (),[]_".utf8.contains(byte)
      }
    }
    return isPlain ? text : identifier(text)
  }
}
