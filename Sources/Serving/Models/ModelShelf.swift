internal import Archiving
internal import Steps
internal import Synchronization
internal import Vocabulary

/// A registered model as it stands now.
struct ModelEntry: Sendable, Hashable {
  var name: String
  /// The numbers of its versions, ascending.
  var versions: [Int]
  /// The version behind every alias.
  var aliases: [String: Int]
  /// Everything that was done to it, oldest first.
  var events: [ModelRegistry.Event]
  /// What each version is; one whose file is damaged is missing.
  var facts: [Int: ModelRegistry.Facts]

  /// The version that `latest`, `v3` or an alias stands for.
  func number(_ slot: String) -> Int? {
    if slot == "latest" { return versions.last }
    if let number = RegistryName.number(slot) { return versions.contains(number) ? number : nil }
    return aliases[slot]
  }

  /// The aliases of a version, sorted.
  func aliases(of number: Int) -> [String] {
    aliases.filter { $0.value == number }.map(\.key).sorted()
  }

  /// What was done when a version was registered.
  func registration(of number: Int) -> ModelRegistry.Event? {
    events.first { $0.action == .register && $0.version == number }
  }
}

/// The registered models as the workplace shows and serves them: read again when something was done
/// to them, whoever did it.
final class ModelShelf: Sendable {
  let registry: ModelRegistry
  private let entries = Mutex<[String: (stamp: ModelRegistry.Stamp, entry: ModelEntry)]>([:])

  init(_ registry: ModelRegistry) {
    self.registry = registry
  }

  /// The model of this name; nil when none was registered.
  func entry(_ name: String) throws(ArchiveError) -> ModelEntry? {
    // Before anything is read: what changes meanwhile changes the stamp that is asked next.
    guard let stamp = registry.stamp(of: name) else { return nil }
    let known = entries.withLock { $0[name] }
    if let known, known.stamp == stamp { return known.entry }
    let events = try registry.history(of: name)
    let versions = registry.versions(of: name)
    guard !versions.isEmpty else { return nil }
    var facts: [Int: ModelRegistry.Facts] = [:]
    for number in versions {
      // A version never changes.
      facts[number] = known?.entry.facts[number] ?? (try? registry.facts(of: name, number))
    }
    let entry = ModelEntry(
      name: name, versions: versions, aliases: ModelRegistry.aliases(after: events),
      events: events, facts: facts)
    entries.withLock { $0[name] = (stamp, entry) }
    return entry
  }

  /// All models, by name.
  func all() throws(ArchiveError) -> [ModelEntry] {
    var all: [ModelEntry] = []
    for name in registry.names() {
      if let entry = try entry(name) { all.append(entry) }
    }
    return all
  }
}

extension ModelEntry {
  /// The model as somebody may see it: a version belongs to the notebook that made it, and who may
  /// not read that notebook's reports does not see the version. Nil when nothing is left.
  func seen(by visitor: Visitor) -> ModelEntry? {
    if visitor.grants.contains(where: \.folder.isEmpty) { return self }
    let visible = versions.filter { number in
      facts[number].map { visitor.role(in: $0.notebook) != nil } ?? visitor.isAdmin
    }
    guard !visible.isEmpty else { return nil }
    if visible.count == versions.count { return self }
    var entry = self
    entry.versions = visible
    entry.aliases = aliases.filter { visible.contains($0.value) }
    entry.events = events.filter { visible.contains($0.version) }.map { event in
      var event = event
      event.from = event.from.flatMap { visible.contains($0) ? $0 : nil }
      return event
    }
    return entry
  }

  /// Whether somebody may move an alias from one version to another: an admin of the notebooks that
  /// made both.
  func mayChange(_ versions: [Int?], _ visitor: Visitor) -> Bool {
    versions.compactMap(\.self).allSatisfy { number in
      facts[number].map { visitor.may(.admin, in: $0.notebook) } ?? visitor.isAdmin
    }
  }
}
