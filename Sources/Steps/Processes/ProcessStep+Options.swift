public import Parsing
internal import Vocabulary

extension ProcessStep {
  /// Reads the options; mistakes go into the reader.
  public init(from options: inout OptionReader, of source: StepSource) {
    let script = Script(text: source.body, range: source.bodyRange)
    switch source.language {
    case "python": program = .python(script)
    case "sh": program = .shell(script)
    default:
      let range = options.range(of: "run")
      program = .command(options.requiredStrings("run"), at: range)
    }
    inputs = options.tableFiles("inputs", areTyped: false)
    outputs = options.tableFiles("outputs", areTyped: true)
    files = options.places("files")
    parameters = options.places("parameters")
    secrets = options.places("secrets")
    metrics = options.places("metrics")
    figures = options.texts("figures")
    threads = options.int("threads", in: 1...1024) ?? 1
    logLines = options.int("log", in: 0...1000) ?? 0
    memory = options.byteCount("memory")
    for file in files {
      if let fault = Self.fault(inPath: file.name) {
        options.reject("files", "names `\(file.name)`: \(fault)", at: file.range)
      }
    }
    refuseClashes(in: &options)
  }

  /// Two files of one name would overwrite each other.
  private func refuseClashes(in options: inout OptionReader) {
    var taken: Set<String> = [
      "parameters.json", "metrics.jsonl", "matplotlibrc", "main.py", "main.sh",
    ]
    for (key, file) in inputs.map({ ("inputs", $0) }) + outputs.map({ ("outputs", $0) })
    where !taken.insert(file.file.name.lowercased()).inserted {
      options.reject(
        key, "names `\(file.file.name)`, which is another file of the step", at: file.file.range)
    }
    var tables: Set<String> = []
    for output in outputs where !tables.insert(output.table.lowercased()).inserted {
      options.reject("outputs", "makes the table `\(output.table)` twice", at: output.file.range)
    }
  }

  /// Why a path of the project cannot be used, if it cannot.
  static func fault(inPath path: String) -> String? {
    if path.isEmpty { return "it is empty" }
    if path.hasPrefix("/") { return "it must be relative to the project" }
    if path.unicodeScalars.contains(where: { $0.value < 32 || $0 == "\\" }) {
      return "it holds a control character or a backslash"
    }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    return parts.contains { $0.isEmpty || $0 == "." || $0 == ".." }
      ? "it must not leave the project" : nil
  }
}

extension OptionReader {
  /// Tables as files: `training.parquet`, or `training` for `training.csv`; outputs may also be
  /// `{ file: scores.csv, columns: { score: DOUBLE } }`.
  fileprivate mutating func tableFiles(
    _ key: String, areTyped: Bool
  ) -> [ProcessStep.TableFile] {
    guard let nodes = list(key) else { return [] }
    return nodes.compactMap { node in
      if areTyped, case .mapping = node.content {
        var reader = OptionReader(node, of: "`\(key)`")
        let file = reader.requiredPlace("file")
        var table = tableFile(key, file, areTyped: areTyped)
        table?.columns = reader.texts("columns")
        absorb(&reader)
        return table
      }
      guard let text = node.text else {
        reject(key, "must hold names of files, not \(node.found)", at: node.range)
        return nil
      }
      return tableFile(key, NamedPlace(text, at: node.range), areTyped: areTyped)
    }
  }

  private mutating func tableFile(
    _ key: String, _ file: NamedPlace, areTyped: Bool
  ) -> ProcessStep.TableFile? {
    var file = file
    var table = file.name
    var format = ExportStep.Format.csv
    if let point = file.name.lastIndex(of: "."),
      let known = ExportStep.Format(rawValue: String(file.name[file.name.index(after: point)...]))
    {
      table = String(file.name[..<point])
      format = known
    } else if areTyped {
      reject(
        key, "names `\(file.name)`, whose ending tells no format", at: file.range,
        solutions: ["end it with .csv, .jsonl or .parquet"])
      return nil
    } else {
      file.name += ".csv"
    }
    let parts = table.split(separator: ".", omittingEmptySubsequences: false)
    guard !parts.isEmpty, parts.count <= (areTyped ? 1 : 2),
      parts.allSatisfy({ isName(String($0)) })
    else {
      reject(
        key, "names `\(file.name)`, which makes no name of a table", at: file.range,
        solutions: ["name the file like the table, such as `scores.csv`"])
      return nil
    }
    return ProcessStep.TableFile(file: file, table: table, format: format)
  }

  /// A size such as `2GB` or `500MB`.
  fileprivate mutating func byteCount(_ key: String) -> Int? {
    guard let text = string(key) else { return nil }
    let units: [(String, Double)] = [
      ("kib", 1024), ("mib", 1_048_576), ("gib", 1_073_741_824), ("kb", 1e3), ("mb", 1e6),
      ("gb", 1e9),
    ]
    let lowered = text.lowercased()
    for (unit, size) in units where lowered.hasSuffix(unit) {
      let number = lowered.dropLast(unit.count).filter { $0 != " " }
      if let count = Double(number), count > 0, count * size < 1e15, count * size >= 1e6 {
        return Int(count * size)
      }
    }
    reject(key, "must be a size such as `2GB` or `500MB`, not `\(text)`")
    return nil
  }
}
