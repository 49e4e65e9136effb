/// The states of a search's trials, which a later search reads back out of a table.
extension Words {
  private static let states = [
    "complete": "完了", "pruned": "打ち切り", "repeated": "重複", "cut": "時間切れ", "failed": "失敗",
  ]

  func trialState(_ name: String) -> String {
    self == .japanese ? Self.states[name] ?? name : name
  }

  /// The state's own name, whatever the language of the report that it was kept in.
  static func trialState(written text: String) -> String {
    states.first { $0.value == text }?.key ?? text
  }
}
