public import Steps
public import Storing
internal import Vocabulary

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// The models that were registered, in a folder of their own: nothing else is needed to use them.
///
///     registry/credit-default/v1/version.json   what it is: digest, metrics, where it came from
///     registry/credit-default/v1/model/*        the bundle
///     registry/credit-default/history.jsonl     who did what when; aliases are what it says last
///
/// A version never changes. An alias moves by one line appended to the history: a reader sees it
/// before or after, and a line that was cut off does not count.
/// For example: `try ModelRegistry("registry").model("credit-default@champion")`.
public struct ModelRegistry: Sendable {
  let folder: Folder
  /// How the registry's folder is called in reports.
  let shownAs: String
  /// Where models are shared with other machines.
  public var shelf: Shelf?

  /// A registry in this folder, which is made when something is registered.
  public init(_ folder: String, shownAs: String) {
    self.folder = Folder(folder)
    self.shownAs = shownAs
  }

  /// Who does something to the registry, and when.
  public struct Actor: Sendable, Hashable {
    /// Milliseconds since 1970 in UTC.
    public var at: Int64
    /// The user.
    public var user: String
    /// The machine.
    public var host: String

    /// A user at a time.
    public init(at: Int64, user: String, host: String) {
      self.at = at
      self.user = user
      self.host = host
    }
  }

  /// A line of the history.
  public struct Event: Sendable, Hashable, Codable {
    /// What was done.
    public enum Action: String, Sendable, Hashable, Codable {
      /// A version was made.
      case register
      /// An alias got a version.
      case promote
      /// An alias was taken away.
      case demote
      /// An alias went back to the version before.
      case rollback
    }

    /// What was done.
    public var action: Action
    /// The version it was done to.
    public var version: Int
    /// The alias that moved.
    public var alias: String?
    /// The version that had the alias before.
    public var from: Int?
    /// Milliseconds since 1970 in UTC.
    public var at: Int64
    /// The user.
    public var by: String
    /// The machine.
    public var host: String
    /// What led to it, such as the version of a report.
    public var because: String?
  }

  /// What a version is, as its `version.json` says.
  public struct Facts: Sendable, Hashable, Codable {
    /// The shape of the file.
    public var format = 1
    /// The model's name.
    public var name: String
    /// The digest of the bundle.
    public var digest: String
    /// The figures that it was judged by.
    public var metrics: [String: Double]
    /// The notebook that made it.
    public var notebook: String
    /// The edition of its report.
    public var edition: String
    /// The parameters of that run, as text; secrets are left out.
    public var parameters: [String: String]
    /// The SHA-256 of the files it was made of, by path.
    public var inputs: [String: String]
    /// The versions of the libraries.
    public var engines: [String: String]
    /// The SHA-256 of the Parquet files with the rows of each catalog entry that were kept.
    public var snapshots: [String: [String]]?

    /// The facts of a version.
    public init(
      name: String, digest: String, metrics: [String: Double], notebook: String, edition: String,
      parameters: [String: String], inputs: [String: String], engines: [String: String],
      snapshots: [String: [String]]? = nil
    ) {
      self.name = name
      self.digest = digest
      self.metrics = metrics
      self.notebook = notebook
      self.edition = edition
      self.parameters = parameters
      self.inputs = inputs
      self.engines = engines
      self.snapshots = snapshots
    }
  }

  // MARK: Reading

  /// The names of all models, sorted.
  public func names() -> [String] {
    folder.names().filter { folder.kind(of: $0) == .folder && RegistryName.fault(in: $0) == nil }
      .filter { !versions(of: $0).isEmpty }
  }

  /// The numbers of a model's versions, ascending.
  public func versions(of name: String) -> [Int] {
    guard RegistryName.fault(in: name) == nil else { return [] }
    let home = folder.folder(name)
    return home.names().compactMap { RegistryName.number($0) }
      .filter { home.folder("v\($0)").kind(of: "version.json") == .file }.sorted()
  }

  /// What a version is.
  public func facts(of name: String, _ number: Int) throws(ArchiveError) -> Facts {
    let home = folder.folder("\(name)/v\(number)")
    let bytes = try home.bytes(of: "version.json")
    guard let facts = try? JSONDecoder().decode(Facts.self, from: Data(bytes)), facts.format == 1
    else {
      throw ArchiveError(
        .changedContent, "\(home.path(of: "version.json")) is not what Washi writes",
        path: home.path(of: "version.json"), solutions: ["use a newer Washi, or restore the file"])
    }
    return facts
  }

  /// Everything that was done to a model, oldest first.
  public func history(of name: String) throws(ArchiveError) -> [Event] {
    let home = folder.folder(name)
    guard home.kind(of: Self.historyFile) == .file else { return [] }
    let bytes = try home.bytes(of: Self.historyFile)
    // What follows the last line end was cut off while it was written.
    let whole = bytes[..<(bytes.lastIndex(of: UInt8(ascii: "\n")) ?? 0)]
    let decoder = JSONDecoder()
    var events: [Event] = []
    for (index, line) in whole.split(separator: UInt8(ascii: "\n")).enumerated() {
      guard let event = try? decoder.decode(Event.self, from: Data(line)) else {
        throw ArchiveError(
          .changedContent,
          "line \(index + 1) of \(home.path(of: Self.historyFile)) is not what Washi writes",
          path: home.path(of: Self.historyFile), solutions: ["restore the file"])
      }
      events.append(event)
    }
    return events
  }

  /// The version behind every alias of a model.
  public func aliases(of name: String) throws(ArchiveError) -> [String: Int] {
    Self.aliases(after: try history(of: name))
  }

  /// The version behind every alias after these events.
  public static func aliases(after events: [Event]) -> [String: Int] {
    var aliases: [String: Int] = [:]
    for event in events {
      guard let alias = event.alias else { continue }
      aliases[alias] = event.action == .demote ? nil : event.version
    }
    return aliases
  }

  /// The version that `name@alias`, `name@v3` or `name@latest` stands for.
  public func number(_ name: String, _ slot: String) throws(ArchiveError) -> Int {
    let all = versions(of: name)
    guard let newest = all.last else {
      throw ArchiveError(
        .notFound, "there is no registered model `\(name)`",
        solutions: solutions(forUnknown: name, among: names())
          + ["a `register` step keeps one"])
    }
    if slot == "latest" { return newest }
    if let number = RegistryName.number(slot) {
      if all.contains(number) { return number }
      throw ArchiveError(
        .notFound, "there is no version `v\(number)` of `\(name)`",
        solutions: ["its newest is `v\(newest)`"])
    }
    let aliases = try aliases(of: name)
    if let number = aliases[slot] { return number }
    let there = aliases.sorted { $0.key < $1.key }.map { "`\($0.key)` (v\($0.value))" }
    throw ArchiveError(
      .notFound, "`\(name)` has no alias `\(slot)`",
      solutions: (nearest(to: slot, among: aliases.keys.sorted()).map { ["did you mean `\($0)`?"] }
        ?? [])
        + [
          there.isEmpty
            ? "it has none; `washi models promote \(name)@v\(newest) --to \(slot)` makes one"
            : "it has " + there.joined(separator: ", ")
        ])
  }

  /// What changes whenever something is done to a model: cheap to ask, so that what was read of it
  /// may be kept for as long as its stamp is the same.
  public struct Stamp: Sendable, Hashable {
    private var marks: [Int64]

    init(_ marks: [Int64]) {
      self.marks = marks
    }
  }

  /// The stamp of a model; nil when it has no history.
  public func stamp(of name: String) -> Stamp? {
    guard RegistryName.fault(in: name) == nil else { return nil }
    let home = folder.folder(name)
    guard let history = Folder.marks(at: home.path(of: Self.historyFile)) else { return nil }
    return Stamp(history + (Folder.marks(at: home.path) ?? []))
  }

  /// The bundle of a version, unless its bytes are not those that were registered.
  public func model(_ name: String, _ number: Int) throws(ArchiveError) -> RegisteredModel {
    let home = folder.folder("\(name)/v\(number)")
    let facts = try facts(of: name, number)
    var files: [Registration.File] = []
    for file in home.folder("model").names() {
      let text = String(decoding: try home.bytes(of: "model/\(file)"), as: UTF8.self)
      files.append(Registration.File(name: file, text: text))
    }
    let found = Registration(name: name, model: "", files: files, metrics: [:]).digest
    guard found.description == facts.digest else {
      throw ArchiveError(
        .changedContent, "the files of `\(name)` v\(number) are not those that were registered",
        path: home.path, solutions: ["restore \(home.path(of: "model"))"])
    }
    let digest = try home.fingerprint(of: "version.json")
    let size = try home.bytes(of: "version.json").count
    do throws(StepFailure) {
      return try RegisteredModel(
        name: name, number: number, files: files, metrics: facts.metrics,
        path: "\(shownAs)/\(name)/v\(number)/version.json", digest: digest, size: size)
    } catch {
      throw ArchiveError(
        .changedContent, "`\(name)` v\(number): \(error.diagnostic.summary)", path: home.path,
        solutions: error.diagnostic.solutions)
    }
  }

  static let historyFile = "history.jsonl"
}
