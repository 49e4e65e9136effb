public import Vocabulary

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// A shared library that was opened at run time; it stays open as long as the process.
///
/// For example: `try SharedLibrary("liblinear", at: search.paths(of: ["liblinear.so.4"]))`.
@safe public struct SharedLibrary {
  /// The file it was opened from, or the bare name when the system's loader found it.
  public let path: String
  /// What `dlsym` takes.
  @unsafe public let handle: UnsafeMutableRawPointer

  /// Opens the first of `paths` that can be opened; `prepare` is told each path before it is tried.
  ///
  /// Its symbols stay its own (RTLD_LOCAL): wheels export names that others have too. Throws what the
  /// loader said of each path when none can be opened.
  public init(
    _ name: String, at paths: [String], prepare: (String) -> Void = { _ in }
  ) throws(OpeningError) {
    var tried: [String] = []
    for path in paths {
      prepare(path)
      if let handle = unsafe dlopen(path, RTLD_NOW | RTLD_LOCAL) {
        self.path = path
        unsafe self.handle = unsafe handle
        return
      }
      tried.append(unsafe dlerror().map { unsafe String(cString: $0) } ?? path)
    }
    let words = tried.isEmpty ? "there is nowhere to look" : tried.joined(separator: "; ")
    throw OpeningError("\(name) was not found: \(words)")
  }

  /// Throws when a function is missing: `name` is what a table of functions has not found.
  public func check(missing name: UnsafePointer<CChar>?, needs version: String? = nil)
    throws(OpeningError)
  {
    guard let name = unsafe name else { return }
    let words = "\(path) has no function \(unsafe String(cString: name))"
    throw OpeningError(version.map { "\(words): \($0) or later is needed" } ?? words)
  }
}

/// Why a library cannot be used.
public struct OpeningError: Error, Sendable, Hashable {
  /// One sentence, in the loader's own words where it spoke.
  public var message: String

  /// What to do about every one of them.
  public static let remedy =
    "Run `washi doctor` to see what is missing and `Scripts/setup` to get it"

  init(_ message: String) {
    self.message = message
  }
}

extension LibrarySearch {
  /// Where a library of these names may be, nearest first: the path that the user named alone, else
  /// the names where the system looks, then each of them without folder in the search's folders.
  public func paths(of names: [String]) -> [String] {
    if let explicit { return [explicit] }
    let bare = names.filter { !$0.contains("/") }
    return (includesSystem ? names : [])
      + folders.flatMap { folder in bare.map { "\(folder)/\($0)" } }
  }
}
