internal import ArgumentParser

/// The tool: its name, its version, its commands.
struct Washi: ParsableCommand {
  /// The version of Washi itself, which every report records.
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "washi",
    abstract: "A press for recurring reports: Markdown notebooks in, versioned reports out.",
    discussion: """
      A notebook is a Markdown file with prose, one block of parameters and steps in SQL and YAML. A run \
      fills in the parameters, does the steps, and prints a version of the report below output/.

      EXAMPLES:
        washi init                                a project with a first notebook
        washi run notebooks/hello.md              print its report
        washi run notebooks/hello.md -p name Ada  the same with a parameter
        washi check notebooks/*.md                what is wrong, without running
        washi log                                 what was run and published
        washi diff                                what changed since the version before
        washi serve                               run and read in the browser

      Completions for your shell: washi --generate-completion-script bash (or zsh, fish).
      Exit codes: 0 done, 1 the run failed, 2 the notebook or the call is wrong, 3 a gate said no, \
      99 nothing to do.
      """,
    version: version,
    subcommands: [
      RunCommand.self, BatchCommand.self, CheckCommand.self, PlanCommand.self, LogCommand.self,
      ShowCommand.self, PredictCommand.self, DiffCommand.self, VerifyCommand.self,
      ModelsCommand.self, SyncCommand.self, NotifyCommand.self, OpenCommand.self, ServeCommand.self,
      TrainWorkerCommand.self, ScheduleCommand.self, BackupCommand.self, RestoreCommand.self,
      ExportCommand.self,
      StorageCommand.self, InitCommand.self, DoctorCommand.self, CleanCommand.self,
      GitDiffCommand.self, GitTextCommand.self,
    ])
}
