/// What a mark is coloured as. Meaning is chosen here, the colour itself by the style sheet, so
/// that a page's theme and the dark scheme reach every mark.
public enum Ink: Sendable, Hashable, Codable {
  /// The n-th category, from 0.
  case series(Int)
  /// The parts of a data set, of one colour in every chart of a report.
  case train
  /// See `train`.
  case validation
  /// See `train`.
  case test
  /// What something is compared with, and what is only context.
  case reference
  /// Ink for emphasis in the text's own colour.
  case text
  /// A step of the ramp for magnitudes, from 0 (low) to 4 (high).
  case magnitude(Int)

  var className: String {
    switch self {
    case .series(let index): "s\(index % Palette.categories.count + 1)"
    case .train: "train"
    case .validation: "valid"
    case .test: "test"
    case .reference: "ref"
    case .text: "ink"
    case .magnitude(let step): "m\(min(max(step, 0), Palette.magnitudes.count - 1) + 1)"
    }
  }

  /// The ink of a series by its name, when the name is that of a part of a data set.
  init?(part name: String) {
    switch name.lowercased() {
    case "train", "training", "learn", "学習", "訓練": self = .train
    case "valid", "validation", "eval", "dev", "検証": self = .validation
    case "test", "holdout", "テスト", "評価": self = .test
    default: return nil
    }
  }

  /// A dash for lines of this ink, so that colour is never alone.
  var dashIndex: Int {
    switch self {
    case .series(let index): index
    case .test, .text: 0
    case .validation: 1
    case .train: 2
    case .reference: 1
    case .magnitude: 0
    }
  }
}

/// Okabe and Ito's colours ("Color Universal Design", 2008), told apart by every kind of colour
/// vision. The order starts with those that stand out from paper; the light ones are darkened
/// on white, and the dark ones lightened on black, to a contrast of at least 3:1.
enum Palette {
  /// Colours on light and on dark ground.
  static let categories: [(light: String, dark: String)] = [
    ("#0072b2", "#56a8e0"),  // blue
    ("#d55e00", "#f08a4b"),  // vermilion
    ("#009e73", "#2bc495"),  // bluish green
    ("#c0659a", "#e3a0c8"),  // reddish purple
    ("#b97f00", "#e69f00"),  // orange
    ("#3a93c8", "#8ccbf0"),  // sky blue
    ("#8f8600", "#f0e442"),  // yellow
    ("#57606a", "#b0b7bf"),  // grey, for black
  ]

  static let train = categories[2]
  static let validation = categories[1]
  static let test = categories[0]
  static let reference = (light: "#8b949e", dark: "#7d8590")

  /// One hue from low to high: the higher, the further from the ground. The lowest keeps a contrast
  /// of at least 2.9:1.
  static let magnitudes: [(light: String, dark: String)] = [
    ("#5a9bd0", "#3d74ab"), ("#3480bd", "#6198cc"), ("#1b629c", "#8dbae2"),
    ("#0f4576", "#bad8f2"), ("#05264a", "#eaf4fd"),
  ]

  /// Dash arrays by index; solid first.
  static let dashes: [String?] = [
    nil, "6 3", "2 2.5", "9 3 2 3", "12 4", "4 2 1 2", "1 3", "8 2 2 2 2 2",
  ]
}
