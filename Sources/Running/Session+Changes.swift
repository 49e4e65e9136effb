internal import Planning
internal import Steps
internal import Vocabulary

/// Files of the catalog that somebody writes to while a run reads them.
extension Session {
  /// What the files look like before they are digested, by their absolute paths.
  func stamps(of files: [String: [String]]) -> [String: FileStamp] {
    var stamps: [String: FileStamp] = [:]
    for (entry, paths) in files
    where surroundings.recorded[entry.lowercased()] == nil {
      for path in paths { stamps[absolute(path)] = FileStamp(of: absolute(path)) }
    }
    return stamps
  }

  /// The inputs whose bytes are not any more those that were recorded; nothing is read again of files
  /// that look as they did.
  func changes(
    of inputs: [RecordedInput], of plan: Plan, since stamps: [String: FileStamp]
  ) -> [Diagnostic] {
    inputs.compactMap { input in
      let path = absolute(input.path)
      guard let entry = plan.inputs.first(where: { $0.name == input.entry }),
        let before = stamps[path], FileStamp(of: path) != before
      else { return nil }
      if let (digest, _) = try? Fingerprint.ofFile(at: path), digest == input.digest { return nil }
      return .error(
        "changed-input",
        "`\(input.path)` of catalog entry `\(input.entry)` changed while it was read",
        at: entry.range, explanation: "The figures may be of neither its old nor its new content.",
        solutions: ["run it again when nothing writes to the file"])
    }
  }
}
