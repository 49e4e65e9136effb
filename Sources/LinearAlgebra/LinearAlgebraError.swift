/// Why a library could not be loaded, or columns could not be read as numbers.
public struct LinearAlgebraError: Error, Sendable, Hashable, CustomStringConvertible {
  /// One sentence: what is wrong.
  public var message: String
  /// What to do, most likely remedy first.
  public var solutions: [String]

  /// A failure with its remedies.
  public init(_ message: String, solutions: [String] = []) {
    self.message = message
    self.solutions = solutions
  }

  /// The message.
  public var description: String { message }

  /// What to do when a library is missing.
  static let remedy = "Run `washi doctor` to see what is missing and `Scripts/setup` to get it"
}
