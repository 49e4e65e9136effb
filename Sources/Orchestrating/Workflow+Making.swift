internal import Parsing
public import Planning
internal import Steps
public import Vocabulary

/// A notebook of the project with its plan.
public struct PlacedPlan: Sendable, Hashable {
  /// The notebook's path, relative to the project.
  public var path: String
  /// Its plan, with the values of parameters that are known without a caller.
  public var plan: Plan

  /// A plan of the notebook at a place.
  public init(_ plan: Plan, at path: String) {
    self.plan = plan
    self.path = path
  }
}

extension Workflow {
  /// The workflow of these notebooks, or everything that keeps them from being one.
  ///
  /// A notebook follows those that write what it reads: files that an `export` step writes into the
  /// project, and registered models. One that is joined to no other by that follows the one named
  /// before it.
  public init(of plans: [PlacedPlan], with settings: Settings) throws(Refusal) {
    guard !plans.isEmpty else {
      throw Refusal([.error("no-notebook", "a workflow needs a notebook", at: nil)])
    }
    var findings: [Diagnostic] = []
    let names = Self.names(of: plans)
    let order = Handovers(of: plans).order(&findings)
    let matters = plans.map(\.plan.notebook.frontMatter)
    parameters = WorkflowParameter.merged(plans, date: settings.date, &findings)
    schedule = Self.schedule(of: plans, &findings)
    secrets = Set(plans.flatMap { WorkflowParameter.secrets(of: $0.plan, &findings) }).sorted()
    if schedule != nil {
      for parameter in parameters where parameter.isRequired {
        findings.append(
          .error(
            "missing-parameter",
            "parameter `\(parameter.name)` has no default, so no scheduled run can have a value",
            at: parameter.range,
            solutions: [
              "give it a `default:`",
              "`--date \(parameter.name)`, when it is the date of the run",
            ]))
      }
    }
    let title = matters.lazy.compactMap { $0.title?.plainText }.first
    name = settings.name ?? Self.name(of: names, at: plans.map(\.path))
    self.title = plans.count == 1 ? title ?? names[0] : name
    description = matters.count == 1 ? matters[0].description?.plainText : nil
    owner = matters.lazy.compactMap(\.owner).first
    tags = Set(matters.flatMap(\.tags)).sorted()
    self.settings = settings
    tasks = []
    var last: [Int: String] = [:]
    for (index, before) in order {
      let notebook = NotebookTasks(
        plans[index], named: names[index], isAlone: plans.count == 1,
        after: before.compactMap { last[$0] })
      tasks += settings.grain == .step ? notebook.byStep : [notebook.whole]
      last[index] = tasks.last?.name
    }
    let errors = findings.filter { $0.severity == .error }
    guard errors.isEmpty else { throw Refusal(findings) }
  }

  /// Short names for the notebooks: the file's name, with its folders where that is not enough.
  private static func names(of plans: [PlacedPlan]) -> [String] {
    let series = plans.map { seriesName(ofNotebookAt: $0.path) }
    let short = series.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
    var taken: Set<String> = []
    return zip(series, short).enumerated().map { index, pair in
      let isUnique = short.count { $0 == pair.1 } == 1
      var name = identifier(isUnique ? pair.1 : pair.0, else: "notebook_\(index + 1)")
      if !taken.insert(name).inserted { name = "notebook_\(index + 1)" }
      taken.insert(name)
      return name
    }
  }

  /// The name of one notebook with its folders, or of the folder that several share.
  private static func name(of names: [String], at paths: [String]) -> String {
    let series = paths.map { seriesName(ofNotebookAt: $0).split(separator: "/") }
    guard series.count > 1 else {
      return identifier(series[0].joined(separator: "/"), else: names[0])
    }
    let folders = series.map { $0.dropLast() }
    var shared = folders[0]
    for folder in folders {
      shared = shared.prefix(zip(shared, folder).prefix { $0 == $1 }.count)
    }
    return identifier(shared.joined(separator: "/"), else: names.joined(separator: "-"))
  }

  /// A text with only ASCII letters, digits, `-`, `.` and `_`.
  static func identifier(_ text: String, else fallback: String) -> String {
    let mapped = text.unicodeScalars.map { scalar -> Character in
      if scalar == "/" { return "." }
      let isPlain =
        scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
      return isPlain || scalar == "-" || scalar == "." || scalar == "_" ? Character(scalar) : "_"
    }
    let name = String(mapped.prefix(100))
    return name.contains { $0.isLetter || $0.isNumber } ? name : fallback
  }

  /// The one schedule that the notebooks name.
  private static func schedule(
    of plans: [PlacedPlan], _ findings: inout [Diagnostic]
  ) -> FrontMatter.Schedule? {
    var found: (schedule: FrontMatter.Schedule, path: String)?
    for plan in plans {
      guard let schedule = plan.plan.notebook.frontMatter.schedule else { continue }
      if let found, found.schedule != schedule {
        findings.append(
          .error(
            "several-schedules",
            "\(found.path) is due at `\(found.schedule.cron)` (\(found.schedule.timezone)) and "
              + "\(plan.path) at `\(schedule.cron)` (\(schedule.timezone))",
            at: plan.plan.notebook.frontMatter.range,
            solutions: ["give one of them the `schedule:`", "export them one by one"]))
      }
      found = found ?? (schedule, plan.path)
    }
    return found?.schedule
  }
}
