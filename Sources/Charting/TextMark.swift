/// Words beside a place in the plot.
struct TextMark: Sendable, Hashable {
  var x: Position
  var y: Position
  var text: String
  var dx = 6.0
  var dy = -6.0

  func draw(in frame: Frame) -> [XMLElement] {
    // Texts are placed together with all other labels of the panel, so that none covers another.
    []
  }
}
