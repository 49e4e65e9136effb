internal import Vocabulary

extension CatalogEntry {
  /// The formats that the engine reads.
  private enum Format: String, CaseIterable {
    case csv
    case jsonl
    case parquet
  }

  /// Decodes the entries of a `catalog:` mapping, in source order.
  static func entries(
    decoding entries: [YAMLEntry], diagnostics: inout [Diagnostic]
  ) -> [CatalogEntry] {
    var result: [CatalogEntry] = []
    var places: [String: SourceRange] = [:]
    for entry in entries {
      if let found = diagnostic(forName: entry.key, of: "a table", at: entry.keyRange) {
        diagnostics.append(found)
        continue
      }
      if let first = places[entry.key.lowercased()] {
        diagnostics.append(.duplicateKey(entry.key, at: entry.keyRange, first: first))
        continue
      }
      places[entry.key.lowercased()] = entry.keyRange
      if let decoded = CatalogEntry(decoding: entry, diagnostics: &diagnostics) {
        result.append(decoded)
      }
    }
    return result
  }

  /// One entry: a path, a list of paths, or a mapping with `path` in it.
  private init?(decoding entry: YAMLEntry, diagnostics: inout [Diagnostic]) {
    let subject = "the catalog entry `\(entry.key)`"
    self.init(
      name: entry.key, nameRange: entry.keyRange, paths: [], pathRange: entry.value.range)
    var node = entry.value
    switch node.content {
    case .mapping: break
    case _ where node.isNull: break
    default:
      // The short forms are the value of `path`.
      let path = YAMLEntry(key: "path", at: entry.keyRange, value: entry.value)
      node = YAMLNode(.mapping([path]), at: entry.value.range)
    }
    var options = OptionReader(node, of: subject, at: entry.keyRange)
    options.require("path")
    pathRange = options.range(of: "path")
    if let path = options.node("path") {
      var nodes = [path]
      if case .sequence(let items) = path.content { nodes = items }
      if nodes.isEmpty { options.reject("path", "must name a file at least") }
      for node in nodes {
        guard case .scalar(let scalar) = node.content, !node.isNull, !scalar.text.isEmpty else {
          options.wrongType("path", "a path or a list of paths", node)
          continue
        }
        paths.append(scalar.template)
      }
    }
    format = options.choice("format", as: Format.self)?.rawValue
    columns = options.mapping("columns") ?? []
    for column in columns where column.value.text == nil && !column.value.isUnknownYet {
      options.report(
        .error(
          "wrong-type",
          "the column `\(column.key)` of \(subject) must have a SQL type, not \(column.value.found)",
          at: column.value.range, solutions: ["write `\(column.key): VARCHAR`"]))
    }
    read = options.mapping("read") ?? []
    upload = options.bool("upload") ?? false
    snapshot = options.bool("snapshot") ?? false
    arrival = Self.arrival(&options)
    diagnostics += options.finish()
    if paths.isEmpty { return nil }
  }

  /// `true`, or the parameter whose value the path of a file tells.
  private static func arrival(_ options: inout OptionReader) -> Arrival? {
    guard let node = options.node("arrival"), !node.isUnknownYet else { return nil }
    if case .bool(let isWanted)? = node.value { return isWanted ? .soleParameter : nil }
    guard let name = node.text, isName(name) else {
      options.wrongType("arrival", "true, or the name of a parameter", node)
      return nil
    }
    return .parameter(name, node.range)
  }
}
