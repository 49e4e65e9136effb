internal import Vocabulary

extension ProjectFile {
  private enum HTMLRule: String, CaseIterable {
    case allow
    case escape
  }

  private enum ProcessRule: String, CaseIterable {
    case allow
    case deny
  }

  /// Reads `washi.yaml` and the overlays that follow it, such as `washi.prod.yaml`: a mapping in a
  /// later file is merged key by key into the same mapping of the earlier ones, anything else
  /// takes its place. What is wrong is in `diagnostics`.
  public init(parsing files: [(path: String, text: String)]) {
    self.init()
    var merged: YAMLNode?
    for file in files {
      let decoded = DecodedText(Array(file.text.utf8), file: file.path)
      let text = String(decoding: decoded.bytes, as: UTF8.self)
      let (node, found) = YAMLNode.parse(text, file: file.path)
      diagnostics += found
      guard let node, !node.isNull else { continue }
      guard case .mapping = node.content else {
        diagnostics.append(
          .error(
            "wrong-type", "a project file must be a mapping, not \(node.found)", at: node.range))
        continue
      }
      merged = merged.map { Self.merge(node, over: $0) } ?? node
    }
    if let merged { decode(merged) }
  }

  private mutating func decode(_ node: YAMLNode) {
    var options = OptionReader(node, of: "the project file")
    if let entries = options.mapping("catalog") {
      catalog = CatalogEntry.entries(decoding: entries, diagnostics: &diagnostics)
    }
    allowsRawHTML = options.choice("html", as: HTMLRule.self) == .allow
    allowsProcesses = options.choice("processes", as: ProcessRule.self) == .allow
    parameters = options.mapping("parameters") ?? []
    jobs = options.int("jobs", in: 1...64)
    if let limit = options.string("memory_limit") {
      if Self.isSize(limit) {
        memoryLimit = limit
      } else {
        options.reject("memory_limit", "must be a size such as `2GB` or `500MB`, not `\(limit)`")
      }
    }
    python = options.string("python")
    notebooks = options.string("notebooks")
    output = options.string("output")
    registry = options.string("registry")
    snapshots = options.string("snapshots")
    if var storage = options.reader("storage") {
      storage.require("remote")
      let range = storage.range(of: "remote")
      var shared = SharedStorage(remote: storage.string("remote") ?? "", range: range)
      shared.cache = storage.bool("cache") ?? true
      shared.versions = storage.bool("versions") ?? true
      shared.registry = storage.bool("registry") ?? true
      options.diagnostics += storage.finish()
      if !shared.remote.isEmpty { self.storage = shared }
    }
    if let entries = options.mapping("connections") {
      connections = ConnectionDeclaration.declarations(
        decoding: entries, diagnostics: &diagnostics)
    }
    site = options.webAddress("site")
    notify = options.notifyRules() ?? []
    tracking = options.tracking()
    lint = options.mapping("lint") ?? []
    diagnostics += options.finish()
    diagnostics += NotifyRule.findings(in: notify, allowsProcesses: allowsProcesses)
  }

  private static func merge(_ upper: YAMLNode, over lower: YAMLNode) -> YAMLNode {
    guard case .mapping(let above) = upper.content, case .mapping(var below) = lower.content else {
      return upper
    }
    for entry in above {
      if let index = below.firstIndex(where: { $0.key == entry.key }) {
        below[index] = YAMLEntry(
          key: entry.key, at: entry.keyRange, value: merge(entry.value, over: below[index].value))
      } else {
        below.append(entry)
      }
    }
    return YAMLNode(.mapping(below), at: upper.range)
  }

  /// A number and a unit of DuckDB's `memory_limit`.
  private static func isSize(_ text: String) -> Bool {
    let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let unit = text.dropFirst(number.count).drop { $0 == " " }.lowercased()
    let units = ["b", "kb", "mb", "gb", "tb", "kib", "mib", "gib", "tib"]
    return (Double(number) ?? 0) > 0 && units.contains(unit)
  }
}
