public import Vocabulary

/// Everything that decides a result, part by part: equal keys mean equal results.
///
/// The parts are kept, not only their fingerprint, so that a changed key can name what changed.
public struct ResultKey: Sendable, Hashable, Codable {
  /// What has the result: a step's name, or the place of an expression.
  public var name: String
  /// What decides it, in a fixed order.
  public var parts: [Part]

  /// One thing that a result depends on.
  public struct Part: Sendable, Hashable, Codable {
    /// What kind of thing it is.
    public enum Kind: String, Sendable, Hashable, Codable {
      /// The step as written, without comments and layout.
      case source
      /// A parameter's value.
      case parameter
      /// How a catalog entry is read.
      case reader
      /// The bytes of a file.
      case file
      /// What an earlier step has left.
      case step
      /// Figures that earlier runs left.
      case past
      /// What the notebook says of the whole report.
      case setting
      /// An engine elsewhere.
      case connection
      /// The state of its data.
      case data
      /// A library, or Washi itself.
      case engine
    }

    /// What kind of thing it is.
    public var kind: Kind
    /// Its name within its kind.
    public var name: String
    /// Its value, or its digest.
    public var value: String
    /// What people call it, when that is not its name: a file's path. It decides nothing.
    public var label: String?

    /// A part by its name.
    public init(_ kind: Kind, _ name: String, _ value: String, label: String? = nil) {
      self.kind = kind
      self.name = name
      self.value = value
      self.label = label
    }
  }

  /// A key of these parts.
  public init(_ name: String, _ parts: [Part]) {
    self.name = name
    self.parts = parts
  }

  /// What the parts come to; labels left out.
  public var fingerprint: Fingerprint {
    Fingerprint(
      combining: ["washi result", name] + parts.flatMap { [$0.kind.rawValue, $0.name, $0.value] })
  }

  /// What another key says differently, in sentences for people; none when both are equal.
  ///
  /// For example: `parameter $limit was 1 and is 2`, ``the result of step `model` changed``.
  public func changes(since old: ResultKey) -> [String] {
    struct Name: Hashable {
      var kind: Part.Kind
      var name: String
    }
    let before = Dictionary(
      old.parts.map { (Name(kind: $0.kind, name: $0.name), $0) },
      uniquingKeysWith: { one, _ in one })
    let after = Dictionary(
      parts.map { (Name(kind: $0.kind, name: $0.name), $0) }, uniquingKeysWith: { one, _ in one })
    let changed = parts.compactMap { part -> String? in
      let known = before[Name(kind: part.kind, name: part.name)]
      return known?.value == part.value ? nil : part.words(since: known)
    }
    let gone = old.parts.filter { after[Name(kind: $0.kind, name: $0.name)] == nil }
    return changed + gone.map(\.farewell)
  }
}

extension ResultKey.Part {
  /// What people call it.
  private var title: String {
    switch kind {
    case .source: "the step itself"
    case .parameter: "parameter `$\(name)`"
    case .reader: "how `\(name)` is read"
    case .file: "file `\(label ?? name)`"
    case .step: "the result of step `\(name)`"
    case .past: "what is known of \(name)"
    case .setting: "the report's \(name)"
    case .connection: "connection `\(name)`"
    case .data: "the version of `\(name)`"
    case .engine: name
    }
  }

  fileprivate func words(since old: Self?) -> String {
    guard let old else {
      return kind == .source ? "\(title) changed" : "\(title) came in"
    }
    switch kind {
    case .parameter, .setting, .data, .engine:
      return "\(title) was \(abbreviated(old.value)) and is \(abbreviated(value))"
    case .file where old.label != label:
      return "file `\(old.label ?? name)` became `\(label ?? name)`"
    case .source, .reader, .file, .step, .past, .connection: return "\(title) changed"
    }
  }

  fileprivate var farewell: String { "\(title) is not read any more" }
}
