internal import Parsing
internal import Vocabulary

extension StepSettings {
  /// The names of the options that every step has.
  public static let optionNames = [
    "title", "show", "when", "needs", "timeout", "retries", "cache", "on_error",
  ]

  /// Reads the options common to all kinds.
  init(from options: inout OptionReader) {
    title = options.string("title")
    needs = options.places("needs").map { Reference($0.name, .step, at: $0.range) }
    timeout = options.seconds("timeout")
    retries = options.int("retries", in: 0...100) ?? 0
    onError = options.choice("on_error", as: OnError.self) ?? .stop
    isCached = options.choice("cache", as: Cache.self) != .off
    show = options.show("show")
    when = options.condition("when")
  }

  enum Cache: String, CaseIterable {
    case on
    case off
  }
}

extension OptionReader {
  fileprivate mutating func show(_ key: String) -> StepSettings.Show? {
    guard let node = node(key), let text = string(key) else { return nil }
    switch text {
    case "none": return .nothing
    case "table": return .table
    default:
      if let rows = Int(text), (1...1000).contains(rows) { return .rows(rows) }
      report(
        .error(
          "bad-show", "`show` must be none, table or a row count from 1 to 1000, not `\(text)`",
          at: node.range))
      return nil
    }
  }

  /// A condition; NULL counts as false, as in SQL's WHERE.
  fileprivate mutating func condition(_ key: String) -> StepSettings.Condition {
    guard let node = node(key) else { return has(key) ? .fails : .holds }
    switch node.content {
    case _ where isPending(key): return .pending
    case .value(.bool(true)): return .holds
    case .value(.bool(false)): return .fails
    case .scalar(let scalar) where scalar.text == "true": return .holds
    case .scalar(let scalar) where scalar.text == "false": return .fails
    default:
      report(
        .error(
          "bad-condition", "`when` must be true, false or an expression that is", at: node.range,
          solutions: ["write when: \"{{ $rows > 0 }}\""]))
      return .holds
    }
  }
}
