internal import Archiving
internal import Comparing
internal import Vocabulary

/// Where git took one side of a difference from; a version's other files lie there too.
enum GitPlace: Hashable {
  case workTree
  case index
  case commit(String)

  /// The place of a file's blob: the work tree for a number of zeros, else the newest commit or the
  /// index with this blob at this path; nil when it is nowhere any more.
  init?(ofBlob object: String, at path: String, in repository: GitRepository) throws(Refusal) {
    if object.allSatisfy({ $0 == "0" }) {
      self = .workTree
      return
    }
    func holds(_ name: String) throws(Refusal) -> Bool {
      try repository.answer(["rev-parse", "--verify", "-q", "--end-of-options", "\(name):\(path)"])?
        .line == object
    }
    if try holds("HEAD") {
      self = .commit("HEAD")
    } else if try holds("") {
      self = .index
    } else {
      // The commit that last brought this blob to this path, or took it away.
      let found = try repository.answer([
        "--literal-pathspecs", "log", "--all", "-n", "1", "--format=%H",
        "--find-object=\(object)", "--", path,
      ])
      guard let commit = found?.line, !commit.isEmpty else { return nil }
      if try holds(commit) {
        self = .commit(commit)
      } else if try holds("\(commit)^") {
        self = .commit("\(commit)^")
      } else {
        return nil
      }
    }
  }

  /// The files below a folder of the repository, without the folder's path.
  func files(below folder: String, in repository: GitRepository) throws(Refusal) -> [String] {
    switch self {
    case .workTree:
      var found: [String] = []
      collect(Paths.absolute(folder, in: repository.directory), "", &found)
      return found
    case .index, .commit:
      return try entries(below: folder, in: repository).map(\.path)
    }
  }

  /// A version's files; nil when there is no report.
  func report(at folder: String, in repository: GitRepository) throws(Refusal) -> ReportFolder? {
    let report: ReportFolder
    switch self {
    case .workTree:
      report = ReportFolder(
        reading: Paths.absolute(folder, in: repository.directory), as: folder)
    case .index, .commit:
      report = try repository.folder(
        of: try entries(below: folder, in: repository), named: folder)
    }
    return report.files["report.json"] == nil ? nil : report
  }

  private func entries(
    below folder: String, in repository: GitRepository
  ) throws(Refusal) -> [GitRepository.Entry] {
    switch self {
    case .workTree: return []
    case .index:
      let output = try repository.answer(
        ["--literal-pathspecs", "ls-files", "-s", "-z", "--", folder])
      return GitRepository.entries(output?.bytes ?? []).compactMap { entry in
        guard let path = Paths.below(folder, entry.path) else { return nil }
        return GitRepository.Entry(mode: entry.mode, object: entry.object, path: path)
      }
    case .commit(let name):
      let output = try repository.answer(
        ["ls-tree", "-r", "-z", "--end-of-options", "\(name):\(folder)"])
      return GitRepository.entries(output?.bytes ?? [])
    }
  }

  private func collect(_ folder: String, _ prefix: String, _ found: inout [String]) {
    for name in Files.names(in: folder) where name != "latest" && prefix.utf8.count < 2000 {
      switch Files.kind("\(folder)/\(name)") {
      case .folder: collect("\(folder)/\(name)", "\(prefix)\(name)/", &found)
      case .file: found.append(prefix + name)
      case .other, nil: break
      }
    }
  }
}

/// The path of a version in a repository: `output/credit/monthly/2021-01/v3`.
struct GitVersionPath: Hashable {
  /// The folder of the notebook's editions.
  let notebook: String
  let edition: String
  let number: Int

  /// The version that a file belongs to; nil when its path is none of a version's.
  init?(of file: String) {
    let parts = file.split(separator: "/").map(String.init)
    let numbers = parts.indices.filter { Self.number(parts[$0]) != nil }
    guard let place = numbers.last, place >= 2, place < parts.count - 1,
      let number = Self.number(parts[place])
    else { return nil }
    notebook = parts[..<(place - 1)].joined(separator: "/")
    edition = parts[place - 1]
    self.number = number
  }

  var folder: String { "\(notebook)/\(edition)/v\(number)" }

  private static func number(_ name: String) -> Int? {
    guard name.first == "v", name.utf8.count < 9 else { return nil }
    return Int(name.dropFirst()).flatMap { "v\($0)" == name && $0 > 0 ? $0 : nil }
  }

  /// The version before: of its edition, or the newest of the edition before.
  func predecessor(
    in place: GitPlace, of repository: GitRepository
  ) throws(Refusal) -> GitVersionPath? {
    let all = try place.files(below: notebook, in: repository)
      .filter { $0.hasSuffix("/report.json") }
      .compactMap { GitVersionPath(of: "\(notebook)/\($0)") }
      .filter { $0.notebook == notebook && $0 != self }
    let ofEdition = all.filter { $0.edition == edition && $0.number < number }
    if let last = ofEdition.max(by: { $0.number < $1.number }) { return last }
    let earlier = all.filter { EditionName.comesBefore($0.edition, edition) }
    return earlier.max { first, second in
      first.edition == second.edition
        ? first.number < second.number : EditionName.comesBefore(first.edition, second.edition)
    }
  }
}
