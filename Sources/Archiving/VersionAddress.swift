/// How people name a published version.
///
/// For example: `credit/monthly@2021-01/v3`, `credit/monthly@2021-01`, `credit/monthly`,
/// `credit/monthly@previous`, `latest`, `previous`, `output/credit/monthly/2021-01/v3`.
public struct VersionAddress: Sendable, Hashable, CustomStringConvertible {
  /// The address as written.
  public var description: String
  /// The parts of the address when it is none of a path's.
  var parts: Parts

  enum Parts: Sendable, Hashable {
    case path
    /// A notebook, or any; an edition; a version.
    case name(notebook: String?, edition: Slot, version: Slot)
  }

  /// One of several, by name or by age.
  enum Slot: Sendable, Hashable {
    case named(String)
    case latest
    case previous
  }

  /// Reads an address; what is neither a known word nor has an `@` may be a notebook or a path.
  public init(_ text: String) {
    description = text
    if text.hasPrefix("/") || text.hasPrefix(".") || text.hasPrefix("~") {
      parts = .path
    } else if text == "latest" {
      parts = .name(notebook: nil, edition: .latest, version: .latest)
    } else if text == "previous" {
      parts = .name(notebook: nil, edition: .latest, version: .previous)
    } else if let at = text.lastIndex(of: "@") {
      let slots = text[text.index(after: at)...].split(
        separator: "/", maxSplits: 1, omittingEmptySubsequences: false
      ).map { Self.slot(String($0)) }
      parts = .name(
        notebook: Self.notebook(text[..<at]), edition: slots[0],
        version: slots.count > 1 ? slots[1] : .latest)
    } else {
      parts = .name(notebook: Self.notebook(text[...]), edition: .latest, version: .latest)
    }
  }

  private static func slot(_ word: String) -> Slot {
    switch word {
    case "latest": .latest
    case "previous": .previous
    default: .named(word)
    }
  }

  /// The notebook that people mean: `notebooks/credit/monthly.md` is what a shell completes, and it
  /// means `credit/monthly`.
  public static func notebook(_ text: some StringProtocol) -> String {
    var name = Substring(text)
    if name.hasSuffix(".md") {
      name = name.dropLast(3)
      if name.hasPrefix("notebooks/") { name = name.dropFirst("notebooks/".count) }
    }
    return String(name)
  }
}
