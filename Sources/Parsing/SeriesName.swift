/// The notebook's name in its series: its path below `notebooks/` without its ending, or its file
/// name elsewhere; never a path of the machine.
public func seriesName(ofNotebookAt path: String) -> String {
  let place = portablePath(path)
  let bare = place.hasPrefix("notebooks/") ? String(place.dropFirst("notebooks/".count)) : place
  return bare.hasSuffix(".md") && bare.utf8.count > 3 ? String(bare.dropLast(3)) : bare
}

/// The path from `notebooks/` on, or the file name: the same on every machine.
public func portablePath(_ path: String) -> String {
  let parts = path.split(separator: "/").filter { $0 != "." }
  if let folder = parts.lastIndex(of: "notebooks"), folder < parts.count - 1,
    !parts[folder...].contains("..")
  {
    return parts[folder...].joined(separator: "/")
  }
  return parts.last.map(String.init) ?? path
}
