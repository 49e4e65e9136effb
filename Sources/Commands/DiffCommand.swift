internal import Archiving
internal import ArgumentParser
internal import Comparing
internal import Reporting
internal import Vocabulary

/// `washi diff`: what changed between two versions.
struct DiffCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Say what changed between two versions.",
    discussion: """
      Parameters, metrics, steps, tables by key, charts, words and provenance. An address is a path, \
      credit/monthly@2021-01/v3, credit/monthly@2021-01, latest, previous, a run, failed (the newest failed \
      run), or a git revision such as HEAD~1:output/credit/monthly/2021-01. With one address its \
      predecessor is the old version; with none, the newest version is compared with the one before.

      The address `working` is what the notebook would print now: it is run, as it lies there, with the \
      other version's parameters (and those given here), and nothing is published.

      EXAMPLES:
        washi diff
        washi diff credit/monthly@2020-12 credit/monthly@2021-01
        washi diff HEAD~1:output/credit/monthly/2021-01 credit/monthly@2021-01 --markdown
        washi diff previous latest --tolerance auc=0.002 --fail-on worse
        washi diff working
        washi diff credit/monthly@2021-01 working -p trials 30 --html > change.html
      """)

  @Argument(help: ArgumentHelp("The old version.", valueName: "old"))
  var first: String?

  @Argument(help: ArgumentHelp("The new version.", valueName: "new"))
  var second: String?

  @Flag(help: "Print Markdown for a comment in a pull request.")
  var markdown = false

  @Flag(help: "Print JSON as docs/difference.schema.json describes it.")
  var json = false

  @Flag(help: "Print one HTML page that needs nothing else.")
  var html = false

  @Option(
    help: ArgumentHelp(
      "Allow numbers to differ so far; a metric, table.column, table or *. Several times.",
      valueName: "name=x"))
  var tolerance: [String] = []

  @Option(
    help: ArgumentHelp(
      "The columns that name a table's rows, where they are not found. Several times.",
      valueName: "table=column,..."))
  var key: [String] = []

  @Option(
    name: .customLong("fail-on"),
    help: ArgumentHelp(
      "Exit with 1 when a metric is worse, or on any difference.", valueName: "what"))
  var failOn: FailOn?

  @Flag(name: .customLong("exit-code"), help: "Exit with 1 on any difference.")
  var exitCode = false

  @Option(
    help: ArgumentHelp("At most so many characters of Markdown.", valueName: "characters"))
  var limit: Int = Difference.markdownLimit

  @Option(
    name: .customLong("old-name"),
    help: ArgumentHelp("What to call the old version.", valueName: "text"))
  var oldName: String?

  @Option(
    name: .customLong("new-name"),
    help: ArgumentHelp("What to call the new version.", valueName: "text"))
  var newName: String?

  @Option(help: ArgumentHelp("The folder of the versions (default: output).", valueName: "dir"))
  var output: String?

  @Option(
    name: .customLong("env"),
    help: ArgumentHelp(
      "Read washi.<name>.yaml over washi.yaml for the working run.", valueName: "name"))
  var environment: String?

  @OptionGroup(title: "Parameters of the working run (later ones win)")
  var parameters: ParameterOptions

  /// What makes the exit code 1.
  enum FailOn: String, ExpressibleByArgument, CaseIterable {
    case worse, any
  }

  func validate() throws {
    guard [markdown, json, html].count(where: { $0 }) <= 1 else {
      throw ValidationError("--markdown, --json and --html exclude each other")
    }
    guard Tolerance(parsing: tolerance) != nil else {
      throw ValidationError("--tolerance needs a name and a number that is not negative: auc=0.002")
    }
    guard limit >= 1000 else { throw ValidationError("--limit must be at least 1000") }
    guard [first, second].contains(WorkingRun.address) || parameters.isEmpty else {
      throw ValidationError("parameters are for the working run: washi diff VERSION working -p ...")
    }
    guard first != WorkingRun.address || second != WorkingRun.address else {
      throw ValidationError("name a version to compare the working run with")
    }
    for text in key where text.firstIndex(of: "=") == nil {
      throw ValidationError("--key needs a table and its columns: scores=customer,month")
    }
  }

  func perform(at desk: Desk) async throws -> ExitStatus {
    let project = desk.project
    let source = VersionSource(archive: try Archive(at: output, of: project), project: project)
    var (old, new) = try await sides(of: source, at: desk)
    if let oldName { old.name = oldName }
    if let newName { new.name = newName }
    let difference = Difference(
      from: old, to: new, tolerance: Tolerance(parsing: tolerance) ?? Tolerance(), keys: keys)
    desk.console.say(try text(of: difference, at: desk))
    if exitCode || failOn == .any, !difference.isEmpty { return .failed }
    return failOn == .worse && difference.isWorse ? .failed : .done
  }

  private func sides(
    of source: VersionSource, at desk: Desk
  ) async throws -> (ReportFolder, ReportFolder) {
    func working(beside version: ReportFolder) async throws -> ReportFolder {
      let (given, texts) = try parameters.arguments(in: desk.circumstances)
      let run = WorkingRun(
        of: version, with: given, texts: texts, output: output, environment: environment, at: desk)
      return try await run.folder()
    }
    switch (first, second) {
    case (WorkingRun.address?, let version):
      let version = try source.folder(version ?? "latest")
      let run = try await working(beside: version)
      // `working` alone is what is new; before a version it is what is old.
      return second == nil ? (version, run) : (run, version)
    case (let version?, WorkingRun.address?):
      let version = try source.folder(version)
      return (version, try await working(beside: version))
    case (let first?, let second?):
      return (try source.folder(first), try source.folder(second))
    default:
      return try newestTwo(of: source)
    }
  }

  private func newestTwo(of source: VersionSource) throws -> (ReportFolder, ReportFolder) {
    let resolved = try source.archive.resolve(
      VersionAddress(first ?? "latest", in: source.project))
    guard let version = resolved.version else {
      throw ValidationError("\(first ?? "latest") is no published version: name the old one too")
    }
    let before = try source.predecessor(of: version)
    return (
      ReportFolder(reading: source.archive.path(of: before), as: before.description),
      source.folder(resolved)
    )
  }

  private var keys: [String: [String]] {
    var keys: [String: [String]] = [:]
    for text in key {
      guard let mark = text.firstIndex(of: "=") else { continue }
      keys[String(text[..<mark])] = text[text.index(after: mark)...].split(separator: ",")
        .map(String.init)
    }
    return keys
  }

  private func text(of difference: Difference, at desk: Desk) throws -> String {
    var text =
      if markdown {
        difference.markdown(limit: limit)
      } else if json {
        difference.json
      } else if html {
        difference.html(templates: try desk.project.templates())
      } else {
        difference.terminalText(color: desk.console.hasOutputColor)
      }
    if text.last == "\n" { text.removeLast() }
    return text
  }
}
