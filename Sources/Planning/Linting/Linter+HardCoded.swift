internal import DuckDB
internal import Parsing
internal import Steps
internal import Vocabulary

/// Paths and dates where a parameter or the catalog belongs.
extension Linter {
  mutating func findHardCodedText() {
    for step in plan.steps {
      if case .sql(let sql) = step.action { findHardCodedText(in: sql.sql, at: sql.range) }
      for expression in step.source.options.expressions {
        findHardCodedText(in: expression.sql, at: expression.range)
      }
    }
    for expression in plan.notebook.proseExpressions {
      findHardCodedText(in: expression.sql, at: expression.range)
    }
    findPlacesOfOneMachine()
  }

  private mutating func findHardCodedText(in sql: String, at range: SourceRange) {
    for literal in SQLText.literals(in: sql) {
      if HardCoded.isPath(literal.text) {
        report(
          .hardCodedPath, "a path is written into SQL",
          at: self.range(of: literal.place, in: sql, within: range),
          explanation: "The report then depends on where files lie, and nobody can give another.",
          solutions: ["declare a parameter of type `path`, and use `$name`"])
      } else if HardCoded.isDate(literal.text) {
        report(
          .hardCodedDate, "the date \(literal.text) is written into SQL",
          at: self.range(of: literal.place, in: sql, within: range),
          explanation: "The next edition of the report will have the same date.",
          solutions: ["declare a parameter of type `date` or `month`, and use `$name`"])
      }
    }
  }

  /// Absolute paths in the catalog and in the defaults of parameters.
  private mutating func findPlacesOfOneMachine() {
    for entry in plan.notebook.frontMatter.catalog {
      for path in entry.paths.compactMap(\.leadingText) where HardCoded.isAbsolute(path) {
        reportMachine("catalog entry `\(entry.name)`", at: entry.pathRange)
      }
    }
    for parameter in plan.parameters
    where parameter.type == .path && parameter.origin == .default {
      if HardCoded.isAbsolute(parameter.text) {
        reportMachine("the default of `\(parameter.name)`", at: parameter.range)
      }
    }
  }

  private mutating func reportMachine(_ what: String, at range: SourceRange) {
    report(
      .hardCodedPath, "\(what) is a path of one machine", at: range,
      explanation: "Relative paths start at the project's folder, on every machine.",
      solutions: ["make it relative, or a parameter that each caller gives"])
  }
}

extension Template {
  /// The text in front of the first expression.
  fileprivate var leadingText: String? {
    if case .text(let text)? = segments.first { text } else { nil }
  }
}

/// What looks like a place or a day.
enum HardCoded {
  /// Whether a text names a data file with its folder, or a place in somebody's home.
  static func isPath(_ text: String) -> Bool {
    guard !text.contains(where: \.isNewline) else { return false }
    let isPlace = text.contains("/") || text.contains("\\")
    return isPlace && (Impurity.isFileName(text) || isHome(text))
  }

  /// Whether a path starts at the root or in a home.
  static func isAbsolute(_ path: String) -> Bool {
    path.hasPrefix("/") || path.hasPrefix("~/") || isDrive(path)
  }

  private static func isHome(_ text: String) -> Bool {
    let starts = ["/home/", "/Users/", "/root/", "/tmp/", "/mnt/", "~/"]
    return starts.contains { text.hasPrefix($0) } || isDrive(text)
  }

  /// `C:\` or `C:/`.
  private static func isDrive(_ text: String) -> Bool {
    let scalars = Array(text.unicodeScalars.prefix(3))
    return scalars.count == 3 && scalars[0].properties.isAlphabetic && scalars[0].isASCII
      && scalars[1] == ":" && (scalars[2] == "\\" || scalars[2] == "/")
  }

  /// Days that stand for a calendar's beginning and not for a day.
  private static let epochs: Set<String> = ["1970-01-01", "1900-01-01", "1899-12-30", "0001-01-01"]

  /// Whether a text is a day or month such as `2021-01-31`, `2021-01` or `20210131`, perhaps with a
  /// time behind it.
  static func isDate(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard bytes.count >= 7, bytes.count <= 32 else { return false }
    func number(_ range: Range<Int>) -> Int? {
      guard range.upperBound <= bytes.count, bytes[range].allSatisfy({ (48...57).contains($0) })
      else { return nil }
      return bytes[range].reduce(0) { $0 * 10 + Int($1) - 48 }
    }
    func isDay(_ year: Int?, _ month: Int?, _ day: Int?) -> Bool {
      guard let year, let month, let day else { return false }
      return (1900...2199).contains(year) && (1...12).contains(month) && (1...31).contains(day)
    }
    if bytes.count == 8 { return isDay(number(0..<4), number(4..<6), number(6..<8)) }
    guard bytes[4] == UInt8(ascii: "-"), !epochs.contains(String(text.prefix(10))) else {
      return false
    }
    if bytes.count == 7 { return isDay(number(0..<4), number(5..<7), 1) }
    guard bytes.count >= 10, bytes[7] == UInt8(ascii: "-"),
      bytes.count == 10 || bytes[10] == UInt8(ascii: " ") || bytes[10] == UInt8(ascii: "T")
    else { return false }
    return isDay(number(0..<4), number(5..<7), number(8..<10))
  }
}
