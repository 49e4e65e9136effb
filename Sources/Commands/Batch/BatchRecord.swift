internal import Archiving
internal import Parsing
internal import Planning
internal import Synchronization
internal import Vocabulary

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// What a batch leaves in `.washi/batches/`: a line for every set as soon as it has ended, so that
/// `--resume` knows them whatever became of the batch, and its page at the end.
final class BatchRecord: Sendable {
  /// A set that has ended, as its line says.
  struct Line: Codable, Sendable {
    /// What the set was run from and with.
    var key: String
    var status: String
    var facts: ChildFacts?
  }

  /// The batch's folder.
  let folder: String
  private let notebook: Fingerprint
  private let problem = Mutex<Refusal?>(nil)

  /// The record of a batch of a notebook, in a new folder that names its beginning.
  init(of file: NotebookFile, at desk: Desk) {
    notebook = Fingerprint(
      combining: [file.notebook.path, file.notebook.source]
        + file.shelf.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value.notebook.source] })
    let now = desk.circumstances.now()
    // Batches of one second are in order, too: the last word on a set counts.
    let fraction = String(now % 1000 + 1000).dropFirst()
    let tail = String(UInt32.random(in: 0x1000_0000 ... .max), radix: 36).suffix(5)
    folder = file.project.path(".washi/batches/\(Amounts.utcStamp(now))-\(fraction)-\(tail)")
  }

  /// What tells a set from others: the notebooks' texts, and all that the run is called with.
  func key(of task: Batch.Task) -> String {
    Fingerprint(combining: [notebook.description] + task.arguments).description
  }

  /// Notes that a set has ended. What cannot be noted is said once, when the batch is over.
  func note(_ outcome: Batch.Outcome) {
    let line = Line(
      key: key(of: outcome.task), status: outcome.state.rawValue, facts: outcome.facts)
    problem.withLock { problem in
      guard problem == nil else { return }
      do throws(Refusal) {
        try Files.append(JSONText.encode(line) + "\n", to: "\(folder)/sets.jsonl")
      } catch {
        problem = error
      }
    }
  }

  /// Why the record is not whole, when it is not.
  var remark: Diagnostic? { problem.withLock { $0 }?.diagnostics.first }

  /// Puts the page beside the lines; tells its path.
  func keep(page: String) throws(Refusal) -> String {
    let path = "\(folder)/index.html"
    try Files.create(path, page)
    return path
  }

  /// The sets of the tasks that an earlier batch has brought to a good end, by their place; the last
  /// word on a set counts, and a report that is no longer there does not.
  func ended(among tasks: [Batch.Task], seenFrom directory: String) -> [Int: ChildFacts] {
    let parent = Paths.folder(of: folder)
    var known: [String: Line] = [:]
    for name in Files.names(in: parent) {
      guard let bytes = try? Files.bytes(of: "\(parent)/\(name)/sets.jsonl") else { continue }
      for text in bytes.split(separator: 10) {
        // A line that a kill has cut off is none.
        if let line = try? ChildFacts.decoder.decode(Line.self, from: Data(text)) {
          known[line.key] = line
        }
      }
    }
    var found: [Int: ChildFacts] = [:]
    for (index, task) in tasks.enumerated() {
      guard let line = known[key(of: task)], let facts = line.facts, let path = facts.path,
        [Batch.State.done, .unchanged].map(\.rawValue).contains(line.status),
        Files.kind(Paths.absolute(path, in: directory)) == .file
      else { continue }
      found[index] = facts
    }
    return found
  }
}
