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
  /// Keeps what a step has left, and tells the digest of what later steps can see of it.
  ///
  /// A step with `cache: off` is not kept, but its digest is made: steps that read it are reused when
  /// it comes out the same. A table that no file gives back exactly is not kept either, which the
  /// remark says.
  func keep(
    _ state: StepOutcome.State, of step: PlannedStep, key: ResultKey, in room: Workspace
  ) throws(StepFailure) -> (content: Fingerprint, remark: String?) {
    let name = "result \(step.name) \(UInt64.random(in: 0 ... .max))"
    let draft = "\(room.stagingDirectory)/\(name)"
    defer { _ = try? FileManager.default.removeItem(atPath: draft) }
    return try room.storing { () throws in
      try FileManager.default.createDirectory(
        atPath: draft, withIntermediateDirectories: true)
      var stored = StoredResult(key: key, content: key.fingerprint)
      switch state {
      case .skipped(let reason): stored.skipped = reason
      case .done(let result): stored.result = result
      case .failed, .notRun: return (key.fingerprint, nil)
      }
      if stored.result.origin?.staysThere == true {
        stored.product = .elsewhere
      } else if stored.skipped == nil, step.action.makesTable {
        guard try write(tableOf: step, into: draft, &stored, in: room) else {
          return (
            key.fingerprint, "its table has a column of a type that no file gives back exactly"
          )
        }
      }
      if let model = room.models[step.name], step.action.makesModel {
        try write(model, into: draft, &stored)
      }
      stored.content = content(of: step, stored)
      guard step.settings.isCached else { return (stored.content, nil) }
      try take(artifactsOf: &stored, into: draft)
      try keep(stored, from: draft)
      return (stored.content, nil)
    }
  }

  /// Writes the step's table; false when no file gives it back exactly.
  private func write(
    tableOf step: PlannedStep, into draft: String, _ stored: inout StoredResult, in room: Workspace
  ) throws -> Bool {
    guard try !room.isView(step.name) else {
      stored.product = .view
      return true
    }
    let columns = try room.columns(of: step.name)
    let forms = columns.compactMap(StoredColumn.init)
    guard forms.count == columns.count else { return false }
    let pieces = TablePieces(rowCount: try room.rowCount(of: step.name), columns: columns)
    let list = forms.map(\.written).joined(separator: ", ")
    try pieces.write(list, of: step.name, into: draft, in: room)
    stored.product = .table(forms)
    for name in pieces.names { try note(name, in: draft, &stored) }
    return true
  }

  private func write(
    _ model: TrainedModel, into draft: String, _ stored: inout StoredResult
  ) throws {
    for file in try model.bundle() {
      let name = StoredResult.modelPrefix + file.name
      try Data(file.contents.utf8).write(to: URL(filePath: "\(draft)/\(name)"))
      try note(name, in: draft, &stored)
    }
    stored.product = .model
  }

  private func take(artifactsOf stored: inout StoredResult, into draft: String) throws {
    for (index, artifact) in stored.result.artifacts.enumerated() {
      let name = StoredResult.artifactFile(index)
      try Self.place(artifact.stagedAt, at: "\(draft)/\(name)")
      stored.files.append(.init(name: name, size: artifact.size, digest: artifact.digest))
      stored.result.artifacts[index].stagedAt = ""
    }
    for index in stored.result.written.indices { stored.result.written[index].stagedAt = "" }
  }

  private func note(_ name: String, in draft: String, _ stored: inout StoredResult) throws {
    let (digest, size) = try Fingerprint.ofFile(at: "\(draft)/\(name)")
    stored.files.append(.init(name: name, size: size, digest: digest))
  }

  /// The digest of everything that a later step can see: the table or model, and the figures.
  private func content(of step: PlannedStep, _ stored: StoredResult) -> Fingerprint {
    var parts = ["content", stored.skipped ?? ""]
    switch stored.product {
    case .nothing: break
    case .elsewhere: parts += ["elsewhere", stored.key.fingerprint.description]
    case .view: parts += ["view", stored.key.fingerprint.description]
    case .table(let columns):
      parts += ["table"] + columns.flatMap { [$0.name, $0.type] }
      parts += stored.files.map(\.digest.description)
    case .model:
      // The rows that a model is judged on are made of what the step reads.
      let reads = stored.key.parts.filter { $0.kind != .source }
      parts += [
        "model", ResultKey("", reads).fingerprint.description, step.frameSource.description,
      ]
      parts += stored.files.flatMap { [$0.name, $0.digest.description] }
    }
    if let content = stored.result.content { parts.append(content.description) }
    for metric in stored.result.metrics {
      parts += [metric.name, metric.value.map { String($0.bitPattern) } ?? "missing"]
    }
    return Fingerprint(combining: parts)
  }
}

extension Workspace {
  /// Does something with the cache; whatever stands in the way becomes the failure.
  fileprivate func storing<Success>(_ body: () throws -> Success) throws(StepFailure) -> Success {
    do {
      return try body()
    } catch let failure as StepFailure {
      throw failure
    } catch let error as DuckDBError {
      throw failure(error)
    } catch let error as FileError {
      throw StepFailure(.error("cache", "\(error.path): \(error.reason)", at: nil))
    } catch {
      throw StepFailure(.error("cache", "\(error)", at: nil))
    }
  }
}
