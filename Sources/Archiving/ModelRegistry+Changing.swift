public import Steps
internal import Storing
internal import Vocabulary

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

extension ModelRegistry {
  /// Keeps a model, or finds that a version with the same bundle is there.
  ///
  /// The version appears in one step; several processes may register at the same time.
  public func register(
    _ registration: Registration, _ facts: Facts, by actor: Actor, because: String? = nil
  ) throws(ArchiveError) -> (number: Int, isNew: Bool) {
    if let fault = RegistryName.fault(in: registration.name) {
      throw ArchiveError(.unsafeName, "the name of a model \(fault)")
    }
    try folder.make()
    let home = try folder.makeInside(registration.name)
    let lock = try FolderLock(home)
    defer { withExtendedLifetime(lock) {} }
    Staging.sweep(home)
    try pull(registration.name, into: home)
    if let number = try number(of: facts, as: registration.name) {
      // Whoever made it may have been killed before the history said so.
      try tell(number, of: registration.name, in: home, by: actor, because)
      return (number, false)
    }
    let staging = try Staging(in: home)
    defer { staging.discard() }
    for file in registration.files {
      try staging.folder.put(Array(file.text.utf8), at: "model/\(file.name)")
    }
    try staging.folder.put(try Self.bytes(of: facts, isPretty: true), at: "version.json")
    try staging.folder.sync()
    var number = (versions(of: registration.name).last ?? 0) + 1
    if let shelf {
      let bundle = try sharing { () throws(StorageError) in
        try shelf.sendBytes(of: staging.path)
      }
      while try !sharing({ () throws(StorageError) in
        try shelf.claim(bundle, as: Self.name(registration.name, number))
      }) {
        // Another machine was quicker, perhaps with the same model.
        try adopt(number, of: registration.name, into: home)
        if let number = try self.number(of: facts, as: registration.name) {
          try tell(number, of: registration.name, in: home, by: actor, because)
          return (number, false)
        }
        number += 1
      }
    }
    guard try staging.move(to: home.folder("v\(number)")) else {
      throw ArchiveError(
        .misuse, "\(home.path(of: "v\(number)")) is there already, and is no version",
        path: home.path(of: "v\(number)"), solutions: ["move it away"])
    }
    try Folder.syncEntry(home.path)
    try tell(number, of: registration.name, in: home, by: actor, because)
    return (number, true)
  }

  /// Writes into the history that a version was made, unless it says so already.
  private func tell(
    _ number: Int, of name: String, in home: Folder, by actor: Actor, _ because: String?
  ) throws(ArchiveError) {
    let event = Event(
      action: .register, version: number, alias: nil, from: nil, at: actor.at, by: actor.user,
      host: actor.host, because: because)
    while true {
      let isTold = try history(of: name).contains {
        $0.action == .register && $0.version == number
      }
      if isTold { return }
      // When another machine has added a line meanwhile, it is looked at first.
      if try append(event, to: home, of: name) { return }
    }
  }

  /// The version with the same bundle.
  private func number(of facts: Facts, as name: String) throws(ArchiveError) -> Int? {
    for number in versions(of: name)
    where try self.facts(of: name, number).digest == facts.digest {
      return number
    }
    return nil
  }

  /// Gives an alias to a version; tells which had it before.
  ///
  /// With `expecting`, the version that had the alias when the decision was made, it throws when
  /// somebody else has moved it since: of two who decide at the same time one wins.
  @discardableResult
  public func promote(
    _ name: String, _ number: Int, to alias: String, expecting: Expectation = .anything,
    by actor: Actor, because: String? = nil
  ) throws(ArchiveError) -> Int? {
    if let fault = RegistryName.fault(inAlias: alias) {
      throw ArchiveError(.unsafeName, "an alias \(fault)")
    }
    _ = try self.number(name, "v\(number)")
    return try move(alias, of: name, by: actor) { events, before throws(ArchiveError) in
      if case .version(let expected) = expecting, before != expected {
        throw Self.movedMeanwhile(name, alias, from: expected, to: before, events)
      }
      guard before != number else { return nil }
      return Event(
        action: .promote, version: number, alias: alias, from: before, at: actor.at,
        by: actor.user, host: actor.host, because: because)
    }
  }

  /// What must have had an alias for a promotion to be right.
  public enum Expectation: Sendable, Hashable {
    /// Whatever has it.
    case anything
    /// This version, or none.
    case version(Int?)
  }

  /// Takes an alias away; tells which version had it.
  ///
  /// With `expecting` it throws when another version has it by now.
  public func demote(
    _ name: String, _ alias: String, expecting: Expectation = .anything, by actor: Actor,
    because: String? = nil
  ) throws(ArchiveError) -> Int {
    let number = try number(name, alias)
    var taken = number
    _ = try move(alias, of: name, by: actor) { events, before throws(ArchiveError) in
      if case .version(let expected) = expecting, before != expected {
        throw Self.movedMeanwhile(name, alias, from: expected, to: before, events)
      }
      taken = before ?? number
      return Event(
        action: .demote, version: taken, alias: alias, from: before, at: actor.at,
        by: actor.user, host: actor.host, because: because)
    }
    return taken
  }

  /// The version to which an alias would go back after these events; nil when there is none.
  public static func predecessor(of alias: String, after events: [Event]) -> Int? {
    // Going back twice goes back further, so changes that were undone do not count.
    var stack: [Int] = []
    for event in events where event.alias == alias {
      switch event.action {
      case .promote: stack.append(event.version)
      case .rollback: _ = stack.popLast()
      case .demote, .register: break
      }
    }
    if aliases(after: events)[alias] != nil { _ = stack.popLast() }
    return stack.last
  }

  /// Gives an alias back to the version that had it before the last change; tells both.
  ///
  /// With `expecting` it throws when another version has it by now.
  public func rollback(
    _ name: String, _ alias: String, expecting: Expectation = .anything, by actor: Actor,
    because: String? = nil
  ) throws(ArchiveError) -> (from: Int?, to: Int) {
    var target: Int?
    let before = try move(alias, of: name, by: actor) { events, before throws(ArchiveError) in
      if case .version(let expected) = expecting, before != expected {
        throw Self.movedMeanwhile(name, alias, from: expected, to: before, events)
      }
      guard let found = Self.predecessor(of: alias, after: events) else {
        throw ArchiveError(
          .notFound, "no version of `\(name)` was `\(alias)` before",
          solutions: ["`washi models show \(name)` lists what was done"])
      }
      target = found
      return Event(
        action: .rollback, version: found, alias: alias, from: before, at: actor.at,
        by: actor.user, host: actor.host, because: because)
    }
    return (before, target ?? 0)
  }

  /// Copies a version's bundle and facts into a new folder.
  public func export(_ name: String, _ number: Int, to target: String) throws(ArchiveError) {
    guard Folder.kind(at: target) == nil else {
      throw ArchiveError(
        .misuse, "\(target) is there already", path: target,
        solutions: ["name a folder that is not there yet"])
    }
    let model = try model(name, number)
    let place = Folder(target)
    try place.make()
    for file in model.files { try place.put(Array(file.text.utf8), at: file.name) }
    let facts = try folder.folder("\(name)/v\(number)").bytes(of: "version.json")
    try place.put(facts, at: "version.json")
  }

  /// Appends what `decide` makes of the history, while nobody else can; tells which version had the
  /// alias.
  private func move(
    _ alias: String, of name: String, by actor: Actor,
    _ decide: ([Event], Int?) throws(ArchiveError) -> Event?
  ) throws(ArchiveError) -> Int? {
    let home = folder.folder(name)
    guard home.kind(of: ".") == .folder else {
      throw ArchiveError(.notFound, "there is no registered model `\(name)`")
    }
    let lock = try FolderLock(home)
    defer { withExtendedLifetime(lock) {} }
    try pull(name, into: home)
    while true {
      let events = try history(of: name)
      let before = Self.aliases(after: events)[alias]
      guard let event = try decide(events, before) else { return before }
      // When another machine has added a line meanwhile, the decision is made again.
      if try append(event, to: home, of: name) { return before }
    }
  }

  /// Adds an event; false when another machine has added one meanwhile, which is then here.
  private func append(
    _ event: Event, to home: Folder, of name: String
  ) throws(ArchiveError) -> Bool {
    let line = try Self.bytes(of: event, isPretty: false)
    if shelf != nil, try !share(line, as: try history(of: name).count + 1, of: name) {
      try pullEvents(of: name, into: home)
      return false
    }
    try append(line, to: home)
    return true
  }

  /// Adds lines and asks the disk to hold them; one that was cut off before is removed.
  func append(_ line: [UInt8], to home: Folder) throws(ArchiveError) {
    let path = home.path(of: Self.historyFile)
    let file = unsafe open(
      path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw .system("write", path) }
    defer { close(file) }
    let known = home.kind(of: Self.historyFile) == .file ? try home.bytes(of: Self.historyFile) : []
    let whole = known.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    if whole < known.count {
      guard ftruncate(file, off_t(whole)) == 0 else { throw .system("write", path) }
    }
    var rest = line[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw .system("write", path) }
      rest = rest.dropFirst(count)
    }
    guard fsync(file) == 0 || errno == EINVAL else { throw .system("write", path) }
    try Folder.syncEntry(home.path)
  }

  private static func bytes(
    of value: some Encodable, isPretty: Bool
  ) throws(ArchiveError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting =
      isPretty
      ? [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      : [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(value) else {
      throw ArchiveError(.misuse, "the model's facts have no JSON form")
    }
    return Array(data) + [UInt8(ascii: "\n")]
  }

  private static func movedMeanwhile(
    _ name: String, _ alias: String, from expected: Int?, to found: Int?, _ events: [Event]
  ) -> ArchiveError {
    let last = events.last { $0.alias == alias }
    let who = last.map { " by \($0.by)" } ?? ""
    func text(_ number: Int?) -> String { number.map { "v\($0)" } ?? "no version" }
    return ArchiveError(
      .movedAlias,
      "`\(alias)` of `\(name)` was \(text(expected)) when it was compared with, and was given to "
        + "\(text(found)) meanwhile\(who)",
      solutions: ["compare with \(text(found)), and promote again"])
  }
}
