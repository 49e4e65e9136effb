internal import Serving
internal import Synchronization
internal import Vocabulary

/// The notebooks that were opened, kept for as long as their files say the same: a page that lists all
/// of them must not parse all of them again.
final class OpenedNotebooks: Sendable {
  private struct Known: Sendable {
    var bytes: [[UInt8]?]
    var notebook: OpenedNotebook
  }

  private let known = Mutex<[String: Known]>([:])
  private static let kept = 500

  /// The notebook of this name; `open` reads it anew, and says whether the files are all that it is
  /// made of.
  func notebook(
    _ name: String, madeOf files: [String],
    _ open: () throws(Refusal) -> (notebook: OpenedNotebook, isWhole: Bool)
  ) throws(Refusal) -> OpenedNotebook {
    // Before it is opened: what changes meanwhile is noticed the next time.
    let bytes = files.map { path -> [UInt8]? in
      Files.kind(path) == .file ? try? Files.bytes(of: path) : nil
    }
    if let known = known.withLock({ $0[name] }), known.bytes == bytes { return known.notebook }
    let (notebook, isWhole) = try open()
    known.withLock { known in
      if known.count >= Self.kept { known.removeAll() }
      known[name] = isWhole ? Known(bytes: bytes, notebook: notebook) : nil
    }
    return notebook
  }
}
