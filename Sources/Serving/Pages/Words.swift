internal import Parsing
internal import Vocabulary

/// Picks the sentence of a page's language; both stand side by side, so that neither is forgotten.
///
/// For example: `say("Sign in", "サインイン")`.
struct Words: Sendable, Hashable {
  var isJapanese: Bool

  static let english = Words(isJapanese: false)
  static let japanese = Words(isJapanese: true)

  var code: String { isJapanese ? "ja" : "en" }

  func callAsFunction(_ english: String, _ japanese: String) -> String {
    isJapanese ? japanese : english
  }

  /// The language that a browser prefers, unless its cookie says which.
  init(cookie: String?, accepted: String?) {
    if let cookie, ["en", "ja"].contains(cookie) {
      isJapanese = cookie == "ja"
      return
    }
    let languages = (accepted ?? "").split(separator: ",").map {
      $0.drop { $0 == " " }.prefix(2).lowercased()
    }
    isJapanese = languages.first { $0 == "ja" || $0 == "en" } == "ja"
  }

  init(isJapanese: Bool) {
    self.isJapanese = isJapanese
  }

  func state(_ state: Job.State) -> String {
    switch state {
    case .queued: self("waiting", "待機中")
    case .running: self("running", "実行中")
    case .done: self("done", "完了")
    case .failed: self("failed", "失敗")
    case .refused: self("refused by a gate", "ゲートで不合格")
    case .cancelled: self("stopped", "中止")
    }
  }

  func stepState(_ state: String) -> String {
    switch state {
    case "waiting": self("waiting", "待機中")
    case "running": self("running", "実行中")
    case "done": self("done", "完了")
    case "failed": self("failed", "失敗")
    case "skipped": self("skipped", "スキップ")
    default: self("not run", "未実行")
    }
  }

  func rows(_ count: Int) -> String {
    let number = NumberFormat.thousands(0).string(Double(count))
    return self(count == 1 ? "1 row" : "\(number) rows", "\(number) 行")
  }

  func role(_ role: Role) -> String {
    switch role {
    case .viewer: self("viewer", "閲覧者")
    case .runner: self("runner", "実行者")
    case .admin: self("admin", "管理者")
    }
  }

  /// For example: `0.12 s`, `4.2 s`, `1 min 05 s`.
  func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "" }
    if seconds < 59.95 {
      return NumberFormat.fixed(seconds < 9.995 ? 2 : 1).string(seconds) + self(" s", " 秒")
    }
    let whole = Int(seconds.rounded())
    func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    if whole < 3600 {
      return self(
        "\(whole / 60) min \(padded(whole % 60)) s", "\(whole / 60) 分 \(padded(whole % 60)) 秒")
    }
    return self(
      "\(whole / 3600) h \(padded(whole % 3600 / 60)) min",
      "\(whole / 3600) 時間 \(padded(whole % 3600 / 60)) 分")
  }
}
