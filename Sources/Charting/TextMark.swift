/// Words beside a place in the plot, where there is room for them.
///
/// For example: `TextMark(x: .number(0.2), y: .number(0.71), text: "threshold 0.2")`.
public struct TextMark: Sendable, Hashable, Codable {
  /// The horizontal place.
  public var x: Position
  /// The vertical place.
  public var y: Position
  /// The words.
  public var text: String

  /// Words beside a place.
  public init(x: Position, y: Position, text: String) {
    self.x = x
    self.y = y
    self.text = text
  }

  func draw(in frame: Frame) -> [XMLElement] {
    // Texts are placed together with all other labels of the panel, so that none covers another.
    []
  }
}
