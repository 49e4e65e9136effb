internal import Vocabulary

/// LightGBM's parameters in the order given, as the library reads them: `name=value name=value`.
///
/// For example: `Parameters([("objective", "binary"), ("num_leaves", "15")])`.
public struct Parameters: Sendable, Hashable, ExpressibleByDictionaryLiteral {
  /// One setting.
  public struct Entry: Sendable, Hashable {
    /// The parameter's name or alias.
    public var name: String
    /// Its value as text.
    public var value: String
  }

  /// The settings in order; a later one of the same name has replaced the earlier one.
  public private(set) var entries: [Entry] = []

  /// Settings in this order.
  public init(_ entries: [(String, String)] = []) {
    for (name, value) in entries { self[name] = value }
  }

  /// Settings in the order of the literal.
  public init(dictionaryLiteral elements: (String, String)...) {
    self.init(elements)
  }

  /// The value of a name; setting nil removes it.
  public subscript(name: String) -> String? {
    get { entries.first { $0.name == name }?.value }
    set {
      let index = entries.firstIndex { $0.name == name }
      switch (index, newValue) {
      case (let index?, let value?): entries[index].value = value
      case (let index?, nil): entries.remove(at: index)
      case (nil, let value?): entries.append(Entry(name: name, value: value))
      case (nil, nil): break
      }
    }
  }

  /// These settings, with those of `others` over them.
  public func merging(_ others: Parameters) -> Parameters {
    var merged = self
    for entry in others.entries { merged[entry.name] = entry.value }
    return merged
  }

  /// What makes the same data give the same model on every machine: one way of building histograms,
  /// no dependence on thread timing, and one seed for all random sources.
  public static func deterministic(seed: Int, threads: Int) -> Parameters {
    [
      "deterministic": "true", "force_row_wise": "true", "seed": String(seed),
      "num_threads": String(threads),
    ]
  }

  /// One error for each name that the library does not know, and for each value that would be read
  /// as several settings.
  public func problems(in library: Library) -> [LightGBMError] {
    let names = Set(library.parameterNames.values).sorted()
    let aliases = library.parameterNames.keys.sorted()
    return entries.compactMap { entry in
      if library.parameterNames[entry.name] == nil {
        return LightGBMError(
          .parameter, "LightGBM has no parameter `\(entry.name)`", name: entry.name,
          // Main names first: they are what the documentation speaks of.
          solutions: (nearest(to: entry.name, among: names)
            ?? nearest(to: entry.name, among: aliases)).map { ["did you mean `\($0)`?"] } ?? [])
      }
      if entry.value.contains(where: { $0.isWhitespace || $0 == "=" || $0 == "\0" }) {
        return LightGBMError(
          .parameter, "the value of `\(entry.name)` must have no spaces", name: entry.name)
      }
      return nil
    }
  }

  /// The text for LightGBM; throws the first problem.
  func text(for library: Library) throws(LightGBMError) -> String {
    if let problem = problems(in: library).first { throw problem }
    return entries.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
  }
}
