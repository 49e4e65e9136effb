internal import Charting
public import Learning
internal import Parsing
public import Vocabulary

/// The `tune:` of a `train` step: which parameters are searched, how, and for what.
///
/// For example: `tune: { trials: 10, maximize: auc, search: { num_leaves: { int: [2, 256] } } }`.
public struct TuneOptions: Sendable, Hashable {
  /// The parameters that are searched.
  public var space: ParameterSpace
  /// How: trials, sampler, pruner, seed, points to begin with.
  public var study: Study
  /// The figure searched for, by its name; that of the task when nil. Its direction is that of the
  /// metric.
  public var objective: Objective?
  /// Whether the figure is that of the training rows.
  public var isOnTraining: Bool
  /// The seconds after which no trial goes on; the outcome then depends on the machine.
  public var timeout: Double?
  /// The trials of an earlier search to learn from.
  public var warmStart: WarmStart?
  /// The charts to draw.
  public var charts: [TuningChart]
  /// Where `tune` is written.
  public var range: SourceRange?

  /// The figure that a search makes large or small, as the author names it.
  public struct Objective: Sendable, Hashable {
    /// The metric's name.
    public var name: String
    /// `maximize` or `minimize`.
    public var key: String
    /// Where the name is written.
    public var range: SourceRange?
  }

  /// The trials of an earlier search.
  public struct WarmStart: Sendable, Hashable {
    /// The table of the trials, as a search shows it.
    public var table: NamedPlace
    /// How many of the best are tried again first.
    public var again: Int
  }

  /// A chart of a search.
  public enum TuningChart: String, Sendable, Hashable, CaseIterable {
    /// Trial by trial.
    case history
    /// Which parameters matter.
    case importance
    /// Each trial as a line over all parameters.
    case parallel
    /// The figure over each parameter.
    case slice
  }
}

/// What the pruner may be.
private enum PrunerName: String, CaseIterable {
  case median, halving, none
}

/// Where the figure may be measured.
private enum JudgedPart: String, CaseIterable {
  case validation, train
}

extension TuneOptions {
  /// The pruner when the author names none: the first decision falls after 20 rounds, and half of
  /// the trials go on.
  static let halving = Pruner.halving(first: 20, factor: 2)

  /// Reads `tune`; nil when it is not given or has nothing to search.
  init?(
    from options: inout OptionReader, algorithm: Model.Algorithm, parameters: AlgorithmParameters,
    layers: [NetworkLayer], parts: [Part], task: Model.Task?, seed: Int
  ) {
    guard options.has("tune"), let entry = options.entry("tune"),
      var reader = options.reader("tune")
    else { return nil }
    range = entry.keyRange
    let trials = reader.requiredInt("trials", in: 1...100_000)
    objective = reader.objective()
    isOnTraining = reader.choice("on", as: JudgedPart.self) == .train
    space = reader.space("search", of: algorithm, beside: parameters, layers)
    let sampler = reader.choice("sampler", as: Study.Sampler.self) ?? .tpe
    let pruner: Pruner =
      switch reader.choice("pruner", as: PrunerName.self) {
      case .median?: .median(startupTrials: 5, warmupSteps: 0)
      case .halving?: Self.halving
      case PrunerName.none?: .none
      case nil: algorithm.isOfTrees ? Self.halving : .none
      }
    if !algorithm.isOfTrees, pruner != .none {
      reader.reject(
        "pruner", "does nothing for `\(algorithm.rawValue)`: its trials are not stopped early",
        solutions: ["leave it out"])
    }
    let seed = reader.int("seed", in: 0...Int(Int32.max)) ?? seed
    let width = reader.int("parallel", in: 1...64) ?? 2
    timeout = reader.seconds("timeout")
    charts = reader.choices("charts", as: TuningChart.self) ?? [.history, .importance]
    study = Study(
      space.space, trials: max(1, trials), sampler: sampler, pruner: pruner,
      seed: UInt64(bitPattern: Int64(seed)), width: width)
    study.first = reader.points("first", in: space)
    warmStart = reader.warmStart()
    if let task, let misfit = misfit(for: task, of: nil) { reader.report(misfit) }
    if isOnTraining {
      reader.report(
        .warning(
          "tunes-on-training", "the best trial is chosen by the rows it learned from",
          at: reader.range(of: "on"),
          explanation: "the trial that learns them by heart wins, not the one that predicts best",
          solutions: ["leave `on` out, so that the validation rows choose"]))
    } else if !parts.contains(.validation) {
      reader.report(
        .error(
          "no-validation", "`tune` needs validation rows", at: entry.keyRange,
          solutions: ["give `split` a `validation` share"]))
    }
    options.absorb(&reader)
  }
}

extension OptionReader {
  /// Reads `warm_start: { from: TABLE, again: 1 }`.
  fileprivate mutating func warmStart() -> TuneOptions.WarmStart? {
    guard var reader = reader("warm_start") else { return nil }
    let start = TuneOptions.WarmStart(
      table: reader.requiredPlace("from"), again: reader.int("again", in: 0...100) ?? 1)
    absorb(&reader)
    return start.table.name.isEmpty ? nil : start
  }

  /// Reads `maximize` or `minimize`: a metric of any task, for the rows may have to say which it is.
  fileprivate mutating func objective() -> TuneOptions.Objective? {
    let metrics = Model.Task.allCases.flatMap(TaskMetric.all)
    var found: [TuneOptions.Objective] = []
    for (key, direction) in [("maximize", 1), ("minimize", -1)] {
      guard let node = node(key), let name = string(key) else { continue }
      guard let metric = metrics.first(where: { $0.name == name }) else {
        var seen: Set<String> = []
        let names = metrics.map(\.name).filter { seen.insert($0).inserted }
        reject(
          key, "cannot be `\(name)`", at: node.range, rule: "unknown-choice",
          solutions: solutions(forUnknown: name, among: names))
        continue
      }
      if metric.direction != direction {
        let better = direction > 0 ? "minimize" : "maximize"
        reject(
          key,
          "asks for a bad model: `\(name)` is better when it is "
            + (direction > 0 ? "small" : "large"), solutions: ["write `\(better): \(name)`"])
      }
      found.append(TuneOptions.Objective(name: name, key: key, range: node.range))
    }
    if has("maximize"), has("minimize") {
      reject("minimize", "cannot stand beside `maximize`", solutions: ["keep one of them"])
    }
    return found.first
  }
}
