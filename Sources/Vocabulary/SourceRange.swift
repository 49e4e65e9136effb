/// A place in a source file, counted as editors do.
public struct SourcePosition: Sendable, Hashable, Codable, Comparable {
  /// Line from 1.
  public var line: Int
  /// Column from 1, in Unicode scalars.
  public var column: Int

  /// The place at this line and column, both from 1.
  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// Orders places from top to bottom.
  public static func < (left: SourcePosition, right: SourcePosition) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }
}

/// A stretch of a source file; `end` is the place after the last character.
public struct SourceRange: Sendable, Hashable, Codable, CustomStringConvertible {
  /// The file as the user named it, or a description such as `command line`.
  public var file: String
  /// The first character.
  public var start: SourcePosition
  /// Just behind the last character.
  public var end: SourcePosition

  /// The stretch from `start` up to, not including, `end`.
  public init(file: String, start: SourcePosition, end: SourcePosition) {
    self.file = file
    self.start = start
    self.end = end
  }

  /// `file:line:column`, the form that editors and terminals make a link of.
  public var description: String { "\(file):\(start.line):\(start.column)" }
}
