internal import Vocabulary

/// A version's `report.json` as far as it can be read.
struct RecordedReport: Sendable {
  let document: JSONValue

  init(_ folder: ReportFolder, _ problems: inout [String]) {
    guard let bytes = folder.bytes("report.json") else {
      problems.append("\(folder.name) has no report.json")
      document = .object([])
      return
    }
    guard let value = JSONValue(parsing: bytes), case .object = value else {
      problems.append("report.json of \(folder.name) is not readable JSON")
      document = .object([])
      return
    }
    document = value
  }

  func text(_ name: String) -> String? { document[name]?.string }

  var steps: [JSONValue] { document["steps"]?.items ?? [] }

  /// Tables or charts of all steps.
  func exhibits(_ kind: String) -> [JSONValue] { steps.flatMap { $0[kind]?.items ?? [] } }
}

extension JSONValue {
  /// The members by name, the last of equals.
  var dictionary: [String: JSONValue] {
    Dictionary(members.map { ($0.name, $0.value) }) { _, last in last }
  }
}

/// Names of both sides, those of the new side in its order, then those that are gone in theirs.
func union(_ old: [String], _ new: [String]) -> [String] {
  var seen: Set<String> = []
  return (new + old).filter { seen.insert($0).inserted }
}
