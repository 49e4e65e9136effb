public import Comparing
internal import Vocabulary

extension Difference {
  /// The difference for programs, in the format of `docs/difference.schema.json`.
  ///
  /// A list of changes, each with its kind, what happened, and a path from the outside in; numbers
  /// keep every digit that the versions have.
  public var json: String {
    let document: JSON = .object([
      "washiDiff": .integer(1),
      "old": side(old),
      "new": side(new),
      "isEmpty": .bool(isEmpty),
      "isWorse": .bool(isWorse),
      "summary": .string(summary),
      "changes": .array(changes.map(change)),
      "tables": tallies(tables),
      "charts": tallies(charts),
      "problems": .array(problems.map(JSON.string)),
    ])
    return document.serialized
  }

  private func side(_ side: Side) -> JSON {
    .object([
      "name": .string(side.name), "notebook": .string(side.notebook),
      "edition": .string(side.edition), "title": .string(side.title),
    ])
  }

  private func change(_ change: Change) -> JSON {
    .object([
      "kind": .string(change.kind.rawValue),
      "operation": .string(change.operation.rawValue),
      "path": .array(change.path.map(JSON.string)),
      "old": change.old.map(JSON.string),
      "new": change.new.map(JSON.string),
      "amount": change.amount.map(JSON.number),
      "verdict": .string(change.verdict.rawValue),
      "text": change.text.map { text in
        .array(
          text.pieces.map {
            .object(["fate": .string($0.fate.rawValue), "text": .string($0.text)])
          })
      },
    ])
  }

  private func tallies(_ tallies: [String: Tally]) -> JSON {
    .object(
      tallies.keys.sorted().compactMap { name in
        tallies[name].map { tally in
          JSON.Member(
            name: name,
            value: .object([
              "key": .array(tally.key.map(JSON.string)),
              "oldRows": .integer(Int64(tally.oldRows)),
              "newRows": .integer(Int64(tally.newRows)),
              "added": .integer(Int64(tally.added)),
              "removed": .integer(Int64(tally.removed)),
              "changedRows": .integer(Int64(tally.changed)),
              "changedCells": .integer(Int64(tally.cells)),
              "withinTolerance": .integer(Int64(tally.within)),
              "moved": .integer(Int64(tally.moved)),
            ]))
        }
      })
  }
}
