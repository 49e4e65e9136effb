public import Vocabulary

extension YAMLNode {
  /// Reads one YAML document; nil when there is none or it is not well formed.
  ///
  /// `line` and `column` say where the first line stands in `file`; every line is taken to begin at
  /// that column. Duplicate keys, anchors, aliases, tags and a second document are errors and the
  /// rest is kept. For example: `YAMLNode.parse("a: 1", file: "n.md", startingAt: 7)`.
  public static func parse(
    _ text: String, file: String, startingAt line: Int = 1, column: Int = 1
  ) -> (node: YAMLNode?, diagnostics: [Diagnostic]) {
    let source = SourceText(
      text, file: file, origin: SourcePosition(line: line, column: column))
    let (events, problem) = yamlEvents(in: text)
    var composer = YAMLComposer(events: events, source: source)
    if let problem {
      return (nil, [composer.diagnostic(of: problem)])
    }
    let node = composer.document()
    return (node, composer.diagnostics)
  }
}
