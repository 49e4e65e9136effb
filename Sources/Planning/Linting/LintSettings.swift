internal import Parsing
internal import Vocabulary

/// How severe each rule is for a notebook, and where it is silent.
struct LintSettings {
  private var levels: [LintRule: LintLevel] = [:]
  private(set) var silences: [(rule: LintRule, place: SourceRange, target: SourceRange?)] = []
  /// What is wrong with the settings themselves.
  private(set) var diagnostics: [Diagnostic] = []

  /// The project's settings, under the notebook's, with the notebook's comments.
  init(of notebook: Notebook, in project: ProjectFile) {
    for entry in project.lint + notebook.frontMatter.lint { read(entry) }
    for silence in notebook.silences {
      for named in silence.rules {
        if let rule = rule(named.name, at: named.range) {
          silences.append((rule, named.range, silence.target))
        }
      }
    }
  }

  private mutating func read(_ entry: YAMLEntry) {
    guard let rule = rule(entry.key, at: entry.keyRange) else { return }
    if let level = entry.value.text.flatMap(LintLevel.init) {
      levels[rule] = level
    } else {
      diagnostics.append(
        .error(
          "wrong-value",
          "the rule `\(entry.key)` must be `off`, `warning` or `error`, not \(entry.value.found)",
          at: entry.value.range,
          solutions: entry.value.text.flatMap {
            nearest(to: $0, among: LintLevel.allCases.map(\.rawValue))
          }.map { ["did you mean `\($0)`?"] } ?? []))
    }
  }

  private mutating func rule(_ name: String, at range: SourceRange) -> LintRule? {
    if let rule = LintRule(rawValue: name) { return rule }
    let names = LintRule.allCases.map(\.rawValue)
    let near = nearest(to: name, among: names).map { "did you mean `\($0)`?" }
    diagnostics.append(
      .error(
        "unknown-rule", "there is no rule `\(name)`", at: range,
        solutions: [near ?? "`washi check --rules` lists the rules"]))
    return nil
  }

  /// The level of a rule where nothing silences it.
  func level(of rule: LintRule) -> LintLevel { levels[rule] ?? .warning }

  /// Whether a rule says nothing at a place.
  func isSilent(_ rule: LintRule, at place: SourceRange?) -> Bool {
    level(of: rule) == .off
      || silences.contains { $0.rule == rule && Self.isPlace(place, in: $0.target) }
  }

  static func isPlace(_ place: SourceRange?, in target: SourceRange?) -> Bool {
    guard let place, let target, place.file == target.file else { return false }
    return target.start <= place.start && place.start < target.end
  }

  /// A finding as severe as its rule is taken; nil where the rule is silent. What is no rule of the
  /// checker stays as it is.
  func applied(to finding: Diagnostic) -> Diagnostic? {
    guard let rule = LintRule(rawValue: finding.rule) else { return finding }
    guard !isSilent(rule, at: finding.range) else { return nil }
    var copy = finding
    copy.severity = level(of: rule) == .error ? .error : .warning
    return copy
  }
}
