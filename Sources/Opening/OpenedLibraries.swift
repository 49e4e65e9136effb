internal import Synchronization
public import Vocabulary

/// The libraries of one kind that the process has opened, each once for each way of looking.
///
/// For example: `private static let opened = OpenedLibraries<Liblinear, LinearAlgebraError>()`.
public final class OpenedLibraries<Library: Sendable, Failure: Error>: Sendable {
  private let known = Mutex<[LibrarySearch: Library]>([:])

  /// None yet.
  public init() {}

  /// The library that `search` has found before, or what `open` gives now; failures are not kept.
  public func library(
    for search: LibrarySearch, open: (LibrarySearch) throws(Failure) -> Library
  ) throws(Failure) -> Library {
    let result = known.withLock { known -> Result<Library, Failure> in
      if let library = known[search] { return .success(library) }
      do throws(Failure) {
        let library = try open(search)
        known[search] = library
        return .success(library)
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }
}
