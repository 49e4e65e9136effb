internal import Parsing
internal import Serving
internal import Vocabulary

/// A notebook that runs by itself.
struct ScheduledNotebook {
  /// The name, such as `credit/monthly`.
  var name: String
  /// The file, absolute.
  var path: String
  var file: NotebookFile
  var schedule: FrontMatter.Schedule
  /// When it is due; nil when this machine does not know the zone.
  var times: DueTimes?

  /// Why it is never due.
  var problem: String? {
    times == nil ? "this machine does not know the zone `\(schedule.timezone)`" : nil
  }

  /// The notebooks of a project that have a schedule, by name. One that cannot be parsed is told
  /// about, and left out.
  static func all(
    of project: Project, environment: String?, at desk: Desk
  ) throws -> [ScheduledNotebook] {
    let (projectFile, _) = try project.file(environment: environment)
    let folder = projectFile.notebooks ?? "notebooks"
    let press = ProjectPressroom(
      desk: desk, project: project, folder: folder, environment: environment, program: "",
      allowsProcesses: false)
    return try press.notebooks().compactMap { name in
      let path = project.path("\(folder)/\(name).md")
      let file = try NotebookFile(path, environment: environment, in: desk.circumstances)
      if file.notebook.frontMatter.schedule == nil {
        // A schedule that is wrong must not pass for none.
        desk.show(file.notebook.diagnostics.filter { $0.rule == "bad-schedule" }, in: file.sources)
        return nil
      }
      return file.notebook.frontMatter.schedule.map {
        ScheduledNotebook(
          name: name, path: path, file: file, schedule: $0, times: $0.dueTimes)
      }
    }
  }
}

/// A schedule as `--json` tells it.
struct ScheduleFacts: Encodable {
  var notebook: String
  var cron: String
  var timezone: String
  var catchUp: String
  /// Seconds by which its runs begin later than they are due.
  var delay: Int64
  var problem: String?
  var next: [Due] = []

  struct Due: Encodable {
    /// On the clocks of the zone.
    var scheduled: String
    /// Seconds since 1970.
    var moment: Int64
    var parameters: [Parameter]

    struct Parameter: Encodable {
      var name: String
      var value: String
    }

    init(_ due: DueTimes.DueTime, _ values: [(name: String, text: String)]) {
      scheduled = due.text
      moment = due.moment
      parameters = values.map { Parameter(name: $0.name, value: $0.text) }
    }
  }

  init(_ item: ScheduledNotebook) {
    notebook = item.name
    cron = item.schedule.cron
    timezone = item.schedule.timezone
    catchUp = item.schedule.catchUp.rawValue
    delay = item.schedule.delay(of: item.name)
    problem = item.problem
  }
}
