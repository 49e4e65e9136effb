extension Words {
  /// Why a step has no result, in the language of the report. What the run says is a fixed sentence
  /// with names in it; one that is not known here stays as it is.
  func reason(_ english: String) -> String {
    guard self == .japanese else { return english }
    for pattern in SentencePattern.reasons {
      if let reason = pattern.translated(
        english, name: { String($0.replacing(", ", with: "、")) })
      {
        return reason
      }
    }
    return english
  }
}
