public import Reporting
public import Storing
public import Vocabulary

/// The versions of all reports, in a folder that people commit, and the records of failed runs, in
/// one that they do not.
///
/// For example: `let kept = try Archive(output: "output", state: ".washi").keep(report)`.
public struct Archive: Sendable {
  let output: Folder
  let state: Folder
  let templates: Templates
  /// Where versions are shared with other machines.
  public var shelf: Shelf?

  /// An archive over the folders `output` and `state`, which are made when something is kept; the
  /// front page takes its frame from `templates`.
  public init(output: String, state: String, templates: Templates = .embedded) {
    self.output = Folder(output)
    self.state = Folder(state)
    self.templates = templates
  }

  /// The output folder's path.
  public var outputPath: String { output.path }

  /// What became of a report that was to be published.
  public struct Kept: Sendable, Hashable {
    /// The version that now holds the report.
    public var version: Version
    /// The version's folder.
    public var path: String
    /// Whether the version was made for this report; otherwise it was there with the same bytes.
    public var isNew: Bool
    /// The digest of all its files.
    public var digest: Fingerprint
    /// What went wrong around it although the version is safe.
    public var remarks: [String]
  }
}

/// One published version of a report.
public struct Version: Sendable, Hashable, CustomStringConvertible {
  /// Its notebook and edition.
  public var place: EditionName
  /// Its number, from 1.
  public var number: Int

  /// A version by its place and number.
  public init(place: EditionName, number: Int) {
    self.place = place
    self.number = number
  }

  /// The address, such as `credit/monthly@2021-01/v3`.
  public var description: String { "\(place)/v\(number)" }
}
