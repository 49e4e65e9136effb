internal import ArgumentParser

/// One `-p`, `-r`, `-f`, `-y` or `-b` with its place on the command line, because later ones win.
///
/// ArgumentParser knows neither options of two values nor the order among different options, so
/// `numbered` writes the place and both values into one argument before it parses.
struct GivenParameter: ExpressibleByArgument, Sendable, Hashable {
  /// The place on the command line.
  let order: Int
  /// What was given: name and value, or a single value.
  let values: [String]

  init?(argument: String) {
    let parts = argument.split(
      separator: Self.separator, omittingEmptySubsequences: false
    ).map(String.init)
    guard parts.count >= 2, let order = Int(parts[0]) else { return nil }
    self.order = order
    values = Array(parts.dropFirst())
  }

  /// A character that no command line holds.
  private static let separator: Character = "\u{0}"

  private static let pairs = ["-p": "parameters", "-r": "parameters_raw"]
  private static let singles = [
    "-f": "parameters_file", "-y": "parameters_yaml", "-b": "parameters_base64",
  ]

  /// The command line with the parameters numbered; arguments behind `--` stay as they are.
  static func numbered(_ arguments: [String]) throws -> [String] {
    guard let command = arguments.first, ["run", "batch", "plan", "diff"].contains(command) else {
      return arguments
    }
    var result: [String] = []
    var index = 0
    while index < arguments.count {
      let argument = arguments[index]
      if argument == "--" { return result + arguments[index...] }
      index += 1
      guard let (name, attached, count) = option(argument) else {
        result.append(argument)
        continue
      }
      let missing = count - (attached == nil ? 0 : 1)
      let following = arguments[index...].prefix(missing)
      guard following.count == missing else {
        throw ValidationError(
          count == 2
            ? "`\(argument)` needs a name and a value: \(argument) NAME VALUE"
            : "`\(argument)` needs a value")
      }
      index += missing
      let values = (attached.map { [$0] } ?? []) + following
      result.append(
        "--\(name)=" + (["\(index)"] + values).joined(separator: String(separator)))
    }
    return result
  }

  /// The long name of an option with parameters, a value attached with `=`, and how many values it takes.
  private static func option(_ argument: String) -> (name: String, attached: String?, count: Int)? {
    if let name = pairs[argument] { return (name, nil, 2) }
    if let name = singles[argument] { return (name, nil, 1) }
    guard argument.hasPrefix("--") else { return nil }
    let parts = argument.dropFirst(2).split(
      separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = parts[0].split(separator: "-", omittingEmptySubsequences: false)
      .joined(separator: "_")
    let attached = parts.count > 1 ? String(parts[1]) : nil
    if pairs.values.contains(name) { return (name, attached, 2) }
    if singles.values.contains(name) { return (name, attached, 1) }
    return nil
  }
}
