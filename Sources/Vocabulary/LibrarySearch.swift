/// Where to look for a shared library, nearest wish first. A value: nothing is opened here.
///
/// For example: `LibrarySearch(explicit: environment["WASHI_DUCKDB"], folders: [".deps/lib"])`.
public struct LibrarySearch: Sendable, Hashable {
  /// A path that the user named; when it is given, nothing else is tried.
  public var explicit: String?
  /// Whether the loader's own places (and Homebrew's) are tried before `folders`.
  public var includesSystem: Bool
  /// Folders that hold unpacked wheels, such as the project's `.deps/lib`.
  public var folders: [String]

  /// A search in this order: `explicit` alone when given, else the system, then `folders`.
  public init(explicit: String? = nil, includesSystem: Bool = true, folders: [String] = []) {
    self.explicit = explicit.flatMap { $0.isEmpty ? nil : $0 }
    self.includesSystem = includesSystem
    self.folders = folders
  }
}

/// A library that was found: what `washi doctor` shows and what a report's provenance records.
public struct EngineDescription: Sendable, Hashable {
  /// The library's name, such as `DuckDB`.
  public var name: String
  /// Its version without a leading `v`, such as `2.0.0`.
  public var version: String
  /// The file it was loaded from, or the bare name when the system's loader found it.
  public var path: String

  /// A found library.
  public init(name: String, version: String, path: String) {
    self.name = name
    self.version = version
    self.path = path
  }
}
