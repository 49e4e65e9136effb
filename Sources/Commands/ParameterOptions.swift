internal import ArgumentParser
internal import Parsing
internal import Planning
internal import Vocabulary

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// papermill's ways to give parameters; later ones win, in the order of the command line.
struct ParameterOptions: ParsableArguments {
  @Option(
    name: [.customShort("p"), .customLong("parameters")],
    help: ArgumentHelp(
      "A parameter, converted by its declared type; several times.", valueName: "name> <value"))
  var parameters: [GivenParameter] = []

  @Option(
    name: [.customShort("r"), .customLong("parameters_raw")],
    help: ArgumentHelp(
      "A parameter that is kept as one text, then checked; several times.",
      valueName: "name> <value"))
  var raw: [GivenParameter] = []

  @Option(
    name: [.customShort("f"), .customLong("parameters_file")],
    help: ArgumentHelp("A YAML or JSON file of parameters; several times.", valueName: "file"),
    completion: .file())
  var files: [GivenParameter] = []

  @Option(
    name: [.customShort("y"), .customLong("parameters_yaml")],
    help: ArgumentHelp("Parameters as YAML text; several times.", valueName: "yaml"))
  var yaml: [GivenParameter] = []

  @Option(
    name: [.customShort("b"), .customLong("parameters_base64")],
    help: ArgumentHelp("Parameters as YAML text in base64; several times.", valueName: "base64"))
  var base64: [GivenParameter] = []

  /// Whether none was given.
  var isEmpty: Bool {
    parameters.isEmpty && raw.isEmpty && files.isEmpty && yaml.isEmpty && base64.isEmpty
  }

  /// The arguments in the order given, and the texts that diagnostics may point at.
  ///
  /// `existing` is `--stdin`-free: a file named `-` is standard input.
  func arguments(
    in circumstances: Circumstances
  ) throws(Refusal) -> (arguments: Arguments, sources: [String: String]) {
    var arguments = Arguments()
    var sources: [String: String] = [:]
    var diagnostics: [Diagnostic] = []
    let given =
      parameters.map { ($0, Form.text) } + raw.map { ($0, .raw) } + files.map { ($0, .file) }
      + yaml.map { ($0, .yaml) } + base64.map { ($0, .base64) }
    for (parameter, form) in given.sorted(by: { $0.0.order < $1.0.order }) {
      let first = parameter.values.first ?? ""
      switch form {
      case .text: arguments.add(.text(first, parameter.second), from: "command line")
      case .raw: arguments.add(.raw(first, parameter.second), from: "command line")
      case .file:
        let bytes =
          first == "-"
          ? circumstances.standardInput()
          : try Files.bytes(of: Paths.absolute(first, in: circumstances.workingDirectory))
        add(String(decoding: bytes, as: UTF8.self), first, &arguments, &sources, &diagnostics)
      case .yaml: add(first, "command line", &arguments, &sources, &diagnostics)
      case .base64:
        guard let data = Data(base64Encoded: first) else {
          diagnostics.append(
            .error("bad-base64", "the value of `-b` is not base64", at: nil))
          continue
        }
        add(String(decoding: data, as: UTF8.self), "base64", &arguments, &sources, &diagnostics)
      }
    }
    guard diagnostics.isEmpty else { throw Refusal(diagnostics) }
    return (arguments, sources)
  }

  private enum Form { case text, raw, file, yaml, base64 }

  private func add(
    _ text: String, _ name: String, _ arguments: inout Arguments,
    _ sources: inout [String: String], _ diagnostics: inout [Diagnostic]
  ) {
    let (node, found) = YAMLNode.parse(text, file: name)
    diagnostics += found
    // A value may be a secret: only a file's own lines are shown.
    if Files.kind(name) == .file { sources[name] = text }
    if let node { arguments.add(.values(node), from: name) }
  }
}

extension GivenParameter {
  /// The value of a pair.
  fileprivate var second: String { values.count > 1 ? values[1] : "" }
}
