internal import DuckDB
public import Planning
internal import Steps
public import Vocabulary

extension Session {
  /// The text of a schema file made of a catalog entry that is taken to be right.
  ///
  /// The plan reads the entry; what does not is not opened.
  public func inferSchema(of entry: String, _ plan: Plan) throws(Refusal) -> String {
    var findings: [Diagnostic] = []
    let files = find(plan, reportingTo: &findings, missingIs: .error)
    _ = open(plan, files, reportingTo: &findings)
    guard findings.isEmpty else { throw Refusal(findings) }
    guard let input = plan.inputs.first(where: { $0.name.lowercased() == entry.lowercased() })
    else {
      throw Refusal([
        .error(
          "unknown-table", "the notebook reads no catalog entry `\(entry)`", at: nil,
          solutions: solutions(forUnknown: entry, among: plan.inputs.map(\.name)))
      ])
    }
    do throws(DuckDBError) {
      return try SchemaInference.schema(of: input.name, on: connection).yaml(head: [
        "What `\(input.name)` held when this was made; review it, and loosen what may vary."
      ])
    } catch {
      throw Refusal([.error("engine", error.summary, at: input.range)])
    }
  }
}
