internal import Charting
internal import Parsing

/// The fixed words of what steps show, in the language of the report. Both languages stand side by
/// side where they are used, so that neither is forgotten.
enum Words: Sendable, Hashable {
  case english
  case japanese

  init(_ language: FrontMatter.Language) {
    self = language == .japanese ? .japanese : .english
  }

  func callAsFunction(_ english: String, _ japanese: String) -> String {
    switch self {
    case .english: english
    case .japanese: japanese
    }
  }

  /// The words of charts in the same language.
  var ofCharts: Chart.Words { self == .japanese ? .japanese : .english }
}
