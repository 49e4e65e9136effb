internal import Vocabulary

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

extension ResultCache {
  /// Something that can be taken away, at the cost of doing its work again.
  public struct Item: Sendable, Hashable {
    /// The step's name, or what it is.
    public var name: String
    /// Its folder or file, absolute.
    public var path: String
    /// Its bytes.
    public var size: Int
    /// Nanoseconds since 1970 of its last use; 0 for what no run will use again.
    public var lastUse: Int64
  }

  /// Everything that can be taken away, the longest unused first.
  public func items() -> [Item] {
    (Self.names(in: results).map { name -> Item in
      let place = "\(results)/\(name)"
      let entry = "\(place)/entry"
      let isResult = Fingerprint(hexadecimal: name) != nil
      return Item(
        name: isResult ? "result \(name.prefix(12))" : "leftover", path: place,
        size: Self.size(of: place), lastUse: isResult ? FileStamp(of: entry)?.modified ?? 0 : 0)
    }
      + Self.names(in: "\(folder)/ledgers").flatMap { notebook in
        Self.names(in: "\(folder)/ledgers/\(notebook)").map { name in
          let path = "\(folder)/ledgers/\(notebook)/\(name)"
          return Item(
            name: "ledger", path: path, size: Self.size(of: path),
            lastUse: FileStamp(of: path)?.modified ?? 0)
        }
      }
      + Self.names(in: "\(folder)/turns").map { name in
        let path = "\(folder)/turns/\(name)"
        return Item(
          name: "leftover", path: path, size: Self.size(of: path),
          lastUse: FileStamp(of: path)?.modified ?? 0)
      })
      .sorted { ($0.lastUse, $0.path) < ($1.lastUse, $1.path) }
  }

  /// Takes an item away; a run that wants it meanwhile does its work again.
  public func remove(_ item: Item) {
    Self.remove(item.path)
  }

  private static func names(in folder: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder))?.sorted() ?? []
  }

  private static func size(of path: String) -> Int {
    if let stamp = FileStamp(of: path) { return Int(stamp.size) }
    return names(in: path).reduce(0) { $0 + size(of: "\(path)/\($1)") }
  }
}
