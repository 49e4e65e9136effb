/// The place of a series of versions: a notebook's name and an edition, both safe in a path.
public struct EditionName: Sendable, Hashable, CustomStringConvertible {
  /// The notebook's path below `notebooks/` without its ending, such as `credit/monthly`.
  public let notebook: String
  /// The series slot, such as `2021-01`.
  public let edition: String

  /// The place for a notebook and an edition; names that could lead elsewhere are refused.
  public init(notebook: String, edition: String) throws(ArchiveError) {
    let components = notebook.split(separator: "/", omittingEmptySubsequences: false)
    for component in components {
      try Self.check(component, as: "notebook", whole: notebook)
    }
    try Self.check(edition[...], as: "edition", whole: edition)
    guard edition != "latest", edition != "previous", versionNumber(edition) == nil else {
      throw ArchiveError(
        .unsafeName, "`\(edition)` cannot be an edition: addresses use that word",
        solutions: ["choose another `edition:` in the notebook's front matter"])
    }
    self.notebook = notebook
    self.edition = edition
  }

  /// The path below the output folder.
  public var path: String { "\(notebook)/\(edition)" }

  /// The address, such as `credit/monthly@2021-01`.
  public var description: String { "\(notebook)@\(edition)" }

  /// Whether an edition comes before another as people sort: `q2` before `q10`.
  public static func comesBefore(_ left: String, _ right: String) -> Bool {
    Archiving.comesBefore(left, right)
  }

  private static func check(
    _ component: Substring, as kind: String, whole: String
  ) throws(ArchiveError) {
    let reason: String? =
      if component.isEmpty {
        "an empty part"
      } else if component.hasPrefix(".") {
        "a part that begins with a dot"
      } else if component.utf8.count > 200 {
        "a part longer than 200 bytes"
      } else if component.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) {
        "a control character"
      } else if component.contains(where: { $0 == "/" || $0 == "\\" || $0 == "@" }) {
        "`/`, `\\` or `@` in a part"
      } else {
        nil
      }
    guard let reason else { return }
    throw ArchiveError(
      .unsafeName,
      "`\(whole)` cannot be \(kind == "edition" ? "an" : "a") \(kind): it has \(reason)",
      solutions: ["use letters, digits, `-`, `_` and `.`"])
  }
}

/// The number of a version's folder name: 2 of `v2`, nil of anything else.
func versionNumber(_ name: some StringProtocol) -> Int? {
  guard name.first == "v", name.utf8.count <= 10, name.utf8.dropFirst().first != 48,
    name.utf8.dropFirst().allSatisfy({ (48...57).contains($0) })
  else { return nil }
  return Int(name.dropFirst())
}
