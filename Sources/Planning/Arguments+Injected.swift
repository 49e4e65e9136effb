public import Parsing
internal import Vocabulary

extension Arguments {
  /// The parameters of a notebook that have values from here, as far as these fit their declarations:
  /// what is known of a run before it is planned.
  ///
  /// Whatever does not fit is left to the planner, who says what is wrong with it.
  public func injected(into notebook: Notebook) -> [Parameter] {
    let (values, _) = given()
    return ParameterDeclaration.decoding(notebook.parameters).0.compactMap { declaration in
      guard let last = values.last(where: { $0.name == declaration.name })?.value,
        let value = try? declaration.value(of: last)
      else { return nil }
      return Parameter(
        name: declaration.name, type: declaration.type, value: value,
        text: declaration.text(of: value), origin: .injected, description: declaration.description,
        range: declaration.range)
    }
  }
}
