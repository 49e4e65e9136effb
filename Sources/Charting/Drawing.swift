import Vocabulary

/// A coordinate with at most two decimals, without trailing zeros: the least that is exact to the eye.
func coordinate(_ value: Double) -> String {
  guard value.isFinite else { return "0" }
  let hundredths = (min(max(value, -1e7), 1e7) * 100).rounded()
  let whole = Int(hundredths)
  let (units, rest) = (whole.magnitude / 100, whole.magnitude % 100)
  let sign = whole < 0 ? "-" : ""
  if rest == 0 { return "\(sign)\(units)" }
  if rest % 10 == 0 { return "\(sign)\(units).\(rest / 10)" }
  return "\(sign)\(units).\(rest < 10 ? "0" : "")\(rest)"
}

/// The data of a path, a few points to the line, so that a changed point is a changed line.
struct PathData {
  private(set) var text = ""
  private var count = 0

  mutating func move(_ x: Double, _ y: Double) { add("M", x, y) }
  mutating func line(_ x: Double, _ y: Double) { add("L", x, y) }

  mutating func close() { text += "Z" }

  /// A stroke without length: round caps make a dot of it.
  mutating func dot(_ x: Double, _ y: Double) {
    add("M", x, y)
    text += "h0"
  }

  private mutating func add(_ command: String, _ x: Double, _ y: Double) {
    if count > 0, count % 8 == 0 { text += "\n" }
    count += 1
    text += command + coordinate(x) + "," + coordinate(y)
  }
}

/// A group of shapes; its name is for those who read the source of a picture or compare two, as the
/// picture as a whole is one image with a text alternative.
func group(
  _ className: String, label: String? = nil, isHidden: Bool = false, _ children: [XMLElement]
) -> XMLElement {
  XMLElement(
    "g",
    [
      "class": className, "role": label == nil ? nil : "group", "aria-label": label,
      "aria-hidden": isHidden ? "true" : nil,
    ], children
  )
}

func label(_ text: String, x: Double, y: Double, class className: String) -> XMLElement {
  XMLElement(
    "text", ["class": className, "x": coordinate(x), "y": coordinate(y)], text: text)
}

func segment(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) -> String {
  var data = PathData()
  data.move(x1, y1)
  data.line(x2, y2)
  return data.text
}

/// A symbol around a point; different kinds for colour-blind eyes and for print.
func shape(
  _ index: Int, x: Double, y: Double, radius: Double, class className: String, title: String?
) -> XMLElement {
  let children = title.map { [XMLElement("title", text: $0)] } ?? []
  var data = PathData()
  let r = radius
  switch index % 5 {
  case 0:
    return XMLElement(
      "circle",
      ["class": className, "cx": coordinate(x), "cy": coordinate(y), "r": coordinate(r)], children)
  case 1:
    data.move(x, y - r * 1.25)
    data.line(x + r * 1.1, y + r * 0.8)
    data.line(x - r * 1.1, y + r * 0.8)
  case 2:
    data.move(x - r * 0.9, y - r * 0.9)
    data.line(x + r * 0.9, y - r * 0.9)
    data.line(x + r * 0.9, y + r * 0.9)
    data.line(x - r * 0.9, y + r * 0.9)
  case 3:
    data.move(x, y - r * 1.3)
    data.line(x + r * 1.3, y)
    data.line(x, y + r * 1.3)
    data.line(x - r * 1.3, y)
  default:
    data.move(x, y + r * 1.25)
    data.line(x + r * 1.1, y - r * 0.8)
    data.line(x - r * 1.1, y - r * 0.8)
  }
  data.close()
  return XMLElement("path", ["class": className, "d": data.text], children)
}
