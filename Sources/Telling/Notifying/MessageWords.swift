internal import Parsing

/// The fixed words of messages, in the report's language.
struct MessageWords {
  private let isJapanese: Bool

  init(_ language: FrontMatter.Language) {
    switch language {
    case .english: isJapanese = false
    case .japanese: isJapanese = true
    }
  }

  var published: String { isJapanese ? "公開しました" : "published" }
  var unchanged: String { isJapanese ? "前回と同じ内容です" : "unchanged" }
  var done: String { isJapanese ? "完了しました" : "done" }
  var failed: String { isJapanese ? "失敗しました" : "failed" }
  var refused: String { isJapanese ? "却下されました" : "refused" }
  var interrupted: String { isJapanese ? "中断されました" : "interrupted" }
  var openReport: String { isJapanese ? "レポートを開く" : "Open the report" }

  /// What happened, when drift was found beside it.
  func withDrift(_ word: String) -> String {
    isJapanese ? "\(word)（ドリフトあり）" : "\(word), drift found"
  }

  /// A headline with what happened.
  func headline(_ title: String, _ word: String) -> String {
    isJapanese ? "\(title)：\(word)" : "\(title): \(word)"
  }

  /// A list that was cut off.
  func more(_ count: Int) -> String {
    isJapanese ? "ほか \(count) 件" : "and \(count) more"
  }

  /// Which run it was.
  func footer(_ address: String, user: String, time: String) -> String {
    if isJapanese {
      return user.isEmpty ? "\(address)、\(time) UTC" : "\(address)、実行者 \(user)、\(time) UTC"
    }
    return user.isEmpty ? "\(address), \(time) UTC" : "\(address), run by \(user), \(time) UTC"
  }
}
