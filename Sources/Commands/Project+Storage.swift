internal import Archiving
internal import Parsing
internal import Running
internal import Storing
internal import Vocabulary

/// What a project shares with other machines.
struct SharedPlaces: Sendable {
  /// The shelf for everything that is shared.
  let shelf: Shelf
  /// What is shared.
  let settings: SharedStorage
}

extension ProjectFile {
  /// Opens the shared storage; nil when the project has none. Nothing is read yet.
  func sharedPlaces() throws(Refusal) -> SharedPlaces? {
    guard let storage else { return nil }
    switch StorageAddress.read(storage.remote) {
    case .failure(let fault):
      throw Refusal([
        .error("bad-storage", "`\(storage.remote)` \(fault.reason)", at: storage.range)
      ])
    case .success(let address):
      do throws(StorageError) {
        return SharedPlaces(shelf: Shelf(try address.open()), settings: storage)
      } catch {
        throw Refusal([
          .error("storage", error.description, at: storage.range, solutions: error.solutions)
        ])
      }
    }
  }
}

extension Archive {
  /// The archive, its versions shared when the project says so.
  func shared(_ places: SharedPlaces?) -> Archive {
    var archive = self
    if let places, places.settings.versions { archive.shelf = places.shelf }
    return archive
  }
}

extension ModelRegistry {
  /// The registry, shared when the project says so.
  func shared(_ places: SharedPlaces?) -> ModelRegistry {
    var registry = self
    if let places, places.settings.registry { registry.shelf = places.shelf }
    return registry
  }
}
