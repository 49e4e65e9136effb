internal import Steps
internal import Storing
internal import Vocabulary

/// Models that several machines share.
///
///     registry/<name>/v3.json          the bundle of a version
///     registry/<name>/events/000007    the seventh line of the history
///
/// A number of a version or a line is taken by one machine only, so all see the same history. The
/// folder here is a copy of it, which is brought up to date before it is read or changed.
extension ModelRegistry {
  /// Brings the models that are shared; those that are here only are given to others.
  public func pull() throws(ArchiveError) {
    guard let shelf else { return }
    let objects = try sharing { () throws(StorageError) in
      try shelf.store.objects(in: Self.shared)
    }
    let shared = objects.compactMap { object -> String? in
      let parts = object.name.split(separator: "/")
      return parts.count >= 3 ? String(parts[1]) : nil
    }
    for name in Set(shared + names()).sorted() where RegistryName.fault(in: name) == nil {
      try pull(name)
    }
  }

  /// Brings one model up to date.
  public func pull(_ name: String) throws(ArchiveError) {
    guard shelf != nil, RegistryName.fault(in: name) == nil else { return }
    try folder.make()
    let home = try folder.makeInside(name)
    let lock = try FolderLock(home)
    defer { withExtendedLifetime(lock) {} }
    try pull(name, into: home)
    // Nothing is known of a model by this name.
    if home.names().isEmpty { home.remove() }
  }

  /// Brings the versions and the history of a model, while nobody else here changes it.
  func pull(_ name: String, into home: Folder) throws(ArchiveError) {
    guard let shelf else { return }
    let listed = try sharing { () throws(StorageError) in
      try shelf.store.objects(in: "\(Self.shared)/\(name)").map(\.name)
    }
    let here = Set(versions(of: name))
    let there = listed.compactMap { path -> Int? in
      guard path.hasSuffix(".json"), let last = path.dropLast(5).split(separator: "/").last else {
        return nil
      }
      return RegistryName.number(String(last))
    }
    for number in there.sorted() where !here.contains(number) {
      try adopt(number, of: name, into: home)
    }
    // What was registered before anything was shared.
    for number in here.sorted() where !there.contains(number) {
      let isOurs = try sharing { () throws(StorageError) in
        try shelf.claim(
          try shelf.sendBytes(of: home.path(of: "v\(number)")), as: Self.name(name, number))
      }
      guard isOurs else { throw Self.conflict(name, "v\(number)") }
    }
    try pullEvents(of: name, into: home)
  }

  /// Brings one version of a model.
  func adopt(_ number: Int, of name: String, into home: Folder) throws(ArchiveError) {
    guard let shelf else { return }
    let staging = try Staging(in: home)
    defer { staging.discard() }
    let isLaid = try sharing { () throws(StorageError) in
      try shelf.lay(Self.name(name, number), into: staging.path, patience: 10)
    }
    guard isLaid else {
      throw ArchiveError(
        .changedContent, "`\(name)` v\(number) cannot be read whole from \(shelf.store.description)"
      )
    }
    try staging.folder.sync()
    _ = try staging.move(to: home.folder("v\(number)"))
  }

  /// Brings the lines of the history that are not here, and gives those that only this machine has.
  func pullEvents(of name: String, into home: Folder) throws(ArchiveError) {
    guard let shelf else { return }
    let known = home.kind(of: Self.historyFile) == .file ? try home.bytes(of: Self.historyFile) : []
    let lines = known.split(separator: UInt8(ascii: "\n")).map { Array($0) + [UInt8(ascii: "\n")] }
    // What both have must be the same; the last line stands for those before it.
    if let last = lines.last {
      for (index, line) in lines.enumerated() where index < lines.count - 1 {
        if try object(lines.count, of: name, on: shelf) != nil { break }
        guard try share(line, as: index + 1, of: name) else {
          throw Self.conflict(name, "line \(index + 1) of its history")
        }
      }
      guard try share(last, as: lines.count, of: name) else {
        throw Self.conflict(name, "line \(lines.count) of its history")
      }
    }
    var next = lines.count + 1
    while let line = try object(next, of: name, on: shelf) {
      try append(line, to: home)
      next += 1
    }
  }

  /// Takes the place of a line of the history; false when another machine has it with another line.
  func share(_ line: [UInt8], as number: Int, of name: String) throws(ArchiveError) -> Bool {
    guard let shelf else { return true }
    return try sharing { () throws(StorageError) in
      let scratch = try ScratchFolder()
      defer { scratch.remove() }
      try scratch.write(line, as: "line")
      return try shelf.store.create("\(scratch.path)/line", as: Self.event(number, of: name))
    }
  }

  private func object(
    _ number: Int, of name: String, on shelf: Shelf
  ) throws(ArchiveError) -> [UInt8]? {
    try sharing { () throws(StorageError) in
      let scratch = try ScratchFolder()
      defer { scratch.remove() }
      guard try shelf.store.get(Self.event(number, of: name), to: "\(scratch.path)/line") else {
        return nil
      }
      // One that is still being written does not count yet.
      return scratch.bytes("line").flatMap { $0.last == UInt8(ascii: "\n") ? $0 : nil }
    }
  }

  private static func conflict(_ name: String, _ what: String) -> ArchiveError {
    ArchiveError(
      .changedContent, "\(what) of the model `\(name)` here is not what others share",
      solutions: ["move the folder of `\(name)` in the registry away: what is shared comes back"])
  }

  static func name(_ name: String, _ number: Int) -> String { "\(shared)/\(name)/v\(number)" }

  private static func event(_ number: Int, of name: String) -> String {
    let digits = String(number)
    return "\(shared)/\(name)/events/"
      + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
  }

  static let shared = "registry"
}
