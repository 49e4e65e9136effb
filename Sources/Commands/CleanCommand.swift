internal import Archiving
internal import ArgumentParser
internal import Running
internal import Storing
internal import Vocabulary

/// `washi gc`: take away what can be made again.
struct CleanCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "gc",
    abstract: "Free the space of cached results, failed runs, logs and batches.",
    discussion: """
      Published versions and the history are never touched. What a later run wants of a result that was \
      removed is done again. A run that is going on does not mind. Also goes what killed runs were \
      working on.

      The rows that versions keep (`snapshot: true`) are left alone unless --snapshots asks for them; then \
      those go to which no version in output/, or in the folders named by --also, and no registered model \
      refers. Versions on other branches are not seen: look with --dry-run first.

      EXAMPLES:
        washi gc                          what was not used for 30 days
        washi gc --older-than 12h
        washi gc --max-size 2GB           the longest unused first, until the rest fits
        washi gc --all --dry-run          what there is
        washi gc --snapshots --dry-run    rows that nothing refers to any more
        washi gc --shared                 old results and leftovers that machines share
      """)

  @Option(
    name: .customLong("older-than"),
    help: ArgumentHelp(
      "Remove what was not used for so long: 90m, 12h, 30d, 8w (default: 30d).", valueName: "age"))
  var age: String?

  @Option(
    name: .customLong("max-size"),
    help: ArgumentHelp(
      "Remove as much of the cache as is more than this: 500MB, 2GB.", valueName: "size"))
  var size: String?

  @Flag(help: "Remove all cached results, reports of failed runs, logs and pages of batches.")
  var all = false

  @Flag(help: "Also remove kept rows that no version and no model refers to.")
  var snapshots = false

  @Option(
    help: ArgumentHelp(
      "With --snapshots, another folder of versions to mind, again for more.", valueName: "dir"))
  var also: [String] = []

  @Flag(help: "Clean what machines share instead: results older than that, and leftovers.")
  var shared = false

  @Flag(name: .customLong("dry-run"), help: "Say what would be removed and remove nothing.")
  var dryRun = false

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    if let age, Self.seconds(age) == nil {
      throw ValidationError("--older-than must be a number with m, h, d or w, such as 30d")
    }
    if let size, Self.bytes(size) == nil {
      throw ValidationError("--max-size must be a number with KB, MB or GB, such as 2GB")
    }
    if shared, size != nil {
      throw ValidationError("--shared goes by age: --max-size is for the cache of this machine")
    }
    if all, age != nil || size != nil {
      throw ValidationError("--all leaves nothing for --older-than or --max-size to choose")
    }
    if !also.isEmpty, !snapshots {
      throw ValidationError("--also does nothing without --snapshots")
    }
  }

  func perform(at desk: Desk) async throws -> ExitStatus {
    if shared { return try cleanShared(at: desk) }
    let project = desk.project
    let cache = ResultCache(at: project.path(".washi/cache"))
    let archive = try Archive(at: nil, of: project)
    let now = desk.circumstances.now()
    let items = cache.items()
    let chosen = Set(self.chosen(from: items, at: now))
    let limit = oldest(at: now)
    let leftovers = archive.leftovers()
      .filter { leftover in all || limit.map { leftover.changedAt < $0 } ?? false }

    let rows = snapshots ? try unusedRows(of: project, archive, at: now) : []
    func count(_ kind: Archive.Leftover.Kind) -> Int { leftovers.count { $0.kind == kind } }
    let facts = CleaningFacts(
      results: chosen.count { $0.name != "ledger" }, failedRuns: count(.failedRun),
      logs: count(.log), batches: count(.batch), snapshots: rows.count,
      bytes: chosen.reduce(0) { $0 + $1.size } + leftovers.reduce(0) { $0 + $1.size }
        + rows.reduce(0) { $0 + $1.size },
      keptBytes: items.filter { !chosen.contains($0) }.reduce(0) { $0 + $1.size },
      dryRun: dryRun)
    if !dryRun {
      for item in items where chosen.contains(item) { cache.remove(item) }
      for leftover in leftovers { archive.remove(leftover) }
      archive.sweep()
    }
    desk.console.say(json ? JSONText.encode(facts) : facts.words)
    return .done
  }

  /// Takes away the rows that nothing refers to; tells which.
  private func unusedRows(
    of project: Project, _ archive: Archive, at now: Int64
  ) throws -> [SnapshotStore.Item] {
    var referred = try archive.referredSnapshots()
    for folder in also {
      let path = Paths.absolute(folder, in: project.workingDirectory)
      guard Files.kind(path) == .folder else {
        throw Refusal([.error("not-found", "there is no folder \(visibleText(folder))", at: nil)])
      }
      referred.formUnion(try Archive(at: folder, of: project).referredSnapshots())
    }
    let registry = ModelRegistry(of: project)
    for name in registry.names() {
      for number in registry.versions(of: name) {
        let digests = try registry.facts(of: name, number).snapshots?.values.joined()
        referred.formUnion(
          (digests.map(Array.init) ?? []).compactMap(Fingerprint.init(hexadecimal:)))
      }
    }
    return try SnapshotStore(of: project).sweep(
      keeping: referred, unusedSince: all ? nil : oldest(at: now) ?? now - 30 * 86_400_000,
      dryRun: dryRun)
  }

  /// Cleans what machines share. Versions and models stay, whatever their age.
  private func cleanShared(at desk: Desk) throws -> ExitStatus {
    guard let (_, places) = try desk.sharedProject() else { return .idle }
    let now = desk.circumstances.now()
    let limit = all ? now : oldest(at: now) ?? now
    let cleaning = try places.shelf.clean(
      SharedResults.folder, before: Double(limit) / 1000, at: Double(now) / 1000, isTrial: dryRun)
    let what =
      "\(Amounts.count(cleaning.results, "shared result")) and \(Amounts.count(cleaning.blobs, "leftover"))"
    desk.console.say(
      "\(dryRun ? "would remove" : "removed") \(what): \(Amounts.bytes(cleaning.bytes))")
    return .done
  }

  /// The time before which things are too old, in milliseconds; nil when age does not matter.
  private func oldest(at now: Int64) -> Int64? {
    if let age, let seconds = Self.seconds(age) { return now - Int64(seconds * 1000) }
    return size == nil ? now - 30 * 86_400_000 : nil
  }

  private func chosen(from items: [ResultCache.Item], at now: Int64) -> [ResultCache.Item] {
    if all { return items }
    let limit = oldest(at: now).map { $0 * 1_000_000 }
    var chosen = items.filter { item in
      item.lastUse == 0 || (limit.map { item.lastUse < $0 } ?? false)
    }
    guard let size, let most = Self.bytes(size) else { return chosen }
    let old = Set(chosen)
    var rest = items.filter { !old.contains($0) }
    var total = rest.reduce(0) { $0 + $1.size }
    while total > most, let first = rest.first {
      total -= first.size
      chosen.append(first)
      rest.removeFirst()
    }
    return chosen
  }

  /// `90m`, `12h`, `30d`, `8w` in seconds.
  static func seconds(_ text: String) -> Double? {
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]
    guard let unit = text.last.flatMap({ units[$0] }), let number = Double(text.dropLast()),
      number >= 0, number.isFinite
    else { return nil }
    return number * unit
  }

  /// `500MB`, `2GB` in bytes; units are powers of 1000.
  static func bytes(_ text: String) -> Int? {
    let units: [(String, Double)] = [("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12), ("B", 1)]
    let upper = text.uppercased()
    guard let unit = units.first(where: { upper.hasSuffix($0.0) }) else { return nil }
    let digits = upper.dropLast(unit.0.count)
    guard let number = Double(digits), number >= 0 else { return nil }
    return Int(exactly: (number * unit.1).rounded())
  }
}

/// What was removed, as `gc --json` prints it.
struct CleaningFacts: Encodable {
  /// Cached results.
  var results: Int
  /// Reports of runs that were not published.
  var failedRuns: Int
  /// Runs whose processes have left logs.
  var logs: Int
  /// Pages and records of batches.
  var batches: Int
  /// Kept rows that nothing refers to.
  var snapshots: Int
  /// The bytes of all these.
  var bytes: Int
  /// The bytes of the cache that stay.
  var keptBytes: Int
  var dryRun: Bool

  var words: String {
    let counts = [
      Amounts.count(results, "cached result"), Amounts.count(failedRuns, "failed run"),
      logs > 0 ? Amounts.count(logs, "log") : nil,
      batches > 0 ? "\(Amounts.grouped(batches)) batch\(batches == 1 ? "" : "es")" : nil,
      snapshots > 0 ? Amounts.count(snapshots, "snapshot") : nil,
    ].compactMap(\.self)
    let what = counts.dropLast().joined(separator: ", ") + " and " + counts[counts.count - 1]
    return (dryRun ? "would remove \(what): " : "removed \(what): ")
      + "\(Amounts.bytes(bytes)); \(Amounts.bytes(keptBytes)) of the cache stay"
  }
}
