internal import Archiving
internal import Vocabulary

/// Finds the folder of a model: a folder named itself, or the one among the files of a version.
struct ModelSource {
  let archive: Archive
  let project: Project

  /// The folder of the model that an address leads to: the model's folder or a file in it, a folder
  /// above it such as a version's, or a version's address. `name` tells several models apart.
  func folder(_ address: String, named name: String?) throws -> String {
    let path = Paths.absolute(address, in: project.workingDirectory)
    switch Files.kind(path) {
    case .file where Self.isModel(Paths.folder(of: path)): return Paths.folder(of: path)
    case .folder where Self.isModel(path): return path
    case .folder: return try model(below: Files.realPath(path) ?? path, address, name)
    default:
      let resolved = try archive.resolve(VersionAddress(address, in: project))
      return try model(below: resolved.path, address, name)
    }
  }

  private func model(
    below folder: String, _ address: String, _ name: String?
  ) throws(Refusal) -> String {
    let models = Self.models(below: folder, depth: 4)
    let chosen = models.filter { model in
      name.map { model == $0 || model.hasSuffix("/" + $0) } ?? true
    }
    if chosen.count == 1 { return "\(folder)/\(chosen[0])" }
    if models.isEmpty {
      throw Refusal([
        .error(
          "no-model", "\(visibleText(address)) holds no model", at: nil,
          explanation: "A model is a folder with `model.json`, which an `export` step writes.",
          solutions: [
            "add a step `{ uses: export, model: NAME, path: model }` to the notebook and run it"
          ])
      ])
    }
    if let name, chosen.isEmpty {
      throw Refusal([
        .error(
          "no-model", "\(visibleText(address)) holds no model `\(visibleText(name))`", at: nil,
          solutions: solutions(forUnknown: name, among: models))
      ])
    }
    throw Refusal([
      .error(
        "several-models", "\(visibleText(address)) holds \(chosen.count) models", at: nil,
        solutions: chosen.map { "name one: `--model \($0)`" })
    ])
  }

  private static func isModel(_ folder: String) -> Bool {
    Files.kind("\(folder)/model.json") == .file && Files.kind("\(folder)/encoder.json") == .file
  }

  /// The paths of all models below a folder, sorted.
  private static func models(below folder: String, depth: Int) -> [String] {
    guard depth > 0 else { return [] }
    return Files.names(in: folder).flatMap { name -> [String] in
      let path = "\(folder)/\(name)"
      guard !name.hasPrefix("."), Files.kind(path) == .folder else { return [] }
      return isModel(path) ? [name] : models(below: path, depth: depth - 1).map { "\(name)/\($0)" }
    }
  }
}
