internal import Archiving
internal import Synchronization
internal import Vocabulary

/// Finds models by name and alias and keeps those in use loaded.
///
/// The name is that of a notebook whose reports export a model; the alias is an edition, or
/// `latest`. What the alias leads to is looked up for every request, so that a newer version is
/// served from then on, while requests under way finish with the one they began with.
final class Scorer: Sendable {
  private let shelf: Shelf
  private let lightGBM: LibrarySearch
  private let loading = Mutex<[String: Task<ServedModel, any Error>]>([:])
  /// The loaded models, the one used last at the end.
  private let order = Mutex<[String]>([])

  private static let kept = 8

  init(shelf: Shelf, lightGBM: LibrarySearch) {
    self.shelf = shelf
    self.lightGBM = lightGBM
  }

  /// A model that can be asked for.
  struct Listing: Sendable, Hashable {
    var name: String
    var version: Version
    /// The folder below the version's `artifacts/`.
    var artifact: String
    var folder: String
  }

  /// The models of a version, by the folder that they were exported to.
  func models(of version: Version) -> [Listing] {
    let root = "\(shelf.archive.path(of: version))/artifacts"
    let files = Set(DiskFile.files(in: root))
    return files.filter { $0.hasSuffix("/encoder.json") }.sorted().compactMap { file in
      let artifact = String(file.dropLast("/encoder.json".count))
      guard files.contains("\(artifact)/model.json") else { return nil }
      return Listing(
        name: version.place.notebook, version: version, artifact: artifact,
        folder: "\(root)/\(artifact)")
    }
  }

  /// The models of the newest version of every edition.
  func all() -> [Listing] {
    shelf.editions().reversed().flatMap { models(of: $0.newest) }
  }

  /// Where a name and an alias lead.
  func find(_ name: String, _ alias: String, artifact: String?) throws(Problem) -> Listing {
    let editions = shelf.editions(of: name)
    guard !editions.isEmpty else {
      throw .notFound("There is no model `\(name)`.", "モデル `\(name)` はありません。")
    }
    // The newest edition that has a model: not every report makes one.
    let candidates =
      alias == "latest"
      ? editions.reversed().map(\.newest)
      : editions.filter { $0.place.edition == alias }.map(\.newest)
    for version in candidates {
      let models = models(of: version)
      guard let first = models.first else { continue }
      if let artifact {
        guard let found = models.first(where: { $0.artifact == artifact }) else {
          throw .notFound(
            "\(version) has no model `\(artifact)`; it has \(models.map(\.artifact).joined(separator: ", ")).",
            "\(version) にモデル `\(artifact)` はありません。")
        }
        return found
      }
      guard models.count == 1 else {
        let names = models.map(\.artifact).joined(separator: ", ")
        throw .bad(
          "\(version) has several models; say `?artifact=` one of \(names).",
          "\(version) には複数のモデルがあります。`?artifact=` で \(names) から選んでください。")
      }
      return first
    }
    throw .notFound(
      "No report of `\(name)@\(alias)` holds a model; `uses: export` puts one there.",
      "`\(name)@\(alias)` のレポートにモデルがありません。`uses: export` で出力できます。")
  }

  /// The model in a folder, loaded once however many ask for it at the same time.
  func load(_ listing: Listing) async throws -> ServedModel {
    let (folder, search) = (listing.folder, lightGBM)
    let task = loading.withLock { loading in
      if let known = loading[folder] { return known }
      let task = Task { try await ServedModel(contentsOf: folder, with: search) }
      loading[folder] = task
      return task
    }
    let dropped = order.withLock { order in
      order.removeAll { $0 == folder }
      order.append(folder)
      return order.count > Self.kept ? order.removeFirst() : nil
    }
    if let dropped { loading.withLock { $0[dropped] = nil } }
    do {
      return try await task.value
    } catch {
      loading.withLock { $0[folder] = nil }
      throw error
    }
  }
}
