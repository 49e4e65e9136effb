internal import ArgumentParser
internal import Orchestrating
internal import Parsing
internal import Planning
internal import Vocabulary

/// `washi export`: files for the schedulers of others.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a file by which Airflow or Argo Workflows runs notebooks.",
    discussion: """
      The file has the declared parameters with their types and limits, the schedule, and a task for each \
      notebook or step. A notebook runs after those that write what it reads: files that an `export` step \
      writes into the project, registered models. A step's exit code 99 is nothing to do, 3 a gate's refusal, \
      which is not tried again. Nothing is run, and no data is read.

      EXAMPLES:
        washi export airflow notebooks/credit/monthly.md --output dags/monthly.py
        washi export airflow notebooks/credit/pipeline/*.md --date target_date
        washi export airflow notebooks/credit/monthly.md --per step --runner kubernetes
        washi export argo notebooks/credit/monthly.md | kubectl apply -f -
      """,
    subcommands: [Airflow.self, Argo.self])

  /// What both targets are told.
  struct Choices: ParsableArguments {
    @Argument(help: "The notebooks, Markdown files of one project.", completion: .file())
    var notebooks: [String]

    @Option(
      help: ArgumentHelp(
        "One task for each notebook, or one for each step, which hand over by the shared cache.",
        valueName: "step|notebook"))
    fileprivate var per: Grain = .notebook

    @Option(
      help: ArgumentHelp(
        "The parameter, a month or a day, that is the date of the run unless it is given.",
        valueName: "parameter"))
    var date: String?

    @Option(help: ArgumentHelp("Name the workflow so.", valueName: "name"))
    var id: String?

    @Option(
      help: ArgumentHelp(
        "How often a task is tried again that failed for another reason than a refusal.",
        valueName: "n"))
    var retries = 1

    @Option(
      help: ArgumentHelp(
        "The project's folder where tasks run (default: where it is here; /project in containers).",
        valueName: "dir"))
    var project: String?

    @Option(
      name: .customLong("env"),
      help: ArgumentHelp("Runs read washi.<name>.yaml over washi.yaml.", valueName: "name"))
    var environment: String?

    @Option(help: ArgumentHelp("The image that holds washi, for containers.", valueName: "image"))
    var image: String?

    @Option(
      help: ArgumentHelp(
        "The volume claim that holds the project, for containers.", valueName: "claim"))
    var claim: String?

    @Option(
      help: ArgumentHelp(
        "The Kubernetes secret whose keys are the variables of secrets, for containers.",
        valueName: "secret"))
    var secret: String?

    @Option(
      help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file"),
      completion: .file())
    var output: String?

    func validate() throws {
      if !(0...100).contains(retries) { throw ValidationError("--retries must be from 0 to 100") }
      if let id,
        !id.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) })
          || id.isEmpty
      {
        throw ValidationError("--id must be of letters, digits, `-`, `.` and `_`")
      }
      if notebooks.contains("-") {
        throw ValidationError("a scheduler cannot read standard input: name files")
      }
      if let project, !project.hasPrefix("/") {
        throw ValidationError("--project must be an absolute path, such as /srv/reports")
      }
    }
  }

  /// `washi export airflow`.
  struct Airflow: Action {
    static let configuration = CommandConfiguration(
      commandName: "airflow",
      abstract: "Write a DAG file for Airflow 3.",
      discussion: """
        Put the file into Airflow's folder of DAGs. With --runner bash, `washi` must be on the workers' PATH (or \
        named by the variable WASHI) and the project where --project or the variable WASHI_PROJECT says. The path \
        of a published report is the XCom of its task.
        """)
    @OptionGroup var choices: Choices

    @Option(
      help: ArgumentHelp(
        "Run on the worker by a shell, or in a pod of its own.", valueName: "bash|kubernetes"))
    fileprivate var runner: Runner = .bash

    func perform(at desk: Desk) async throws -> ExitStatus {
      try choices.write(at: desk, inContainers: runner == .kubernetes) {
        $0.airflowFile(by: runner.value)
      }
    }
  }

  /// `washi export argo`.
  struct Argo: Action {
    static let configuration = CommandConfiguration(
      commandName: "argo",
      abstract: "Write manifests for Argo Workflows.",
      discussion: """
        A WorkflowTemplate, and a CronWorkflow when a notebook has a schedule. Every task is a pod with the \
        project's volume; the path of a published report is the output parameter `report`.
        """)
    @OptionGroup var choices: Choices

    func perform(at desk: Desk) async throws -> ExitStatus {
      try choices.write(at: desk, inContainers: true) { workflow throws(Refusal) in
        try workflow.argoFile()
      }
    }
  }
}

/// How much work one task is.
private enum Grain: String, CaseIterable, ExpressibleByArgument {
  case step, notebook

  var value: Workflow.Grain { self == .step ? .step : .notebook }
}

/// Where Airflow's tasks run.
private enum Runner: String, CaseIterable, ExpressibleByArgument {
  case bash, kubernetes

  var value: Workflow.Runner { self == .bash ? .bash : .kubernetes }
}

extension ExportCommand.Choices {
  /// Writes what `text` makes of the notebooks' workflow.
  fileprivate func write(
    at desk: Desk, inContainers: Bool, _ text: (Workflow) throws(Refusal) -> String
  ) throws -> ExitStatus {
    var sources: [String: String] = [:]
    do throws(Refusal) {
      let files = try notebooks.map { name throws(Refusal) in
        try NotebookFile(name, environment: environment, in: desk.circumstances)
      }
      for file in files { sources.merge(file.sources) { first, _ in first } }
      let workflow = try workflow(of: files, at: desk, inContainers)
      if workflow.schedule != nil, date == nil,
        let day = workflow.parameters.first(where: { $0.type == .month || $0.type == .date }),
        day.default != nil
      {
        desk.console.note(
          "note: every scheduled run has the same `\(day.name)`; `--date \(day.name)` gives it the date of the run"
        )
      }
      let whole = try text(workflow)
      guard let output else {
        desk.console.say(String(whole.dropLast()))
        return .done
      }
      let path = Paths.absolute(output, in: desk.circumstances.workingDirectory)
      if Files.kind(path) == nil {
        try Files.append(whole, to: path)
      } else {
        try Files.replace(path, with: whole)
      }
      desk.console.say(output)
      return .done
    } catch {
      desk.show(error.diagnostics, in: sources)
      return .wrong
    }
  }

  private func workflow(
    of files: [NotebookFile], at desk: Desk, _ inContainers: Bool
  ) throws(Refusal) -> Workflow {
    let project = files[0].project
    var plans: [PlacedPlan] = []
    var findings: [Diagnostic] = []
    for (name, file) in zip(notebooks, files) {
      guard file.project.directory == project.directory,
        let path = Paths.below(
          project.directory, Paths.absolute(name, in: desk.circumstances.workingDirectory))
      else {
        throw Refusal([
          .error("other-project", "\(name) is of another project than \(notebooks[0])", at: nil)
        ])
      }
      do throws(Refusal) {
        if let refusal = file.refusal { throw refusal }
        plans.append(PlacedPlan(try plan(of: file, in: desk.circumstances), at: path))
      } catch {
        findings += error.diagnostics
      }
    }
    guard findings.isEmpty else { throw Refusal(findings) }
    var settings = Workflow.Settings()
    settings.name = id
    settings.grain = per.value
    settings.date = date
    settings.retries = retries
    settings.environment = environment
    settings.project = self.project ?? (inContainers ? settings.project : project.directory)
    settings.image = image ?? settings.image
    settings.claim = claim ?? settings.claim
    settings.secret = secret ?? settings.secret
    return try Workflow(of: plans, with: settings)
  }

  /// The plan with what is known without a caller; secrets are left out, as the file has none.
  private func plan(
    of file: NotebookFile, in circumstances: Circumstances
  ) throws(Refusal) -> Plan {
    let engine: OpenEngine
    do {
      engine = try OpenEngine(for: file.project, in: circumstances)
    } catch {
      throw Refusal(Complaint(about: error).diagnostics)
    }
    var arguments = Arguments()
    arguments.isComplete = false
    return try Plan(
      for: file.notebook, with: arguments, project: file.projectFile, environment: [:],
      shelf: file.shelf, using: engine.connection)
  }
}
