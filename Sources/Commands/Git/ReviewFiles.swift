/// The texts that make a repository ready for reviewing reports.
enum ReviewFiles {
  static let workflowPath = ".github/workflows/washi.yml"
  static let scriptPath = "ci/washi-review.sh"

  /// Runs the notebooks that a change touches and compares them with the base.
  static var script: String {
    String(decoding: PackageResources.washi_review_sh, as: UTF8.self)
  }

  /// The workflow for GitHub, for a project in a folder of the repository.
  static func workflow(below prefix: String) -> String {
    let text = String(decoding: PackageResources.washi_yml, as: UTF8.self)
    guard !prefix.isEmpty else { return text }
    let folder = quoted(String(prefix.dropLast()))
    return text.replacing("working-directory: .\n", with: "working-directory: \(folder)\n")
      .replacing("      - \"", with: "      - \"" + escaped(prefix))
  }

  /// What git should know of a version's files: never merged line by line, never with other line
  /// ends, folded on GitHub but for the text twin, and told apart by Washi.
  static func attributes(output: String) -> String {
    let folder = output == "." ? "" : output + "/"
    let version = pattern("\(folder)**/v[0-9]*")
    return """
      # Reports: these lines are kept by `washi init --git`; put your own below the last one.
      \(version)/** -text diff=washi-part merge=binary linguist-generated
      \(version)/index.html -diff
      \(version)/report.json diff=washi
      \(version)/report.md -linguist-generated
      \(pattern(folder))index.html -text -diff merge=washi linguist-generated
      # Reports: end

      """
  }

  /// Run history and failed runs.
  static let ignores = """
    # Washi: run history, cache and failed runs. output/ is meant to be committed.
    .washi/
    # Washi: end

    """

  /// The drivers: what git calls for a version's files, and for the page over all of them, which the
  /// next run makes anew.
  ///
  /// A clone without Washi still shows its differences, line by line.
  static let settings: [(String, String)] = [
    ("diff.washi.command", driver),
    ("diff.washi-part.command", driver),
    (
      "diff.washi.textconv",
      "washi_text() { \(program); \"$w\" git-text \"$1\" 2>/dev/null || cat \"$1\"; }; washi_text"
    ),
    ("merge.washi.name", "the page over all reports: the next run makes it anew"),
    ("merge.washi.driver", "true"),
  ]

  /// Looks for Washi: by `PATH`, else where it was when the setting was made.
  private static let program =
    "w=$(command -v washi || git config --get washi.program) && test -x \"$w\" || w=false"

  /// Files that come or go with their version are told by its `report.json`.
  private static let driver =
    "washi_diff() { \(program); case $w$1 in false*|*/report.json) ;; "
    + "*) case $2:$5 in /dev/null:*|*:/dev/null) return 0;; esac;; esac; "
    + "\"$w\" git-diff \"$@\" 2>/dev/null && return 0; case $1 in */report.json) "
    + "echo \"# washi does not answer: $1 line by line\";; esac; "
    + "diff -u -L \"a/$1\" -L \"b/${8:-$1}\" \"$2\" \"$5\"; return 0; }; washi_diff"

  /// A path as an attribute's pattern: what git would read as more than text is quoted.
  private static func pattern(_ path: String) -> String {
    path.replacing(" ", with: "?")
  }

  /// A path as a YAML text.
  private static func quoted(_ path: String) -> String { "\"\(escaped(path))\"" }

  private static func escaped(_ path: String) -> String {
    path.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
  }
}
