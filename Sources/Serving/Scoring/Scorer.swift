internal import Archiving
internal import Learning
internal import Steps
internal import Synchronization
internal import Vocabulary

/// Finds models by name and alias and keeps those in use loaded.
///
/// A name is that of a registered model, whose alias is one of the registry's, `v3` or `latest`; or
/// it is that of a notebook whose reports export a model, and the alias an edition or `latest`. What
/// the alias leads to is looked up for every request, so that a version that was promoted is served
/// from then on, while requests under way finish with the one they began with.
final class Scorer: Sendable {
  private let shelf: Shelf
  private let models: ModelShelf
  private let lightGBM: LibrarySearch
  private let now: @Sendable () -> Int64
  private let loading = Mutex<[Place: Task<ServedModel, any Error>]>([:])
  /// The loaded models, the one used last at the end.
  private let order = Mutex<[Place]>([])
  /// The models of versions, which never change.
  private let exported = Mutex<[Version: [Listing]]>([:])
  /// What names and aliases of notebooks led to a moment ago.
  private let found = Mutex<[Question: (at: Int64, servable: Servable)]>([:])

  private static let kept = 8
  /// An answer about notebooks is good for so many milliseconds, as the list of versions is.
  private static let freshness: Int64 = 1000
  private static let remembered = 1000

  init(
    shelf: Shelf, models: ModelShelf, lightGBM: LibrarySearch, now: @escaping @Sendable () -> Int64
  ) {
    self.shelf = shelf
    self.models = models
    self.lightGBM = lightGBM
    self.now = now
  }

  private struct Question: Hashable {
    var name: String
    var alias: String
    var artifact: String?
  }

  /// Where a model lies.
  enum Place: Sendable, Hashable {
    case registered(name: String, number: Int)
    case folder(String)
  }

  /// A model that a name and an alias led to.
  struct Servable: Sendable, Hashable {
    var place: Place
    /// The notebook that made it: who may read its reports may score.
    var notebook: String
    /// The model's own name.
    var model: String
    /// What it is exactly, such as `credit-default@v3` or `loans@2021-01/v1`.
    var version: String
    /// What tells its versions apart in the names of files, such as `v3` or `2021-01-v1-model`.
    var tag: String
  }

  /// A model of a report that can be asked for.
  struct Listing: Sendable, Hashable {
    var name: String
    var version: Version
    /// The folder below the version's `artifacts/`.
    var artifact: String
    var folder: String
  }

  /// The models of a version, by the folder that they were exported to.
  func models(of version: Version) -> [Listing] {
    if let known = exported.withLock({ $0[version] }) { return known }
    let root = "\(shelf.archive.path(of: version))/artifacts"
    let files = Set(DiskFile.files(in: root))
    let listings = files.filter { $0.hasSuffix("/encoder.json") }.sorted()
      .compactMap { file -> Listing? in
        let artifact = String(file.dropLast("/encoder.json".count))
        guard files.contains("\(artifact)/model.json") else { return nil }
        return Listing(
          name: version.place.notebook, version: version, artifact: artifact,
          folder: "\(root)/\(artifact)")
      }
    exported.withLock { exported in
      if exported.count >= Self.remembered { exported.removeAll() }
      exported[version] = listings
    }
    return listings
  }

  /// The exported models of the newest version of every edition.
  func all() -> [Listing] {
    shelf.editions().reversed().flatMap { models(of: $0.newest) }
  }

  /// Where a name and an alias lead, for somebody: what they may not read is not there.
  func find(
    _ name: String, _ alias: String, artifact: String?, for visitor: Visitor
  ) throws -> Servable {
    if let entry = try models.entry(name)?.seen(by: visitor) {
      guard let number = entry.number(alias) else {
        let aliases = entry.aliases.keys.sorted() + ["latest"]
        throw Problem.notFound(
          "The model `\(name)` has no `\(alias)`; it has \(aliases.joined(separator: ", ")).",
          "モデル `\(name)` に `\(alias)` はありません。使えるのは \(aliases.joined(separator: "、")) です。")
      }
      return Servable(
        place: .registered(name: name, number: number),
        notebook: entry.facts[number]?.notebook ?? "", model: name,
        version: "\(name)@v\(number)", tag: "v\(number)")
    }
    guard visitor.role(in: name) != nil else { throw Self.noModel(name) }
    let question = Question(name: name, alias: alias, artifact: artifact)
    let time = now()
    if let known = found.withLock({ $0[question] }), (0..<Self.freshness).contains(time - known.at)
    {
      return known.servable
    }
    let listing = try listing(name, alias, artifact: artifact)
    let servable = Servable(
      place: .folder(listing.folder), notebook: name, model: listing.artifact,
      version: listing.version.description,
      tag: "\(listing.version.place.edition)-v\(listing.version.number)-"
        + listing.artifact.replacing("/", with: "-"))
    found.withLock { found in
      if found.count >= Self.remembered { found.removeAll() }
      found[question] = (time, servable)
    }
    return servable
  }

  private static func noModel(_ name: String) -> Problem {
    .notFound("There is no model `\(name)`.", "モデル `\(name)` はありません。")
  }

  /// Where the name of a notebook and an edition lead.
  private func listing(
    _ name: String, _ alias: String, artifact: String?
  ) throws(Problem) -> Listing {
    let editions = shelf.editions(of: name)
    guard !editions.isEmpty else { throw Self.noModel(name) }
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

  /// The model at a place, loaded once however many ask for it at the same time.
  func load(_ place: Place) async throws -> ServedModel {
    let task = loading.withLock { loading in
      if let known = loading[place] { return known }
      let (search, registry) = (lightGBM, models.registry)
      let task = Task {
        let model = try await blocking {
          switch place {
          case .registered(let name, let number):
            try Model(
              files: registry.model(name, number).files.map {
                Model.File(name: $0.name, contents: $0.text)
              })
          case .folder(let folder): try Model(contentsOf: folder)
          }
        }
        return try await ServedModel(model, with: search)
      }
      loading[place] = task
      return task
    }
    touch(place)
    do {
      return try await task.value
    } catch {
      loading.withLock { $0[place] = nil }
      throw error
    }
  }

  /// Notes that a model is in use, and lets go of the one that was not for the longest time.
  private func touch(_ place: Place) {
    let dropped = order.withLock { order -> Place? in
      if order.last == place { return nil }
      order.removeAll { $0 == place }
      order.append(place)
      return order.count > Self.kept ? order.removeFirst() : nil
    }
    if let dropped { loading.withLock { $0[dropped] = nil } }
  }
}
