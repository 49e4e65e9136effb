internal import CEngines
internal import Opening
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

  private static let opened = OpenedLibraries<Library, DuckDBError>()

  /// The library that the search finds first; asking again with the same search costs nothing.
  public static func load(_ search: LibrarySearch) throws(DuckDBError) -> Library {
    try opened.library(for: search, open: open)
  }

  private static func open(_ search: LibrarySearch) throws(DuckDBError) -> Library {
    do throws(OpeningError) {
      let library = try SharedLibrary("DuckDB", at: candidates(search), prepare: openPython)
      var functions = DuckDBFunctions()
      try unsafe library.check(
        missing: duckdb_functions_load(&functions, library.handle), needs: "DuckDB 1.5")
      let version =
        unsafe functions.library_version().map { unsafe String(cString: $0) } ?? "unknown"
      return Library(
        EngineDescription(
          name: "DuckDB", version: String(version.drop { $0 == "v" }), path: library.path),
        functions)
    } catch {
      let folders = search.explicit == nil ? search.folders.joined(separator: ", ") : ""
      let looked = folders.isEmpty ? "" : "; there is no usable DuckDB in \(folders)"
      throw DuckDBError(.library, "\(error.message)\(looked). \(OpeningError.remedy).")
    }
  }

  /// A wheel's file has the Python version in its name, so folders are read.
  private static func candidates(_ search: LibrarySearch) -> [String] {
    #if canImport(Darwin)
      let system = [
        "libduckdb.dylib", "/opt/homebrew/lib/libduckdb.dylib", "/usr/local/lib/libduckdb.dylib",
      ]
    #else
      let system = ["libduckdb.so"]
    #endif
    if search.explicit != nil { return search.paths(of: system) }
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
