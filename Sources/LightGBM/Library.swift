internal import CEngines
internal import Opening
public import Vocabulary

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// LightGBM's shared object, opened once per process, and the functions that Washi calls in it.
///
/// For example: `let library = try Library.load(LibrarySearch(folders: [".deps/lib"]))`.
public final class Library {
  /// Name, version and file.
  public let description: EngineDescription
  /// Every parameter name that LightGBM knows, aliases included, with its main name.
  public let parameterNames: [String: String]
  let functions: LightGBMFunctions
  /// Lets the calling thread's OpenMP regions lie so deep within each other; nil without OpenMP.
  let setDepth: OpenMPDepth?
  /// Who may make LightGBM work with how many threads.
  let turns = ThreadTurns()

  private init(
    _ description: EngineDescription, _ names: [String: String],
    _ functions: LightGBMFunctions, _ setDepth: OpenMPDepth?
  ) {
    self.description = description
    self.parameterNames = names
    self.functions = functions
    self.setDepth = setDepth
  }

  /// Limits the threads that LightGBM works with in the whole process, from the next round of any
  /// booster on; nil lifts the limit. What it computes does not depend on it.
  public func limitThreads(to count: Int?) {
    let limit = CInt(clamping: count.map { max(1, $0) } ?? -1)
    // A turn of its own: no prediction may be under way that has made itself ready for fewer.
    _ = turns.run(-1) { functions.SetMaxThreads(limit) }
  }

  private static let opened = OpenedLibraries<Library, LightGBMError>()

  /// The library that the search finds first; asking again with the same search costs nothing.
  public static func load(_ search: LibrarySearch) throws(LightGBMError) -> Library {
    try opened.library(for: search, open: open)
  }

  private static func open(_ search: LibrarySearch) throws(LightGBMError) -> Library {
    // libgomp reads this once, while it is loaded. By default a waiting thread spins for so long that
    // training on a busy machine takes ten times as long: 24 s instead of 4 s were measured. A value
    // that the user has set stays.
    unsafe setenv("GOMP_SPINCOUNT", "1000", 0)
    do throws(OpeningError) {
      let library = try SharedLibrary("LightGBM", at: search.paths(of: names))
      var functions = LightGBMFunctions()
      try unsafe library.check(
        missing: lightgbm_functions_load(&functions, library.handle), needs: "LightGBM 4.7")
      return Library(
        EngineDescription(name: "LightGBM", version: version, path: library.path),
        parameterNames(functions), functions, unsafe openmp_depth_load(library.handle))
    } catch {
      throw LightGBMError(.library, error.message, solutions: [OpeningError.remedy])
    }
  }

  private static var names: [String] {
    #if canImport(Darwin)
      let name = "lib_lightgbm.dylib"
      return [name, "/opt/homebrew/lib/\(name)", "/usr/local/lib/\(name)"]
    #else
      return ["lib_lightgbm.so"]
    #endif
  }

  /// LightGBM's C API does not tell its version; the functions that are looked up came with this one.
  private static let version = "4.7"

  /// `{"bagging_fraction": ["sub_row", "subsample"], ...}`, read without a JSON library.
  private static func parameterNames(_ functions: LightGBMFunctions) -> [String: String] {
    var length: Int64 = 0
    var buffer = [CChar](repeating: 0, count: 1 << 16)
    let first = unsafe functions.DumpParamAliases(Int64(buffer.count), &length, &buffer)
    if first == 0, length > buffer.count {
      buffer = [CChar](repeating: 0, count: Int(length))
      _ = unsafe functions.DumpParamAliases(length, &length, &buffer)
    }
    let text = String(
      decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    var names: [String: String] = [:]
    for entry in text.split(separator: "]") {
      let words = entry.split(separator: "\"").filter { word in
        word.utf8.allSatisfy { (97...122).contains($0) || $0 == 95 || (48...57).contains($0) }
      }.map(String.init)
      guard let main = words.first else { continue }
      for word in words { names[word] = main }
    }
    return names
  }
}

// The C function pointers are set before the value is shared and never change.
extension Library: @unchecked Sendable {}
