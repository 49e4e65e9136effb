internal import CEngines
internal import Synchronization
public import Vocabulary

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// DuckDB's shared object, opened once per process, and the functions that Washi calls in it.
///
/// For example: `let library = try Library.load(LibrarySearch(folders: [".deps/lib"]))`.
public final class Library {
  /// Name, version and file.
  public let description: EngineDescription
  let functions: DuckDBFunctions

  private init(_ description: EngineDescription, _ functions: DuckDBFunctions) {
    self.description = description
    self.functions = functions
  }

  private static let loaded = Mutex<[LibrarySearch: Library]>([:])

  /// The library that the search finds first; asking again with the same search costs nothing.
  public static func load(_ search: LibrarySearch) throws(DuckDBError) -> Library {
    let result = loaded.withLock { known -> Result<Library, DuckDBError> in
      if let library = known[search] { return .success(library) }
      do throws(DuckDBError) {
        let library = try open(search)
        known[search] = library
        return .success(library)
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private static func open(_ search: LibrarySearch) throws(DuckDBError) -> Library {
    var tried: [String] = []
    for path in candidates(search) {
      openPython(for: path)
      guard let handle = unsafe dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
        tried.append(unsafe dlerror().map { unsafe String(cString: $0) } ?? path)
        continue
      }
      var functions = DuckDBFunctions()
      if let missing = unsafe duckdb_functions_load(&functions, handle) {
        let name = unsafe String(cString: missing)
        throw DuckDBError(
          .library, "\(path) has no function \(name): DuckDB 1.5 or later is needed. \(remedy)")
      }
      let version =
        unsafe functions.library_version().map { unsafe String(cString: $0) } ?? "unknown"
      return Library(
        EngineDescription(
          name: "DuckDB", version: String(version.drop { $0 == "v" }), path: path), functions)
    }
    if search.explicit == nil, !search.folders.isEmpty {
      tried.append("no usable DuckDB in \(search.folders.joined(separator: ", "))")
    }
    throw DuckDBError(
      .library, "DuckDB was not found: \(tried.joined(separator: "; ")). \(remedy)")
  }

  private static let remedy =
    "Run `washi doctor` to see what is missing and `Scripts/setup` to get it."

  private static func candidates(_ search: LibrarySearch) -> [String] {
    if let explicit = search.explicit { return [explicit] }
    #if canImport(Darwin)
      let system = [
        "libduckdb.dylib", "/opt/homebrew/lib/libduckdb.dylib", "/usr/local/lib/libduckdb.dylib",
      ]
    #else
      let system = ["libduckdb.so"]
    #endif
    return (search.includesSystem ? system : [])
      + search.folders.flatMap { folder in
        files(in: folder).filter { name in
          name == "libduckdb.so" || name == "libduckdb.dylib"
            || (name.hasPrefix("_duckdb.") && name.hasSuffix(".so"))
        }.map { "\(folder)/\($0)" }
      }
  }

  /// The names in a folder, sorted; none when it cannot be read.
  private static func files(in folder: String) -> [String] {
    guard let directory = unsafe opendir(folder) else { return [] }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      names.append(name)
    }
    return names.sorted()
  }

  /// A wheel's shared object expects the symbols of its Python to be there already.
  private static func openPython(for path: String) {
    // `_duckdb.cpython-311-x86_64-linux-gnu.so` wants libpython3.11.
    guard let tag = path.split(separator: "/").last?.split(separator: "-").dropFirst().first,
      path.contains("_duckdb.cpython-"), tag.hasPrefix("3"), tag.count > 1
    else { return }
    for name in ["libpython3.\(tag.dropFirst()).so.1.0", "libpython3.\(tag.dropFirst()).dylib"] {
      if unsafe dlopen(name, RTLD_LAZY | RTLD_GLOBAL) != nil { return }
    }
  }
}

// The C function pointers are set before the value is shared and never change; DuckDB's functions
// may be called from any thread.
extension Library: @unchecked Sendable {}
