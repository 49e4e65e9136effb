internal import DuckDB
internal import Learning
internal import Planning
internal import Steps
internal import Vocabulary

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

extension ResultCache {
  /// The result of this key, ready for a report: its artifacts lie below `staging`, when there is one.
  ///
  /// Nil when there is none, when one of its files is damaged, or when a file that the step wrote
  /// into the project is not there any more as it was written.
  func reusable(
    _ key: ResultKey, stagingIn staging: String?, of project: String
  ) -> StoredResult? {
    guard var stored = result(of: key) else { return nil }
    for (index, artifact) in stored.result.artifacts.enumerated() {
      guard let staging else { break }
      let name = StoredResult.artifactFile(index)
      guard let file = stored.files.first(where: { $0.name == name }) else { return nil }
      let path = "\(staging)/\(key.fingerprint.short) \(index)"
      do {
        try Self.place("\(place(of: key))/\(name)", at: path)
        let (digest, size) = try Fingerprint.ofFile(at: path)
        guard digest == artifact.digest, size == artifact.size, digest == file.digest else {
          throw FileError(system: path)
        }
      } catch {
        drop(key)
        return nil
      }
      stored.result.artifacts[index].stagedAt = path
    }
    for index in stored.result.written.indices {
      let file = stored.result.written[index]
      let path = "\(project)/\(file.path)"
      guard let found = try? digests.digest(of: path), found.0 == file.digest else { return nil }
      stored.result.written[index].stagedAt = path
    }
    return stored
  }

  /// Leaves in the engine what a step left in an earlier run, exactly as it was.
  ///
  /// Throws when the cache has lost it meanwhile; what is damaged is dropped.
  func restore(
    _ stored: StoredResult, of step: PlannedStep, in room: Workspace
  ) throws(StepFailure) -> StepWork.Yield {
    var yield = StepWork.Yield(state: .done(stored.result), content: stored.content)
    let files = stored.files.filter { !$0.name.hasPrefix("artifact ") }
    guard files.allSatisfy({ isWhole($0, of: stored.key) }) else {
      drop(stored.key)
      throw .lost(step)
    }
    switch stored.product {
    // It is made there when a step there needs it.
    case .nothing, .elsewhere: break
    case .view: _ = try step.action.kind.run(in: room)
    case .table(let columns):
      let pieces = files.filter { TablePieces.isPiece($0.name) }
        .map { SQLText.literal("\(place(of: stored.key))/\($0.name)") }
      let list = columns.map(\.read).joined(separator: ", ")
      do throws(DuckDBError) {
        try room.connection.execute(
          """
          CREATE OR REPLACE TABLE \(SQLText.identifier(step.name)) AS
          SELECT \(list) FROM read_parquet([\(pieces.joined(separator: ", "))])
          """)
      } catch {
        if error.kind != .interrupted { drop(stored.key) }
        throw room.failure(error)
      }
    case .model:
      let bundle = files.compactMap { file -> Model.File? in
        FileManager.default.contents(atPath: "\(place(of: stored.key))/\(file.name)").map {
          Model.File(
            name: String(file.name.dropFirst(StoredResult.modelPrefix.count)),
            contents: String(decoding: $0, as: UTF8.self))
        }
      }
      try step.action.restoreModel(of: bundle, in: room)
      yield.model = room.models[step.name]
    }
    return yield
  }
}
