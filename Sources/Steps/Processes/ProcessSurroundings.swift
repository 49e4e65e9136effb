public import Vocabulary

/// What the processes of a run find around them.
public struct ProcessSurroundings: Sendable {
  /// Whether the project lets them run.
  public var isAllowed = false
  /// The interpreter or virtual environment that the project names, relative to it.
  public var python: String?
  /// Where programs are looked for, as `PATH` has it.
  public var searchPath = "/usr/local/bin:/usr/bin:/bin"
  /// The notebook's parameters.
  public var parameters: [ProcessParameter] = []
  /// An absolute folder that keeps whole logs, made when there is one; nil keeps none.
  public var logDirectory: String?

  /// Surroundings in which nothing may run.
  public init() {}
}

/// A parameter as a process gets it.
public struct ProcessParameter: Sendable, Hashable {
  /// The name, which is also the environment variable's.
  public var name: String
  /// The value as the author would write it: `2021-01` for a month.
  public var text: String
  /// The typed value.
  public var value: Value
  /// Whether only those processes get it that ask for it, and no file.
  public var isSecret: Bool

  /// A parameter with its value.
  public init(name: String, text: String, value: Value, isSecret: Bool) {
    self.name = name
    self.text = text
    self.value = value
    self.isSecret = isSecret
  }

  /// The value as JSON; a month and other dates are texts.
  var json: String {
    switch value {
    case .null: "null"
    case .bool(let flag): flag ? "true" : "false"
    case .int(let number): "\(number)"
    case .double(let number): number.isFinite ? shortestText(number) : "null"
    case .list(let values):
      "["
        + values.map { ProcessParameter(name: "", text: $0.plainText, value: $0, isSecret: false) }
        .map(\.json).joined(separator: ", ") + "]"
    case .text, .date, .timestamp: Self.quoted(text)
    }
  }

  /// A text as a JSON string.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\n": result += "\\n"
      default:
        if scalar.value < 32 {
          let digits = String(scalar.value, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }

  /// Why the name cannot be a variable of a process's environment, if it cannot.
  var fault: String? {
    let upper = name.uppercased()
    let reserved = [
      "PATH", "HOME", "LANG", "TZ", "TMPDIR", "IFS", "ENV", "SHELL", "USER", "PWD", "CDPATH",
      "BASH_ENV", "MPLBACKEND", "MATPLOTLIBRC", "SOURCE_DATE_EPOCH",
    ]
    let prefixes = ["LD_", "DYLD_", "LC_", "PYTHON", "WASHI_", "OMP_", "MKL_", "OPENBLAS_"]
    if reserved.contains(upper) || prefixes.contains(where: { upper.hasPrefix($0) }) {
      return "the system gives that variable a meaning of its own"
    }
    return name.utf8.allSatisfy({ $0 < 128 }) ? nil : "a variable's name is ASCII"
  }
}
