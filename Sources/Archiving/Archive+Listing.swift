extension Archive {
  /// An edition with its versions.
  public struct Edition: Sendable, Hashable {
    /// The notebook and the edition.
    public var place: EditionName
    /// The numbers of its versions, ascending; at least one.
    public var versions: [Int]

    /// The newest version.
    public var newest: Version { Version(place: place, number: versions.last ?? 0) }
  }

  /// Every edition in the output folder, by notebook, then by edition, as people sort: `q2` before
  /// `q10`.
  public func editions() -> [Edition] {
    var found: [Edition] = []
    collect(output, [], into: &found)
    return found.sorted {
      $0.place.notebook == $1.place.notebook
        ? comesBefore($0.place.edition, $1.place.edition)
        : comesBefore($0.place.notebook, $1.place.notebook)
    }
  }

  /// The editions of one notebook, in the same order; other notebooks' folders are not read.
  public func editions(of notebook: String) -> [Edition] {
    var found: [Edition] = []
    let names = notebook.split(separator: "/").map(String.init)
    guard !names.isEmpty, !names.contains(where: { $0.hasPrefix(".") }) else { return [] }
    collect(output.folder(names.joined(separator: "/")), names, into: &found)
    return found.filter { $0.place.notebook == notebook }
      .sorted { comesBefore($0.place.edition, $1.place.edition) }
  }

  /// The folder of a version.
  public func path(of version: Version) -> String {
    output.folder(version.place.path).path(of: "v\(version.number)")
  }

  /// The text of a version's file; nil when it is not there.
  public func text(_ file: String, of version: Version) -> String? {
    let folder = Folder(path(of: version))
    guard folder.kind(of: file) == .file, let bytes = try? folder.bytes(of: file) else {
      return nil
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Deeper folders than this are no notebooks of anybody's.
  private static let deepest = 20

  private func collect(_ folder: Folder, _ names: [String], into found: inout [Edition]) {
    guard names.count <= Self.deepest else { return }
    var versions: [Int] = []
    for name in folder.names() where !name.hasPrefix(".") && folder.kind(of: name) == .folder {
      let inner = folder.folder(name)
      if let number = versionNumber(name), inner.kind(of: "report.json") == .file {
        versions.append(number)
      } else {
        collect(inner, names + [name], into: &found)
      }
    }
    guard !versions.isEmpty, names.count >= 2, let edition = names.last,
      let place = try? EditionName(
        notebook: names.dropLast().joined(separator: "/"), edition: edition)
    else { return }
    found.append(Edition(place: place, versions: versions.sorted()))
  }
}

/// The order in which people sort names: runs of digits by their number, the rest by code point.
func comesBefore(_ left: String, _ right: String) -> Bool {
  let a = pieces(left)
  let b = pieces(right)
  for (x, y) in zip(a, b) where x != y {
    guard let first = x.first, let second = y.first, isDigit(first), isDigit(second) else {
      return x.lexicographicallyPrecedes(y)
    }
    let (p, q) = (x.drop { $0 == 48 }, y.drop { $0 == 48 })
    if p.elementsEqual(q) { return x.count < y.count }
    return p.count == q.count ? p.lexicographicallyPrecedes(q) : p.count < q.count
  }
  return a.count < b.count
}

private func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

private func pieces(_ text: String) -> [[UInt8]] {
  var pieces: [[UInt8]] = []
  for byte in text.utf8 {
    if let last = pieces.last?.last, isDigit(last) == isDigit(byte) {
      pieces[pieces.count - 1].append(byte)
    } else {
      pieces.append([byte])
    }
  }
  return pieces
}
