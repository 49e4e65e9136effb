internal import Vocabulary

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// Opens the first library that can be opened: the one that the user named, or `names` where the
/// system looks, then in the search's folders.
func openLibrary(
  _ name: String, _ search: LibrarySearch, names: [String]
) throws(LinearAlgebraError) -> (path: String, handle: UnsafeMutableRawPointer) {
  var candidates = search.includesSystem ? names : []
  for folder in search.folders {
    candidates += names.filter { !$0.contains("/") }.map { "\(folder)/\($0)" }
  }
  if let explicit = search.explicit { candidates = [explicit] }
  var tried: [String] = []
  for path in candidates {
    if let handle = unsafe dlopen(path, RTLD_NOW | RTLD_LOCAL) { return unsafe (path, handle) }
    tried.append(unsafe dlerror().map { unsafe String(cString: $0) } ?? path)
  }
  throw LinearAlgebraError(
    "\(name) was not found: \(tried.first ?? "nowhere to look")",
    solutions: [LinearAlgebraError.remedy])
}
