internal import Vocabulary

/// Why something cannot be a value of a declared type.
struct Misfit: Error, Hashable {
  /// What would have been right, such as `a whole number`.
  var expected: String
  /// What to do about it.
  var advice: String?

  init(_ expected: String, advice: String? = nil) {
    self.expected = expected
    self.advice = advice
  }
}

extension ParameterType {
  /// What a value of this type looks like, for messages.
  public var expectation: String {
    switch self {
    case .string, .secret: "text"
    case .int: "a whole number"
    case .float: "a number"
    case .bool: "true or false"
    case .date: "a day as YYYY-MM-DD"
    case .month: "a month as YYYY-MM"
    case .datetime: "a time as YYYY-MM-DD HH:MM:SS"
    case .path: "a path"
    case .list: "a list"
    }
  }

  /// Reads text as a value of this type; a list is not read here.
  ///
  /// Text stays exactly as it is, leading zeros and all. A bool is `true` or `false` (also `True`,
  /// `TRUE`), never 1, 0, yes or no: those are guesses.
  func value(reading text: String) throws(Misfit) -> Value {
    switch self {
    case .string, .secret: return .text(text)
    case .int: return .int(try wholeNumber(text))
    case .float: return .double(try number(text))
    case .bool:
      switch text {
      case "true", "True", "TRUE": return .bool(true)
      case "false", "False", "FALSE": return .bool(false)
      case "1", "yes", "on", "y": throw Misfit(expectation, advice: "write true")
      case "0", "no", "off", "n": throw Misfit(expectation, advice: "write false")
      default: throw Misfit(expectation)
      }
    case .date:
      guard let day = CalendarDate(parsing: text) else { throw Misfit(expectation) }
      return .date(day)
    case .month: return .date(try month(text))
    case .datetime:
      if let time = Timestamp(parsing: text) { return .timestamp(time) }
      guard let day = CalendarDate(parsing: text) else { throw Misfit(expectation) }
      return .timestamp(try Timestamp(midnightOf: day))
    case .path:
      guard !text.isEmpty else { throw Misfit("a path that is not empty") }
      guard text.unicodeScalars.allSatisfy({ $0.value >= 32 && $0.value != 127 }) else {
        throw Misfit("a path without control characters")
      }
      return .text(text)
    case .list: throw Misfit(expectation)
    }
  }

  /// Takes a typed value, such as an expression gave, as a value of this type.
  func value(taking value: Value) throws(Misfit) -> Value {
    switch (self, value) {
    case (.string, .text), (.secret, .text), (.int, .int), (.float, .double), (.bool, .bool),
      (.date, .date), (.datetime, .timestamp), (.list, .list):
      return value
    case (.path, .text(let text)): return try self.value(reading: text)
    case (.int, .double(let number)):
      guard let whole = Int64(exactly: number) else { throw Misfit(expectation) }
      return .int(whole)
    case (.float, .int(let whole)): return .double(Double(whole))
    case (.month, .date(let day)): return .date(try firstDay(day))
    case (.month, .timestamp(let time)): return .date(try firstDay(try midnight(time)))
    case (.date, .timestamp(let time)): return .date(try midnight(time))
    case (.datetime, .date(let day)): return .timestamp(try Timestamp(midnightOf: day))
    case (.string, .int), (.string, .double), (.string, .bool), (.string, .date),
      (.string, .timestamp):
      return .text(value.plainText)
    case (.int, .text(let text)), (.float, .text(let text)), (.bool, .text(let text)),
      (.date, .text(let text)), (.month, .text(let text)), (.datetime, .text(let text)):
      return try self.value(reading: text)
    default: throw Misfit(expectation)
    }
  }

  private func wholeNumber(_ text: String) throws(Misfit) -> Int64 {
    let digits = text.first == "-" || text.first == "+" ? text.dropFirst() : text[...]
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }) else {
      throw Misfit(expectation)
    }
    guard let number = Int64(text) else { throw Misfit("a whole number of at most 64 bits") }
    return number
  }

  private func number(_ text: String) throws(Misfit) -> Double {
    switch text {
    case ".inf", "+.inf": return .infinity
    case "-.inf": return -.infinity
    case ".nan": return .nan
    default: break
    }
    // Swift also reads hexadecimal floats, `nan` and `infinity`; nobody means those here.
    guard
      text.utf8.allSatisfy({
        (48...57).contains($0) || "+-.eE".utf8.contains($0)
      }), let number = Double(text)
    else { throw Misfit(expectation) }
    guard number.isFinite else {
      throw Misfit("a number within the range of double precision", advice: "write .inf")
    }
    return number
  }

  private func month(_ text: String) throws(Misfit) -> CalendarDate {
    if let day = CalendarDate(parsingMonth: text) { return day }
    guard let day = CalendarDate(parsing: text) else { throw Misfit(expectation) }
    return try firstDay(day)
  }

  private func firstDay(_ day: CalendarDate) throws(Misfit) -> CalendarDate {
    guard day.components.day == 1 else {
      throw Misfit(
        "a month, or its first day", advice: "write \(day.monthDescription)")
    }
    return day
  }

  private func midnight(_ time: Timestamp) throws(Misfit) -> CalendarDate {
    let day: Int64 = 86_400_000_000
    guard time.microsecondsSinceEpoch % day == 0,
      let number = Int32(exactly: time.microsecondsSinceEpoch / day)
    else { throw Misfit("a day without a time of day") }
    return CalendarDate(daysSinceEpoch: number)
  }
}

extension Timestamp {
  /// The start of a day; days beyond what a timestamp can hold, such as SQL's `infinity`, have none.
  fileprivate init(midnightOf day: CalendarDate) throws(Misfit) {
    let (microseconds, isTooLarge) = Int64(day.daysSinceEpoch)
      .multipliedReportingOverflow(by: 86_400_000_000)
    guard !isTooLarge else { throw Misfit("a time within the range of timestamps") }
    self.init(microsecondsSinceEpoch: microseconds)
  }
}
