public import Parsing
public import Vocabulary

extension YAMLNode {
  /// The node with every expression replaced by what `evaluate` gives for it.
  ///
  /// A scalar that is nothing but an expression takes the value with its type; within other text
  /// the value's plain text takes its place. Where `evaluate` gives nil the scalar becomes pending.
  public func resolved<Failure: Error>(
    _ evaluate: (Expression) throws(Failure) -> Value?
  ) throws(Failure) -> YAMLNode {
    var copy = self
    switch content {
    case .scalar(let scalar): copy.content = try resolved(scalar, evaluate)
    case .sequence(let items):
      var resolved: [YAMLNode] = []
      for item in items { resolved.append(try item.resolved(evaluate)) }
      copy.content = .sequence(resolved)
    case .mapping(let entries):
      var resolved: [YAMLEntry] = []
      for entry in entries {
        resolved.append(
          YAMLEntry(
            key: entry.key, at: entry.keyRange, value: try entry.value.resolved(evaluate)))
      }
      copy.content = .mapping(resolved)
    case .value, .pending: break
    }
    return copy
  }

  private func resolved<Failure: Error>(
    _ scalar: YAMLScalar, _ evaluate: (Expression) throws(Failure) -> Value?
  ) throws(Failure) -> Content {
    let template = scalar.template
    if let text = template.plainText {
      // `\{{` is read as `{{`.
      return text == scalar.text ? content : .scalar(YAMLScalar(text, isPlain: false))
    }
    if let sole = template.soleExpression {
      return try evaluate(sole).map(Content.value) ?? .pending
    }
    guard let text = try template.text(evaluate) else { return .pending }
    return .scalar(YAMLScalar(text, isPlain: false))
  }
}

extension Template {
  /// The text with every expression's value in its place; nil when one has none yet.
  ///
  /// All expressions are evaluated also then, so that all of their mistakes come out.
  public func text<Failure: Error>(
    _ evaluate: (Expression) throws(Failure) -> Value?
  ) throws(Failure) -> String? {
    var text: String? = ""
    for segment in segments {
      switch segment {
      case .text(let piece): text?.append(piece)
      case .expression(let expression):
        if let value = try evaluate(expression) {
          text?.append(value.plainText)
        } else {
          text = nil
        }
      }
    }
    return text
  }
}
