public import Vocabulary

/// A program of the author's own, in a process of its own: a `python` or `sh` fence, or a command.
///
/// What goes in and out are files in a folder made for the step: tables in, tables out, the lines of
/// `metrics.jsonl` as figures, `*.svg` and `*.png` as pictures. For example:
/// ```` ```python step scores inputs=[training.parquet] outputs=scores.csv ````.
public struct ProcessStep: StepKind {
  /// The word behind `uses:`.
  public static let name = "process"
  /// One sentence for the documentation.
  public static let summary =
    "Runs a program in a process of its own: tables go in and come out as files."

  /// The program.
  public var program: Program
  /// The tables written before it starts.
  public var inputs: [TableFile]
  /// The files read back as tables when it has ended.
  public var outputs: [TableFile]
  /// Files of the project that it needs, copied to the same place below its folder.
  public var files: [NamedPlace]
  /// Parameters handed over beside those whose names occur in the program's text.
  public var parameters: [NamedPlace]
  /// Secrets handed over, through the environment only.
  public var secrets: [NamedPlace]
  /// The figures that `metrics.jsonl` will hold, when the author says so.
  public var metrics: [NamedPlace]
  /// Titles of pictures by file name.
  public var figures: [NamedText]
  /// The most address space of each of its processes, in bytes.
  public var memory: Int?
  /// How many threads its libraries may take.
  public var threads: Int
  /// How many of its last lines of output the report shows.
  public var logLines: Int

  /// What is run.
  public enum Program: Sendable, Hashable {
    /// A script for the project's Python.
    case python(Script)
    /// A script for the system's `sh`, which ends at the first command that fails.
    case shell(Script)
    /// A program with its arguments.
    case command([String], at: SourceRange)
  }

  /// The text of a fence.
  public struct Script: Sendable, Hashable {
    /// The text.
    public var text: String
    /// Where it stands.
    public var range: SourceRange
  }

  /// A table as a file in the step's folder.
  public struct TableFile: Sendable, Hashable {
    /// The file's name with its ending.
    public var file: NamedPlace
    /// The table's name: the file's name without its ending.
    public var table: String
    /// The format that the ending tells.
    public var format: ExportStep.Format
    /// SQL types by column name, for an output whose columns are known before it is there.
    public var columns: [NamedText] = []
  }

  /// The names of tables and files that the step takes from others.
  public var references: [Reference] {
    inputs.map { Reference($0.table, .table, at: $0.file.range) }
  }

  /// The names of the tables that the step leaves: its own when there is one output, otherwise
  /// `step.file`, one for each.
  public func tableNames(of step: String) -> [String] {
    outputs.count == 1 ? [step] : outputs.map { "\(step).\($0.table)" }
  }

  /// The parameters that are handed over: those the options name and those whose names stand in the
  /// program as words.
  public func parameterNames(among declared: [String]) -> [String] {
    let named = Set(parameters.map(\.name))
    var words: Set<Substring> = []
    if let script {
      words = Set(
        script.text.split { character in
          !(character.isLetter || character.isNumber || character == "_")
        })
    }
    return declared.filter { named.contains($0) || words.contains($0[...]) }
  }

  /// The fence's text, when the program is one.
  var script: Script? {
    switch program {
    case .python(let script), .shell(let script): script
    case .command: nil
    }
  }

  /// The script's file in the step's folder.
  var scriptName: String? {
    switch program {
    case .python: "main.py"
    case .shell: "main.sh"
    case .command: nil
    }
  }
}
