/// What a version's `report.json` says, one fact on a line, for tools that compare lines.
///
/// For example, a line of it: `metric headline.auc = 0.752`.
public struct ReportSummary: Sendable, Hashable {
  /// The lines, each with its end; nil when the bytes are no report.
  public let text: String

  /// Reads the bytes of a `report.json`; nil when they are none.
  public init?(reading json: [UInt8]) {
    guard let document = JSONValue(parsing: json), document["reportVersion"] != nil else {
      return nil
    }
    var lines = ["notebook", "edition", "title", "state"].map { name in
      "\(name) \(document[name]?.plainText ?? "–")"
    }
    for (name, parameter) in document["parameters"]?.members ?? [] {
      lines.append("parameter \(name) = \(parameter["value"]?.plainText ?? "***")")
    }
    for (name, metric) in document["metrics"]?.members ?? [] {
      let unit = metric["unit"]?.string.map { " " + $0 } ?? ""
      lines.append("metric \(name) = \(metric["value"]?.plainText ?? "–")\(unit)")
    }
    for step in document["steps"]?.items ?? [] {
      let name = step["name"]?.string ?? "?"
      let words = [step["kind"], step["state"], step["because"]].compactMap { $0?.string }
      let rows = step["rowsOut"].map { ", \($0.plainText) rows" } ?? ""
      lines.append("step \(name): \(words.joined(separator: ", "))\(rows)")
      for member in ["tables", "charts", "artifacts"] {
        for exhibit in step[member]?.items ?? [] {
          let file = exhibit["data"] ?? exhibit["picture"] ?? exhibit["file"]
          let facts = [exhibit["summary"], exhibit["sha256"]].compactMap { $0?.plainText }
          let rows = exhibit["totalRows"] ?? exhibit["rows"]
          lines.append(
            "  \(file?.plainText ?? "?")"
              + (rows.map { ", \($0.plainText) rows" } ?? "")
              + facts.map { ", \($0)" }.joined())
        }
      }
    }
    for input in document["inputs"]?.items ?? [] {
      let parts = [input["entry"], input["path"], input["sha256"]].compactMap { $0?.plainText }
      lines.append("input \(parts.joined(separator: " "))")
    }
    for engine in document["engines"]?.items ?? [] {
      let parts = [engine["name"], engine["version"]].compactMap { $0?.plainText }
      lines.append("engine \(parts.joined(separator: " "))")
    }
    text = lines.map { $0.split(whereSeparator: \.isNewline).joined(separator: " ") + "\n" }
      .joined()
  }
}
