internal import Vocabulary

extension Notebook {
  /// Reads a notebook from its text; what is wrong is in `diagnostics`, in source order.
  ///
  /// For example: `Notebook(parsing: "# Hello", at: "hello.md").elements.count == 1`.
  public init(parsing text: String, at path: String) {
    self.init(parsing: Array(text.utf8), at: path)
  }

  /// Reads a notebook from a file's bytes; what is no UTF-8 is an error at its line and column.
  public init(parsing bytes: [UInt8], at path: String) {
    let decoded = DecodedText(bytes, file: path)
    var parser = NotebookParser(SourceText(bytes: decoded.bytes, file: path))
    parser.diagnostics = decoded.diagnostics
    parser.parse()
    self.init(
      path: path, source: String(decoding: decoded.bytes, as: UTF8.self),
      frontMatter: parser.frontMatter, parameters: parser.parameters, elements: parser.elements,
      diagnostics: parser.diagnostics.inSourceOrder, injectedRange: parser.injected,
      silences: parser.silences)
  }
}

extension [Diagnostic] {
  /// From top to bottom, those of one place in the order of their making.
  var inSourceOrder: [Diagnostic] {
    enumerated().sorted { left, right in
      switch (left.element.range?.start, right.element.range?.start) {
      case (let a?, let b?) where a != b: a < b
      case (nil, _?): true
      case (_?, nil): false
      default: left.offset < right.offset
      }
    }.map(\.element)
  }
}
